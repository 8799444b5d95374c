"""A person's own account: names, and where they are signed in."""
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx
from babel.dates import format_timedelta

from portal_app.core import clock, display
from portal_app.core.words import say
from services import accounts
from services.accounts import SessionView
from state.base import Base, handler
from state.me import know_me


@dataclass(frozen=True)
class SessionRow:
    id: str
    device: str
    detail: str
    current: bool


class Account(Base, rx.State):
    name: str = ""
    email: str = ""
    mobile: str = ""
    sessions: list[SessionRow] = []
    asking: bool = False
    leaving: str = ""

    @handler
    async def load(self) -> Any:
        me = await know_me(self)
        view = await self.run(accounts.account)
        self.name, self.email, self.mobile = view.name, view.email, view.mobile_hint
        self.sessions = [_row(one, me.language) for one in view.sessions]
        self.asking, self.leaving, self.loaded = False, "", True

    @handler
    async def question(self) -> Any:
        """Asks whether to sign out everywhere."""
        self.asking = True

    @handler
    async def keep(self) -> Any:
        self.asking = False

    @handler
    async def leave_everywhere(self) -> Any:
        """Ends every session; the page then posts the form that clears this browser's cookie."""
        await self.run(accounts.sign_out_everywhere)
        self.leaving = "everywhere"


def _row(one: SessionView, language: str) -> SessionRow:
    seen = say(language, "account.now") if one.current else say(language, "account.seen", ago=_ago(one.last_seen_at, language))
    return SessionRow(one.id, _device(one.device, language), seen, one.current)


def _ago(moment: datetime, language: str) -> str:
    return display.plain(format_timedelta(moment - clock.now(), add_direction=True, locale=language))


BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
           ("Linux", "Linux"))


def _device(agent: str, language: str) -> str:
    """`Chrome on Windows` from what the browser says of itself; the first name that fits, since they claim each other's."""
    browser = next((name for sign, name in BROWSERS if sign in agent), say(language, "account.a_browser"))
    system = next((name for sign, name in SYSTEMS if sign in agent), say(language, "account.a_device"))
    return say(language, "account.device", browser=browser, system=system)
