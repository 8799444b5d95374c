"""A forgotten password: name and date of birth, then the code and a new password."""
import asyncio
from datetime import timedelta
from typing import Any

import reflex as rx

from portal_app.core import clock
from services import accounts
from services.accounts.sign_in import QUIET
from state.base import Base, handler
from state.forms import secret, text

ANSWER = 0.5
"""Seconds until it is said that a code may be on its way: longer than finding someone and sending one takes."""


class Reset(Base, rx.State):
    step: str = "who"
    """`who` asks for name and date of birth, `code` for the code and a new password; then it is `done`."""
    until: str = ""
    now: str = ""
    _reset: str = ""

    @handler
    async def load(self) -> Any:
        """Where the person is; what is done begins anew."""
        if self.step == "done":
            self._begin()
        self.now, self.loaded = clock.now().isoformat(), True

    def _begin(self) -> None:
        self.step, self._reset, self.until = "who", "", ""

    @handler
    async def start(self, form: dict[str, Any]) -> Any:
        """A code, if there is such a person; the answer takes the same time where there isn't."""
        typed = (text(form, "name"), text(form, "birth_date"), self.router.session.client_ip)
        self._reset, _ = await asyncio.gather(self.ask(accounts.start_reset, *typed), asyncio.sleep(ANSWER))
        self.step, now = "code", clock.now()
        self.now, self.until = now.isoformat(), (now + timedelta(seconds=QUIET)).isoformat()

    @handler
    async def finish(self, form: dict[str, Any]) -> Any:
        """The new password."""
        await self.ask(accounts.finish_reset, self._reset, text(form, "code"), secret(form, "password"))
        self._begin()
        self.step = "done"

    @handler
    async def begin_again(self) -> Any:
        """Back to name and date of birth."""
        self._begin()
