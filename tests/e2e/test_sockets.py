"""Handlers are callable by whoever holds a socket; a stored state belongs to its session."""
import asyncio
import hashlib
import uuid
from typing import Any

import pytest
from reflex.utils.format import format_event_handler

import pages  # noqa: F401 (registers every state)
from state.account import Account
from state.base import own_states
from tests.e2e.conftest import Portal, person
from tests.e2e.raw import RawTab

OPEN = {"SignIn", "Join", "Reset", "Phone", "Gallery"}
"""The states that people reach before they are signed in; their handlers have tests of their own."""
FORGED: dict[str, Any] = {"form": {}, "data": {}}


def handlers() -> list[tuple[str, dict[str, Any]]]:
    """Every event handler of ours that asks for a session, with arguments a stranger might send."""
    found = []
    for cls in own_states():
        if cls.__name__ not in OPEN:
            for handler in cls.event_handlers.values():
                if not handler.fn.__qualname__.startswith("setvar") and handler.fn.__module__.startswith("state."):
                    forged = {name: FORGED.get(name, str(uuid.uuid4())) for name in _arguments(handler)}
                    found.append((format_event_handler(handler), forged))
    return sorted(found)


def _arguments(handler: Any) -> list[str]:
    import inspect

    return list(inspect.signature(handler.fn).parameters)[1:]


def test_every_handler_sends_nobody_to_sign_in_and_tells_nothing(portal: Portal):
    async def ask(few: asyncio.Semaphore, name: str, payload: dict[str, Any]) -> tuple[str, str]:
        async with few, RawTab(portal.address) as tab:
            return name, await tab.send(name, payload, path="/visits")

    async def attempt() -> dict[str, str]:
        few = asyncio.Semaphore(8)
        return dict(await asyncio.gather(*[ask(few, name, payload) for name, payload in handlers()]))

    seen = len(portal.log_lines())
    answers = asyncio.run(attempt())
    assert {name for name, answer in answers.items() if "/sign-in" in answer} >= {
        name for name in answers if name.endswith((".load", ".check"))}
    for name, answer in answers.items():
        assert "Moreno" not in answer and "Okafor" not in answer, name
    calls = [line["service"] for line in portal.log_lines()[seen:] if line["message"] == "service called"]
    assert calls == [], "handlers that reached a service for nobody"


@pytest.mark.parametrize("stranger", ["Pam", "Mallory", "Carol"])
def test_another_persons_addresses_show_nothing_to_a_stranger(portal: Portal, stranger: str):
    ids = portal.sql("SELECT p.id, v.id, v.visit_type_id, v.location_id FROM patient p JOIN visit v ON v.patient_id = p.id"
                     " JOIN practice t ON t.id = p.tenant_id WHERE p.email = %s AND t.name LIKE 'Desert%%'"
                     " AND v.status = 'booked' ORDER BY v.starts_at LIMIT 1", person("Alice").email)
    chart, visit, kind, location = ids[0]

    async def look() -> list[str]:
        answers = []
        for address in (f"/visits/booked?visit={visit}", f"/visits/visit?visit={visit}", f"/visits/book?hold={visit}",
                        f"/visits/book?move={visit}&chart={chart}&type={kind}", f"/visits/book?chart={chart}&type={kind}",
                        f"/visits/book?chart={chart}&type={kind}&at={location}"):
            async with RawTab(portal.address, cookie=portal.session(person(stranger))) as tab:
                answers.append(await tab.hydrate(address))
        return answers

    for answer in asyncio.run(look()):
        assert answer and "Okafor" not in answer and "Alice" not in answer
    assert portal.sql("SELECT status FROM visit WHERE id = %s", visit) == [("booked",)]


def test_a_stolen_client_token_shows_nothing_without_its_session(portal: Portal):
    token = str(uuid.uuid4())

    async def steal() -> tuple[str, list[str]]:
        async with RawTab(portal.address, cookie=portal.session(person("Alice")), token=token) as own:
            seen = await own.hydrate("/")
        strangers = []
        for cookie in ("", portal.session(person("Mallory")), "no such session"):
            async with RawTab(portal.address, cookie=portal.session(person("Alice")), token=token) as own:
                await own.hydrate("/")
            async with RawTab(portal.address, cookie=cookie, token=token) as thief:
                strangers.append(await thief.hydrate("/"))
        return seen, strangers

    seen, strangers = asyncio.run(steal())
    assert "Alice" in seen and "Okafor" in seen
    for stolen in strangers:
        assert stolen and "Alice" not in stolen and "Okafor" not in stolen


def test_an_answer_on_its_way_does_not_reach_who_took_over_the_token(portal: Portal):
    async def race(cookie: str, pause: float) -> list[str]:
        token = str(uuid.uuid4())
        async with RawTab(portal.address, cookie=cookie, token=token) as own:
            await own.hydrate("/account")
            await own.client.emit("event", {"name": format_event_handler(Account.load), "payload": {}, "router_data": {
                "pathname": "/account", "asPath": "/account"}}, namespace="/_event")
            await asyncio.sleep(pause)
        async with RawTab(portal.address, token=token) as thief:
            await asyncio.sleep(0.4)
            return thief.received

    async def races() -> list[str]:
        cookie = portal.session(person("Alice"))
        heard = await asyncio.gather(*[race(cookie, pause) for pause in (0, 0.001, 0.002, 0.004, 0.008) * 2])
        return [frame for one in heard for frame in one]

    assert not [frame for frame in asyncio.run(races()) if "alice@" in frame or "Alice" in frame]


def test_the_cookie_is_in_no_frame_and_not_in_the_state_store(portal: Portal):
    cookie = portal.session(person("Alice"))

    async def load() -> str:
        async with RawTab(portal.address, cookie=cookie) as tab:
            return await tab.hydrate("/")

    assert cookie not in asyncio.run(load())
    import redis

    from portal_app.launch import data_folder

    store = redis.Redis.from_url(data_folder.read_running(portal.data_dir)["processes"]["valkey"]["where"])
    values = [store.get(key) or b"" for key in store.scan_iter("*", _type="string")]
    assert values and not any(cookie.encode() in value for value in values)


def test_a_session_that_ended_sees_nothing_more(portal: Portal):
    cookie = portal.session(person("Alice"))

    async def use() -> tuple[str, str]:
        async with RawTab(portal.address, cookie=cookie) as tab:
            before = await tab.hydrate("/")
            portal.sql("UPDATE user_session SET ended_at = now() WHERE token_hash = encode(sha256(%s), 'hex')", cookie.encode())
            return before, await tab.hydrate("/visits")

    before, after = asyncio.run(use())
    assert "Okafor" in before and "Okafor" not in after and "/sign-in" in after


def test_a_page_of_another_site_cannot_open_a_socket(portal: Portal):
    async def attempt() -> None:
        async with RawTab(portal.address, cookie=portal.session(person("Alice")), origin="https://evil.example"):
            pytest.fail("connected")

    with pytest.raises(Exception, match="(?i)connect|refused|403|400"):
        asyncio.run(attempt())


def test_what_a_tab_is_woken_for_keeps_nobody_signed_in(portal: Portal):
    from state.visits import Visits

    cookie = portal.session(person("Alice"))
    hash_ = hashlib.sha256(cookie.encode()).hexdigest()

    def ago() -> int:
        found = portal.sql("SELECT extract(epoch FROM now() - last_seen_at)::int FROM user_session WHERE token_hash = %s", hash_)
        return found[0][0]

    async def run() -> list[int]:
        seen = []
        async with RawTab(portal.address, cookie=cookie) as tab:
            await tab.hydrate("/visits")
            portal.sql("UPDATE user_session SET last_seen_at = now() - interval '10 minutes' WHERE token_hash = %s", hash_)
            for payload in ({"woken": True}, {}):
                answer = await tab.send(format_event_handler(Visits.load), payload, path="/visits")
                assert "Okafor" in answer
                seen.append(ago())
        return seen

    woken, clicked = asyncio.run(run())
    assert woken >= 600 and clicked < 60
