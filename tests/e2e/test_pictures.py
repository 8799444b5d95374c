"""The gallery: each component in it, accessible in every look, and drawn as it was when its pictures were taken.

Pictures are taken with a font of our own, and mean something only in the Chromium version that took the ones they are
compared with. `UPDATE_PICTURES=1` takes them anew. What differs is put into the folder that the failure names.
"""
import base64
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_accessibility import VIEWS, check

KEPT = Path(__file__).parent / "pictures"
UPDATE = bool(os.environ.get("UPDATE_PICTURES"))
FAMILIES = ("buttons", "fields", "surfaces", "visits")
LOOKS = ("light", "dark")
TOLERATED = 0.0001
"""The share of pixels that may differ: rounding of edges, less than one letter."""
STILL = """*, ::before, ::after { animation: none !important; transition: none !important; caret-color: transparent !important }
.skip { display: none }"""
FACE = "@font-face {{ font-family: Tested; font-weight: {}; src: url(data:font/woff2;base64,{}) }}"
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
    check(open_gallery(open_page(**VIEWS[view])), f"the gallery, {view}")


@pytest.mark.parametrize("look", LOOKS)
def test_components_look_as_in_their_pictures(open_page, look: str, tmp_path: Path):
    page = open_gallery(open_page(viewport={"width": 1000, "height": 800}, color_scheme=look))
    version, taken = page.context.browser.version.split(".")[0], KEPT / "chromium.txt"  # type: ignore[union-attr]
    if UPDATE:
        taken.write_text(version + "\n")
    elif taken.read_text().strip() != version:
        pytest.skip(f"the pictures were taken with Chromium {taken.read_text().strip()}, and this is {version}")
    different = [name for name in FAMILIES if not same(page, f"{name}-{look}", page.locator(f"#{name}").screenshot(), tmp_path)]
    assert not different, f"{different} differ from tests/e2e/pictures: see {tmp_path}"


def same(page: Page, name: str, actual: bytes, folder: Path) -> bool:
    """Whether `actual` is as in its picture; where not, expected, actual and difference are put into `folder`."""
    picture = KEPT / f"{name}.png"
    if UPDATE:
        picture.write_bytes(actual)
        return True
    found = page.evaluate(COMPARE, [as_text(picture.read_bytes()), as_text(actual)])
    if found["share"] <= TOLERATED:
        return True
    (folder / f"{name}-expected.png").write_bytes(picture.read_bytes())
    (folder / f"{name}-actual.png").write_bytes(actual)
    (folder / f"{name}-difference.png").write_bytes(base64.b64decode(found["diff"]))
    return False
