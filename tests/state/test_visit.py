"""One visit's page: changing it, cancelling it, taking that back."""
import re
from uuid import UUID

import pytest
from sqlmodel import select

from models import Visit as VisitOfPatient
from portal_app.core.database import unscoped
from portal_app.core.errors import Unavailable
from services import scheduling
from state.booked import Booked
from state.booking import Booking
from state.home import Home
from state.me import Me
from state.visit import Visit
from state.visits import Visits
from tests.cast import Cast
from tests.state.tab import Tab, target
from tests.visits import book, hold


@pytest.fixture
def tab(cast: Cast) -> Tab:
    visit = book(cast, cast.alice, cast.clinic.at(9))
    tab = Tab(cast.alice)
    tab.opens(f"/visits/visit?visit={visit.id}", Visit.load)
    return tab


def shown(tab: Tab) -> Visit:
    return tab.state(Visit)


def cancel(tab: Tab, **form: str) -> Visit:
    tab.do(Visit.cancel, form)
    return shown(tab)


def to_review(tab: Tab, number: int = 0) -> Booking:
    """Step 1 and 2 of moving: another time of the same day, held."""
    assert shown(tab).detail
    tab.opens(shown(tab).detail.move, Booking.load)
    booking = tab.state(Booking)
    row = booking.times[number]
    tab.opens(target(tab.do(Booking.choose_time, row.starts_at, row.clinician_id)), Booking.load)
    return booking


def test_it_tells_all_there_is_to_know(tab: Tab, cast: Cast):
    page = shown(tab)
    assert page.visit and page.detail
    assert page.visit.title == "Follow-up with Dr. Bea Okafor" and page.visit.time == "9:00 AM, Phoenix time (MST)"
    assert re.fullmatch(r"You can change or cancel here until \w+, \w+ \d+, 5:00 AM\. After that, call \+1 602-555-0190\.",
                        page.visit.change_hint)
    assert page.detail.telephone == "tel:+16025550190"
    assert page.detail.maps.startswith("https://www.google.com/maps/search/?api=1&query=Main%2C+1+Main+St")


def test_that_the_person_comes_is_said_until_the_visit_changes(tab: Tab, cast: Cast):
    page = shown(tab)
    assert page.visit and page.visit.confirmed == ""
    with unscoped(reason="a test confirms a visit") as work:
        row = work.session.exec(select(VisitOfPatient).where(VisitOfPatient.id == UUID(page.visit.id))).one()
        row.confirmed_version = row.version
    tab.do(Visit.refresh)
    assert page.visit.confirmed == "You told us that you’re coming." and page.visit.status_words == "Confirmed"
    cancel(tab)
    assert page.visit.confirmed == ""


def test_a_strangers_visit_looks_like_one_that_does_not_exist(tab: Tab, cast: Cast):
    theirs = book(cast, cast.pam, cast.clinic.at(10))
    for address in (f"/visits/visit?visit={theirs.id}", "/visits/visit?visit=x", "/visits/visit"):
        tab.opens(address, Visit.load)
        assert shown(tab).visit is None and "can’t find" in shown(tab).alert


def test_cancelling_asks_first_tells_after_and_can_be_taken_back(tab: Tab, cast: Cast):
    page, me = cancel(tab, reason="time", note="I have to work"), tab.state(Me)
    assert page.told and me.undo and page.visit and page.visit.status_words == "Canceled"
    tab.do(Visit.refresh)
    assert me.undo and page.told, "a push does not take the offer away"
    tab.do(Me.take_back)
    tab.do(Visit.refresh)
    assert me.undo == "" and "is back" in me.told and page.told == "" and page.visit.status_words == "Booked"
    tab.do(Me.take_back)
    assert page.visit.status_words == "Booked" and me.alert == ""


def test_the_offer_follows_to_other_pages_and_what_came_of_it_stays_on_its_own(tab: Tab, cast: Cast):
    page, me = cancel(tab), tab.state(Me)
    address = str(tab.root.router.url)
    tab.opens("/visits", Visits.load)
    assert me.undo and tab.state(Visits).rows == []
    tab.opens(address, Visit.load)
    assert page.told and me.undo, "nor does a refresh of its page end it"
    tab.opens("/visits", Visits.load)
    tab.do(Me.take_back)
    tab.do(Visits.load)
    assert "is back" in me.told and len(tab.state(Visits).rows) == 1
    tab.opens("/", Home.load)
    assert me.told == ""


def test_what_came_of_it_is_said_on_a_page_that_was_still_loading(tab: Tab, cast: Cast):
    cancel(tab)
    tab.go("/")
    tab.do(Me.take_back)
    tab.do(Home.load)
    assert "is back" in tab.state(Me).told


def test_a_time_that_went_to_someone_else_is_said_and_can_be_booked_again(tab: Tab, cast: Cast):
    page, me = cancel(tab), tab.state(Me)
    book(cast, cast.pam, cast.clinic.at(9))
    tab.do(Me.take_back)
    assert "Someone else has that time" in me.alert and me.undo == ""
    assert page.visit and page.visit.status_words == "Canceled"
    assert page.detail and page.detail.again.startswith("/visits/book?chart=") and "move=" not in page.detail.again
    tab.opens("/", Home.load)
    assert me.alert == ""


def test_the_offer_stays_while_the_portal_cannot_be_reached(tab: Tab, monkeypatch: pytest.MonkeyPatch):
    me = tab.state(Me)
    cancel(tab)

    def broken(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(scheduling, "undo_cancel", broken)
        tab.do(Me.take_back)
    assert me.undo and "reference" in me.alert
    tab.do(Me.take_back)
    assert me.undo == "" and "is back" in me.told and me.alert == ""


def test_the_offer_to_take_back_ends(tab: Tab):
    page = cancel(tab)
    tab.do(Me.leave_it)
    assert tab.state(Me).undo == ""
    tab.do(Me.take_back)
    assert page.visit and page.visit.status_words == "Canceled"


def test_own_words_that_are_too_long_stay_beside_their_field(tab: Tab):
    page = cancel(tab, note="x" * 501)
    assert list(page.errors) == ["note"] and page.visit and page.visit.status_words == "Booked"


def test_nothing_is_cancelled_where_no_visit_is_shown(cast: Cast):
    book(cast, cast.alice, cast.clinic.at(9))
    tab = Tab(cast.alice)
    for form in ({"reason": ""}, None, [], "x", {"reason": 7}):
        tab.do(Visit.cancel, form)
    assert len(scheduling.visits(cast.alice.actor, past=False).items) == 1


def test_a_visit_changed_elsewhere_is_shown_as_it_is_now(tab: Tab, cast: Cast):
    page = shown(tab)
    assert page.visit
    held = hold(cast, cast.alice, cast.clinic.at(14), moves=page.visit.id)
    scheduling.move(cast.alice.actor, visit_id=page.visit.id, hold_id=held.id, version=2)
    tab.do(Visit.cancel, {})
    assert "just changed this" in page.alert and page.visit and page.visit.time.startswith("2:00 PM")
    tab.do(Visit.cancel, {})
    assert page.visit.status_words == "Canceled"


def test_moving_shows_the_old_time_beside_new_ones_and_then_has_the_new_one(tab: Tab, cast: Cast):
    booking = to_review(tab, 3)
    assert booking.step == 3 and booking.moving and booking.visit
    assert booking.moving.time.startswith("9:00 AM") and booking.visit.time.startswith("9:20 AM")
    address = target(tab.do(Booking.confirm))
    assert address == f"/visits/booked?visit={booking.moving.id}&moved=1"
    assert tab.state(Visit).visit is None, "its old time can't be clicked on the way back to it"
    tab.opens(address, Booked.load)
    booked = tab.state(Booked)
    assert booked.moved and booked.visit and booked.visit.time.startswith("9:20 AM")
    assert len(scheduling.visits(cast.alice.actor, past=False).items) == 1


def test_a_second_click_and_a_refresh_after_a_move_lead_to_the_same_page(tab: Tab, cast: Cast):
    booking = to_review(tab)
    review = str(tab.root.router.url.path) + "?" + str(tab.root.router.url.query)
    first = target(tab.do(Booking.confirm))
    assert target(tab.do(Booking.confirm)) == first
    assert target(tab.opens(review, Booking.load)) == first
    assert booking.alert == ""


def test_a_new_time_taken_meanwhile_offers_the_nearest_and_keeps_the_old(tab: Tab, cast: Cast):
    assert shown(tab).detail
    tab.opens(shown(tab).detail.move, Booking.load)
    booking = tab.state(Booking)
    row = booking.times[0]
    book(cast, cast.pam, cast.clinic.at(8))
    assert tab.do(Booking.choose_time, row.starts_at, row.clinician_id) is None
    assert "took that time" in booking.alert and booking.nearest and booking.moving
    assert scheduling.visits(cast.alice.actor, past=False).items[0].starts_at == cast.clinic.at(9)


def test_a_visit_moved_in_another_tab_is_not_moved_on_unseen(tab: Tab, cast: Cast):
    booking = to_review(tab)
    other = Tab(cast.alice)
    other.opens(str(tab.root.router.url.path) + "?" + str(tab.root.router.url.query), Booking.load)
    target(other.do(Booking.confirm))
    assert booking.moving
    hold(cast, cast.alice, cast.clinic.at(15), moves=booking.moving.id)
    tab.do(Booking.ran_out)
    assert not booking.expired or "move=" in booking.back


def test_a_visit_that_cannot_be_moved_is_shown_on_its_own_page(tab: Tab, cast: Cast):
    page = shown(tab)
    assert page.visit and page.detail
    move = page.detail.move
    cancel(tab)
    assert target(tab.opens(move, Booking.load)) == f"/visits/visit?visit={page.visit.id}"


def test_a_strangers_visit_cannot_be_moved(tab: Tab, cast: Cast):
    theirs = book(cast, cast.pam, cast.clinic.at(10))
    assert shown(tab).detail
    tab.opens(re.sub(r"move=[^&]+", f"move={theirs.id}", shown(tab).detail.move), Booking.load)
    booking = tab.state(Booking)
    assert "can’t find" in booking.alert and booking.moving is None
    tab.do(Booking.choose_time, cast.clinic.at(15).isoformat(), str(cast.clinic.bea.id))
    assert "can’t find" in booking.alert
