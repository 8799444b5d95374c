"""Signing in: a name and password, then a code by text message, then a ticket that the browser posts for its cookie."""
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from portal_app.core import clock
from portal_app.core.addresses import same_site
from portal_app.core.errors import NotFound, TooMany
from portal_app.core.words import say
from services import accounts, demo_phone
from services.accounts import Challenge
from state import live
from state.base import Base, Refused, SignedOut, handler
from state.forms import asked, moment_of, secret, text
from state.me import know_me


@dataclass(frozen=True)
class PersonRow:
    """Someone of the demo."""

    name: str
    role: str
    practice: str
    email: str
    password: str


class SignIn(Base, rx.State):
    step: int = 1
    sent_to: str = ""
    told: str = ""
    until: str = ""
    now: str = ""
    notice: str = ""
    ticket: str = ""
    next: str = "/"
    people: list[PersonRow] = []
    phone: bool = False
    """Whether the demo's phone shows the codes."""
    delivery: str = ""
    _challenge: str = ""
    _expires: str = ""
    _message: UUID | None = None
    _closed: str = ""
    """Why the code on the page can't be used any more: still so after a reload."""

    @handler
    async def load(self) -> Any:
        """The step where the person is; who is signed in already goes on."""
        self.next, self.ticket = same_site(asked(self, "next") or "/"), ""
        self.notice = self._why()
        if self._expires and not _is_coming(self._expires):
            self._begin()
        self.now = clock.now().isoformat()
        if self._closed:
            self.errors = {"code": self._closed}
        await self._load_people()
        self.loaded = True
        try:
            await know_me(self)
        except SignedOut:
            return None
        return rx.redirect(self.next, replace=True)

    def _why(self) -> str:
        for reason, key in (("idle", "sign_in.idle"), ("signed-out", "sign_in.signed_out"), ("late", "sign_in.late")):
            if asked(self, reason):
                return say("en", key)
        return say("en", "sign_in.needed") if self.next != "/" else ""  # home is where everyone begins: nobody asked for it

    def _begin(self) -> None:
        self.step, self.told, self._challenge, self._expires, self._message, self.delivery = 1, "", "", "", None, ""
        self._closed = ""

    async def _load_people(self) -> None:
        try:
            people = await self.ask(accounts.demo_people)
        except Refused as refused:
            if not isinstance(refused.error, NotFound):
                raise
            people = []
        self.phone = bool(people) and await self.ask(demo_phone.is_there)
        self.people = [PersonRow(one.name, say("en", f"roles.{one.role}"), one.practice, one.email, one.password)
                       for one in people]

    @handler
    async def start(self, form: dict[str, Any]) -> Any:
        """Checks name and password; a code is on its way then."""
        self.notice = ""
        challenge = await self.ask(
            accounts.start_sign_in, text(form, "name"), secret(form, "password"), self.router.session.client_ip)
        await self._show(challenge)

    async def go_on(self, challenge: Challenge) -> None:
        """The second step, for who has just made an account."""
        self.next = "/"
        await self._show(challenge)

    async def _show(self, challenge: Challenge) -> None:
        self.step, self._challenge, self._message, self._closed = 2, challenge.id, challenge.message_id, ""
        self.sent_to = say("en", "sign_in.sent_to", mobile=challenge.mobile_hint.replace(" ", "\u00a0"))
        self.told = say("en", "sign_in.already_sent") if challenge.repeated else ""
        self.until, self._expires = challenge.may_resend_at.isoformat(), challenge.expires_at.isoformat()
        self.now = clock.now().isoformat()
        if self._message:
            live.watch(self, accounts.code_topic(self._message), SignIn.look)
        await self._look()

    async def _look(self) -> None:
        stands = await self.ask(accounts.code_delivery, self._message) if self._message else ""
        self.delivery = say("en", f"code_delivery.{stands}") if stands else ""

    @handler
    async def look(self) -> Any:
        """How far the message with the code is; whenever it has moved."""
        await self._look()

    @handler
    async def resend(self) -> Any:
        """Another code, unless the last one is less than a minute old."""
        await self._show(await self.ask(accounts.resend_code, self._challenge))
        self.told = self.told or say("en", "sign_in.sent_again")

    @handler
    async def check(self, form: dict[str, Any]) -> Any:
        """The code; then the page posts the ticket."""
        if self.ticket:
            return
        try:
            self.ticket = await self.ask(accounts.check_code, self._challenge, text(form, "code"))
        except Refused as refused:
            if isinstance(refused.error, TooMany) and refused.error.key == "sign_in.too_many_codes":
                self._closed = refused.message
            raise

    @handler
    async def begin_again(self) -> Any:
        """Back to name and password."""
        self._begin()


def _is_coming(moment: str) -> bool:
    found = moment_of(moment)
    return found is not None and found > clock.now()
