"""Asking the portal whether all its parts answer."""
import ssl
import time
import urllib.error
import urllib.request
from pathlib import Path

from portal_app.core.settings import Settings
from portal_app.launch.processes import Child
from portal_app.launch.steps import LaunchError

PATIENCE = 60  # seconds
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


def wait(settings: Settings, children: list[Child], logs: Path) -> None:
    """Returns when /health says 200. Raises LaunchError when a process dies or time is up."""
    until, said = time.monotonic() + PATIENCE, ""
    while time.monotonic() < until:
        for child in children:
            if not child.is_alive():
                raise LaunchError(f"{child.name} ended while starting: {last_line(logs / f'{child.name}.log')}")
        if (said := ask(settings)) == "":
            return
        time.sleep(0.1)
    raise LaunchError(f"The portal is not well after {PATIENCE} s: GET /health says {said} (./portal logs)")


def ask(settings: Settings) -> str:
    """"" when all parts answer, else what is said instead."""
    scheme = "https" if settings.tls_cert else "http"
    url = f"{scheme}://{ANYWHERE.get(settings.host, settings.host)}:{settings.port}/health"
    try:
        # No proxy: the environment may name one that doesn't know this machine.
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=_unverified()))
        with direct.open(url, timeout=5) as answer:
            return "" if answer.status == 200 else str(answer.status)
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(300).decode(errors='replace')}".strip()
    except OSError as error:
        return str(getattr(error, "reason", error))


def _unverified() -> ssl.SSLContext:
    """We ask our own process by its number; its certificate is for a name."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def last_line(log: Path) -> str:
    """The last line of `log`, and where to read the rest."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return f"{lines[-1] if lines else 'no reason given'} (all of it: {log})"
