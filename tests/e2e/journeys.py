"""What people do, step by step, as tests need it."""
import re
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from portal_app.core import transaction_id
from services.accounts.demo import DemoPerson
from tests.e2e.conftest import Portal, person


def fill_password(page: Page, person: DemoPerson, password: str = "") -> None:
    page.get_by_label("Email or mobile number").fill(person.email)
    page.get_by_label("Password").fill(password or person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in_by_hand(page: Page, portal: Portal, person: DemoPerson, address: str = "/sign-in") -> None:
    """Password, then the code from the person's phone."""
    asked = datetime.now(UTC)
    page.goto(address)
    fill_password(page, person)
    expect(page.get_by_label("Six-digit code")).to_be_visible()
    page.get_by_label("Six-digit code").fill(code_of(portal, person, asked))
    page.get_by_role("button", name="Continue").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))


def code_of(portal: Portal, person: DemoPerson, asked: datetime) -> str:
    text = portal.wait_for_text(person.mobile, r"^\d{6} is your", after=asked)
    return text[:6]


def choose_reason(page: Page, reason: str = "Follow-up") -> None:
    page.goto("/visits/book")
    page.get_by_role("link", name=re.compile(f"^{reason}")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a time")


def free_days(page: Page):
    return page.locator(".days a")


def choose_time(page: Page, number: int = 0) -> str:
    """Holds a time of the last free day of the week; answers it as it is written."""
    free_days(page).last.click()
    expect(free_days(page).last).to_have_attribute("aria-current", "date")
    time = page.locator(".times button").nth(number)
    expect(time).to_be_visible()
    words = time.locator("b").inner_text()
    time.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this right?")
    return words


def open_first_visit(page: Page) -> None:
    page.goto("/visits")
    page.get_by_role("link", name=re.compile("^Change or cancel")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(" with ")


def cancel_visit(page: Page, reason: str = "") -> None:
    """On the visit's own page."""
    page.get_by_role("button", name="Cancel visit").click()
    if reason:
        page.get_by_label(reason).check()
    page.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_text("Your visit is canceled.")).to_be_visible()


def choose_new_time(page: Page, number: int = 0) -> str:
    """From the visit's page to the review of another time; answers that as it is written."""
    page.get_by_role("link", name="Change the time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new time")
    time = page.locator(".times button").nth(number)
    words = time.locator("b").inner_text()
    time.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Move your visit?")
    return words


def confirm(page: Page) -> None:
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")


def given_up(portal: Portal, mobile: str = "+16025550142") -> str:
    """A practice's message that could not be delivered; answers its transaction ID."""
    with transaction_id.use() as tx:
        portal.sql(
            "INSERT INTO text_message (tenant_id, id, created_at, urgency, kind, recipient, body, dedupe_key, status, attempts,"
            " repeats, due_at, attempted_at, ended_at, expires_at, error_code, transaction_id, traceparent)"
            " SELECT id, gen_random_uuid(), now(), 'now', 'campaign', %s, 'Your practice has news. ' || %s, %s, 'failed', 1,"
            " 0, now(), now(), now(), now() + interval '1 hour', 30005, %s, '' FROM practice WHERE name = %s",
            mobile, tx, tx, tx, person("Dan").practice)
    return tx
