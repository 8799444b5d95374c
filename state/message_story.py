"""One transaction's text messages: what happened to each, when, and what else was done; and sending one again."""
from typing import Any

import reflex as rx

from portal_app.core.errors import Conflict, NotAllowed
from services.messaging import dead_letters
from services.messaging.figures import TOPIC
from state import live
from state.base import Base, Refused, handler
from state.forms import asked, text
from state.me import know_me
from state.message_rows import MessageRow, StepRow, event_row, message_row, story_address

MOVING = ("waiting", "sending", "accepted", "sent")


class MessageStory(Base, rx.State):
    reference: str = ""
    messages: list[MessageRow] = []
    events: list[StepRow] = []
    more_messages: bool = False
    more_events: bool = False
    refused: bool = False
    _moving: bool = False

    @handler
    async def load(self) -> Any:
        """The story that the address asks for; without any, only the question."""
        await know_me(self)
        self.messages, self.events, self.reference, self._moving = [], [], asked(self, "tx").strip().upper(), False
        self.more_messages = self.more_events = False
        live.watch(self, TOPIC, MessageStory.refresh)
        try:
            await self._read()
        except Refused as refused:
            self.refused = isinstance(refused.error, NotAllowed)
            if not self.refused:
                raise
        finally:
            self.loaded = True

    @handler
    async def refresh(self) -> Any:
        """Again while one of the messages is still on its way."""
        if self._moving:
            await self._read(noted=True)

    async def _read(self, *, noted: bool = False) -> None:
        if not self.reference:
            return
        story = await self.run(dead_letters.story, self.reference, noted=noted)
        self.messages = [message_row(one) for one in story.messages]
        self.events = [event_row(one) for one in story.events]
        self.more_messages, self.more_events = "messages" in story.more, "events" in story.more
        self._moving, self.refused = any(one.status in MOVING for one in story.messages), False

    @handler
    async def find(self, form: dict[str, Any]) -> Any:
        """To the story of the reference that was typed."""
        return rx.redirect(story_address(text(form, "tx")))


class SendAgain(Base, rx.State):
    """The question whether to send a message again. `settled` changes when it is answered."""

    title: str = ""
    unsure: bool = False
    settled: str = ""
    _key: str = ""

    @handler
    async def choose(self, key: str, title: str, again: str) -> Any:
        """Which message is asked about."""
        self._key, self.title, self.unsure = str(key), str(title), again == "unsure"

    @handler
    async def send(self, form: dict[str, Any]) -> Any:
        """Sends it, and goes to the story of the new one."""
        try:
            fresh = await self.run(dead_letters.send_again, self._key, even_if_twice=text(form, "even_if_twice") == "yes")
        except Refused as refused:
            if isinstance(refused.error, Conflict) and refused.error.key == "errors.message_may_arrive_twice":
                self.unsure = True
            raise
        self.settled = fresh
        return rx.redirect(story_address(fresh))
