"""Many people at once on sockets: what each costs in memory, and how many of their events are answered a second."""
import asyncio
import json
import time
import uuid
from typing import Any

import psutil
import redis
import socketio
from reflex.utils.format import format_event_handler

from benchmarks.web.figures import Figures
from benchmarks.web.stand import COOKIE, Stand
from portal_app.launch.steps import LaunchError
from state.home import Home
from state.visits import Visits

NAMESPACE, HYDRATE = "/_event", "reflex___state____state.hydrate_and_load"
PEOPLE = [f"{name}@example.com" for name in ("alice", "pam", "victor", "grace", "mallory")]
PATIENCE = 30
"""Seconds within which an event is answered, or the measurement is void."""
SETTLE = 1.0
"""Seconds until what was begun is done, before memory is read."""


class Person:
    """One socket with a session of its own, that sends an event and waits for its answer."""

    def __init__(self, stand: Stand, email: str) -> None:
        self.address, self.cookie = stand.address, stand.session(email)
        self.answers: asyncio.Queue[str] = asyncio.Queue()
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("event", self._heard, namespace=NAMESPACE)

    async def come(self) -> None:
        """Opens the home page."""
        await self.client.connect(
            f"{self.address}?token={uuid.uuid4()}", headers={"Origin": self.address, "Cookie": f"{COOKIE}={self.cookie}"},
            socketio_path="_event", namespaces=[NAMESPACE], transports=["websocket"])
        await self.send(HYDRATE, "/", Home.get_full_name())

    async def send(self, name: str, path: str, state: str) -> None:
        """Returns when `state` has changed, as each handler of ours makes it."""
        await self.client.emit("event", {"name": name, "payload": {}, "router_data": {
            "pathname": path, "asPath": path, "query": {}}}, namespace=NAMESPACE)
        async with asyncio.timeout(PATIENCE):
            while f'"{state}": {{' not in (answer := await self.answers.get()) or "answered" not in answer:
                pass

    async def go(self) -> None:
        await self.client.disconnect()

    async def _heard(self, update: Any) -> None:
        await self.answers.put(json.dumps(update))


def measure_events(stand: Stand, people: int, seconds: float) -> Figures:
    """`session_kb` is the growth of all web processes and of Valkey, a person; `per_s` has everyone ask at once, always."""
    return asyncio.run(_measure(stand, people, seconds))


async def _measure(stand: Stand, people: int, seconds: float) -> Figures:
    await _leave(await _arrive(stand, min(people, 20)))  # what the processes load once is nobody's
    web, store = _web_bytes(stand), _store_bytes(stand)
    here = await _arrive(stand, people)
    await asyncio.sleep(SETTLE)
    web, store = _web_bytes(stand) - web, _store_bytes(stand) - store
    took = await _everyone_asks(here, seconds)
    await _leave(here)
    took.sort()
    return {"people": people, "session_kb": _kb(web + store, people), "session_web_kb": _kb(web, people),
            "session_valkey_kb": _kb(store, people), "per_s": round(len(took) / seconds, 1),
            "answer_p50_ms": round(took[len(took) // 2] * 1000, 1), "answer_p95_ms": round(took[len(took) * 95 // 100] * 1000, 1)}


async def _arrive(stand: Stand, people: int) -> list[Person]:
    """Ten at a time."""
    here = [Person(stand, PEOPLE[number % len(PEOPLE)]) for number in range(people)]
    for first in range(0, people, 10):
        await asyncio.gather(*(person.come() for person in here[first:first + 10]))
    return here


async def _leave(here: list[Person]) -> None:
    await asyncio.gather(*(person.go() for person in here))
    await asyncio.sleep(SETTLE)


async def _everyone_asks(here: list[Person], seconds: float) -> list[float]:
    """How long each answer took in seconds, of those that came in time."""
    name, took, until = format_event_handler(Visits.load), [], time.monotonic() + seconds

    async def ask(person: Person) -> None:
        while (began := time.monotonic()) < until:
            await person.send(name, "/visits", Visits.get_full_name())
            if time.monotonic() <= until:
                took.append(time.monotonic() - began)

    await asyncio.gather(*(ask(person) for person in here))
    if not took:
        raise LaunchError(f"No event was answered within {seconds:g} s: give more --seconds.")
    return took


def _web_bytes(stand: Stand) -> int:
    web = psutil.Process(stand.processes["web"]["pid"])
    return sum(process.memory_full_info().uss for process in [web, *web.children(recursive=True)])


def _store_bytes(stand: Stand) -> int:
    with redis.Redis.from_url(stand.processes["valkey"]["where"]) as client:
        return client.info("memory")["used_memory"]


def _kb(size: int, people: int) -> float:
    return round(size / 1024 / people, 1)
