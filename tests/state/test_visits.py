"""The lists of visits and the home page."""
import pytest

from services import scheduling
from state.display import VisitRow
from state.home import Home
from state.visits import Visits
from tests.cast import Cast, make_staff
from tests.state.tab import Tab, target
from tests.visits import book, hold


@pytest.fixture
def tab(cast: Cast) -> Tab:
    book(cast, cast.alice, cast.clinic.at(9))
    return Tab(cast.alice)


def first(tab: Tab) -> VisitRow:
    tab.opens("/visits", Visits.load)
    return tab.state(Visits).rows[0]


def test_a_visit_is_told_in_the_clinics_zone(tab: Tab):
    row = first(tab)
    assert row.title == "Follow-up with Dr. Bea Okafor"
    assert row.when == "9:00 AM, Phoenix time (MST) · 20 minutes"


def test_past_visits_have_an_address_of_their_own(tab: Tab, cast: Cast):
    scheduling.cancel(cast.alice.actor, visit_id=first(tab).id, version=2)
    tab.opens("/visits?show=past", Visits.load)
    assert tab.state(Visits).past and tab.state(Visits).rows[0].status_words == "Canceled"


def test_home_shows_what_is_next_and_what_waits(tab: Tab, cast: Cast):
    scheduling.hold(cast.alice.actor, **cast.clinic.wanted(cast.chart(cast.alice)), starts_at=cast.clinic.at(11))
    tab.opens("/", Home.load)
    home = tab.state(Home)
    assert home.next_visit and home.next_visit.title == "Follow-up with Dr. Bea Okafor"
    assert "Alice" in home.greeting and home.attention[0].address.startswith("/visits/book?hold=")


def test_home_leads_back_to_a_move_that_is_not_finished(tab: Tab, cast: Cast):
    visit = first(tab).id
    held = hold(cast, cast.alice, cast.clinic.at(11), moves=visit)
    tab.opens("/", Home.load)
    (waits,) = tab.state(Home).attention
    assert waits.title == "Finish moving: Follow-up" and waits.address == f"/visits/book?move={visit}&hold={held.id}"


def test_staff_see_their_practices_day(cast: Cast):
    tab = Tab(cast.carol)
    tab.opens("/", Home.load)
    assert tab.state(Home).loaded and tab.state(Home).next_visit is None


def test_someone_with_neither_chart_nor_desk_gets_a_page_all_the_same(cast: Cast):
    tab = Tab(make_staff(cast.clinic, "Otis", "operator"))
    tab.opens("/", Home.load)
    home = tab.state(Home)
    assert home.loaded and home.without_desk and not home.alert


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(cast: Cast):
    tab = Tab()
    assert target(tab.opens("/visits?show=past", Visits.load)) == "/sign-in?next=%2Fvisits%3Fshow%3Dpast"
    assert tab.state(Visits).rows == []
