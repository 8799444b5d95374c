"""A person's own account: names, and where they are signed in."""
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx
from babel.dates import format_timedelta

from portal_app.core import clock, display
from portal_app.core.errors import Outdated
from portal_app.core.words import say
from services import accounts
from services.accounts import AccountView, SessionView
from state.base import Base, Refused, handler
from state.display import telephone, trouble_words
from state.forms import asked, secret, text
from state.me import Me, know_me, read_me


@dataclass(frozen=True)
class SessionRow:
    id: str
    device: str
    detail: str
    current: bool


@dataclass(frozen=True)
class PracticeRow:
    name: str
    phone: str
    telephone: str


PARTS = {"name": ("preferred_name",), "look": ("theme", "text_size"), "texts": ("visit_texts", "reminder_texts", "text_language")}
"""What is saved together, each with what its form starts from."""


class Account(Base, rx.State):
    name: str = ""
    email: str = ""
    mobile: str = ""
    preferred_name: str = ""
    theme: str = "device"
    text_size: str = "normal"
    visit_texts: bool = True
    reminder_texts: bool = True
    text_language: str = "en"
    editions: dict[str, int] = dict.fromkeys(PARTS, 0)
    """Counts, by part, what was changed elsewhere, so that its form is drawn anew with it."""
    saved: dict[str, int] = dict.fromkeys(PARTS, 0)
    outdated: dict[str, str] = dict.fromkeys(PARTS, "")
    """By part, what it says elsewhere, where that is not what this form began with."""
    versions: dict[str, int] = dict.fromkeys(PARTS, 0)
    """At which version each form was read. It travels with the form: the server may forget, the page doesn't."""
    troubles: list[str] = []
    practices: list[PracticeRow] = []
    sessions: list[SessionRow] = []
    leaving: str = ""
    password_changes: int = 0

    @handler
    async def load(self) -> Any:
        arrived = (await self.get_state(Me))._page != str(self.router.url)
        me = await know_me(self)
        view = await self.run(accounts.account)
        self.name, self.email, self.mobile = view.name, view.email, view.mobile_hint
        self._show_sessions(view, me)
        for part in PARTS:
            self._show_part(me, part)
        if arrived:  # else what was saved just before stays said, though the server began anew
            self.saved, self.password_changes = dict.fromkeys(PARTS, 0), 0
        self.troubles = [trouble_words(one, me.language) for one in await self.run(accounts.text_troubles)]
        self.practices = [PracticeRow(one.name, one.phone, telephone(one.phone)) for one in await self.run(accounts.practices)]
        self.leaving, self.loaded = "", True
        if asked(self, "download") == "later":
            self.alert = say(me.language, "account.download_later")

    def _show_sessions(self, view: AccountView, me: Me) -> None:
        self.sessions = [_row(one, me.language) for one in view.sessions]

    def _show_part(self, me: Me, part: str) -> None:
        """What its form starts from. It is drawn anew only where it does not start from that already."""
        found = {name: getattr(me, name) for name in PARTS[part]}
        if found != {name: getattr(self, name) for name in PARTS[part]}:
            for name, value in found.items():
                setattr(self, name, value)
            self.editions[part] += 1
        self.versions[part], self.outdated[part] = me._versions[part], ""

    @handler
    async def save_name(self, form: dict[str, Any]) -> Any:
        """How the person likes to be called."""
        await self._save("name", form, accounts.set_preferred_name, text(form, "preferred_name"))

    @handler
    async def save_look(self, form: dict[str, Any]) -> Any:
        """Theme and text size."""
        await self._save("look", form, accounts.set_look, theme=text(form, "theme"), text_size=text(form, "text_size"))

    @handler
    async def save_texts(self, form: dict[str, Any]) -> Any:
        """Whether text messages tell of changes to visits and remind of them, and in which language all of them are."""
        wanted = {"visits": bool(text(form, "visit_texts")), "reminders": bool(text(form, "reminder_texts"))}
        chosen = {} if (await know_me(self)).without_chart else wanted
        await self._save("texts", form, accounts.set_contact, wanted=chosen, language=text(form, "text_language"))

    async def _save(self, part: str, form: dict[str, Any], service: Callable[..., int], *typed: Any, **chosen: Any) -> None:
        """Where it was saved elsewhere meanwhile, that is said beside what was typed, which the next save puts in its place."""
        me = await know_me(self)
        try:
            self.versions[part] = await self.run(service, *typed, **chosen, version=_version(form))
        except Refused as refused:
            if not isinstance(refused.error, Outdated):
                raise
            await read_me(me)
            self.versions[part] = me._versions[part]
            self.outdated[part] = say(me.language, "account.outdated", now=_now(me, part))
            return
        await read_me(me)  # the shell of this tab at once; other tabs are woken
        for name in PARTS[part]:
            setattr(self, name, getattr(me, name))
        self.saved[part], self.outdated[part] = self.saved[part] + 1, ""

    @handler
    async def take_newest(self, part: str) -> Any:
        """Lets go of what was typed, for what is saved."""
        if part in PARTS:
            self._show_part(await know_me(self), part)
            self.editions[part] += 1
            self.saved[part] = 0

    @handler
    async def change_password(self, form: dict[str, Any]) -> Any:
        """Another password; what was typed is taken away where it holds."""
        await self.run(accounts.change_password, secret(form, "current"), secret(form, "new"))
        self.password_changes += 1
        self._show_sessions(await self.run(accounts.account), await know_me(self))
        return [rx.set_value("current", ""), rx.set_value("new", "")]

    @handler
    async def leave_one(self, session_id: str) -> Any:
        """Ends another session of the person's own."""
        await self.run(accounts.sign_out_one, session_id)
        self._show_sessions(await self.run(accounts.account), await know_me(self))

    @handler
    async def leave_everywhere(self) -> Any:
        """Ends every session; the page then posts the form that clears this browser's cookie."""
        await self.run(accounts.sign_out_everywhere)
        self.leaving = "everywhere"


def _version(form: dict[str, Any]) -> int:
    """At which version its form was read; 0, which nothing is at, where it doesn't say."""
    said = text(form, "version")
    return int(said) if re.fullmatch(r"[0-9]{1,9}", said) else 0


def _now(me: Me, part: str) -> str:
    """What is saved for a part, as its form would say it."""
    if part == "name":
        return me.preferred_name or say(me.language, "account.no_name")
    if part == "look":
        return ", ".join(say(me.language, f"account.{key}") for key in (f"theme_{me.theme}", f"text_{me.text_size}"))
    wanted = [say(me.language, f"account.{name}") for name in ("visit_texts", "reminder_texts") if getattr(me, name)]
    shown = [] if me.without_chart else wanted or [say(me.language, "account.no_texts")]
    return ". ".join([*shown, say(me.language, f"account.in_{me.text_language}")])


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
