"""What a person chooses for themselves, and that each choice has its effect."""
import pytest
from sqlmodel import select

from models import Patient, TextMessage
from portal_app.core import clock
from portal_app.core.database import pump_work, unscoped
from portal_app.core.errors import Invalid, NotSignedIn, Outdated
from services import accounts, scheduling
from tests.cast import Cast, Person, with_chart
from tests.services.test_replies import TROUBLED, say


def me(person: Person):
    return accounts.actor_of(person.actor.session_hash)


def book(cast: Cast, hour: int) -> scheduling.VisitView:
    held = scheduling.hold(cast.alice.actor, **cast.clinic.wanted(cast.chart(cast.alice)), starts_at=cast.clinic.at(hour))
    return scheduling.book(cast.alice.actor, hold_id=held.id)


def texts_about_visits(cast: Cast) -> list[str]:
    from sqlmodel import col

    from portal_app.core.database import unit_of_work

    with unit_of_work(cast.alice.actor) as work:
        found = select(TextMessage.kind).where(TextMessage.recipient == cast.alice.mobile).order_by(col(TextMessage.id))
        return [kind for kind in work.session.exec(found).all() if kind.startswith("visit.")]


def test_a_preferred_name_is_used_to_speak_to_the_person_and_the_legal_name_stays(cast: Cast):
    assert me(cast.alice).called == "Alice"
    assert accounts.set_preferred_name(cast.alice.actor, "  Lissy \t Ann ", version=1) == 2
    assert scheduling.home(me(cast.alice)).name == "Lissy Ann"
    assert me(cast.alice).name == "Alice" and accounts.account(cast.alice.actor).name == "Alice"
    accounts.set_preferred_name(cast.alice.actor, "", version=2)
    assert me(cast.alice).called == "Alice" and me(cast.pam).called == "Pam"


@pytest.mark.parametrize("name", ["x" * 41, "123", "🙂"])
def test_it_refuses_what_is_no_name(cast: Cast, name: str):
    with pytest.raises(Invalid) as refusal:
        accounts.set_preferred_name(cast.alice.actor, name, version=1)
    assert refusal.value.field == "preferred_name" and me(cast.alice).profile.preferred_name == ""


def test_a_look_follows_the_person_and_nobody_else(cast: Cast):
    accounts.set_look(cast.alice.actor, theme="dark", text_size="larger", version=1)
    assert (me(cast.alice).profile.theme, me(cast.alice).profile.text_size) == ("dark", "larger")
    assert (me(cast.pam).profile.theme, me(cast.pam).profile.text_size) == ("device", "normal")


@pytest.mark.parametrize("look", [("pink", "normal"), ("dark", "huge"), ("", "")])
def test_it_refuses_a_look_that_does_not_exist(cast: Cast, look: tuple[str, str]):
    with pytest.raises(Invalid):
        accounts.set_look(cast.alice.actor, theme=look[0], text_size=look[1], version=1)


def test_who_wants_no_texts_about_visits_gets_none(cast: Cast):
    first = book(cast, 9)
    accounts.set_contact(cast.alice.actor, wanted={"visits": False}, language="en", version=1)
    scheduling.cancel(cast.alice.actor, visit_id=first.id, version=first.version)
    book(cast, 10)
    assert texts_about_visits(cast) == ["visit.booked"]
    accounts.set_contact(cast.alice.actor, wanted={"visits": True}, language="en", version=2)
    book(cast, 11)
    assert texts_about_visits(cast) == ["visit.booked", "visit.booked"]


def test_texts_come_in_the_language_chosen_of_every_practice_and_to_nobody_else(cast: Cast):
    alice = with_chart(cast.alice, cast.elsewhere)
    accounts.set_contact(alice.actor, wanted={}, language="es", version=1)
    assert me(alice).profile.language == "es" and me(alice).profile.visit_texts and me(cast.pam).profile.language == "en"
    with unscoped(reason="a test reads charts of two practices") as work:
        charts = [work.session.get_one(Patient, chart) for chart in alice.actor.charts]
        assert [chart.language for chart in charts] == ["es", "es"]
        assert work.session.get_one(Patient, (cast.clinic.practice.id, cast.chart(cast.pam))).language == "en"
    book(cast, 9)
    with unscoped(reason="a test reads a message") as work:
        body = work.session.exec(select(TextMessage.body).where(TextMessage.kind == "visit.booked",
                                                                TextMessage.recipient == alice.mobile)).one()
    assert "su cita" in body


@pytest.mark.parametrize("language", ["fr", "", "EN"])
def test_it_refuses_a_language_we_do_not_write_in(cast: Cast, language: str):
    with pytest.raises(Invalid):
        accounts.set_contact(cast.alice.actor, wanted={}, language=language, version=1)


def test_codes_cannot_be_turned_off(cast: Cast):
    with pytest.raises(Invalid):
        accounts.set_contact(cast.alice.actor, wanted={"sign_in": False}, language="en", version=1)


def test_nothing_is_saved_in_a_session_that_has_ended(cast: Cast):
    accounts.sign_out(cast.alice.actor.session_hash)
    for save in (lambda: accounts.set_preferred_name(cast.alice.actor, "Lissy", version=1),
                 lambda: accounts.set_look(cast.alice.actor, theme="dark", text_size="large", version=1),
                 lambda: accounts.set_contact(cast.alice.actor, wanted={"visits": False}, language="en", version=1)):
        with pytest.raises(NotSignedIn):
            save()


def test_nobody_saves_over_what_they_have_not_seen(cast: Cast):
    actor = cast.alice.actor
    for save in (lambda version, word: accounts.set_preferred_name(actor, word, version=version),
                 lambda version, word: accounts.set_look(actor, theme=word, text_size="large", version=version),
                 lambda version, word: accounts.set_contact(
                     actor, wanted={"visits": word == "dark"}, language="es" if word == "dark" else "en", version=version)):
        assert save(1, "dark") == 2
        for seen in (1, 3, 0):
            with pytest.raises(Outdated):
                save(seen, "light")
    mine = me(cast.alice).profile
    assert (mine.preferred_name, mine.theme, mine.visit_texts, mine.language) == ("dark", "dark", True, "es")
    assert (mine.name_version, mine.look_version, mine.texts_version) == (2, 2, 2)
    assert me(cast.pam).profile.look_version == 1


def test_what_keeps_texts_from_coming_is_known_by_practice(cast: Cast):
    alice = with_chart(cast.alice, cast.elsewhere)
    assert accounts.text_troubles(alice.actor) == []
    say(alice.mobile, "STOP")
    stopped = accounts.text_troubles(alice.actor)
    assert [(one.kind, one.practice) for one in stopped] == [
        ("stopped", name) for name in sorted((cast.clinic.practice.name, cast.elsewhere.practice.name))]
    assert stopped[0].mobile_hint.endswith(alice.mobile[-4:]) and alice.mobile not in stopped[0].mobile_hint
    say(alice.mobile, "START")
    with pump_work() as work:
        work.session.execute(TROUBLED, {"mobile": alice.mobile, "at": clock.now()})
    (one,) = accounts.text_troubles(alice.actor, patient_id=str(cast.chart(cast.alice)))
    assert (one.kind, one.practice, one.phone) == ("unreachable", cast.clinic.practice.name, cast.clinic.practice.phone)


def test_a_chart_without_a_number_and_people_without_a_chart(cast: Cast):
    with unscoped(reason="a test takes a number off a chart") as work:
        work.session.get_one(Patient, (cast.clinic.practice.id, cast.chart(cast.alice))).mobile = ""
    assert [one.kind for one in accounts.text_troubles(cast.alice.actor)] == ["no_number"]
    assert accounts.text_troubles(cast.carol.actor) == []
    assert accounts.text_troubles(cast.mallory.actor, patient_id=str(cast.chart(cast.alice))) == []


def test_a_person_is_told_which_practices_to_call_and_no_others(cast: Cast):
    both = accounts.practices(with_chart(cast.alice, cast.elsewhere).actor)
    assert len(both) == 2 and all(one.phone for one in both)
    assert [one.name for one in both] == sorted(one.name for one in both)
    assert len(accounts.practices(cast.alice.actor)) == 1 and accounts.practices(cast.bea.actor) == []
