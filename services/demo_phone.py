"""The demo's phone: what its people got by text. It exists only while the sandbox provider is on."""
from dataclasses import dataclass
from datetime import datetime

from portal_app.core.errors import Invalid, NotFound, Unavailable
from portal_app.core.settings import settings
from services.accounts import demo_people
from services.messaging import phone_id
from services.providers.ports import Unreachable
from services.providers.sandbox import client
from services.providers.sandbox.store import SENDER
from services.providers.twilio import provider


@dataclass(frozen=True)
class PhonePerson:
    """Someone whose phone can be looked at. `id` is also what "phone" is published with when a text moves."""

    id: str
    name: str
    role: str
    mobile: str


@dataclass(frozen=True)
class PhoneText:
    """One text message; `status` is Twilio's word (queued, sent, delivered …), and `received` is what the person wrote."""

    id: str
    body: str
    status: str
    at: datetime


def is_there() -> bool:
    """Whether this is a demo whose texts don't really leave the house."""
    return settings().demo and bool(settings().sms_sandbox_url)


def people() -> list[PhonePerson]:
    """Everyone of the demo. Raises NotFound where the phone isn't there."""
    if not is_there():
        raise NotFound
    return [PhonePerson(phone_id(one.mobile), one.name, one.role, one.mobile) for one in demo_people()]


def messages(person_id: str) -> list[PhoneText]:
    """A person's texts, newest first. Raises NotFound, or Unavailable where the sandbox doesn't answer."""
    mobile = _mobile(person_id)
    try:
        found = [*provider().known(mobile), *client.replies(mobile)]
    except Unreachable:
        raise Unavailable from None
    return [PhoneText(one.sid, one.body, one.status, one.at) for one in sorted(found, key=lambda one: one.sid, reverse=True)]


def reply(person_id: str, *, body: str, to: str) -> None:
    """Writes back from a person's phone: `to` is "codes", the number that codes come from, or anything else, the other one.

    Raises Invalid without any words, NotFound, or Unavailable where the sandbox doesn't answer.
    """
    if not body.strip():
        raise Invalid("phone.body_missing", field="body")
    try:
        client.reply(_mobile(person_id), settings().twilio_code_sender if to == "codes" else SENDER, body[:160])
    except Unreachable:
        raise Unavailable from None


def _mobile(person_id: str) -> str:
    mobile = next((one.mobile for one in people() if one.id == person_id), None)
    if mobile is None:
        raise NotFound
    return mobile
