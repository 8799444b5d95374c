"""A production build of the portal with its demo world, a browser, and people signed in to it."""
import hashlib
import json
import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal_app.launch import browser as found_browser
from portal_app.launch import data_folder
from portal_app.launch.running import running
from services.accounts.demo import CAST, OPERATOR, DemoPerson
from tests.canary import assert_silent
from tests.e2e.watch import Watch

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
COOKIE = "__Host-session"
expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


@dataclass
class Portal:
    """A running portal: its address and its state folder."""

    address: str
    data_dir: Path

    @contextmanager
    def owner(self) -> Iterator[Any]:
        """A cursor of the database's owner, in one transaction."""
        with psycopg2.connect(self.process("postgres")["where"]) as connection, connection.cursor() as cursor:
            yield cursor

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """As the database's owner."""
        with self.owner() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def process(self, name: str) -> dict[str, Any]:
        """What the launcher says of one of its processes."""
        return data_folder.read_running(self.data_dir)["processes"][name]

    def is_well(self) -> bool:
        """Whether every part answers."""
        try:
            return httpx.get(f"{self.address}/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def texts(self, mobile: str, after: datetime) -> list[str]:
        """What the sandbox has for `mobile` since `after`, newest first, asked with the run's own account."""
        env = psutil.Process(self.process("consumer")["pid"]).environ()
        account = env["TWILIO_ACCOUNT_SID"]
        answer = httpx.get(f"{env['SMS_SANDBOX_URL']}/2010-04-01/Accounts/{account}/Messages.json", params={"To": mobile},
                           auth=(account, env["TWILIO_AUTH_TOKEN"]))
        found = answer.raise_for_status().json()["messages"]
        return [one["body"] for one in found if parsedate_to_datetime(one["date_created"]) >= after.replace(microsecond=0)]

    def wait_for_text(self, mobile: str, pattern: str, *, after: datetime, seconds: float = 10) -> str:
        """The newest text to `mobile` since `after` that matches."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for body in self.texts(mobile, after):
                if re.search(pattern, body):
                    return body
            time.sleep(0.05)
        pytest.fail(f"no text message to {mobile} matched {pattern}")

    def session(self, person: DemoPerson) -> str:
        """The value of a cookie that signs `person` in."""
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        self.sql(
            "INSERT INTO user_session (token_hash, user_id, device, address, started_at, last_seen_at, expires_at)"
            " SELECT %s, id, 'a test', '', %s, %s, %s FROM users WHERE email = %s",
            hashlib.sha256(token.encode()).hexdigest(), now, now, now + timedelta(hours=1), person.email)
        return token

    def log_lines(self, process: str = "web") -> list[dict[str, Any]]:
        lines = []
        for file in (self.data_dir / "logs").glob(f"{process}*.log"):
            for line in file.read_text(errors="replace").splitlines():
                if line.startswith("{"):
                    lines.append(json.loads(line))
        return lines


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="carelane-e2e-") as folder:
        os.chmod(folder, 0o755)
        with running(Path(folder) / "state") as address:
            found = Portal(address, Path(folder) / "state")
            found.sql("CREATE SCHEMA at_first; CREATE TABLE at_first.visit AS SELECT * FROM visit; ANALYZE at_first.visit")
            yield found
            assert_silent([body for body, in found.sql("SELECT body FROM text_message")])


@pytest.fixture(autouse=True)
def a_new_day(portal: Portal) -> None:
    """Nobody asked for anything lately, and visits are as the demo world made them."""
    portal.sql("UPDATE sign_in_challenge SET sent_at = sent_at - interval '1 hour'")
    portal.sql("DELETE FROM throttle")
    portal.sql("DELETE FROM visit v WHERE NOT EXISTS (SELECT FROM at_first.visit f WHERE f.id = v.id AND f.version = v.version)")
    portal.sql("DELETE FROM text_message WHERE kind LIKE 'visit.%%'")  # its versions begin anew, and each is told of once
    portal.sql("INSERT INTO visit SELECT * FROM at_first.visit f WHERE NOT EXISTS (SELECT FROM visit v WHERE v.id = f.id)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file: while it is open its event loop keeps others out of this thread."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found_browser.find_or_install(), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def open_context(browser: Browser, portal: Portal) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts; with `person`, signed in as them."""
    opened: list[BrowserContext] = []

    def make(person: DemoPerson | None = None, **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=portal.address, **options)
        opened.append(context)
        if person:
            context.add_cookies([{"name": COOKIE, "value": portal.session(person), "domain": "localhost", "path": "/",
                                  "secure": True, "httpOnly": True, "sameSite": "Lax"}])
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def open_page(open_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A page whose console errors, failed requests and frames are watched: `page.watch`."""

    def make(person: DemoPerson | None = None, **options: Any) -> Page:
        page = open_context(person, **options).new_page()
        page.watch = Watch(page)  # type: ignore[attr-defined]
        return page

    return make


def person(name: str) -> DemoPerson:
    return next(one for one in (*CAST, OPERATOR) if one.name.startswith(name))


@pytest.fixture
def alice() -> DemoPerson:
    return person("Alice")
