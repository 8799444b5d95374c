"""The demo's phone shows the demo's people, and nobody else's."""
import pytest

from portal_app.core.errors import NotFound, Unavailable
from services import demo_phone
from services.messaging import phone_id
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
