"""From the click on "Book this visit" until the confirmation is painted."""
import re

from playwright.sync_api import Browser, Page

from benchmarks.web.chromium import follow, load, tab
from benchmarks.web.figures import Figures, figures_of
from benchmarks.web.stand import Stand

PAM = "pam@example.com"
BOOKED = ("Your visit is booked", "What happens next")


def measure_booking(browser: Browser, stand: Stand, rounds: int) -> Figures:
    """Books `rounds` visits for Pam one after another, each taken away again."""
    before = [one for one, in stand.sql("SELECT id::text FROM visit")]
    found = []
    with tab(browser, stand, PAM) as page:
        for _ in range(rounds):
            _review(page)
            page.wait_for_timeout(200)
            found.append(follow(page, BOOKED, page.get_by_role("button", name="Book this visit").click))
            stand.sql("DELETE FROM visit WHERE id::text <> ALL(%s)", before)
    return figures_of({"confirm_ms": found})


def _review(page: Page) -> None:
    """By the steps a person takes, to the last one before the visit is booked."""
    load(page, "/visits/book", ("What do you need?", "Follow-up"))
    page.get_by_role("link", name=re.compile("^Follow-up")).first.click()
    page.locator(".days a").last.click()
    page.locator(".times button").first.click()
    page.get_by_role("heading", level=1, name="Is this right?").wait_for()
