"""The lists of visits and the home page."""
import pytest

from services import scheduling
from state.display import VisitRow
from state.home import Home
from state.visits import Visits
from tests.cast import Cast, Person, make_staff
from tests.state.tab import Tab, target


def book(cast: Cast, person: Person, hour: int = 9) -> str:
    held = scheduling.hold(person.actor, **cast.clinic.wanted(cast.chart(person)), starts_at=cast.clinic.at(hour))
    return scheduling.book(person.actor, hold_id=held.id).id


@pytest.fixture
def tab(cast: Cast) -> Tab:
    book(cast, cast.alice)
    return Tab(cast.alice)


def first(tab: Tab) -> VisitRow:
    tab.opens("/visits", Visits.load)
    return tab.state(Visits).rows[0]


def test_a_visit_is_told_in_the_clinics_zone(tab: Tab):
    row = first(tab)
    assert row.title == "Follow-up with Dr. Bea Okafor"
    assert row.when == "9:00 AM, Phoenix time (MST) · 20 minutes"


def test_cancelling_asks_first_and_tells_after(tab: Tab):
    row = first(tab)
    visits = tab.state(Visits)
    tab.do(Visits.question, row.id)
    assert visits.asking
    tab.do(Visits.cancel, {"reason": "I feel better"})
    assert not visits.asking and visits.rows == [] and row.day_and_time in visits.told


def test_a_reason_that_is_too_long_stays_beside_its_field(tab: Tab):
    tab.do(Visits.question, first(tab).id)
    tab.do(Visits.cancel, {"reason": "x" * 501})
    visits = tab.state(Visits)
    assert visits.asking and list(visits.errors) == ["reason"]


def test_nothing_is_cancelled_that_was_not_asked_about(tab: Tab, cast: Cast):
    first(tab)
    tab.do(Visits.cancel, {"reason": ""})
    tab.do(Visits.question, book(cast, cast.pam, 10))
    tab.do(Visits.cancel, {"reason": ""})
    assert len(scheduling.visits(cast.alice.actor, past=False).items) == 1
    assert len(scheduling.visits(cast.pam.actor, past=False).items) == 1


def test_a_visit_cancelled_meanwhile_says_so(tab: Tab, cast: Cast):
    row = first(tab)
    tab.do(Visits.question, row.id)
    scheduling.cancel(cast.alice.actor, visit_id=row.id)
    tab.do(Visits.cancel, {})
    visits = tab.state(Visits)
    assert "already cancelled" in visits.alert and not visits.asking


def test_past_visits_have_an_address_of_their_own(tab: Tab, cast: Cast):
    scheduling.cancel(cast.alice.actor, visit_id=first(tab).id)
    tab.opens("/visits?show=past", Visits.load)
    assert tab.state(Visits).past and tab.state(Visits).rows[0].status_words == "Cancelled"


def test_home_shows_what_is_next_and_what_waits(tab: Tab, cast: Cast):
    scheduling.hold(cast.alice.actor, **cast.clinic.wanted(cast.chart(cast.alice)), starts_at=cast.clinic.at(11))
    tab.opens("/", Home.load)
    home = tab.state(Home)
    assert home.next_visit and home.next_visit.title == "Follow-up with Dr. Bea Okafor"
    assert "Alice" in home.greeting and home.attention[0].address.startswith("/visits/book?hold=")


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
