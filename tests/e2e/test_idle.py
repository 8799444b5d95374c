"""Who is not seen for long is asked, then signed out; who is at work anywhere in the browser is not."""
import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Portal, person
from tests.e2e.test_accessibility import check

QUESTION = "Are you still there?"
LONG, WARNED = 28 * 60, 27.6 * 60  # seconds


def at_work(open_page, address: str = "/account", **device) -> Page:
    page = open_page(person("Pam"), **device)
    page.clock.install()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def wait(page: Page, seconds: float) -> None:
    """Time goes by for the browser, and nothing happens."""
    page.clock.fast_forward(int(seconds * 1000))


def sessions(portal: Portal) -> int:
    return portal.sql("SELECT count(*) FROM user_session s JOIN users u ON u.id = s.user_id WHERE u.email = %s"
                      " AND s.ended_at IS NULL", person("Pam").email)[0][0]


def test_nobody_answers_and_the_browser_signs_out_and_finds_back(open_page, portal: Portal):
    portal.sql("UPDATE user_session SET ended_at = now() WHERE user_id = (SELECT id FROM users WHERE email = %s)",
               person("Pam").email)
    page = at_work(open_page, "/visits?show=past", **PHONE)
    wait(page, 20 * 60)
    expect(page.get_by_role("dialog", name=QUESTION)).to_have_count(0)
    wait(page, WARNED - 20 * 60)
    expect(page.get_by_role("dialog", name=QUESTION)).to_be_visible()
    check(page, "the question")
    wait(page, 61)
    page.wait_for_url(re.compile("/sign-in"))
    assert "next=%2Fvisits%3Fshow%3Dpast" in page.url and sessions(portal) == 0
    expect(page.get_by_text("nothing happened for a while")).to_be_visible()


def test_whoever_answers_stays_and_keeps_what_was_typed(open_page, portal: Portal):
    page = at_work(open_page)
    page.get_by_label("What should we call you?").fill("Pamela")
    portal.sql("UPDATE user_session SET last_seen_at = now() - interval '10 minutes' WHERE user_id ="
               " (SELECT id FROM users WHERE email = %s)", person("Pam").email)
    wait(page, WARNED)
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("dialog", name=QUESTION)).to_have_count(0)
    expect(page.get_by_label("What should we call you?")).to_have_value("Pamela")
    seen = ("SELECT count(*) FROM user_session WHERE ended_at IS NULL AND last_seen_at > now() - interval '1 minute'"
            " AND user_id = (SELECT id FROM users WHERE email = %s)")
    page.wait_for_timeout(300)
    assert portal.sql(seen, person("Pam").email)[0][0] >= 1, "the server was not told"
    wait(page, 20 * 60)
    expect(page.get_by_role("dialog", name=QUESTION)).to_have_count(0)


def test_typing_keeps_a_person_signed_in_and_the_escape_key_answers(open_page, portal: Portal):
    page = at_work(open_page)
    wait(page, 20 * 60)
    page.get_by_label("What should we call you?").press("P")
    wait(page, 20 * 60)
    expect(page.get_by_role("dialog", name=QUESTION)).to_have_count(0)
    wait(page, 8 * 60)
    expect(page.get_by_role("dialog", name=QUESTION)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name=QUESTION)).to_have_count(0)
    assert page.url.endswith("/account")
