"""People at work on raw sockets: each books and cancels, again and again, connecting anew whenever the line is lost."""
import asyncio
import hashlib
import random
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import socketio
from psycopg2.extras import execute_values
from reflex.utils.format import format_event_handler

from state.booking import Booking
from state.visit import Visit
from tests.e2e.conftest import Portal
from tests.e2e.raw import NAMESPACE, RawTab

LONGEST_ANSWER = 4  # seconds
HYDRATE = "reflex___state____state.hydrate_and_load"
REFUSED = r'expired_rx_state_": true|alert_rx_state_": "[A-Z]'


@dataclass
class Record:
    """What was acknowledged to people, and when anybody last got an answer."""

    booked: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    signed_out: int = 0
    answers: list[float] = field(default_factory=list)


@dataclass
class Worker:
    """One patient with a session of their own."""

    cookie: str
    chart: str
    visit_type: str
    location: str


PATIENTS = """
    WITH chosen AS (
        SELECT DISTINCT ON (p.id) p.tenant_id, p.id, t.id AS kind, l.id AS place FROM patient p
        JOIN visit_type t ON t.tenant_id = p.tenant_id AND t.name = 'Follow-up' JOIN location l ON l.tenant_id = p.tenant_id
        WHERE p.user_id IS NULL AND EXISTS (SELECT FROM schedule s WHERE s.tenant_id = p.tenant_id AND s.location_id = l.id)
        ORDER BY p.id, l.id LIMIT %s),
    made AS (INSERT INTO users (id, name, language, created_at) SELECT id, 'At work', 'en', now() FROM chosen RETURNING id)
    UPDATE patient p SET user_id = c.id FROM chosen c, made m WHERE p.tenant_id = c.tenant_id AND p.id = c.id AND m.id = c.id
    RETURNING c.id, c.kind, c.place"""
SESSIONS = "INSERT INTO user_session (token_hash, user_id, device, address, started_at, last_seen_at, expires_at) VALUES %s"


def hire(portal: Portal, count: int) -> list[Worker]:
    """Signs in `count` patients of the demo who have no account."""
    workers = [Worker(secrets.token_urlsafe(32), *map(str, row)) for row in portal.sql(PATIENTS, count)]
    sessions = [(hashlib.sha256(one.cookie.encode()).hexdigest(), one.chart) for one in workers]
    with portal.owner() as cursor:
        execute_values(cursor, SESSIONS, sessions, template="(%s, %s, 'a test', '', now(), now(), now() + interval '2 hours')")
    return workers


async def work(portal: Portal, worker: Worker, record: Record, until: Callable[[], bool]) -> None:
    """Goes on until told, whatever breaks: what is acknowledged is in `record`."""
    while not until():
        try:
            async with RawTab(portal.address, cookie=worker.cookie) as tab:
                while not until() and tab.client.connected:
                    await _book_and_cancel(tab, worker, record)
        except (socketio.exceptions.ConnectionError, TimeoutError, OSError):
            await asyncio.sleep(0.2)


async def _book_and_cancel(tab: RawTab, worker: Worker, record: Record) -> None:
    choosing = f"/visits/book?chart={worker.chart}&type={worker.visit_type}&at={worker.location}"
    shown = await ask(tab, HYDRATE, choosing, r'times_rx_state_": \[\{|next_free_rx_state_": "/|sign-in\?')
    record.answers.append(time.monotonic())
    record.signed_out += "sign-in?" in shown
    times = re.findall(r'"starts_at": "([^"]+)"[^}]*"clinician_id": "([^"]+)"', shown)
    if not times:
        return
    chosen = dict(zip(("starts_at", "clinician_id"), random.choice(times), strict=True))
    held = await ask(tab, format_event_handler(Booking.choose_time), choosing, f"hold=[0-9a-f-]{{36}}|{REFUSED}", chosen)
    if not (found := re.search(r"hold=([0-9a-f-]{36})", held)):
        return
    booked = await ask(tab, format_event_handler(Booking.confirm), f"{choosing}&hold={found[1]}", f"booked\\?visit=|{REFUSED}")
    if visit := re.search(r"booked\?visit=([0-9a-f-]{36})", booked):
        record.booked.add(visit[1])
        record.answers.append(time.monotonic())
        await _cancel(tab, visit[1], record)


async def _cancel(tab: RawTab, visit: str, record: Record) -> None:
    address = f"/visits/visit?visit={visit}"
    await ask(tab, HYDRATE, address, f'"id": "{visit}|sign-in')
    form = {"form": {"reason": "", "note": ""}}
    answer = await ask(tab, format_event_handler(Visit.cancel), address, f'told_rx_state_": "[A-Z]|{REFUSED}', form)
    if 'told_rx_state_": "Your' in answer:
        record.cancelled.add(visit)


async def ask(tab: RawTab, name: str, path: str, pattern: str, payload: dict[str, Any] | None = None) -> str:
    """Sends one event and answers all that came until `pattern` was seen. Raises TimeoutError."""
    before = len(tab.received)
    where, _, query = path.partition("?")
    asked = dict(part.split("=", 1) for part in query.split("&") if part)
    await tab.client.emit("event", {"name": name, "payload": payload or {}, "router_data": {
        "pathname": where, "asPath": path, "query": asked}}, namespace=NAMESPACE)
    ends = time.monotonic() + LONGEST_ANSWER
    while time.monotonic() < ends:
        if not tab.client.connected:
            raise TimeoutError
        heard = "\n".join(tab.received[before:])
        if re.search(pattern, heard):
            return heard
        await asyncio.sleep(0.02)
    raise TimeoutError


async def at_work(portal: Portal, workers: list[Worker], deed: Callable[[Record], Awaitable[None]]) -> Record:
    """Everybody works while `deed` is done."""
    record, done = Record(), asyncio.Event()
    people = [asyncio.create_task(work(portal, worker, record, done.is_set)) for worker in workers]
    try:
        await deed(record)
    finally:
        done.set()
        await asyncio.gather(*people)
    return record
