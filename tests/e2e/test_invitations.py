"""From a practice's invitations to a patient who is signed in."""
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Portal, person
from tests.e2e.test_accessibility import VIEWS, check

PLACES = ("America/Phoenix", "Pacific/Honolulu", "Asia/Tokyo", "Asia/Dubai", "Europe/Paris")
MOBILES = ("+16025550171", "+16025550172", "+16025550173")
PASSWORD = "three green lanterns"


def where_it_is_day() -> str:
    """A place where texts may be sent now."""
    return next(zone for zone in PLACES if 8 < datetime.now(ZoneInfo(zone)).hour < 20)


@pytest.fixture
def three_to_invite(portal: Portal) -> None:
    """Of Dan's practice."""
    portal.sql("UPDATE patient SET invited_at = now() WHERE invited_at IS NULL AND user_id IS NULL")
    portal.sql("""
        UPDATE patient p SET invited_at = NULL, mobile = k.mobile, birth_date = '1988-03-14', given_name = 'Ines', zone = %s
        FROM (SELECT tenant_id, id, (%s::text[])[row_number() OVER ()] AS mobile FROM patient
               WHERE user_id IS NULL AND tenant_id = (SELECT id FROM practice WHERE name = %s) ORDER BY id LIMIT 3) k
        WHERE p.tenant_id = k.tenant_id AND p.id = k.id""", where_it_is_day(), list(MOBILES), person("Dan").practice)


def test_invited_patients_make_their_accounts(open_page, portal: Portal, three_to_invite: None):
    began = datetime.now(UTC) - timedelta(seconds=1)
    admin = open_page(person("Dan"))
    invite_them(admin)
    invitation = portal.wait_for_text(MOBILES[0], "invites you", after=began)
    page = open_page(None, **PHONE)
    open_invitation(page, re.search(r"/join\?code=\w+", invitation).group())  # type: ignore[union-attr]
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Ines")
    asked = datetime.now(UTC)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    page.get_by_label("Six-digit code").fill(portal.wait_for_text(MOBILES[0], r"^\d{6} is your", after=asked)[:6])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ines")
    assert page.watch.errors == []
    admin.reload()
    expect(admin.get_by_text("One person has made an account")).to_be_visible()


def invite_them(admin: Page) -> None:
    admin.goto("/admin/invitations")
    expect(admin.get_by_label(re.compile("^Everyone.*: 3$"))).to_be_checked()
    check(admin, "whom to invite")
    admin.get_by_role("button", name="Invite them").click()
    expect(admin.get_by_role("dialog")).to_contain_text("Send 3 invitations?")
    check(admin, "question")
    admin.get_by_role("button", name="Yes, send them").click()
    expect(admin.get_by_text("3 of 3 invited")).to_be_visible(timeout=20_000)
    expect(admin.get_by_text("has an account or an invitation")).to_be_visible()
    check(admin, "all invited")


def open_invitation(page: Page, link: str) -> None:
    """With a slip of the pen or two."""
    page.goto(link)
    expect(page.get_by_label("Invitation code")).to_have_value(link[-10:])
    check(page, "code")
    page.get_by_label("Date of birth").fill("3/15/1988")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#code-error")).to_contain_text("can’t find an open invitation")
    check(page, "no such invitation")
    page.get_by_label("Date of birth").fill("3/14/1988")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Ines")
    check(page, "account")
    page.get_by_label("Password").fill("password1")
    page.get_by_role("button", name="Make my account").click()
    expect(page.locator("#password-error")).to_contain_text("easy to guess")


def test_who_has_no_invitation_asks_for_one(open_page, portal: Portal, three_to_invite: None):
    began = datetime.now(UTC) - timedelta(seconds=1)
    page = open_page(None, **PHONE)
    page.goto("/join")
    page.get_by_role("button", name="I have no invitation").click()
    page.get_by_label("Mobile number").fill("12")
    page.get_by_label("Date of birth").fill("3/14/1988")
    page.get_by_role("button", name="Send me an invitation").click()
    expect(page.locator("#mobile-error")).to_be_visible()
    check(page, "no number")
    page.get_by_label("Mobile number").fill(MOBILES[1])
    page.get_by_role("button", name="Send me an invitation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your phone")
    check(page, "asked")
    link = re.search(r"/join\?code=\w+", portal.wait_for_text(MOBILES[1], "invites you", after=began)).group()  # type: ignore
    page.goto(link)
    expect(page.get_by_label("Invitation code")).to_have_value(link[-10:])
    page.get_by_label("Date of birth").fill("3/14/1988")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Ines")
    assert page.watch.errors == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_paused_campaign_shows_how_far_it_is(open_page, portal: Portal, three_to_invite: None, view: str):
    portal.sql("DELETE FROM campaign WHERE status IN ('running', 'paused')")
    portal.sql("INSERT INTO campaign (tenant_id, id, created_at, audience, status, people, invited, joined)"
               " SELECT id, gen_random_uuid(), now(), 'all', 'paused', 1204, 312, 45"
               " FROM practice WHERE name = %s", person("Dan").practice)
    page = open_page(person("Dan"), **VIEWS[view])
    page.goto("/admin/invitations")
    expect(page.get_by_text("312 of 1,204 sent")).to_be_visible()
    expect(page.get_by_text("45 people have made an account", exact=True)).to_be_visible()
    check(page, "paused")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Yes, stop").click()
    expect(page.get_by_text("Stopped after 312 of 1,204").first).to_be_visible()
