"""Fixtures about text messages: a sandbox in this process, rows in the outbox, a listener for callbacks."""
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from models.text_message import TextMessage
from portal_app.core import clock, live, transaction_id
from portal_app.core.actor import PLATFORM_TENANT, Actor
from portal_app.core.database import pump_work, unit_of_work
from portal_app.core.settings import settings
from services import outbox
from services.messaging import consent, leases
from services.providers import circuit
from services.providers.sandbox.twilio import Mood, Sandbox
from services.providers.twilio import provider

ACCOUNT, TOKEN, SERVICE = "AC" + "0a" * 16, "a-token-of-the-tests", "MG" + "0b" * 16
ALICE = "+12065550142"
Call = tuple[str, dict[str, str], str]


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def use_settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    provider.cache_clear()


@pytest.fixture
def outside_the_demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings of a portal for people."""
    use_settings(monkeypatch, DEMO="false", SECRET_KEY="a secret of this test alone, long enough", TWILIO_ACCOUNT_SID=ACCOUNT,
                 TWILIO_AUTH_TOKEN=TOKEN, TWILIO_MESSAGING_SERVICE_SID=SERVICE)
    yield
    monkeypatch.undo()
    settings.cache_clear()
    provider.cache_clear()


@pytest.fixture
def twilio_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use_settings(monkeypatch, TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_AUTH_TOKEN=TOKEN,
                 TWILIO_MESSAGING_SERVICE_SID=SERVICE)
    yield
    monkeypatch.undo()
    settings.cache_clear()
    provider.cache_clear()


@pytest.fixture
def sandbox(twilio_account: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that answers at once; `sandbox.mood` makes it worse. Callbacks go nowhere without `heard`."""
    server = Sandbox(ACCOUNT, TOKEN, mood=Mood(delay=0))
    use_settings(monkeypatch, TWILIO_API_BASE=server.address, SMS_SANDBOX_URL=server.address, PORT="1")
    with serving(server):
        yield server


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Iterator[list[Call]]:
    """Every callback that reached the portal's address: path with query, form, signature."""
    calls: list[Call] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = dict(parse_qsl(form, keep_blank_values=True))
            calls.append((self.path, fields, self.headers["X-Twilio-Signature"]))
            self.send_response(503 if len(calls) == 1 else 204)  # the first is told again
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    use_settings(monkeypatch, PUBLIC_URL=f"http://127.0.0.1:{server.server_port}")
    with serving(server):
        yield calls


@pytest.fixture
def queued(database: str, valkey: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., TextMessage]:
    """Puts a message into an outbox that was empty before the test, with a provider nothing is known against."""
    live.valkey.cache_clear()
    live.valkey().delete(circuit.FAILURES, circuit.OPEN, circuit.PROBE, circuit.SLOW)
    monkeypatch.setattr(circuit, "FRESH", 0)
    monkeypatch.setattr(leases, "trusted", leases.Trust())
    leases.trusted(clock.now(), clock.steady() - 60)  # this process has seen its clocks for a while
    monkeypatch.setattr(consent, "MOST_DAY", 10**6)  # all tests of a run write to the same few numbers
    monkeypatch.setattr(consent, "MOST_WEEK", 10**6)
    forget_window()
    with pump_work() as work:
        waiting = col(TextMessage.status).in_(["waiting", "sending"])
        work.session.execute(update(TextMessage).where(waiting).values(status="cancelled"))

    def add(urgency: str = "now", body: str = "", tenant_id: UUID = PLATFORM_TENANT, recipient: str = ALICE,
            **more: object) -> TextMessage:
        with transaction_id.use(), unit_of_work(Actor(None, (tenant_id,))) as work:
            made = outbox.queue_text(
                work, tenant_id=tenant_id, urgency=urgency, kind="test", recipient=recipient,
                body=body or f"hello {uuid4()}", dedupe_key=str(uuid4()), **more,
            )
        return row_of(made)

    return add


def forget_window() -> None:
    live.valkey().delete(*live.valkey().keys("carelane.texts.*"), "nothing")


def row(id: UUID) -> TextMessage:
    with pump_work() as work:
        return work.session.get_one(TextMessage, (PLATFORM_TENANT, id))


def row_of(id: UUID | str) -> TextMessage:
    """Of whatever practice."""
    with pump_work() as work:
        return work.session.exec(select(TextMessage).where(TextMessage.id == UUID(str(id)))).one()


def key_of(message: TextMessage) -> str:
    return f"{message.tenant_id}.{message.id}"


def sent(sandbox: Sandbox, message: TextMessage) -> int:
    """How many times the provider accepted this text."""
    return sum(one["body"] == message.body for one in sandbox.store.list(message.recipient))


@pytest.fixture
def later(set_clock: Callable[[float], datetime], monkeypatch: pytest.MonkeyPatch) -> Callable[[float], datetime]:
    """So many seconds later, by every clock."""
    real, moved = clock.steady, [0.0]
    monkeypatch.setattr(clock, "steady", lambda: real() + moved[0])

    def move(seconds: float) -> datetime:
        moved[0] += seconds
        return set_clock(seconds)

    return move


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], datetime]:
    """Sets the machine's clock forward by so many seconds."""
    real, moved = clock.now, [0.0]
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(seconds=moved[0]))

    def move(seconds: float) -> datetime:
        moved[0] += seconds
        return clock.now()

    return move
