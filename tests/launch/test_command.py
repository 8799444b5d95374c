"""./portal itself."""
import subprocess
import sys

import pytest

from portal_app import cli
from portal_app.core.settings import CHECKOUT
from portal_app.launch import browser
from portal_app.launch.command import sealed
from portal_app.launch.steps import LaunchError

PORTAL = str(CHECKOUT / "portal")


def test_alone_it_lists_the_commands_without_any_library():
    told = subprocess.run([sys.executable, "-S", PORTAL], capture_output=True, text=True)
    assert told.returncode == 0
    for command in ("up", "down", "status", "logs", "trace", "test"):
        assert f"\n    {command} " in told.stdout


def test_an_unknown_command_is_refused_before_anything_is_installed():
    told = subprocess.run([sys.executable, "-S", PORTAL, "dance"], capture_output=True, text=True)
    assert told.returncode == 2
    assert "dance" in told.stderr


def test_what_test_does_not_know_goes_to_pytest():
    asked = cli.parse(["test", "--fast", "-k", "booking", "tests/services"])
    assert asked.fast
    assert asked.further == ["-k", "booking", "tests/services"]


def test_an_older_python_is_refused_in_one_line():
    script = f"import sys; sys.version_info = (3, 9, 2); exec(open({PORTAL!r}).read())"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert told.returncode == 1
    assert told.stderr.count("\n") == 1
    assert "3.11" in told.stderr


def test_a_browser_that_was_named_is_not_searched_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert browser.find_or_install() == sys.executable
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(LaunchError, match="CHROMIUM=/nowhere"):
        browser.find_or_install()


def test_how_much_the_audit_chains_hold_is_said_in_its_number():
    assert sealed(1, 1) == "1 link in the chain of 1 practice."
    assert sealed(12, 3) == "12 links in the chains of 3 practices."
