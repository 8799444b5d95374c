"""WCAG 2.2 A and AA by axe on every page and state, and what axe can't see: the keyboard, focus, small and large."""
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Portal, person
from tests.e2e.journeys import choose_new_time, choose_reason, choose_time, confirm, fill_password, given_up, open_first_visit

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
ZERO = "00000000-0000-0000-0000-000000000000"
VIEWS = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 640}, "color_scheme": "light"},
}
PAGES = {
    "/": "Good", "/visits": "Phoenix time", "/visits?show=past": "Phoenix time", "/visits/book": "check-up",
    "/account": "signed in", "/join?code=ABCDE12345": "Invitation code",
    "/demo/phone": "Whose phone", "/no/such/page": "doesn’t exist",
}


def check(page: Page, name: str) -> None:
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in violations] == [], name
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} scrolls sideways"


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_and_state_passes_axe(open_page, view: str):
    page = open_page(person("Alice"), **VIEWS[view])
    for address, words in PAGES.items():
        page.goto(address)
        expect(page.get_by_text(re.compile(words)).first).to_be_visible()
        check(page, address)
    open_first_visit(page)
    expect(page.get_by_text("Getting there")).to_be_visible()
    check(page, "visit")
    page.get_by_role("button", name="Cancel visit").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check(page, "question")
    page.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    check(page, "undo")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Your visit is back")).to_be_visible()
    choose_new_time(page)
    check(page, "review of a move")
    page.get_by_role("button", name="Move this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is moved")
    check(page, "moved")
    choose_reason(page)
    check(page, "times")
    choose_time(page)
    check(page, "review")
    confirm(page)
    check(page, "booked")


@pytest.mark.parametrize("view", VIEWS)
def test_empty_pages_staff_and_faults_pass_axe(open_page, portal: Portal, view: str):
    for name, address, words in (
        ("Victor", "/", "no visit coming up"), ("Victor", "/visits", "no visit coming up"),
        ("Carol", "/", "Today at your practice"),
        ("Ben", "/", "Good"), ("Alice", f"/visits/book?hold={ZERO}", "no longer held"),
        ("Alice", f"/visits/booked?visit={ZERO}", "can’t find"), ("Alice", f"/visits/visit?visit={ZERO}", "can’t find"),
        ("Alice", "/sorry?reference=TX-0000-0000-0000-0000", "TX-0000"), ("Alice", "/admin/messages", "isn’t for you"),
        ("Otis", "/", "Hello, Otis"), ("Otis", "/admin/messages", "All practices"), ("Dan", "/admin/messages", "Where you work"),
        ("Olivia", "/admin/messages", "Where you work"),
        ("Dan", "/admin/reminders", "How long before"), ("Olivia", "/admin/reminders", "Practice"),
        ("Otis", "/admin/messages/undelivered", "Send again"), ("Otis", "/admin/messages/story?tx=oh", "looks like"),
        ("Otis", f"/admin/messages/story?tx={given_up(portal)}", "Given up"),
    ):
        page = open_page(person(name), **VIEWS[view])
        page.goto(address)
        expect(page.get_by_text(re.compile(words)).first).to_be_visible()
        check(page, f"{name} {address}")


@pytest.mark.parametrize("view", VIEWS)
def test_signing_in_passes_axe_at_every_step(open_page, view: str):
    page = open_page(**VIEWS[view])
    page.goto("/sign-in")
    expect(page.get_by_text("who do you want to be")).to_be_visible()
    check(page, "sign in")
    fill_password(page, person("Dan"), "wrong")
    expect(page.locator("#password-error")).to_be_visible()
    check(page, "wrong password")
    fill_password(page, person("Dan"))
    expect(page.get_by_label("Six-digit code")).to_be_visible()
    check(page, "code")


def test_a_visit_is_booked_by_keyboard_alone(open_page):
    page = open_page(person("Victor"))
    page.goto("/")
    expect(page.get_by_role("link", name="Book a visit").first).to_be_visible()
    tab_to(page, "Book a visit")
    tab_to(page, "Follow-up")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.locator(".times button").first.wait_for()
    tab_to(page, re.compile(r"^\d+:\d\d [AP]M"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this right?")
    tab_to(page, "Book this visit")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")


def tab_to(page: Page, name: str | re.Pattern) -> None:
    """Presses Tab until `name` has the focus, sees that this shows, and presses Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        text = page.evaluate("document.activeElement.innerText") or ""
        if re.match(name if isinstance(name, re.Pattern) else re.escape(name), text.strip()):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"focus on {text} cannot be seen"
            page.keyboard.press("Enter")
            return
    pytest.fail(f"Tab never reached {name}")


def test_the_skip_link_and_navigation_move_the_focus_and_are_announced(open_page):
    page = open_page(person("Alice"))
    page.goto("/")
    expect(page.get_by_text("Good").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.get_by_role("link", name="Visits").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("#announcer")).to_have_text(re.compile("Your visits"))


def test_twice_the_text_size_fits(open_page):
    page = open_page(person("Alice"), viewport={"width": 1280, "height": 800})
    for address in ("/", "/visits", "/visits/book", "/account", "/sign-in"):
        page.goto(address)
        check_large(page, address)
    open_first_visit(page)
    check_large(page, "visit")


def check_large(page: Page, name: str) -> None:
    page.add_style_tag(content="html { font-size: 200% !important } body { font-size: 34px !important }")
    page.wait_for_timeout(600)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name


def test_the_page_says_its_language(open_page):
    page = open_page(person("Alice"))
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
