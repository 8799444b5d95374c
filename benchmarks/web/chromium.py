"""A browser with a stopwatch in each page."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.web.stand import COOKIE, Stand
from portal_app.launch import browser as found_browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
STOPWATCH = (Path(__file__).parent / "stopwatch.js").read_text(encoding="utf-8")
DONE = "() => new Promise(tell => { const look = () => stopwatch.done ? tell(stopwatch.done) : setTimeout(look, 5); look() })"
JS_BYTES = """() => performance.getEntriesByType("resource")
  .filter(one => new URL(one.name).pathname.endsWith(".js")).reduce((sum, one) => sum + one.encodedBodySize, 0)"""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found_browser.find_or_install(), args=FLAGS)
        yield launched
        launched.close()


@contextmanager
def tab(browser: Browser, stand: Stand, email: str = "") -> Iterator[Page]:
    """A page of a browser that knows nothing yet, with `email` signed in."""
    with browser.new_context(base_url=stand.address) as context:
        if email:
            context.add_cookies([{"name": COOKIE, "value": stand.session(email), "domain": "localhost", "path": "/",
                                  "secure": True, "httpOnly": True, "sameSite": "Lax"}])
        context.add_init_script(STOPWATCH)
        yield context.new_page()


def load(page: Page, address: str, words: tuple[str, ...]) -> float:
    """Milliseconds from the start of a full load until `words` are painted."""
    page.add_init_script(f"stopwatch.words = {list(words)!r}")
    page.goto(address, wait_until="commit")
    return page.evaluate(DONE)


def follow(page: Page, words: tuple[str, ...], act: Callable[[], object]) -> float:
    """Milliseconds from the click that `act` makes until `words` are painted and the page's load is answered."""
    page.evaluate("words => stopwatch.start(words)", list(words))
    act()
    return page.evaluate(DONE) - page.evaluate("stopwatch.began")
