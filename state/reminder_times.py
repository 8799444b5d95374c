"""When the patients of a practice are reminded of visits."""
from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal_app.core.errors import NotAllowed
from portal_app.core.words import say
from services.messaging import reminder_times
from state.base import Base, Refused, handler
from state.forms import asked, text
from state.me import know_me
from state.of_practice import OfPractice


@dataclass(frozen=True)
class TimeChoice:
    name: str
    label: str
    chosen: bool


class ReminderTimes(OfPractice, Base, rx.State):
    choices: list[TimeChoice] = []
    edition: int = 0
    """Goes up with what is read anew, so that the form is drawn with it."""
    saved: int = 0
    refused: bool = False

    @handler
    async def load(self) -> Any:
        """Of the practice that the address names, else the first one."""
        await know_me(self)
        try:
            seen = await self.run(reminder_times.reminder_times, asked(self, "practice"))
        except Refused as refused:
            self.refused = isinstance(refused.error, NotAllowed)
            if not self.refused:
                raise
            return
        self._show_practice(seen)
        self.choices = [TimeChoice(f"h{hours}", say("en", f"reminders.h{hours}"), hours in seen.hours)
                        for hours in seen.choices]
        self.edition, self.saved, self.refused, self.loaded = self.edition + 1, 0, False, True

    @handler
    async def save(self, form: dict[str, Any]) -> Any:
        """From now on."""
        hours = [int(one.name[1:]) for one in self.choices if text(form, one.name)]
        await self.run(reminder_times.set_reminder_times, practice_id=self.practice_id, hours=hours)
        self.saved += 1
