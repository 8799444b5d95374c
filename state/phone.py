"""The demo's phone: the text messages that a person of the demo got, as they arrive."""
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import phonenumbers
import reflex as rx

from portal_app.core import display
from portal_app.core.errors import NotFound
from portal_app.core.words import say
from services import demo_phone
from services.demo_phone import PhonePerson, PhoneText
from state import live
from state.base import Base, Refused, handler
from state.forms import asked, text

ZONE = "America/Phoenix"
"""The phones of the demo are in Arizona."""


@dataclass(frozen=True)
class PhoneRow:
    id: str
    name: str
    role: str


@dataclass(frozen=True)
class PartRow:
    """Some words of a text. `address` is where they lead; "" for nowhere."""

    words: str
    address: str = ""


@dataclass(frozen=True)
class TextRow:
    id: str
    parts: list[PartRow]
    at: str
    status: str
    own: bool


class Phone(Base, rx.State):
    people: list[PhoneRow] = []
    chosen: str = ""
    name: str = ""
    texts: list[TextRow] = []
    missing: bool = False
    written: int = 0

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

    @handler
    async def choose(self, person_id: str) -> Any:
        """To that person's phone, at an address of its own."""
        return rx.redirect("/demo/phone?" + urlencode({"of": str(person_id)}))

    @handler
    async def reply(self, form: dict[str, Any]) -> Any:
        """Writes back from the phone that is looked at; the field is emptied once it is on its way."""
        await self.ask(demo_phone.reply, self.chosen, body=text(form, "body"), to=text(form, "to"))
        self.written += 1
        self.texts = [_text(one) for one in await self.ask(demo_phone.messages, self.chosen)]


def _row(one: PhonePerson) -> PhoneRow:
    return PhoneRow(one.id, one.name, say("en", f"roles.{one.role}"))


def _text(one: PhoneText) -> TextRow:
    at = f"{display.short_day(one.at, ZONE, 'en')}, {display.clock_time(one.at, ZONE, 'en')}"
    return TextRow(one.id, parts(one.body), at, say("en", f"phone.{one.status}"), one.status == "received")


LINK = re.compile(r"https?://\S+[^\s.,;:!?)]")


def parts(body: str) -> list[PartRow]:
    """A text as a phone shows it: its telephone numbers and web addresses are links."""
    numbers = phonenumbers.PhoneNumberMatcher(body, "US", leniency=phonenumbers.Leniency.POSSIBLE)
    links = [(one.start(), one.group(), one.group()) for one in LINK.finditer(body)]
    dialled = [(one.start, one.raw_string, phonenumbers.format_number(one.number, phonenumbers.PhoneNumberFormat.RFC3966))
               for one in numbers]
    found, at = [], 0
    for start, words, address in sorted(links + dialled):
        if start >= at:  # a number within a web address is part of it
            found += [PartRow(body[at:start]), PartRow(words, address)]
            at = start + len(words)
    return [one for one in (*found, PartRow(body[at:])) if one.words]
