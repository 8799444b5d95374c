"""The front end is built again when, and only when, what it is made of changed; one build serves any address."""
from pathlib import Path

import pytest
from reflex_base.compiler.templates import vite_config_template
from reflex_base.constants import Templates

from portal_app.core.source import fingerprint
from portal_app.launch import front_end, reflex_build

PATHS = ("pages", "rxconfig.py")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "home.py").write_text("one")
    (tmp_path / "rxconfig.py").write_text("config")
    return tmp_path


def test_the_same_files_have_the_same_fingerprint(checkout: Path):
    before = fingerprint(PATHS, checkout)
    (checkout / "pages" / "home.py").touch()
    (checkout / "services.py").write_text("not part of it")
    (checkout / "pages" / "__pycache__").mkdir()
    (checkout / "pages" / "__pycache__" / "home.pyc").write_bytes(b"1")
    assert fingerprint(PATHS, checkout) == before


@pytest.mark.parametrize("change", [
    lambda checkout: (checkout / "pages" / "home.py").write_text("two"),
    lambda checkout: (checkout / "pages" / "home.py").rename(checkout / "pages" / "start.py"),
    lambda checkout: (checkout / "pages" / "more.py").write_text(""),
    lambda checkout: (checkout / "rxconfig.py").unlink(),
])
def test_any_change_of_its_inputs_changes_the_fingerprint(checkout: Path, change):
    before = fingerprint(PATHS, checkout)
    change(checkout)
    assert fingerprint(PATHS, checkout) != before


def test_every_input_exists():
    assert all((front_end.CHECKOUT / path).exists() for path in front_end.INPUTS)


def test_the_socket_goes_to_the_port_that_the_page_came_from():
    script = (Path(Templates.Dirs.WEB_TEMPLATE) / reflex_build.STATE_JS).read_text()
    once = reflex_build.follow_the_page(script)
    assert "endpoint.port = window.location.port;" in once
    assert 'endpoint.port = "";' not in once
    assert reflex_build.follow_the_page(once) == once


def test_what_every_page_needs_comes_in_two_files():
    config = vite_config_template("/", hmr=False, force_full_reload=False, experimental_hmr=False, sourcemap=False)
    once = reflex_build.in_few_files(config)
    assert 'name: "react"' in once
    assert "reflex-env" not in once
    assert reflex_build.in_few_files(once) == once


def test_a_page_is_taken_over_in_one_go():
    entry = (Path(Templates.Dirs.WEB_TEMPLATE) / reflex_build.ENTRY).read_text()
    once = reflex_build.in_one_go(entry)
    assert "startTransition(" not in once
    assert "\nhydrateRoot(document" in once
    assert reflex_build.in_one_go(once) == once


@pytest.mark.parametrize("change", [reflex_build.follow_the_page, reflex_build.in_few_files, reflex_build.in_one_go])
def test_another_text_of_reflex_is_noticed(change):
    with pytest.raises(ValueError, match="reflex_build.py"):
        change("export const getBackendURL = (url) => new URL(url);")


def test_a_build_in_use_is_not_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(front_end, "FOLDER", tmp_path)
    monkeypatch.setattr(front_end, "KEPT", 0)
    for name in ("served", "old"):
        (tmp_path / "built" / name).mkdir(parents=True)
    with front_end.hold(tmp_path / "built" / "served"):
        front_end._clear_old()
    assert [path.name for path in (tmp_path / "built").iterdir()] == ["served"]
