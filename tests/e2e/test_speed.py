"""Each page within its budget, printed as a table; each transaction within the customer's own limit."""
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.budgets import EVENTS, PAGES, SLOWEST
from tests.e2e.conftest import Portal, person
from tests.e2e.journeys import (
    cancel_visit,
    choose_new_time,
    choose_reason,
    choose_time,
    confirm,
    given_up,
    open_first_visit,
    sign_in_by_hand,
)

SHOWN = {
    "/": "Good", "/visits": "Phoenix time", "/visits?show=past": "Phoenix time", "/visits/book": "Yearly check-up",
    "/visits/visit?visit={visit}": "Getting there",
    "/account": "Where you’re signed in", "/sign-in": "who do you want to be", "/demo/phone": "Whose phone",
    "/demo/components": "What pages are made of", "/admin/messages": "All practices", "/admin/messages?show=day": "All practices",
    "/join?code=ABCDE12345": "Invitation code", "/reset": "Forgot your password",
    "/admin/invitations": "Whom do you want", "/admin/reminders": "How long before",
    "/admin/messages/undelivered": "Send again", "/admin/messages/story?tx={tx}": "Given up",
}
"""Words that stand on a page once its data is there."""
table: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def printed(request: pytest.FixtureRequest):
    """The figures, whatever the verdict."""
    yield
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n" + "\n".join(table))


def next_visit(portal: Portal) -> str:
    """Alice's."""
    return portal.sql("SELECT v.id::text FROM visit v JOIN patient p ON (p.tenant_id, p.id) = (v.tenant_id, v.patient_id)"
                      " WHERE p.email = %s AND v.starts_at > now() ORDER BY v.starts_at LIMIT 1", person("Alice").email)[0][0]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_stays_within_its_budget(open_page, portal: Portal, address: str):
    budget, seen = PAGES[address], len(portal.log_lines())
    page = open_page(None if address.startswith(("/sign-in", "/join", "/reset")) else person(budget.who))
    began = time.monotonic()
    page.goto(address.format(visit=next_visit(portal), tx=given_up(portal)))
    expect(page.get_by_text(SHOWN[address]).first).to_be_visible()
    shown = time.monotonic() - began
    page.wait_for_timeout(500)
    vitals, watch = page.watch.vitals(), page.watch
    calls = [line for line in portal.log_lines()[seen:] if line["message"] == "service called"]
    statements = sorted((line["service"], line["statements"]) for line in calls)
    statements = sorted(set(statements)) if budget.live else statements
    table.append(f"{address:<20} lcp {vitals['lcp'] / 1000:.2f} s  data {shown:.2f} s  js {vitals['js'] // 1024:.0f} KB"
                 f"  requests {vitals['requests']:.0f}  frames {len(watch.frames)} ({watch.frame_bytes // 1024} KB)"
                 f"  statements {sum(count for _, count in statements)}")
    assert statements == sorted(budget.statements.items())
    assert vitals["js"] <= budget.js and vitals["requests"] <= budget.requests
    assert len(watch.frames) <= budget.frames and watch.frame_bytes <= budget.frame_bytes
    assert vitals["cls"] <= 0.05 and vitals["wide"] <= 0
    assert vitals["lcp"] / 1000 <= SLOWEST and shown <= SLOWEST
    assert watch.errors == []


def timed(name: str, do: Callable[[], object]) -> None:
    began = time.monotonic()
    do()
    seconds = time.monotonic() - began
    table.append(f"{name:<20} {seconds:.2f} s")
    assert seconds <= SLOWEST


def test_navigation_and_booking_are_quick(open_page):
    page: Page = open_page(person("Pam"))
    page.goto("/")
    expect(page.get_by_text("Good").first).to_be_visible()
    timed("home to visits", lambda: (page.get_by_role("link", name="Visits").first.click(),
                                     expect(page.get_by_text("Phoenix time").first).to_be_visible()))
    choose_reason(page)
    timed("time to review", lambda: choose_time(page, 2))
    timed("confirm to booked", lambda: confirm(page))


def test_each_event_sends_just_its_statements(open_page, portal: Portal):
    page, seen = open_page(), len(portal.log_lines())
    sign_in_by_hand(page, portal, person("Victor"))
    choose_reason(page)
    choose_time(page)
    page.get_by_role("button", name="I need more time").click()
    page.wait_for_timeout(300)
    confirm(page)
    open_first_visit(page)
    choose_new_time(page)
    page.get_by_role("button", name="Move this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is moved")
    page.get_by_role("link", name="See your visit", exact=True).click()
    cancel_visit(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Your visit is back")).to_be_visible()
    calls = [line for line in portal.log_lines()[seen:] if line["message"] == "service called"]
    found = {name: {line["statements"] for line in calls if line["service"] == name} for name in EVENTS}
    table.extend(f"{name:<45} {sorted(counts)} statements" for name, counts in found.items())
    assert found == EVENTS


def test_no_page_tells_one_persons_name_to_another(open_page):
    page = open_page(person("Pam"))
    for address in ("/", "/visits", "/account"):
        page.goto(address)
        page.wait_for_timeout(600)
    frames = "\n".join(page.watch.frames)
    assert "Pam" in frames and not re.search("Alice|Mallory|Victor", frames)
