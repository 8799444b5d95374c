"""Changing a visit: another time, cancelling, taking that back, and the file for one's own calendar."""
import re
from datetime import UTC, datetime

import icalendar
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Portal, person
from tests.e2e.journeys import cancel_visit, choose_new_time, open_first_visit
from tests.e2e.test_accessibility import tab_to

VIEWS = [pytest.param({}, id="desktop"), pytest.param(PHONE, id="phone")]


def own_visits(portal: Portal) -> list[tuple]:
    return portal.sql("SELECT v.id::text, v.status, v.starts_at, v.version FROM visit v JOIN patient p ON p.id = v.patient_id"
                      " JOIN practice t ON t.id = p.tenant_id WHERE p.email = %s AND t.name LIKE 'Desert%%'"
                      " AND v.starts_at > now() AND v.status <> 'held' ORDER BY v.starts_at", person("Alice").email)


@pytest.mark.parametrize("view", VIEWS)
def test_a_patient_moves_a_visit_and_is_told(open_page, portal: Portal, view):
    alice, began, before = person("Alice"), datetime.now(UTC), own_visits(portal)
    page: Page = open_page(alice, **view)
    page.goto("/")
    page.get_by_role("link", name="Change or cancel").click()
    expect(page.get_by_text("Before you come")).to_be_visible()
    expect(page.get_by_text("9:40 AM, Phoenix time (MST)").first).to_be_visible()
    expect(page.get_by_role("link", name="Open in maps")).to_have_attribute("href", re.compile("^https://www.google.com/maps/"))
    time = choose_new_time(page)
    expect(page.get_by_text("9:40 AM, Phoenix time (MST)").first).to_be_visible()
    assert own_visits(portal)[0] == before[0], "the old time is kept until the new one is sure"
    page.get_by_role("button", name="Move this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is moved")
    text = portal.wait_for_text(alice.mobile, "your visit is now on", after=began)
    assert time in text and "Follow-up" not in text and "Okafor" not in text and "Alice" not in text
    after = {row[0]: row for row in own_visits(portal)}
    assert after.keys() == {row[0] for row in before} and after[before[0][0]][2] != before[0][2]
    assert page.watch.errors == []


def test_back_and_refresh_in_the_middle_of_a_move_harm_nothing(open_page, portal: Portal):
    page, before = open_page(person("Alice")), own_visits(portal)
    open_first_visit(page)
    choose_new_time(page)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Move your visit?")
    review = page.url
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new time")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text(" with ")
    assert own_visits(portal)[0] == before[0]
    page.goto(review)
    expect(page.get_by_text("no longer held for you").first).to_be_visible()
    page.get_by_role("link", name="See free times").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new time")


def test_two_tabs_confirm_one_move_once(open_context, portal: Portal):
    context = open_context(person("Alice"))
    first, second = context.new_page(), context.new_page()
    open_first_visit(first)
    choose_new_time(first)
    second.goto(first.url)
    expect(second.get_by_role("button", name="Move this visit")).to_be_visible()
    version = own_visits(portal)[0][3]
    for page in (first, second):
        page.get_by_role("button", name="Move this visit").dblclick()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is moved")
    assert max(row[3] for row in own_visits(portal)) == version + 1


def test_a_cancel_is_taken_back_by_keyboard_alone_and_never_told(open_page, portal: Portal):
    page, began = open_page(person("Alice")), datetime.now(UTC)
    open_first_visit(page)
    before = own_visits(portal)[0]
    tab_to(page, "Cancel visit")
    expect(page.get_by_role("dialog")).to_be_visible()
    tab_to(page, "Cancel the visit")
    expect(page.get_by_text("Your visit is canceled.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Your visit is canceled.")).to_be_focused()
    tab_to(page, "Undo")
    expect(page.get_by_text("Your visit is back, at the same time as before.")).to_be_visible()
    after = next(row for row in own_visits(portal) if row[0] == before[0])
    assert after == (*before[:3], before[3] + 2)
    told = portal.sql("SELECT status FROM text_message WHERE kind = 'visit.cancelled' AND created_at > %s", began)
    assert told == [("cancelled",)]


def test_the_offer_to_undo_ends_after_ten_seconds_but_waits_for_whoever_rests_on_it(open_page):
    page = open_page(person("Alice"))
    open_first_visit(page)
    cancel_visit(page)
    undo = page.get_by_role("button", name="Undo")
    undo.focus()
    page.wait_for_timeout(11_000)
    expect(undo).to_be_visible()
    page.locator("h1").focus()
    page.mouse.move(1, 1)
    expect(undo).to_have_count(0, timeout=12_000)
    expect(page.get_by_role("link", name="Book again")).to_be_visible()


def test_the_offer_to_undo_follows_to_other_pages_and_through_a_refresh(open_page, portal: Portal):
    page = open_page(person("Alice"))
    open_first_visit(page)
    before = own_visits(portal)[0]
    cancel_visit(page)
    region = page.get_by_role("status").filter(has=page.get_by_role("button", name="Undo"))
    expect(region).to_have_attribute("aria-live", "polite")
    page.get_by_role("link", name="Visits").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visits")
    expect(region).to_be_visible()
    expect(region).to_have_attribute("aria-live", "off")  # read out once
    page.wait_for_timeout(1_000)
    left = "document.querySelector('.toast i').style.width"
    before_refresh = float(page.evaluate(left).rstrip("%"))
    page.reload()
    expect(region).to_have_attribute("aria-live", "off")
    assert float(page.evaluate(left).rstrip("%")) <= before_refresh < 100, "a refresh does not start the time anew"
    page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Alice")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="Your visit is back, at the same time as before.")).to_be_focused()
    expect(page.get_by_text("9:40 AM, Phoenix time").first).to_be_visible()
    expect(region).to_have_count(0)
    assert own_visits(portal)[0][:3] == before[:3]
    page.get_by_role("link", name="Visits").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visits")
    expect(page.get_by_text("Your visit is back")).to_have_count(0)
    assert page.watch.errors == []


def test_an_offer_left_on_another_page_ends_there(open_page, portal: Portal):
    page = open_page(person("Alice"))
    open_first_visit(page)
    cancel_visit(page)
    page.get_by_role("link", name="Account").first.click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0, timeout=12_000)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    page.wait_for_timeout(500)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_moving_a_visit_is_a_matter_of_visits_in_the_navigation(open_page):
    page = open_page(person("Alice"))
    here = page.locator(".nav [aria-current=page]")
    page.goto("/visits/book")
    expect(here).to_have_text("Book")
    open_first_visit(page)
    choose_new_time(page)
    expect(here).to_have_text("Visits")


def test_a_time_taken_meanwhile_cannot_be_undone_and_says_so(open_page, portal: Portal):
    page = open_page(person("Alice"))
    open_first_visit(page)
    visit = own_visits(portal)[0][0]
    cancel_visit(page)
    same = "patient_id, clinician_id, location_id, visit_type_id, starts_at, ends_at, occupied_from, occupied_to"
    portal.sql(f"INSERT INTO visit (tenant_id, id, created_at, status, overbooked, cancel_reason, version, {same})"
               f" SELECT tenant_id, gen_random_uuid(), now(), 'booked', false, '', 1, {same} FROM visit WHERE id = %s", visit)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Someone else has that time now")).to_be_visible()
    expect(page.get_by_role("link", name="Book again")).to_be_visible()


def test_back_closes_the_question(open_page):
    page = open_page(person("Alice"))
    open_first_visit(page)
    page.get_by_role("button", name="Cancel visit").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visits")
    page.go_forward()
    expect(page.get_by_role("button", name="Cancel visit")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_page_follows_what_happens_to_the_visit_in_another_tab(open_context):
    context = open_context(person("Alice"))
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        open_first_visit(page)
    cancel_visit(first)
    expect(second.get_by_text("Canceled", exact=True)).to_be_visible()
    expect(second.get_by_role("button", name="Undo")).to_have_count(0)


@pytest.mark.parametrize("view", VIEWS)
def test_the_calendar_file_is_of_the_visit_and_of_nobody_elses(open_page, portal: Portal, view):
    page = open_page(person("Alice"), **view)
    open_first_visit(page)
    visit, _, starts_at, version = own_visits(portal)[0]
    link = page.get_by_role("link", name="Add to calendar")
    expect(link).to_have_attribute("href", f"/visits/{visit}.ics")
    answer = page.request.get(f"/visits/{visit}.ics")
    assert answer.status == 200 and answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert re.fullmatch(r'inline; filename="visit-\d{4}-\d\d-\d\d\.ics"', answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store"
    (event,) = icalendar.Calendar.from_ical(answer.text()).walk("VEVENT")
    assert (event.start, event["SEQUENCE"], str(event["UID"])) == (starts_at, version, visit)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".ics")
    for stranger in ("Pam", "Mallory", "Carol"):
        other = open_page(person(stranger))
        assert other.request.get(f"/visits/{visit}.ics").status == 404
    for nothing in ("00000000-0000-0000-0000-000000000000", "x", "%00"):
        assert page.request.get(f"/visits/{nothing}.ics").status == 404


def test_whoever_is_not_signed_in_gets_no_file_but_the_way_to_the_visit(open_page, portal: Portal):
    visit = own_visits(portal)[0][0]
    page = open_page()
    answer = page.request.get(f"/visits/{visit}.ics", max_redirects=0)
    assert answer.status == 303 and answer.headers["location"] == f"/sign-in?next=%2Fvisits%2Fvisit%3Fvisit%3D{visit}"
