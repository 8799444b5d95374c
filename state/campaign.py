"""Inviting the patients of a practice: whom, what it takes, and how far it is, live."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal_app.core import display
from portal_app.core.errors import NotAllowed
from portal_app.core.words import say
from services.onboarding import campaigns, inviting
from services.onboarding.campaigns import CampaignView, Overview
from state import live
from state.base import Base, Refused, handler
from state.forms import asked, text
from state.me import know_me
from state.of_practice import OfPractice


@dataclass(frozen=True)
class ChoiceRow:
    audience: str
    label: str
    nobody: bool


@dataclass(frozen=True)
class EndedRow:
    id: str
    title: str
    detail: str


class Campaigns(OfPractice, Base, rx.State):
    choices: list[ChoiceRow] = []
    chosen: str = ""
    question: str = ""
    takes: str = ""
    body: str = ""
    cost: str = ""
    night: str = ""
    status: str = ""
    """Of the campaign under way; "" where there is none."""
    people: int = 0
    sent: int = 0
    progress: str = ""
    joined: str = ""
    ended: list[EndedRow] = []
    refused: bool = False
    _counts: dict[str, tuple[int, int]] = {}

    @handler
    async def load(self) -> Any:
        """Of the practice that the address names, else the first one."""
        await know_me(self)
        self.practice_id = asked(self, "practice")
        await self._read()
        if not self.refused:
            live.watch(self, inviting.topic(self.practice_id), Campaigns.refresh)

    @handler
    async def refresh(self) -> Any:
        """Whenever it has moved on."""
        await self._read()

    async def _read(self) -> None:
        try:
            seen = await self.run(campaigns.overview, self.practice_id)
        except Refused as refused:
            self.refused = isinstance(refused.error, NotAllowed)
            if not self.refused:
                raise
            return
        self._show_practice(seen)
        self.body, self.cost = seen.body, _counted("parts", seen.segments)
        morning = seen.waits_until and display.clock_time(seen.waits_until, seen.zone, "en")
        self.night = say("en", "campaign.night", time=morning) if morning else ""
        self._show_choices(seen)
        self._show_open(seen.open)
        self.ended = [_ended(one, seen.zone) for one in seen.ended]
        self.refused, self.loaded = False, True

    def _show_choices(self, seen: Overview) -> None:
        self._counts = {one.audience: (one.people, one.seconds) for one in seen.choices}
        self.choices = [ChoiceRow(one.audience, _label(one.audience, one.people), not one.people) for one in seen.choices]
        if not self._counts.get(self.chosen, (0, 0))[0]:
            self.chosen = next((one.audience for one in seen.choices if one.people), "")
        self._ask()

    def _ask(self) -> None:
        people, seconds = self._counts.get(self.chosen, (0, 0))
        self.question = _counted("question", people)
        self.takes = say("en", "campaign.takes", time=display.duration(seconds, "en"))

    def _show_open(self, one: CampaignView | None) -> None:
        self.status = one.status if one else ""
        if one:
            self.people, self.sent = one.people, min(one.sent, one.people)
            self.progress, self.joined = _words("progress", one), _joined(one)

    @handler
    async def choose(self, audience: str) -> Any:
        """Whom to invite."""
        if audience in self._counts:
            self.chosen = audience
            self._ask()

    @handler
    async def start(self, form: dict[str, Any]) -> Any:
        """Begins to send to whom was shown in the question."""
        await self._do(campaigns.start, audience=text(form, "audience"))

    @handler
    async def pause(self) -> Any:
        await self._do(campaigns.pause)

    @handler
    async def resume(self) -> Any:
        await self._do(campaigns.resume)

    @handler
    async def stop(self) -> Any:
        await self._do(campaigns.stop)

    async def _do(self, service: Callable[..., None], **chosen: str) -> None:
        try:
            await self.run(service, practice_id=self.practice_id, **chosen)
        finally:
            await self._read()


def _label(audience: str, people: int) -> str:
    return say("en", f"campaign.audience_{audience}", count=display.number(people, "en"))


def _counted(what: str, count: int) -> str:
    """In the singular or plural."""
    return say("en", f"campaign.{what}_{'one' if count == 1 else 'many'}", count=display.number(count, "en"))


def _joined(one: CampaignView) -> str:
    return _counted("joined", one.joined) if one.joined else say("en", "campaign.joined_none")


def _words(what: str, one: CampaignView) -> str:
    return say("en", f"campaign.{what}", sent=display.number(one.sent, "en"), people=display.number(one.people, "en"))


def _ended(one: CampaignView, zone: str) -> EndedRow:
    about = [display.short_day(one.began_at, zone, "en"), _joined(one)]
    return EndedRow(one.id, _words(f"ended_{one.status}", one), say("en", "punctuation.dot").join(about))
