"""The demo's phone shows the demo's people, and nobody else's."""
import asyncio
import time

import httpx
import pytest
from starlette.applications import Starlette

from portal_app.api import webhooks
from portal_app.core.database import nobody_work
from portal_app.core.errors import Invalid, NotFound, Unavailable
from services import demo_phone
from services.messaging import consent, phone_id
from services.providers.ports import Outgoing
from services.providers.twilio import provider
from tests.texts import use_settings


def test_it_shows_a_persons_texts_newest_first(sandbox):
    alice, pam = demo_phone.people()[:2]
    for body in ("first", "second"):
        provider().send(Outgoing("t.1", alice.mobile, body, 60))
    assert [one.body for one in demo_phone.messages(alice.id)] == ["second", "first"]
    assert demo_phone.messages(pam.id) == []


def test_it_does_not_exist_while_texts_really_leave(sandbox, monkeypatch):
    use_settings(monkeypatch, SMS_SANDBOX_URL="")
    with pytest.raises(NotFound):
        demo_phone.people()
    with pytest.raises(NotFound):
        demo_phone.messages(phone_id("+16025550101"))


def test_it_does_not_show_a_strangers_texts(sandbox):
    provider().send(Outgoing("t.1", "+12065550142", "private", 60))
    with pytest.raises(NotFound):
        demo_phone.messages(phone_id("+12065550142"))


def test_it_says_when_the_sandbox_is_silent(sandbox, monkeypatch):
    alice = demo_phone.people()[0]
    use_settings(monkeypatch, TWILIO_API_BASE="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        demo_phone.messages(alice.id)


@pytest.fixture
def inbox(monkeypatch, sandbox):
    """The portal's own webhook, with what was posted to it: the form, and whether Twilio's signature was right."""
    told: list[tuple[int, dict[str, str]]] = []

    def post(url, *, data, headers):
        async def asked():
            transport = httpx.ASGITransport(Starlette(routes=webhooks.routes))
            async with httpx.AsyncClient(transport=transport) as client:
                return await client.post(url, data=data, headers=headers)
        answer = asyncio.run(asked())
        told.append((answer.status_code, data))
        return answer

    monkeypatch.setattr(sandbox.callbacks.http, "post", post)
    return told


def wait_for(found, seconds=5.0):
    until = time.monotonic() + seconds
    while not found() and time.monotonic() < until:
        time.sleep(0.02)
    return found()


def test_what_is_written_back_reaches_the_portal_signed(database, inbox):
    alice = demo_phone.people()[0]
    demo_phone.reply(alice.id, body="Stop.", to="visits")
    assert wait_for(lambda: inbox)[0][0] == 200
    assert [(one.body, one.status) for one in demo_phone.messages(alice.id)] == [("Stop.", "received")]
    with nobody_work() as work:
        assert consent.trouble(work, alice.mobile, "care") == "stopped"
    demo_phone.reply(alice.id, body="start", to="visits")
    assert wait_for(lambda: len(inbox) == 2)
    with nobody_work() as work:
        assert consent.trouble(work, alice.mobile, "care") == ""


def test_it_writes_back_for_nobody_else_and_never_nothing(sandbox):
    alice = demo_phone.people()[0]
    with pytest.raises(NotFound):
        demo_phone.reply(phone_id("+12065550142"), body="STOP", to="visits")
    with pytest.raises(Invalid) as refusal:
        demo_phone.reply(alice.id, body="  ", to="visits")
    assert refusal.value.field == "body"


def test_writing_back_to_a_silent_sandbox_says_so(sandbox, monkeypatch):
    alice = demo_phone.people()[0]
    use_settings(monkeypatch, SMS_SANDBOX_URL="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        demo_phone.reply(alice.id, body="STOP", to="visits")
