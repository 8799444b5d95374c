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
from state.forms import asked, text
from state.me import Me, know_me


@dataclass(frozen=True)
class SessionRow:
    id: str
    device: str
    detail: str
    current: bool


CHOSEN = ("preferred_name", "theme", "text_size", "visit_texts", "reminder_texts")
"""What the forms of the page start from."""


class Account(Base, rx.State):
    name: str = ""
    email: str = ""
    mobile: str = ""
    preferred_name: str = ""
    theme: str = "device"
    text_size: str = "normal"
    visit_texts: bool = True
    reminder_texts: bool = True
    edition: int = 0
    """Counts what was changed elsewhere, so that forms are drawn anew with it."""
    name_saved: int = 0
    look_saved: int = 0
    texts_saved: int = 0
    sessions: list[SessionRow] = []
    leaving: str = ""

    @handler
    async def load(self) -> Any:
        me = await know_me(self)
        view = await self.run(accounts.account)
        self.name, self.email, self.mobile = view.name, view.email, view.mobile_hint
        self.sessions = [_row(one, me.language) for one in view.sessions]
        self._show_profile(me)
        self.leaving, self.loaded = "", True
        if asked(self, "download") == "later":
            self.alert = say(me.language, "account.download_later")

    def _show_profile(self, me: Me) -> None:
        """What the forms start from. They are drawn anew only where it is not what they start from already."""
        found = {name: getattr(me, name) for name in CHOSEN}
        if found != {name: getattr(self, name) for name in CHOSEN}:
            for name, value in found.items():
                setattr(self, name, value)
            self.edition += 1
        self.name_saved = self.look_saved = self.texts_saved = 0

    @handler
    async def save_name(self, form: dict[str, Any]) -> Any:
        """How the person likes to be called."""
        self.preferred_name = await self.run(accounts.set_preferred_name, text(form, "preferred_name"))
        self.name_saved += 1
        await self._refresh_me()

    @handler
    async def save_look(self, form: dict[str, Any]) -> Any:
        """Theme and text size."""
        theme, size = text(form, "theme"), text(form, "text_size")
        await self.run(accounts.set_look, theme=theme, text_size=size)
        self.theme, self.text_size, self.look_saved = theme, size, self.look_saved + 1
        await self._refresh_me()

    @handler
    async def save_texts(self, form: dict[str, Any]) -> Any:
        """Whether text messages tell of changes to visits, and remind of them."""
        visits, reminders = bool(text(form, "visit_texts")), bool(text(form, "reminder_texts"))
        await self.run(accounts.set_contact, wanted={"visits": visits, "reminders": reminders})
        self.visit_texts, self.reminder_texts, self.texts_saved = visits, reminders, self.texts_saved + 1
        await self._refresh_me()

    async def _refresh_me(self) -> None:
        """The shell of this tab at once; other tabs are woken."""
        await (await self.get_state(Me)).read()

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
