"""Another password: in the account, and where it was forgotten."""
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Portal, person
from tests.e2e.journeys import sign_in_by_hand
from tests.e2e.test_accessibility import VIEWS, check

NEW = "seven green bicycles"


@pytest.fixture(autouse=True)
def as_it_was(portal: Portal) -> Iterator[None]:
    """Pam's password after the test."""
    email = person("Pam").email
    (before,) = portal.sql("SELECT c.password_hash, u.mobile FROM credential c JOIN users u ON u.id = c.user_id"
                           " WHERE u.email = %s", email)
    yield
    portal.sql("UPDATE credential SET password_hash = %s WHERE user_id = (SELECT id FROM users WHERE email = %s)",
               before[0], email)
    portal.sql("DELETE FROM throttle")


def mobile(portal: Portal) -> str:
    return portal.sql("SELECT mobile FROM users WHERE email = %s", person("Pam").email)[0][0]


def born(portal: Portal) -> str:
    found = portal.sql("SELECT p.birth_date FROM patient p JOIN users u ON u.id = p.user_id WHERE u.email = %s LIMIT 1",
                       person("Pam").email)
    return f"{found[0][0]:%m/%d/%Y}"


def test_who_forgot_it_chooses_another_one_and_signs_in(open_page, portal: Portal):
    elsewhere, page = open_page(person("Pam")), open_page(None, **PHONE)
    elsewhere.goto("/account")
    expect(elsewhere.get_by_text("signed in").first).to_be_visible()
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email or mobile").fill(person("Pam").email)
    page.get_by_label("Date of birth").fill("31/31/1990")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.locator("#birth_date-error")).to_contain_text("month, day and year")
    check(page, "no date")
    asked = datetime.now(UTC) - timedelta(seconds=1)
    page.get_by_label("Date of birth").fill(born(portal))
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your phone")
    code = portal.wait_for_text(mobile(portal), r"^\d{6} is your code for a new", after=asked)[:6]
    page.reload()
    page.get_by_label("Six-digit code").fill(f"{(int(code) + 1) % 10**6:06d}")
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Save new password").click()
    expect(page.locator("#code-error")).to_contain_text("isn’t right, or it’s too old")
    expect(page.get_by_label("New password")).to_have_value(NEW)
    check(page, "wrong code")
    page.get_by_label("Six-digit code").fill(code)
    page.get_by_role("button", name="Save new password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your password is changed")
    check(page, "changed")
    elsewhere.wait_for_url(re.compile("/sign-in"))
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in_by_hand(page, portal, replace(person("Pam"), password=NEW))
    assert page.watch.errors == []


def test_it_is_changed_in_the_account_and_other_browsers_are_signed_out(open_page, portal: Portal):
    other, page = open_page(person("Pam")), open_page(person("Pam"))
    other.goto("/visits")
    expect(other.get_by_role("heading", level=1)).to_have_text("Your visits")
    page.goto("/account")
    page.get_by_label("Your password now").fill("not this one")
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#current-error")).to_contain_text("isn’t the password you have now")
    expect(page.get_by_label("New password")).to_have_value(NEW)
    page.get_by_label("Your password now").fill(person("Pam").password)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Changed. You’re signed out everywhere else.")).to_be_visible()
    expect(page.get_by_label("Your password now")).to_have_value("")
    expect(page.get_by_label("New password")).to_have_value("")
    other.wait_for_url(re.compile("/sign-in"))
    assert page.watch.errors == []


def test_one_browser_is_signed_out_from_another(open_page, portal: Portal):
    portal.sql("UPDATE user_session SET ended_at = now() WHERE user_id = (SELECT id FROM users WHERE email = %s)",
               person("Pam").email)
    other, page = open_page(person("Pam")), open_page(person("Pam"))
    other.goto("/visits")
    page.goto("/account")
    leave = page.get_by_role("button", name=re.compile("^Sign out, |^Sign out .* on "))
    expect(leave).to_have_count(1)
    leave.click()
    expect(leave).to_have_count(0)
    other.wait_for_url(re.compile("/sign-in"))
    page.goto("/visits")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visits")


@pytest.mark.parametrize("view", VIEWS)
def test_the_first_step_in_every_look(open_page, view: str):
    page = open_page(None, **VIEWS[view])
    page.goto("/reset")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new password")
    check(page, "who")
