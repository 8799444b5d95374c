"""A practice says when its patients are reminded."""
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Portal, person


@pytest.fixture(autouse=True)
def as_before(portal: Portal):
    yield
    portal.sql("UPDATE practice SET reminder_hours = '{168,24,2}'")


def test_it_is_saved_and_there_when_one_comes_back(open_page, portal: Portal):
    page = open_page(person("Dan"))
    page.goto("/admin/reminders")
    expect(page.get_by_label("7 days")).to_be_checked()
    page.get_by_label("7 days").uncheck()
    page.get_by_label("3 days").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    assert portal.sql("SELECT reminder_hours FROM practice WHERE name = %s", person("Dan").practice) == [([72, 24, 2],)]
    page.reload()
    expect(page.get_by_label("3 days")).to_be_checked()
    expect(page.get_by_label("7 days")).not_to_be_checked()
    assert page.watch.errors == []


def test_who_looks_after_several_chooses_one(open_page, portal: Portal):
    page = open_page(person("Olivia"))
    page.goto("/admin/reminders")
    page.get_by_label("Practice").select_option("Lakeside Family Health")
    expect(page.locator("main header").get_by_text("Lakeside Family Health")).to_be_visible()
    page.get_by_label("1 hour").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    assert portal.sql("SELECT name FROM practice WHERE 1 = ANY (reminder_hours)") == [("Lakeside Family Health",)]
