"""The first journey: sign in, book, be told, cancel; and what goes wrong on the way."""
import re
import time
from datetime import UTC, datetime

import httpx
import psutil
import pytest
from playwright.sync_api import Page, expect

from portal_app.launch import data_folder
from tests.e2e.conftest import PHONE, Portal, person
from tests.e2e.journeys import (
    cancel_visit,
    choose_reason,
    choose_time,
    code_of,
    confirm,
    fill_password,
    free_days,
    sign_in_by_hand,
)

VIEWS = [pytest.param({}, id="desktop"), pytest.param(PHONE, id="phone")]


@pytest.mark.parametrize("view", VIEWS)
def test_a_patient_signs_in_books_is_told_and_cancels(open_page, portal: Portal, view):
    victor, began = person("Victor"), datetime.now(UTC)
    page: Page = open_page(**view)
    sign_in_by_hand(page, portal, victor)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Victor")
    choose_reason(page)
    expect(page.get_by_text("San Diego time").first).to_be_visible()
    time = choose_time(page)
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"[45]:\d\d"))
    confirm(page)
    text = portal.wait_for_text(victor.mobile, "is booked", after=began)
    assert time in text and "Pacific Coast Clinic" in text and "Follow-up" not in text and "Victor" not in text
    page.get_by_role("link", name="See your visit", exact=True).click()
    cancel_visit(page, "I feel better")
    told = portal.sql("SELECT status FROM text_message WHERE kind = 'visit.cancelled' AND recipient = %s"
                      " ORDER BY created_at DESC LIMIT 1", victor.mobile)
    assert told == [("waiting",)], "it can still be taken back"
    portal.sql("UPDATE text_message SET due_at = now() WHERE kind = 'visit.cancelled' AND status = 'waiting'")
    portal.wait_for_text(victor.mobile, "is canceled", after=began)
    page.get_by_role("link", name="Visits").locator("visible=true").first.click()
    expect(page.get_by_text("You have no visit coming up.")).to_be_visible()
    assert page.watch.errors == []


def test_wrong_input_is_said_beside_the_field_and_nothing_typed_is_lost(open_page, portal: Portal):
    page = open_page()
    page.goto("/sign-in")
    expect(page.get_by_label("Password")).to_be_enabled()
    fill_password(page, person("Grace"), "not the password")
    expect(page.locator("#password-error")).to_have_text(re.compile("don’t match"))
    expect(page.get_by_label("Email or mobile number")).to_have_value(person("Grace").email)
    expect(page.get_by_role("alert")).to_be_focused()
    asked = datetime.now(UTC)
    fill_password(page, person("Grace"))
    page.get_by_label("Six-digit code").fill("000000" if code_of(portal, person("Grace"), asked) != "000000" else "111111")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#code-error")).to_have_text(re.compile("isn’t right"))


def test_on_a_phone_the_code_is_asked_for_at_the_top_of_the_page(open_page, portal: Portal):
    page = open_page(**PHONE)
    page.goto("/sign-in")
    page.mouse.wheel(0, 2000)
    fill_password(page, person("Victor"))
    expect(page.get_by_label("Six-digit code")).to_be_focused()
    expect(page.get_by_label("Six-digit code")).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0
    expect(page.locator("#announcer")).to_have_text("Type your code")


def test_asking_again_sends_nothing_and_says_so(open_page, portal: Portal):
    began = datetime.now(UTC)
    for _ in range(2):
        page = open_page()
        page.goto("/sign-in")
        fill_password(page, person("Pam"))
        expect(page.get_by_label("Six-digit code")).to_be_visible()
    expect(page.get_by_text("less than a minute ago")).to_be_visible()
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"0:\d\d"))
    sent = portal.sql("SELECT count(*) FROM text_message WHERE recipient = %s AND created_at > %s", person("Pam").mobile, began)
    assert sent == [(1,)]


def test_the_page_that_was_asked_for_opens_after_signing_in(open_page, portal: Portal):
    page = open_page()
    page.goto("/visits?show=past")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    asked = datetime.now(UTC)
    expect(page.get_by_text("Please sign in to see that page.")).to_be_visible()
    fill_password(page, person("Mallory"))
    page.get_by_label("Six-digit code").fill(code_of(portal, person("Mallory"), asked))
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile(r"/visits\?show=past$"))
    expect(page.get_by_text("Harborview").first).to_be_visible()


def test_signing_out_closes_every_tab(open_context, portal: Portal):
    context = open_context(person("Grace"))
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto("/visits")
        expect(page.get_by_text("Lakeside").first).to_be_visible()
    first.get_by_role("button", name="Sign out").first.click()
    expect(first.get_by_text("You’re signed out.")).to_be_visible()
    expect(second).to_have_url(re.compile("/sign-in"))
    expect(second.get_by_text("Chicago time")).to_have_count(0)
    first.go_back()
    expect(first).to_have_url(re.compile("/sign-in"))


def test_signing_out_everywhere_reaches_other_browsers(open_page, portal: Portal):
    here, there = open_page(person("Grace")), open_page(person("Grace"))
    there.goto("/visits")
    expect(there.get_by_text("Lakeside").first).to_be_visible()
    here.goto("/account")
    here.get_by_role("button", name="Sign out everywhere").click()
    here.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    for page in (here, there):
        expect(page).to_have_url(re.compile("/sign-in"))


def test_back_and_refresh_keep_the_step(open_page):
    page = open_page(person("Victor"))
    choose_reason(page)
    choose_time(page)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this right?")
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"\d:\d\d"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a time")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("What do you need?")


def test_a_time_taken_meanwhile_offers_the_nearest(open_page, portal: Portal):
    slow, quick = open_page(person("Alice")), open_page(person("Pam"))
    for page in (slow, quick):
        page.goto("/visits/book")
        page.locator("section, .card").filter(has_text="Desert Ridge").get_by_role("link", name=re.compile("^Follow-up")).click()
        page.get_by_label("Who would you like to see?").select_option("Dr. Bea Okafor, Family medicine")
        expect(free_days(page).last).to_have_attribute("href", re.compile("with="))
        free_days(page).last.click()
        expect(free_days(page).last).to_have_attribute("aria-current", "date")  # the same day, read before anyone chose
        expect(page.locator(".times button").first).to_be_visible()
    choose_time(quick)
    slow.locator(".times button").first.click()
    expect(slow.get_by_text("Someone just took that time.")).to_be_visible()
    expect(slow.get_by_text("The nearest free times")).to_be_visible()
    slow.locator(".times.wide button").first.click()
    expect(slow.get_by_role("heading", level=1)).to_have_text("Is this right?")


def test_a_hold_that_ran_out_leads_back_to_the_times(open_page, portal: Portal):
    page = open_page(person("Victor"))
    choose_reason(page)
    choose_time(page)
    portal.sql("UPDATE visit SET hold_expires_at = now() + interval '2 seconds' WHERE status = 'held'")
    page.reload()
    expect(page.get_by_text("no longer held for you").first).to_be_visible()
    page.get_by_role("link", name="See free times").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Choose a time|What do you need"))


def test_a_hold_can_be_kept_longer(open_page, portal: Portal):
    page = open_page(person("Victor"))
    choose_reason(page)
    choose_time(page)
    portal.sql("UPDATE visit SET hold_expires_at = now() + interval '70 seconds' WHERE status = 'held'")
    page.reload()
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"1:0\d"))
    page.get_by_role("button", name="I need more time").click()
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"[45]:\d\d"))


def test_two_tabs_book_one_hold_once(open_context, portal: Portal):
    context = open_context(person("Victor"))
    first, second = context.new_page(), context.new_page()
    choose_reason(first)
    choose_time(first)
    second.goto(first.url)
    expect(second.get_by_role("button", name="Book this visit")).to_be_visible()
    before = portal.sql("SELECT count(*) FROM visit WHERE status = 'booked'")
    confirm(first)
    confirm(second)
    assert portal.sql("SELECT count(*) FROM visit WHERE status = 'booked'")[0][0] == before[0][0] + 1


def test_times_are_the_clinics_whatever_the_browsers_zone(open_page, portal: Portal):
    page = open_page(person("Alice"), timezone_id="Asia/Tokyo")
    page.goto("/")
    expect(page.get_by_text("9:40 AM, Phoenix time (MST)").first).to_be_visible()


def test_a_slow_computer_only_takes_longer(open_page):
    page = open_page(person("Victor"))
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    choose_reason(page)
    choose_time(page)
    confirm(page)
    assert page.watch.errors == []


def test_a_server_that_dies_in_the_middle_loses_nothing(open_page, portal: Portal):
    page = open_page(person("Victor"))
    choose_reason(page)
    choose_time(page)
    web = psutil.Process(data_folder.read_running(portal.data_dir)["processes"]["web"]["pid"])
    for process in [web, *web.children(recursive=True)]:
        process.kill()
    until = time.monotonic() + 20
    while time.monotonic() < until and not is_well(portal):
        time.sleep(0.2)
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"\d:\d\d"))
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked", timeout=20_000)


def is_well(portal: Portal) -> bool:
    try:
        return httpx.get(f"{portal.address}/health").status_code == 200
    except httpx.HTTPError:
        return False


def test_staff_see_their_practices_day(open_page):
    page = open_page(person("Carol"))
    page.goto("/")
    expect(page.get_by_text("Today at your practice")).to_be_visible()
    expect(page.get_by_role("link", name="Book")).to_have_count(0)


def test_the_phone_shows_a_text_as_it_arrives(open_page, portal: Portal):
    phone, page = open_page(), open_page()
    phone.goto("/demo/phone")
    phone.get_by_label("Whose phone?").select_option(label="Ben Castillo · Billing")
    page.goto("/sign-in")
    fill_password(page, person("Ben"))
    expect(phone.get_by_text(re.compile(r"^\d{6} is your Carelane code")).first).to_be_visible()
