"""Each page cold and warm, beside a page of the same server that needs nothing but its HTML, stylesheet and picture."""
from dataclasses import dataclass

from playwright.sync_api import Browser

from benchmarks.web.chromium import JS_BYTES, follow, load, tab
from benchmarks.web.figures import Figures, figures_of
from benchmarks.web.stand import Stand

STATIC, STATIC_WORDS = "/offline", ("You’re offline",)
ALICE = "alice@example.com"


@dataclass(frozen=True)
class Measured:
    """`words` stand on the page once its data is there. `before` is where a link leads to it, "" where none does."""

    words: tuple[str, ...]
    before: str = ""
    query: str = ""


PAGES = {
    "/": Measured(("Needs your attention",), "/visits"),
    "/visits": Measured(("Your visits", "Change or cancel"), "/"),
    "/visits/visit": Measured(("Getting there",), "/visits", "?visit={visit}"),
    "/visits/book": Measured(("What do you need?", "Yearly check-up"), "/"),
    "/visits/booked": Measured(("What happens next",), query="?visit={visit}"),
    "/account": Measured(("Where you’re signed in",), "/"),
    "/sign-in": Measured(("who do you want to be",)),
    "/demo/phone": Measured(("Whose phone", "Alice Moreno")),
    "/demo/components": Measured(("What pages are made of",)),
}


def measure_pages(browser: Browser, stand: Stand, routes: list[str], rounds: int) -> tuple[Figures, Figures]:
    """The static page, and each of `routes` with its ratio to the static page loaded just before it."""
    static: dict[str, list[float]] = {"cold_ms": [], "warm_ms": []}
    found: dict[str, dict[str, list[float]]] = {route: {} for route in routes}
    for _ in range(rounds):
        for route, measured in found.items():
            cold, warm, _ = _twice(browser, stand, STATIC, STATIC_WORDS)
            static["cold_ms"].append(cold)
            static["warm_ms"].append(warm)
            _add(measured, _loads(browser, stand, route, cold))
    for route, measured in found.items():
        if PAGES[route].before:
            measured["navigation_ms"] = _navigations(browser, stand, route, rounds)
    return {"route": STATIC} | figures_of(static), {route: figures_of(measured) for route, measured in found.items()}


def _loads(browser: Browser, stand: Stand, route: str, static: float) -> dict[str, float]:
    cold, warm, js = _twice(browser, stand, _address(stand, route), PAGES[route].words, "" if route == "/sign-in" else ALICE)
    return {"cold_ms": cold, "ratio_to_static": cold / static, "warm_ms": warm, "js_kb": js / 1024}


def _twice(browser: Browser, stand: Stand, address: str, words: tuple[str, ...], email: str = "") -> tuple[float, float, float]:
    """Cold and warm: with nothing in the browser's cache, and again. In ms; and the bytes of script as sent."""
    with tab(browser, stand, email) as page:
        cold = load(page, address, words)
        js = page.evaluate(JS_BYTES)
        page.wait_for_load_state("networkidle")
        return cold, load(page, address, words), js


def _navigations(browser: Browser, stand: Stand, route: str, rounds: int) -> list[float]:
    """Clicks on a link to the page, which has been there once before."""
    before, found = PAGES[route].before, []
    with tab(browser, stand, ALICE) as page:
        load(page, before, PAGES[before].words)
        for _ in range(rounds + 1):
            page.wait_for_timeout(200)
            link = page.locator(f'main a[href^="{route}?"], aside nav a[href="{route}"]').first
            found.append(follow(page, PAGES[route].words, link.click))
            page.wait_for_timeout(200)
            follow(page, PAGES[before].words, page.go_back)
    return found[1:]


def _address(stand: Stand, route: str) -> str:
    query = PAGES[route].query
    return route + (query.format(visit=stand.next_visit(ALICE)) if query else "")


def _add(measured: dict[str, list[float]], one: dict[str, float]) -> None:
    for name, value in one.items():
        measured.setdefault(name, []).append(value)
