"""Booking, step by step, as its page does it."""
import pytest

from services import scheduling
from state.booking import Booking
from tests.cast import Cast
from tests.state.tab import Tab, target


@pytest.fixture
def tab(cast: Cast) -> Tab:
    return Tab(cast.alice)


def at_times(tab: Tab, cast: Cast) -> Booking:
    """Step 2, in the week of `cast.clinic.at`, with Dr. Bea."""
    day = cast.clinic.at(9).astimezone(cast.clinic.zone).date().isoformat()
    wanted = cast.clinic.wanted(cast.chart(cast.alice))
    tab.opens(f"/visits/book?chart={wanted['patient_id']}&type={wanted['visit_type_id']}&with={wanted['clinician_id']}&from={day}&day={day}",
              Booking.load)
    return tab.state(Booking)


def choose(tab: Tab, booking: Booking, number: int = 0) -> str:
    row = booking.times[number]
    return target(tab.do(Booking.choose_time, row.starts_at, row.clinician_id))


def test_it_begins_with_the_reasons_of_each_practice(tab: Tab, cast: Cast):
    tab.opens("/visits/book", Booking.load)
    booking = tab.state(Booking)
    assert booking.step == 1
    assert [(row.name, [reason.name for reason in row.reasons]) for row in booking.practices] == [
        (cast.clinic.practice.name, ["Follow-up"])]


def test_it_shows_a_week_with_the_asked_day_chosen(tab: Tab, cast: Cast):
    booking = at_times(tab, cast)
    assert booking.step == 2 and len(booking.days) == 7
    assert [day.chosen for day in booking.days] == [True] + [False] * 6
    assert booking.times[0].time == "8:00 AM" and booking.zone == "Phoenix time (MST)"


def test_it_holds_a_time_reviews_and_books_it(tab: Tab, cast: Cast):
    address = choose(tab, at_times(tab, cast))
    tab.opens(address, Booking.load)
    booking = tab.state(Booking)
    assert booking.step == 3 and booking.visit and booking.visit.clinician == "Dr. Bea Okafor"
    assert target(tab.do(Booking.confirm)).startswith("/visits/booked?visit=")
    assert len(scheduling.visits(cast.alice.actor, past=False).items) == 1


def test_a_second_click_on_book_leads_to_the_same_visit(tab: Tab, cast: Cast):
    tab.opens(choose(tab, at_times(tab, cast)), Booking.load)
    assert target(tab.do(Booking.confirm)) == target(tab.do(Booking.confirm))
    assert len(scheduling.visits(cast.alice.actor, past=False).items) == 1


def test_a_taken_time_offers_the_nearest_ones(tab: Tab, cast: Cast):
    booking = at_times(tab, cast)
    row = booking.times[0]
    scheduling.hold(cast.pam.actor, **cast.clinic.wanted(cast.chart(cast.pam)), starts_at=cast.clinic.at(8))
    assert tab.do(Booking.choose_time, row.starts_at, row.clinician_id) is None
    assert "took that time" in booking.alert
    assert booking.nearest and row.starts_at not in [time.starts_at for time in booking.times]


def test_going_back_lets_the_time_go(tab: Tab, cast: Cast):
    tab.opens(choose(tab, at_times(tab, cast)), Booking.load)
    assert at_times(tab, cast).times[0].time == "8:00 AM"


def test_a_hold_that_is_gone_says_so_and_leads_back(tab: Tab, cast: Cast):
    address = choose(tab, at_times(tab, cast))
    tab.opens(address, Booking.load)
    scheduling.release(cast.alice.actor, address.rpartition("hold=")[2])
    tab.do(Booking.ran_out)
    booking = tab.state(Booking)
    assert booking.expired and "chart=" in booking.back and "hold=" not in booking.back


def test_more_time_starts_the_countdown_anew(tab: Tab, cast: Cast):
    tab.opens(choose(tab, at_times(tab, cast)), Booking.load)
    booking = tab.state(Booking)
    before = booking.until
    tab.do(Booking.hold_longer)
    assert booking.until > before


def test_a_strangers_hold_looks_like_one_that_is_gone(tab: Tab, cast: Cast):
    other = scheduling.hold(cast.pam.actor, **cast.clinic.wanted(cast.chart(cast.pam)), starts_at=cast.clinic.at(8))
    tab.opens(f"/visits/book?hold={other.id}", Booking.load)
    booking = tab.state(Booking)
    assert booking.expired and booking.visit is None


def test_forged_words_are_refused_kindly(tab: Tab, cast: Cast):
    booking = at_times(tab, cast)
    for starts_at in ("", "yesterday", "2026-01-01T09:00", None, 7):
        assert tab.do(Booking.choose_time, starts_at, "no one") is None
        assert booking.alert and "TX-" not in booking.alert
    tab.opens("/visits/book?chart=x&type=y&from=never&day=never", Booking.load)
    assert booking.step == 1
