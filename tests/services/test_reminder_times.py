"""A practice says when its patients are reminded; nobody else does."""
import pytest

from portal_app.core.errors import Invalid, NotAllowed, NotFound
from services.messaging.reminder_times import reminder_times, set_reminder_times
from tests.cast import Cast, make_staff


def test_what_is_set_is_kept_and_only_there(cast: Cast):
    assert reminder_times(cast.dan.actor).hours == [168, 24, 2]
    practice_id = str(cast.clinic.practice.id)
    set_reminder_times(cast.dan.actor, practice_id=practice_id, hours=[2, 72, 2])
    assert reminder_times(cast.dan.actor, practice_id).hours == [72, 2]
    set_reminder_times(cast.dan.actor, practice_id=practice_id, hours=[])
    assert reminder_times(cast.dan.actor).hours == []
    assert reminder_times(make_staff(cast.elsewhere, "Nell", "practice_admin").actor).hours == [168, 24, 2]


@pytest.mark.parametrize("hours", [[3], [0], [-1], [168, 10_000]])
def test_other_hours_are_refused(cast: Cast, hours: list[int]):
    with pytest.raises(Invalid):
        set_reminder_times(cast.dan.actor, practice_id=str(cast.clinic.practice.id), hours=hours)


def test_only_those_with_the_right_set_them_and_only_at_home(cast: Cast):
    here, there = str(cast.clinic.practice.id), str(cast.elsewhere.practice.id)
    for person in (cast.alice, cast.bea, cast.carol, cast.max):
        with pytest.raises(NotAllowed):
            reminder_times(person.actor)
        with pytest.raises(NotAllowed):
            set_reminder_times(person.actor, practice_id=here, hours=[])
    for forged in (there, "", "nonsense"):
        with pytest.raises(NotFound):
            set_reminder_times(cast.dan.actor, practice_id=forged, hours=[])
    assert reminder_times(cast.dan.actor).hours == [168, 24, 2]
