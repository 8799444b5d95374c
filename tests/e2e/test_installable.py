"""Installed as an app: Chromium accepts it, and offline it says so honestly, keeping nothing of anyone's."""
import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import person

KEPT = {"/offline", "/offline.js", "/look.js", "/carelane.css", "/mark.svg"}


READY = """async () => {
  await navigator.serviceWorker.ready
  if (!navigator.serviceWorker.controller)
    await new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }))
}"""


def with_worker(page: Page, address: str = "/") -> Page:
    """Opened until its worker is at work."""
    page.goto(address)
    page.evaluate(READY)
    return page


def kept(page: Page) -> dict[str, set[str]]:
    """Each cache with the paths it holds."""
    found = page.evaluate("""async () => Promise.all((await caches.keys()).map(async name =>
        [name, (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)]))""")
    return {name: set(paths) for name, paths in found}


def test_chromium_finds_nothing_that_keeps_it_from_being_installed(open_page):
    page = with_worker(open_page(), "/sign-in")
    devtools = page.context.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == [] and manifest["url"].endswith("/carelane.webmanifest")
    errors = [one["errorId"] for one in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [one for one in errors if one != "in-incognito"] == []  # a test's browser context is one


def test_every_sign_of_ours_that_others_show_is_there(open_page):
    page = open_page()
    page.goto("/sign-in")
    signs = page.locator("link[rel$=icon]").evaluate_all("all => all.map(one => one.href)")
    shared = page.locator('meta[property="og:image"]').get_attribute("content")
    for address in (*signs, shared, "/favicon.ico"):
        answer = page.request.get(address)
        assert answer.status == 200 and answer.headers["content-type"].startswith("image/"), address


def test_offline_it_says_so_and_goes_on_when_it_is_back(open_page):
    page = with_worker(open_page(person("Alice"), color_scheme="light"))
    expect(page.get_by_text("Good").first).to_be_visible()
    page.evaluate("localStorage.setItem('carelane.look', 'dark large')")
    page.context.set_offline(True)
    page.goto("/visits?show=past")
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re offline")
    expect(page.locator("body")).to_have_css("margin", "0px")  # the stylesheet is kept too
    expect(page.locator("body")).to_have_css("background-color", "rgb(15, 22, 21)")  # and the look that the person chose
    assert page.url.endswith("/visits?show=past")
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re offline")
    page.context.set_offline(False)
    expect(page.get_by_text("Phoenix time").first).to_be_visible()
    assert page.url.endswith("/visits?show=past")


def test_only_the_offline_page_is_kept(open_page):
    page = with_worker(open_page(person("Alice")))
    for address in ("/", "/visits", "/visits/book", "/account"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(300)
    (name, paths), = kept(page).items()
    assert re.fullmatch(r"offline-[0-9a-f]{16}", name) and paths == KEPT


def test_a_new_worker_takes_over_and_clears_what_the_old_one_kept(open_page):
    page = with_worker(open_page(), "/sign-in")
    page.evaluate("async () => (await caches.open('offline-old')).put('/offline', new Response('old'))")
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).unregister()")
    page.goto("/offline")  # without a page under its care, the old worker ends
    with_worker(page, "/sign-in")
    assert list(kept(page).values()) == [KEPT]
