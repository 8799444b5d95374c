"""What Twilio may tell us, and what a stranger may not."""
import asyncio
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette
from twilio.request_validator import RequestValidator

from portal_app.api import webhooks
from portal_app.core.database import nobody_work
from portal_app.core.settings import settings
from services import messaging
from services.messaging import consent
from tests.texts import TOKEN, key_of, row

STRANGE = "00000000-0000-0000-0000-000000000000.00000000-0000-0000-0000-000000000009"


def ask(method: str, path: str, **more) -> int:
    async def asked() -> int:
        transport = httpx.ASGITransport(Starlette(routes=webhooks.routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
            return (await client.request(method, path, **more)).status_code

    return asyncio.run(asked())


def tell(key: str, form: dict[str, str], token: str = TOKEN, signature: str | None = None) -> int:
    path = f"/webhooks/twilio/status?message={key}&tx=TX-0000-0000-0000-0000"
    if signature is None:
        signature = RequestValidator(token).compute_signature(settings().address + path, form)
    return ask("POST", path, data=form, headers={"X-Twilio-Signature": signature} if signature else {})


@pytest.fixture
def message(queued):
    made = queued()
    messaging.deliver([(made.tenant_id, made.id)])
    return row(made.id)


def form_for(message, status: str = "delivered", **more: str) -> dict[str, str]:
    form = {"MessageSid": message.provider_sid, "MessageStatus": status, "To": message.recipient, "Empty": ""}
    return form | more


def test_a_signed_callback_is_recorded(message):
    assert tell(key_of(message), form_for(message)) == 204
    assert row(message.id).status == "delivered"


def test_a_signed_callback_may_be_repeated(message):
    assert [tell(key_of(message), form_for(message)) for _ in range(3)] == [204] * 3


def test_a_failure_is_recorded_with_its_reason(message):
    assert tell(key_of(message), form_for(message, "undelivered", ErrorCode="30003")) == 204
    assert (row(message.id).status, row(message.id).error_code) == ("failed", 30003)


FORGED = [{"token": "another token"}, {"signature": ""}, {"signature": "nonsense"}, {"signature": "=" * 28}]


@pytest.mark.parametrize("wrong", FORGED)
def test_a_callback_without_the_right_signature_is_refused(message, wrong):
    assert tell(key_of(message), form_for(message), **wrong) == 403
    assert row(message.id).status == "accepted"


def test_a_signature_for_one_message_is_none_for_another(message, queued):
    form, other = form_for(message), queued()
    path = f"/webhooks/twilio/status?message={key_of(message)}&tx=TX-0000-0000-0000-0000"
    signature = RequestValidator(TOKEN).compute_signature(settings().address + path, form)
    assert tell(key_of(other), form, signature=signature) == 403


def test_a_changed_form_is_refused(message):
    path = f"/webhooks/twilio/status?message={key_of(message)}&tx=TX-0000-0000-0000-0000"
    told = settings().address + path
    signature = RequestValidator(TOKEN).compute_signature(told, form_for(message, "sent"))
    assert tell(key_of(message), form_for(message, "failed"), signature=signature) == 403


def test_no_token_of_ours_means_no_callback_is_genuine(message, monkeypatch):
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_MESSAGING_SERVICE_SID"):
        monkeypatch.delenv(name)
    settings.cache_clear()
    assert tell(key_of(message), form_for(message), token="") == 403


def test_a_signed_callback_about_nothing_of_ours_is_not_found(message):
    assert tell(STRANGE, form_for(message)) == 404
    assert tell("nonsense", form_for(message)) == 404


def test_an_enormous_callback_is_refused(message):
    assert tell(key_of(message), form_for(message, Padding="x" * 1_000_000)) == 403


def test_only_posting_is_answered():
    assert ask("GET", "/webhooks/twilio/status") == 405


def reply(form: dict[str, str], token: str = TOKEN, signature: str | None = None) -> int:
    path = "/webhooks/twilio/reply"
    if signature is None:
        signature = RequestValidator(token).compute_signature(settings().address + path, form)
    return ask("POST", path, data=form, headers={"X-Twilio-Signature": signature} if signature else {})


def trouble(mobile: str) -> str:
    with nobody_work() as work:
        return consent.trouble(work, mobile, "care")


def said(mobile: str, body: str = "STOP") -> dict[str, str]:
    return {"MessageSid": f"SM{uuid4().hex}", "From": mobile, "To": "+15005550006", "Body": body}


def test_a_signed_reply_is_acted_on_and_may_be_repeated(message):
    stop = said("+13125557001")
    assert [reply(stop), reply(said("+13125557001", "START")), reply(stop)] == [200] * 3
    assert trouble("+13125557001") == ""


@pytest.mark.parametrize("wrong", FORGED)
def test_a_reply_without_the_right_signature_is_refused(message, wrong):
    assert reply(said("+13125557002"), **wrong) == 403
    assert trouble("+13125557002") == ""


def test_a_reply_from_nobody_is_no_message(message):
    assert reply(said("")) == 400
