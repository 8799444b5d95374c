"""The tools of `./portal check` find nothing. Sizes, words and other rules of the house are tests of their own beside this."""
import pytest

from portal_app.launch import checking


@pytest.mark.parametrize("tool", checking.TOOLS)
def test_it_finds_nothing(tool: str):
    found = checking.findings(tool)
    assert not found, found


def test_check_says_what_was_found_and_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    broken = ("python", "-c", "exit('models/x.py:3: wrong')")
    monkeypatch.setattr(checking, "TOOLS", {"Kept": ("python", "-c", ""), "Broken": broken})
    monkeypatch.setattr(checking, "RULES", {})
    assert checking.run() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("  Kept ...") and lines[0].endswith(" s") and lines[1].endswith("(see below)")
    assert lines[-2:] == ["Broken", "models/x.py:3: wrong"]


def test_check_succeeds_where_nothing_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checking, "TOOLS", {"Kept": ("python", "-c", "print('all is well')")})
    monkeypatch.setattr(checking, "RULES", {})
    assert checking.run() == 0
