"""Making an account with an invitation: code and date of birth, then a password; after that a sign-in like any other.

Who has no invitation asks for one here.
"""
import asyncio
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from portal_app.core import clock
from portal_app.core.words import say
from services.onboarding import asking, join
from state.base import Base, SignedOut, handler
from state.forms import asked, secret, text
from state.me import Me, know_me, read_me
from state.sign_in import SignIn

ANSWER = 0.5
"""Seconds until it is said that an invitation may be on its way: longer than finding and sending one takes."""


class Join(Base, rx.State):
    step: str = "check"
    """`check` asks for code and date of birth, `account` for a password; `known` has an account already, `added` has one more
    chart in it. `ask` is for who has no invitation, `asked` that one may be on its way."""
    code: str = ""
    hello: str = ""
    lead: str = ""
    practice: str = ""
    signed_in: bool = False
    sign_in_address: str = ""
    until: str = ""
    now: str = ""
    _code: str = ""
    _birth_date: str = ""

    @handler
    async def load(self) -> Any:
        """Where the person is with this invitation; a new one begins anew."""
        given = asked(self, "code")[:40]
        if given and given != self.code:
            self._begin()
        self.code = given or self.code
        try:
            await know_me(self)
            self.signed_in = True
        except SignedOut:
            self.signed_in = False
        if self.signed_in and self.step in ("account", "known"):
            self._begin()
        self.loaded = True

    def _begin(self) -> None:
        self.step, self.hello, self.lead, self.practice, self._code, self._birth_date = "check", "", "", "", "", ""

    @handler
    async def check(self, form: dict[str, Any]) -> Any:
        """Whose invitation it is. For who is signed in the chart is added at once."""
        code, born, address = text(form, "code"), text(form, "birth_date"), self.router.session.client_ip
        if self.signed_in:
            self.practice = await self.run(join.link, code, born, address)
            self.step = "added"
            await read_me(await self.get_state(Me))
            return
        found = await self.ask(join.look_up, code, born, address)
        self._code, self._birth_date, self.practice = code, born, found.practice
        self.hello = say("en", "join.hello", name=found.given_name)
        mobile = found.mobile_hint.replace(" ", "\u00a0")
        self.step = "known" if found.has_account else "account"
        self.lead = say("en", f"join.{self.step}_lead", practice=found.practice, mobile=mobile)
        self.sign_in_address = "/sign-in?" + urlencode({"next": "/join?" + urlencode({"code": code})})

    @handler
    async def create(self, form: dict[str, Any]) -> Any:
        """The account; a code to the number on file is on its way then."""
        challenge = await self.ask(
            join.accept, self._code, self._birth_date, email=text(form, "email"), password=secret(form, "password"),
            address=self.router.session.client_ip)
        self._begin()
        self.code = ""
        await (await self.get_state(SignIn)).go_on(challenge)
        return rx.redirect("/sign-in", replace=True)

    @handler
    async def without(self) -> Any:
        """There is no invitation yet."""
        self.step = "ask"

    @handler
    async def send_me_one(self, form: dict[str, Any]) -> Any:
        """An invitation to the number on file, if there is one; the answer takes the same time where there isn't."""
        typed = (text(form, "mobile"), text(form, "birth_date"), self.router.session.client_ip)
        until, _ = await asyncio.gather(self.ask(asking.ask, *typed), asyncio.sleep(ANSWER))
        self.step, self.until, self.now = "asked", until.isoformat(), clock.now().isoformat()

    @handler
    async def begin_again(self) -> Any:
        """Back to code and date of birth."""
        self._begin()
