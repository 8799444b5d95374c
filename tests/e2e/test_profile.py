"""What a person chose for themselves, as a browser shows it; and the download, for whoever asks."""
import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import COOKIE, Portal, person
from tests.e2e.test_accessibility import check
from tests.e2e.test_http import request

PAPER = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(247, 248, 245)", "rgb(15, 22, 21)"
FRAME = """[...document.querySelectorAll('meta[name=theme-color]')]
  .find(one => !one.media || matchMedia(one.media).matches).content"""
SIZE = "getComputedStyle(document.documentElement).fontSize"


@pytest.fixture(autouse=True)
def nothing_chosen(portal: Portal) -> Iterator[None]:
    """Profiles as the demo world made them, before and after."""
    yield
    portal.sql("UPDATE users SET preferred_name = '', theme = 'device', text_size = 'normal'")
    portal.sql("DELETE FROM contact_preference")


def save(page: Page, number: int) -> None:
    """Presses one section's button and waits until it says so."""
    form = page.locator("form.form").nth(number)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("status")).to_have_text("Saved")


def test_a_theme_is_worn_at_once_before_the_next_first_paint_and_on_another_device(open_page):
    page = open_page(person("Pam"), color_scheme="light")
    page.goto("/account")
    page.get_by_label("Dark").check()
    save(page, 1)
    assert page.evaluate(PAPER) == DARK and page.evaluate(FRAME) == "#0f1615"
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ window.first = {PAPER} }})")
    page.reload()
    expect(page.get_by_label("Dark")).to_be_checked()
    assert page.evaluate("window.first") == DARK, "drawn light first"
    page.get_by_label("Same as this device").check()
    save(page, 1)
    assert page.evaluate(PAPER) == LIGHT and page.evaluate(FRAME) == "#f7f8f5"
    page.get_by_label("Dark").check()
    save(page, 1)
    other = open_page(person("Pam"), color_scheme="light")
    other.goto("/")
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    assert other.evaluate(PAPER) == DARK and page.watch.errors == []


def test_light_is_light_on_a_dark_device(open_page, portal: Portal):
    portal.sql("UPDATE users SET theme = 'light' WHERE email = %s", person("Pam").email)
    page = open_page(person("Pam"), color_scheme="dark")
    page.goto("/account")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate(PAPER) == LIGHT
    check(page, "light on a dark device")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_largest_text_fits_the_smallest_screen(open_page, portal: Portal, theme: str):
    portal.sql("UPDATE users SET text_size = 'larger', theme = %s WHERE email = %s", theme, person("Alice").email)
    page = open_page(person("Alice"), viewport={"width": 320, "height": 640})
    for address in ("/", "/visits", "/visits/book", "/account"):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("data-text", "larger")
        page.wait_for_timeout(400)
        assert page.evaluate(SIZE) == "22px"
        check(page, f"{address} {theme}")


def test_two_tabs_that_save_one_part_are_told_of_each_other(open_page):
    first, second = open_page(person("Pam")), open_page(person("Pam"))
    for page in (first, second):
        page.goto("/account")
        expect(page.get_by_text(person("Pam").email)).to_be_visible()  # each has read what it begins with
    first.get_by_label("What should we call you?").fill("Pammy")
    save(first, 0)
    name, form = second.get_by_label("What should we call you?"), second.locator("form.form").nth(0)
    name.fill("Mel")
    form.get_by_role("button", name="Save").click()
    told = form.get_by_role("status").filter(has_text="It now says: Pammy.")
    expect(told).to_be_focused()
    expect(name).to_have_value("Mel")
    expect(second.locator(".person")).to_have_text("Pammy")
    check(second, "saved elsewhere")
    form.get_by_role("button", name="Save").click()
    expect(first.locator(".person")).to_have_text("Mel")
    expect(told).to_have_count(0)
    first.get_by_label("What should we call you?").fill("Pamela")
    first.get_by_role("button", name="Save").first.click()
    first.get_by_role("button", name="Use what it says now").click()
    expect(first.get_by_label("What should we call you?")).to_have_value("Mel")
    first.get_by_role("link", name="Home").first.click()  # nothing is left unsaved
    expect(first.get_by_role("heading", level=1)).to_contain_text("Mel")


def test_a_number_that_texts_cannot_reach_is_said_where_texts_are_chosen(open_page, portal: Portal):
    mobile = person("Pam").mobile
    portal.sql("INSERT INTO unreachable_mobile (mobile, error_code, since) VALUES (%s, 30006, now())", mobile)
    page = open_page(person("Pam"))
    page.goto("/account")
    expect(page.get_by_text(f"We can’t text •••• {mobile[-4:]}").first).to_be_visible()
    check(page, "a landline")
    portal.sql("DELETE FROM unreachable_mobile WHERE mobile = %s", mobile)


def test_a_preferred_name_stands_in_shell_and_greeting_and_other_tabs_but_not_at_the_desk(open_page):
    page, other = open_page(person("Pam")), open_page(person("Pam"))
    other.goto("/visits")
    expect(other.locator(".person")).to_have_text("Pam Moreno")
    page.goto("/account")
    page.get_by_label("What should we call you?").fill("Pammy")
    save(page, 0)
    expect(page.locator(".person")).to_have_text("Pammy")
    expect(other.locator(".person")).to_have_text("Pammy")
    page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Good \w+, Pammy$"))
    desk = open_page(person("Carol"))
    desk.goto("/")
    expect(desk.get_by_text("Today at your practice")).to_be_visible()
    assert "Pammy" not in desk.content()


def test_a_name_that_is_no_name_is_told_beside_its_field_and_stays_typed(open_page):
    page = open_page(person("Pam"))
    page.goto("/account")
    name = page.get_by_label("What should we call you?")
    name.fill("12345")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#preferred_name-error")).to_contain_text("with letters")
    expect(name).to_have_value("12345")
    check(page, "a wrong name")


def test_leaving_with_unsaved_changes_asks(open_page):
    page = open_page(person("Pam"))
    page.goto("/account")
    page.get_by_label("What should we call you?").fill("Pammy")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_label("What should we call you?")).to_have_value("Pammy")
    assert "Leave without saving?" in asked[0]
    save(page, 0)
    page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pammy")
    assert len(asked) == 1


def test_the_download_opens_and_holds_ones_own_alone(open_page):
    for name, others in (("Alice", "Pam|Mallory|Victor"), ("Mallory", "Alice|Pam Moreno|Victor")):
        page = open_page(person(name))
        page.goto("/account")
        with page.expect_download() as started:
            page.get_by_role("link", name="Download your information").click()
        assert re.fullmatch(r"carelane-data-\d{4}-\d\d-\d\d\.json", started.value.suggested_filename)
        expect(page.get_by_text("Your file is on its way.")).to_be_visible()
        text = started.value.path().read_text(encoding="utf-8")
        assert json.loads(text)["person"][0]["email"] == person(name).email and not re.search(others, text)


def test_the_download_is_nobodys_but_who_is_signed_in(portal: Portal):
    for headers in ({}, {"Cookie": f"{COOKIE}=forged"}):
        answer = request(portal, "GET", "/account/data.json", **headers)
        assert (answer.status, answer.getheader("location")) == (303, "/sign-in?next=%2Faccount")
    cookie = {"Cookie": f"{COOKIE}={portal.session(person('Grace'))}"}
    for _ in range(5):
        answer = request(portal, "GET", "/account/data.json", **cookie)
        assert answer.status == 200 and answer.getheader("cache-control") == "no-store"
    assert request(portal, "GET", "/account/data.json", **cookie).getheader("location") == "/account?download=later"
