"""The gallery: each component in it, accessible in every look, and drawn as it was when its pictures were taken.

Pictures are taken with a font of our own, and mean something only in the Chromium version that took the ones they are
compared with. `UPDATE_PICTURES=1` takes them anew. What differs is put into the folder that the failure names.
"""
import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.gallery.example import POINTED
from tests.e2e.test_accessibility import VIEWS, check

KEPT = Path(__file__).parent / "pictures"
UPDATE = bool(os.environ.get("UPDATE_PICTURES"))
LOOKS = ("light", "dark")
TOLERATED = 0.0001
"""The share of pixels that may differ: rounding of edges, less than one letter."""
STILL = """*, ::before, ::after { animation: none !important; transition: none !important; caret-color: transparent !important }
.skip { display: none } .toast i { width: 60% !important }"""
FACE = "@font-face {{ font-family: Tested; font-weight: {}; src: url(data:font/woff2;base64,{}) }}"
ALONE = """one => document.querySelectorAll(".example").forEach(
  other => { other.style.display = one && one !== other ? "none" : "" })"""
COMPARE = """async ([one, other]) => {
  const load = async data => createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob())
  const [a, b] = await Promise.all([load(one), load(other)])
  if (a.width !== b.width || a.height !== b.height) return { share: 1, diff: "" }
  const pixels = image => {
    const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d")
    context.drawImage(image, 0, 0)
    return [canvas, context, context.getImageData(0, 0, image.width, image.height)]
  }
  const [, , left] = pixels(a), [canvas, context, right] = pixels(b)
  let different = 0
  for (let at = 0; at < left.data.length; at += 4) {
    const far = Math.max(...[0, 1, 2].map(i => Math.abs(left.data[at + i] - right.data[at + i])))
    if (far > 24) { different++; right.data.set([255, 0, 80, 255], at) }
    else for (const i of [0, 1, 2]) right.data[at + i] = 255 - (255 - right.data[at + i]) / 4
  }
  context.putImageData(right, 0, 0)
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())
  const diff = btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""))
  return { share: different / (a.width * a.height), diff }
}"""


def as_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def open_gallery(page: Page) -> Page:
    """The gallery with nothing moving, in the font of the tests, and what would take the focus made reachable for axe."""
    page.goto("/demo/components")
    expect(page.get_by_role("heading", name="Components", exact=True)).to_be_visible()
    faces = "".join(FACE.format(weight, as_text((KEPT / f"inter-{weight}.woff2").read_bytes())) for weight in (400, 600))
    page.add_style_tag(content=f"{faces} :root {{ --font: Tested }} {STILL}")
    page.evaluate("document.fonts.ready.then(() => document.querySelectorAll('[inert]').forEach(part => part.inert = false))")
    return page


@pytest.mark.parametrize("view", VIEWS)
def test_every_component_passes_axe(open_page, view: str):
    page = open_gallery(open_page(**VIEWS[view]))
    check(page, f"the gallery, {view}")
    for name, part in opened(page):
        check(page, f"{name} open, {view}")
        assert part.is_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_components_look_as_in_their_pictures(open_page, look: str, tmp_path: Path):
    page = open_gallery(open_page(viewport={"width": 1000, "height": 800}, color_scheme=look))
    version, taken = page.context.browser.version.split(".")[0], KEPT / "chromium.txt"  # type: ignore[union-attr]
    if UPDATE:
        taken.write_text(version + "\n")
    elif taken.read_text().strip() != version:
        pytest.skip(f"the pictures were taken with Chromium {taken.read_text().strip()}, and this is {version}")
    examples = page.locator(".example").all()
    drawn = {(one.get_attribute("id") or "").removeprefix("example-"): alone(one).screenshot() for one in examples}
    page.evaluate(ALONE, None)
    drawn |= {f"{name}-open": part.screenshot() for name, part in opened(page)}
    different = [name for name, actual in drawn.items() if not same(page, KEPT / look / f"{name}.png", actual, tmp_path)]
    assert not different, f"{different} differ from {KEPT / look}: see {tmp_path}"
    assert {path.stem for path in (KEPT / look).iterdir()} == set(drawn), "a picture of what is no longer there"


def alone(example: Locator) -> Locator:
    """Without the others, whose heights decide how its own edges are rounded."""
    example.evaluate(f"one => ({ALONE})(one)")
    return example


def opened(page: Page) -> Iterator[tuple[str, Locator]]:
    """What shows only when it is opened, while it is open."""
    page.get_by_role("button", name="Open a dialog").last.click()
    yield "dialog", page.locator(".dialog")
    page.locator(".dialog").get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Show the offer").click()
    page.get_by_role("button", name="Undo").focus()  # which stops its time
    yield "undo_toast", page.locator(".toast")
    page.locator(".toast").get_by_role("button", name="Close").click()


def same(page: Page, picture: Path, actual: bytes, folder: Path) -> bool:
    """Whether `actual` is as in its picture; where not, expected, actual and difference are put into `folder`."""
    found = {"share": 1, "diff": ""}
    if picture.exists():
        found = page.evaluate(COMPARE, [as_text(picture.read_bytes()), as_text(actual)])
    if found["share"] <= TOLERATED:
        return True
    if UPDATE:
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(actual)
        return True
    (folder / f"{picture.stem}-expected.png").write_bytes(picture.read_bytes() if picture.exists() else b"")
    (folder / f"{picture.stem}-actual.png").write_bytes(actual)
    (folder / f"{picture.stem}-difference.png").write_bytes(base64.b64decode(found["diff"]))
    return False


MADE = """one => { const style = getComputedStyle(one)
  const names = ["backgroundColor", "color", "borderColor", "textDecorationThickness", "outline", "translate", "filter"]
  return names.map(name => style[name]) }"""


def test_states_are_shown_as_pointer_and_keyboard_make_them(open_page):
    page = open_gallery(open_page(viewport={"width": 1000, "height": 800}))
    example = page.locator("#example-button")
    for number in range(4):
        button = example.locator(".state").nth(number).locator(".btn")
        shown = {name: example.locator(f"[data-as={name}] .btn").nth(number).evaluate(MADE) for name in POINTED}
        assert button.evaluate(MADE) not in shown.values()
        page.keyboard.press("Tab")  # so that what gets the focus shows it
        button.focus()
        assert button.evaluate(MADE) == shown["focus"]
        button.blur()
        button.hover()
        assert button.evaluate(MADE) == shown["hover"]
        page.mouse.down()
        assert button.evaluate(MADE)[-2:] == shown["active"][-2:]
        page.mouse.up()
        page.mouse.move(1, 1)


def test_its_colors_are_tried_on_and_taken_off_again(open_page):
    page = open_gallery(open_page(color_scheme="light"))
    page.get_by_label("Colors on this page").select_option("Dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(15, 22, 21)")
    check(page, "dark on a light device")
    assert page.evaluate("localStorage.getItem('carelane.look')") is None
    page.get_by_role("link", name="Carelane").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(page.locator("body")).to_have_css("background-color", "rgb(247, 248, 245)")
