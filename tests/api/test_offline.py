"""What is kept for when the portal can't be reached, and the files that make it installable."""
import json
import re
import struct
from pathlib import Path

from starlette.applications import Starlette

from portal_app.api import offline
from portal_app.core.settings import CHECKOUT
from portal_app.core.words import say
from tests.api.asking import Asking

client = Asking(Starlette(routes=offline.routes))
ASSETS = CHECKOUT / "assets"


def test_the_offline_page_says_so_and_offers_the_same_address_again():
    page = client.get("/offline").text
    assert say("en", "faults.offline") in page and 'href="">Try again' in page


def test_the_worker_keeps_the_offline_page_and_what_it_wears_and_nothing_else():
    page, worker = client.get("/offline").text, client.get("/worker.js").text
    kept = set(json.loads(re.search(r"FILES = (\[.*?\])", worker).group(1)))  # type: ignore[union-attr]
    worn = set(re.findall(r'(?:src|(?<=rel="icon" )href|(?<=rel="stylesheet" )href)="(/[^"]+)"', page))
    assert kept == worn | {"/offline"}
    assert worker.count(".put(") == 0 and worker.count("addAll(") == 1


def test_the_worker_changes_with_what_it_keeps(monkeypatch, tmp_path: Path):
    before = client.get("/worker.js").text
    assert client.get("/worker.js").text == before and "VERSION" not in before
    for name in offline.PARTS:
        (tmp_path / name).write_bytes((ASSETS / name).read_bytes())
    (tmp_path / "carelane.css").write_text("h1 { color: red }")
    monkeypatch.setattr(offline, "ASSETS", tmp_path)
    offline.version.cache_clear()
    assert client.get("/worker.js").text != before
    offline.version.cache_clear()


def test_the_manifest_names_icons_that_are_what_it_says():
    manifest = json.loads((ASSETS / "carelane.webmanifest").read_text())
    assert manifest["name"] == manifest["short_name"] == say("en", "brand") and manifest["scope"] == manifest["start_url"] == "/"
    sizes = set()
    for icon in manifest["icons"]:
        file = ASSETS / icon["src"].lstrip("/")
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", file.read_bytes()[16:24])
            assert icon["sizes"] == f"{width}x{height}"
            sizes.add((icon["sizes"], icon.get("purpose", "any")))
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
