"""The demo's phone: what its people got by text. It exists only while the sandbox provider is on."""
from dataclasses import dataclass
from datetime import datetime

from portal_app.core.errors import NotFound, Unavailable
from portal_app.core.settings import settings
from services.accounts import demo_people
from services.messaging import phone_id
from services.providers.ports import Unreachable
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
    """One text message; `status` is Twilio's word (queued, sent, delivered …)."""

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
    mobile = next((one.mobile for one in people() if one.id == person_id), None)
    if mobile is None:
        raise NotFound
    try:
        return [PhoneText(one.sid, one.body, one.status, one.at) for one in provider().known(mobile)]
    except Unreachable:
        raise Unavailable from None
