"""What a person chooses for themselves, and that each choice has its effect."""
import pytest

from portal_app.core.errors import Invalid, NotSignedIn
from services import accounts, scheduling
from tests.cast import Cast, Person


def me(person: Person):
    return accounts.actor_of(person.actor.session_hash)


def book(cast: Cast, hour: int) -> scheduling.VisitView:
    held = scheduling.hold(cast.alice.actor, **cast.clinic.wanted(cast.chart(cast.alice)), starts_at=cast.clinic.at(hour))
    return scheduling.book(cast.alice.actor, hold_id=held.id)


def texts_about_visits(cast: Cast) -> list[str]:
    from sqlmodel import col, select

    from models import TextMessage
    from portal_app.core.database import unit_of_work

    with unit_of_work(cast.alice.actor) as work:
        found = select(TextMessage.kind).where(TextMessage.recipient == cast.alice.mobile).order_by(col(TextMessage.id))
        return [kind for kind in work.session.exec(found).all() if kind.startswith("visit.")]


def test_a_preferred_name_is_used_to_speak_to_the_person_and_the_legal_name_stays(cast: Cast):
    assert me(cast.alice).called == "Alice"
    assert accounts.set_preferred_name(cast.alice.actor, "  Lissy \t Ann ") == "Lissy Ann"
    assert scheduling.home(me(cast.alice)).name == "Lissy Ann"
    assert me(cast.alice).name == "Alice" and accounts.account(cast.alice.actor).name == "Alice"
    accounts.set_preferred_name(cast.alice.actor, "")
    assert me(cast.alice).called == "Alice" and me(cast.pam).called == "Pam"


@pytest.mark.parametrize("name", ["x" * 41, "123", "🙂"])
def test_it_refuses_what_is_no_name(cast: Cast, name: str):
    with pytest.raises(Invalid) as refusal:
        accounts.set_preferred_name(cast.alice.actor, name)
    assert refusal.value.field == "preferred_name" and me(cast.alice).profile.preferred_name == ""


def test_a_look_follows_the_person_and_nobody_else(cast: Cast):
    accounts.set_look(cast.alice.actor, theme="dark", text_size="larger")
    assert (me(cast.alice).profile.theme, me(cast.alice).profile.text_size) == ("dark", "larger")
    assert (me(cast.pam).profile.theme, me(cast.pam).profile.text_size) == ("device", "normal")


@pytest.mark.parametrize("look", [("pink", "normal"), ("dark", "huge"), ("", "")])
def test_it_refuses_a_look_that_does_not_exist(cast: Cast, look: tuple[str, str]):
    with pytest.raises(Invalid):
        accounts.set_look(cast.alice.actor, theme=look[0], text_size=look[1])


def test_who_wants_no_texts_about_visits_gets_none(cast: Cast):
    first = book(cast, 9)
    accounts.set_contact(cast.alice.actor, wanted={"visits": False})
    scheduling.cancel(cast.alice.actor, visit_id=first.id, version=first.version)
    book(cast, 10)
    assert texts_about_visits(cast) == ["visit.booked"]
    accounts.set_contact(cast.alice.actor, wanted={"visits": True})
    book(cast, 11)
    assert texts_about_visits(cast) == ["visit.booked", "visit.booked"]


def test_codes_cannot_be_turned_off(cast: Cast):
    with pytest.raises(Invalid):
        accounts.set_contact(cast.alice.actor, wanted={"sign_in": False})


def test_nothing_is_saved_in_a_session_that_has_ended(cast: Cast):
    accounts.sign_out(cast.alice.actor.session_hash)
    for save in (lambda: accounts.set_preferred_name(cast.alice.actor, "Lissy"),
                 lambda: accounts.set_look(cast.alice.actor, theme="dark", text_size="large"),
                 lambda: accounts.set_contact(cast.alice.actor, wanted={"visits": False})):
        with pytest.raises(NotSignedIn):
            save()
