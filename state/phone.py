"""The demo's phone: the text messages that a person of the demo got, as they arrive."""
from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal_app.core import display
from portal_app.core.errors import NotFound
from portal_app.core.words import say
from services import demo_phone
from services.demo_phone import PhonePerson, PhoneText
from state import live
from state.base import Base, Refused, handler
from state.forms import asked

ZONE = "America/Phoenix"
"""The phones of the demo are in Arizona."""


@dataclass(frozen=True)
class PhoneRow:
    id: str
    name: str
    role: str
    address: str


@dataclass(frozen=True)
class TextRow:
    id: str
    body: str
    at: str
    status: str


class Phone(Base, rx.State):
    people: list[PhoneRow] = []
    chosen: str = ""
    name: str = ""
    texts: list[TextRow] = []
    missing: bool = False

    @handler
    async def load(self) -> Any:
        """The messages of the person in the address; again whenever one moves."""
        try:
            people = await self.ask(demo_phone.people)
        except Refused as refused:
            self.missing = isinstance(refused.error, NotFound)
            raise
        self.people = [_row(one) for one in people]
        person = next((one for one in people if one.id == asked(self, "of")), people[0])
        self.chosen, self.name = person.id, person.name
        live.watch(self, "phone", Phone.load)
        self.texts = [_text(one) for one in await self.ask(demo_phone.messages, person.id)]
        self.missing, self.loaded = False, True


def _row(one: PhonePerson) -> PhoneRow:
    return PhoneRow(one.id, one.name, say("en", f"roles.{one.role}"), f"/demo/phone?of={one.id}")


def _text(one: PhoneText) -> TextRow:
    at = f"{display.short_day(one.at, ZONE, 'en')}, {display.clock_time(one.at, ZONE, 'en')}"
    return TextRow(one.id, one.body, at, say("en", f"phone.{one.status}"))
