"""A button that works: it says so, and a second click asks for nothing more."""
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.conftest import person
from tests.e2e.journeys import fill_password


class SlowLine:
    """A page's socket whose answers can be held back; `asked` counts what carries `event`."""

    def __init__(self, page: Page, event: str) -> None:
        self.event, self.asked, self.holding, self.held = event, 0, False, []
        page.route_web_socket("**/_event/**", self._route)

    def _route(self, browser: WebSocketRoute) -> None:
        self.browser, server = browser, browser.connect_to_server()
        browser.on_message(lambda frame: (self._count(frame), server.send(frame)))
        server.on_message(lambda frame: self.held.append(frame) if self.holding else browser.send(frame))

    def _count(self, frame: str | bytes) -> None:
        self.asked += self.event in (frame if isinstance(frame, str) else "")

    def release(self) -> None:
        self.holding = False
        for frame in self.held:
            self.browser.send(frame)


def test_a_button_works_until_its_answer_is_there(open_page):
    page = open_page()
    line = SlowLine(page, "sign_in.start")
    page.goto("/sign-in")
    expect(page.get_by_text("who do you want to be")).to_be_visible()
    line.holding = True
    fill_password(page, person("Dan"), "wrong")
    button = page.get_by_role("button", name="Sign in", exact=True)
    expect(button).to_have_attribute("aria-busy", "true")
    button.click(force=True)
    page.get_by_label("Password").press("Enter")
    page.wait_for_timeout(300)
    assert line.asked == 1
    line.release()
    expect(page.locator("#password-error")).to_be_visible()
    expect(button).not_to_have_attribute("aria-busy", "true")
    fill_password(page, person("Dan"), "wrong again")
    page.wait_for_timeout(300)
    assert line.asked == 2
