"""An operator watches text messages as they go, and sends one again that could not be delivered."""
import re

from playwright.sync_api import expect

from tests.e2e.conftest import Portal, person
from tests.e2e.journeys import given_up, sign_in_by_hand
from tests.e2e.test_accessibility import check

SENT = "SELECT count(*) FROM text_message WHERE urgency = 'code' AND accepted_at > now() - interval '59 minutes'"
SWEPT = 15_000
"""Milliseconds within which a message is counted and shown."""


def test_figures_move_by_themselves_as_people_sign_in(open_page, portal: Portal):
    watching = open_page(person("Otis"))
    watching.goto("/admin/messages")
    codes = watching.locator(".card").filter(has=watching.get_by_role("heading", name="Codes", exact=True))
    expect(codes.get_by_role("img")).to_have_count(2)
    sign_in_by_hand(open_page(), portal, person("Grace"))
    ((sent,),) = portal.sql(SENT)
    expect(codes).to_contain_text(re.compile(rf"% of {sent} on time\."), timeout=SWEPT)
    codes.get_by_text("Show as a table").click()
    newest = codes.get_by_role("table").get_by_role("row")
    expect(newest).to_have_count(61)
    check(watching, "table")
    assert watching.watch.errors == []


def test_a_message_is_sent_again_and_its_story_told_until_it_is_delivered(open_page, portal: Portal):
    mobile = "+16025559142"
    first = given_up(portal, mobile)
    page = open_page(person("Dan"))
    page.goto("/admin/messages/undelivered")
    letter = page.locator(".letter").first
    expect(letter).to_contain_text("The number isn’t in use")
    letter.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("dialog")).to_contain_text("9142")
    check(page, "question")
    page.get_by_role("button", name="Yes, send it").click()
    expect(page).to_have_url(re.compile(r"story\?tx=TX-"))
    expect(page.locator(".pill").filter(has_text="Delivered")).to_be_visible(timeout=SWEPT)
    assert mobile not in page.content() and "Your practice has news" not in page.content()
    page.get_by_role("link", name="This is the second sending").click()
    expect(page.get_by_label("Reference")).to_have_value(first)
    expect(page.get_by_role("link", name="It was sent again")).to_be_visible()
    assert portal.sql("SELECT count(*) FROM text_message WHERE recipient = %s AND status = 'delivered'", mobile) == [(1,)]


def test_why_a_message_is_not_sent_again_is_said_where_it_was_asked(open_page, portal: Portal):
    mobile = "+16025559143"
    given = given_up(portal, mobile)
    portal.sql("UPDATE text_message m SET patient_id = (SELECT p.id FROM patient p WHERE p.tenant_id = m.tenant_id LIMIT 1)"
               " WHERE transaction_id = %s", given)
    page = open_page(person("Dan"))
    page.goto("/admin/messages/undelivered")
    again = page.locator(".letter").filter(has_text="9143").get_by_role("button", name="Send again")
    again.click()
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.get_by_role("dialog")).to_contain_text("The mobile number on the chart has changed")
    check(page, "refused")
    expect(page.get_by_role("button", name="Yes, send it")).to_have_count(0)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(again).to_have_count(0)  # the answer stays no, so it is not offered again
    assert portal.sql("SELECT count(*) FROM text_message WHERE recipient = %s", mobile) == [(1,)]


def test_a_message_is_found_by_its_reference(open_page, portal: Portal):
    tx = given_up(portal)
    page = open_page(person("Otis"))
    page.goto("/admin/messages")
    page.get_by_role("link", name="Find one").click()
    page.get_by_label("Reference").fill(f" {tx.lower()} ")
    page.get_by_role("button", name="Find it").click()
    expect(page.get_by_text("Last handed to the provider")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Last handed to the provider")).to_be_visible()


def test_charts_are_loaded_where_they_are_shown_and_nowhere_else(open_page):
    def scripts(name: str, address: str) -> str:
        page, found = open_page(person(name)), []
        page.on("response", lambda answer: found.append(answer) if answer.url.split("?")[0].endswith(".js") else None)
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(500)
        return "".join(answer.text() for answer in found)

    assert "chart-rows" in scripts("Otis", "/admin/messages")
    for address in ("/", "/visits", "/account"):
        assert "chart-rows" not in scripts("Alice", address), address


def test_whoever_may_not_see_it_reads_so_in_the_title_too(open_page):
    page = open_page(person("Alice"))
    page.goto("/admin/messages")
    expect(page).to_have_title("This page isn’t for you · Carelane")
    page.get_by_role("link", name="Visits").first.click()
    expect(page).to_have_title("Your visits · Carelane")
