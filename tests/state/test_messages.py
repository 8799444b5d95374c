"""The pages about text messages: figures in words, the question before sending again, and nothing for others."""
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from models import StaffMember, TextMessage
from portal_app.core import clock, transaction_id
from portal_app.core.actor import PLATFORM_TENANT, Actor
from portal_app.core.database import pump_work
from portal_app.core.errors import Unavailable
from services import accounts
from services.messaging import figures
from state import live
from state.dead_letters import DeadLetters
from state.home import Home
from state.me import Me
from state.message_figures import MessageFigures
from state.message_rows import cause, lasting
from state.message_story import MessageStory, SendAgain
from tests.cast import Cast, Person, make_user, save
from tests.state.tab import Tab, target

FIGURES, STORY = "/admin/messages", "/admin/messages/story"


@pytest.fixture
def otis(database: str) -> Person:
    """An operator of the platform."""
    user, session = make_user("Otis")
    save(StaffMember(tenant_id=PLATFORM_TENANT, user_id=user.id, role="operator"))
    actor = Actor(user.id, (PLATFORM_TENANT,), "Otis", session_hash=session, roles=((PLATFORM_TENANT, "operator"),))
    return Person(actor, user.email or "", user.mobile or "")


def give_up(message: TextMessage, status: str = "failed") -> TextMessage:
    with pump_work() as work:
        work.session.execute(update(TextMessage).where(col(TextMessage.id) == message.id)
                             .values(status=status, ended_at=clock.now(), error_code=30005))
    return message


def test_an_operator_sees_every_class_of_the_last_hour_or_day(otis: Person, queued):
    queued("bulk")
    figures.sweep()
    tab = Tab(otis)
    tab.opens(FIGURES, MessageFigures.load)
    seen = tab.state(MessageFigures)
    assert seen.loaded and seen.everywhere and (seen.span, seen.step) == ("hour", 60)
    assert [(row.name, len(row.accepted)) for row in seen.classes] == [
        ("Codes", 60), ("Now", 60), ("Notices", 60), ("Campaigns", 60)]
    assert seen.classes[3].waiting == "1"
    tab.opens(f"{FIGURES}?show=day", MessageFigures.load)
    assert tab.state(MessageFigures).span == "day" and len(tab.state(MessageFigures).classes[0].accepted) == 96


def test_a_day_is_read_again_once_a_minute_and_an_hour_each_time(otis: Person, queued, later, monkeypatch):
    tab = Tab(otis)
    for show, often in (("hour", 2), ("day", 1)):
        tab.opens(f"{FIGURES}?show={show}", MessageFigures.load)
        before, read = tab.state(MessageFigures).at, []
        for _ in range(2):
            later(61 - clock.now().second if not read else 1)
            tab.do(MessageFigures.refresh)
            read.append(tab.state(MessageFigures).at)
        assert len({before, *read}) == often + 1


@pytest.mark.parametrize("name", ["alice", "carol", "bea", "mallory"])
def test_whoever_may_not_is_shown_nothing_but_that(cast: Cast, name: str):
    tab = Tab(getattr(cast, name))
    for address, load in ((FIGURES, MessageFigures), (f"{FIGURES}/undelivered", DeadLetters),
                          (f"{STORY}?tx={transaction_id.new()}", MessageStory)):
        tab.opens(address, load.load)
        assert tab.state(load).refused and not tab.state(load).alert
    assert not tab.state(Me).sees_messages and tab.state(MessageFigures).classes == []


def woken(tab: Tab) -> set[str]:
    """What wakes this tab."""
    return {topic for topic, tabs in live._watched.items() if tab.root.router.session.client_token in tabs}


def test_whose_session_has_ended_is_led_to_sign_in_once_and_not_again_with_the_next_figures(otis: Person):
    tab = Tab(otis)
    tab.opens(FIGURES, MessageFigures.load)
    assert figures.TOPIC in woken(tab)
    accounts.sign_out(otis.actor.session_hash)
    assert target(tab.do(MessageFigures.refresh)).startswith("/sign-in")
    assert woken(tab) == set()


def test_a_page_that_could_not_be_loaded_mends_itself_with_the_next_figures(otis: Person, monkeypatch):
    tab = Tab(otis)
    with monkeypatch.context() as away:
        away.setattr(accounts, "actor_of", unavailable)
        tab.opens(FIGURES, MessageFigures.load)
    assert "can’t reach" in tab.state(MessageFigures).alert and figures.TOPIC in woken(tab)
    tab.do(MessageFigures.refresh)
    assert tab.state(MessageFigures).loaded and not tab.state(MessageFigures).alert


def test_a_profile_that_could_not_be_read_again_is_read_with_the_next_page_and_no_alert_stays(otis: Person, monkeypatch):
    tab = Tab(otis)
    tab.opens(FIGURES, MessageFigures.load)
    with monkeypatch.context() as away:
        away.setattr(accounts, "actor_of", unavailable)
        tab.do(Me.refresh)
    assert not tab.state(Me).alert
    accounts.set_preferred_name(otis.actor, "Oto", version=1)
    tab.opens(FIGURES, MessageFigures.load)
    assert tab.state(Me).name == "Oto"


def unavailable(_session: str, **__: bool) -> None:
    raise Unavailable


def test_who_belongs_to_no_practice_is_greeted_without_a_time_of_day(otis: Person):
    tab = Tab(otis)
    tab.opens("/", Home.load)
    assert (tab.state(Home).greeting, tab.state(Home).today) == ("Hello, Otis", "")


def test_only_those_who_look_after_messages_are_led_to_them(cast: Cast, otis: Person):
    for person, led in ((otis, True), (cast.dan, True), (cast.carol, False)):
        tab = Tab(person)
        tab.opens(FIGURES, MessageFigures.load)
        assert tab.state(Me).sees_messages is led


def test_a_message_is_sent_again_once_and_its_story_is_shown(cast: Cast, queued):
    message = give_up(queued(tenant_id=cast.clinic.practice.id))
    tab = Tab(cast.dan)
    tab.opens(f"{FIGURES}/undelivered", DeadLetters.load)
    (row,) = tab.state(DeadLetters).rows
    assert row.cause == "The number isn’t in use" and row.again == "yes"
    tab.do(SendAgain.choose, row.key, row.title, row.again)
    there = target(tab.do(SendAgain.send, {}))
    assert there.startswith(f"{STORY}?tx=TX-") and tab.state(SendAgain).settled
    tab.do(SendAgain.send, {})
    assert "sent again already" in tab.state(SendAgain).alert
    assert tab.state(SendAgain).final and tab.state(SendAgain).hopeless == [row.key], "it is not offered again"
    tab.opens(there, MessageStory.load)
    (fresh,) = tab.state(MessageStory).messages
    assert fresh.status == "Waiting" and message.transaction_id in fresh.sent_before
    tab.opens(f"{FIGURES}/undelivered", DeadLetters.load)
    assert tab.state(DeadLetters).rows == []


def test_of_one_in_doubt_it_is_asked_whether_it_may_arrive_twice(cast: Cast, queued):
    message = give_up(queued(tenant_id=cast.clinic.practice.id), "unknown")
    tab = Tab(cast.dan)
    tab.do(SendAgain.choose, f"{message.tenant_id}.{message.id}", "A message", "yes")
    tab.do(SendAgain.send, {})
    assert tab.state(SendAgain).unsure and "may arrive twice" in tab.state(SendAgain).alert
    assert not tab.state(SendAgain).final and not tab.state(SendAgain).hopeless, "it can still be sent"
    assert tab.do(SendAgain.send, {"even_if_twice": "yes"}) is not None


@pytest.mark.parametrize("forged", ["", "x", "None", "..", "00000000-0000-0000-0000-000000000000.1"])
def test_a_forged_message_is_not_found(cast: Cast, forged: str):
    tab = Tab(cast.dan)
    tab.do(SendAgain.choose, forged, {"not": "a title"}, None)
    assert tab.do(SendAgain.send, {}) is None and "can’t find" in tab.state(SendAgain).alert


def test_what_is_no_reference_is_said_at_the_field_and_stays_typed(otis: Person):
    tab = Tab(otis)
    there = target(tab.do(MessageStory.find, {"tx": "what & ever"}))
    assert there == f"{STORY}?tx=what+%26+ever"
    tab.opens(f"{STORY}?tx=whatever", MessageStory.load)
    assert "looks like" in tab.state(MessageStory).errors["tx"] and tab.state(MessageStory).reference == "WHATEVER"


def test_an_unknown_reference_is_not_found(otis: Person):
    tab = Tab(otis)
    tab.opens(f"{STORY}?tx={transaction_id.new()}", MessageStory.load)
    assert "can’t find" in tab.state(MessageStory).errors["tx"] and tab.state(MessageStory).messages == []
    assert figures.TOPIC not in woken(tab), "the next figures would take the words away"


def test_a_story_is_read_again_only_while_something_moves(otis: Person, queued, sandbox):
    message = queued(due_at=clock.now() + timedelta(hours=1))
    tab = Tab(otis)
    tab.opens(f"{STORY}?tx={message.transaction_id}", MessageStory.load)
    assert [step.words for step in tab.state(MessageStory).messages[0].steps] == ["Asked for", "Due"]
    assert figures.TOPIC in woken(tab)
    give_up(message)
    tab.do(MessageStory.refresh)
    assert tab.state(MessageStory).messages[0].status == "Failed" and figures.TOPIC not in woken(tab)


@pytest.mark.parametrize(("seconds", "words"), [
    (None, ""), (0.0481, "48 ms"), (0.0048, "4.8 ms"), (1.25, "1.2 s"), (59.4, "59 s"), (90, "1.5 min"), (7200, "2 h")])
def test_times_are_said_as_people_say_them(seconds: float | None, words: str):
    assert lasting(seconds) == words


def test_causes_are_said_in_words():
    assert [cause(one) for one in ("failed 21211", "failed 99999", "expired 20429", "refused stopped", "unknown")] == [
        "No such phone number", "The provider’s error 99999", "It would have come too late", "The person said STOP",
        "Nobody knows whether it arrived"]
