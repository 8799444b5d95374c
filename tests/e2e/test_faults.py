"""Where something can't be had, in a browser: a page of ours with a way on, whatever is down."""
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Portal, person
from tests.e2e.test_accessibility import VIEWS, check

BROWSER = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
REFERENCE = re.compile(r"TX(-[0-9A-Z]{4}){4}")


@contextmanager
def out(portal: Portal) -> Iterator[None]:
    """While no web process gets a connection to the database."""
    portal.sql("ALTER ROLE carelane_app NOLOGIN")
    portal.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'carelane_app'")
    try:
        yield
    finally:
        portal.sql("ALTER ROLE carelane_app LOGIN")


def posts(page: Page, portal: Portal, path: str, origin: str = "") -> Page:
    """What a form of a page sends; of another site's page with `origin`."""
    page.goto("/offline")
    answer = page.context.request.post(path, headers=BROWSER | {"Origin": origin or portal.address}, data="ticket=x",
                                       max_redirects=0)
    page.status = answer.status  # type: ignore[attr-defined]
    page.set_content(answer.text())
    return page


def test_a_form_of_another_site_gets_a_page(open_page, portal: Portal):
    page = posts(open_page(), portal, "/session", "https://evil.example")
    assert page.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("That didn’t come from Carelane")
    expect(page.get_by_role("link", name="Go to home")).to_be_visible()


def test_a_request_while_the_database_is_out_gets_a_page(open_page, portal: Portal):
    with out(portal):
        page = posts(open_page(), portal, "/session")
    assert page.status == 503
    expect(page.get_by_role("heading", level=1)).to_have_text("We’ll be right back")
    expect(page.get_by_text(REFERENCE)).to_be_visible()


@pytest.mark.parametrize("address, name", [("/", "Alice"), ("/sign-in", "")])
def test_a_page_opened_while_the_database_is_out_says_so_once(open_page, portal: Portal, address: str, name: str):
    page = open_page(person(name) if name else None)
    visited: list[str] = []
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    with out(portal):
        page.goto(address)
        page.wait_for_timeout(3000)
        assert len([one for one in visited if "/busy" in one]) <= 1, "it sends on to itself"
        expect(page.get_by_role("heading", level=1)).to_have_text("We’ll be right back" if name else "Sign in")
    page.goto(address)
    expect(page.get_by_text("Good" if name else "who do you want to be").first).to_be_visible()


def test_an_address_that_is_not_there_works_without_javascript(open_page):
    page = open_page(java_script_enabled=False)
    assert page.goto("/no/such/page").status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("This page doesn’t exist")
    page.get_by_role("link", name="Go to home").click()
    expect(page).to_have_title(re.compile("Carelane"))


def test_staff_at_a_patients_page_are_told_whose_it_is(open_page):
    page = open_page(person("Carol"))
    for address in ("/visits", "/visits/book"):
        page.goto(address)
        expect(page.get_by_role("heading", name="This page isn’t for you")).to_be_visible()
        expect(page.get_by_role("link", name="Go to home")).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_the_plain_pages_pass_axe(open_page, view: str):
    page = open_page(**VIEWS[view])
    for address in ("/offline", "/no/such/page", "/busy?reference=TX-0000-0000-0000-0000"):
        page.goto(address)
        check(page, address)
