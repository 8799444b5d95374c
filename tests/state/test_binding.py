"""What a tab's stored state is good for: one session, and one version of the portal."""
import asyncio
from typing import Any

from reflex.event import Event

from state.binding import BEGINNINGS, VERSION, BindToSession
from state.binding import Tab as Begun
from state.visits import Visits
from tests.state.tab import Tab


class App:
    """What a page's address loads."""

    @staticmethod
    def get_load_events(path: str) -> list[object]:
        return []


APP: Any = App()


def begins(tab: Tab) -> None:
    """What the browser sends first on each connection."""
    asyncio.run(BindToSession().preprocess(APP, tab.root, Event(name=min(BEGINNINGS))))


def test_what_another_version_has_stored_is_forgotten_and_the_page_begins_anew():
    tab = Tab()
    begins(tab)
    visits = tab.state(Visits)
    visits.alert = "kept by this version"
    begins(tab)
    assert visits.alert and tab.state(Begun)._begun == VERSION
    tab.state(Begun)._begun = "an older one"
    begins(tab)
    assert visits.alert == "" and tab.state(Begun)._begun == VERSION


def test_a_click_on_what_another_version_has_shown_fills_the_page_first():
    tab = Tab()
    tab.state(Begun)._begun = "an older one"
    click = Event(name="state.click", payload={"row": "7"})
    answer = asyncio.run(BindToSession().preprocess(APP, tab.root, click))
    assert answer and answer.events[0].name in BEGINNINGS
    assert (answer.events[-1].name, answer.events[-1].payload) == (click.name, click.payload)
