"""A Chromium for the end-to-end tests: whatever is found, else installed."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from portal_app.launch.steps import LaunchError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LONGEST_INSTALL = 600  # seconds


def find_or_install() -> str:
    """The path of a browser. Raises LaunchError where there is none and none can be had."""
    if chosen := os.environ.get("CHROMIUM"):
        if not shutil.which(chosen):
            raise LaunchError(f"CHROMIUM={chosen} can't be run: name a Chromium or Chrome, or unset it.")
        return chosen
    for attempt in (_on_path, _of_playwright, _playwright_installs, _apt_installs):
        if found := attempt():
            return found
    raise LaunchError("No browser for the end-to-end tests: install Chromium and name it in CHROMIUM, or use --fast.")


def _on_path() -> str:
    return next((found for name in NAMES if (found := shutil.which(name))), "")


def _of_playwright() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and _runs(path) else ""


def _playwright_installs() -> str:
    return _of_playwright() if _succeeds([sys.executable, "-m", "playwright", "install", "chromium"]) else ""


def _apt_installs() -> str:
    if os.geteuid() or not shutil.which("apt-get"):
        return ""
    _succeeds(["apt-get", "update"])
    return _on_path() if _succeeds(["apt-get", "install", "-y", "--no-install-recommends", "chromium"]) else ""


def _runs(path: str) -> bool:
    """A downloaded browser may lack the system's libraries."""
    return _succeeds([path, "--version"])


def _succeeds(command: list[str]) -> bool:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, env=env, timeout=LONGEST_INSTALL, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
