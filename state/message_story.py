"""One transaction's text messages: what happened to each, when, and what else was done; and sending one again."""
from typing import Any

import reflex as rx

from portal_app.core.errors import Conflict, NotAllowed, NotFound
from services.messaging import dead_letters
from services.messaging.figures import TOPIC
from state import live
from state.base import Base, Refused, handler
from state.forms import asked, text
from state.me import know_me
from state.message_rows import MessageRow, StepRow, event_row, message_row, story_address

HOPELESS = 100
MOVING = ("waiting", "sending", "accepted", "sent")


class MessageStory(Base, rx.State):
    reference: str = ""
    messages: list[MessageRow] = []
    events: list[StepRow] = []
    more_messages: bool = False
    more_events: bool = False
    refused: bool = False

    @handler
    async def load(self) -> Any:
        """The story that the address asks for; without any, only the question."""
        await know_me(self)
        self.messages, self.events, self.reference = [], [], asked(self, "tx").strip().upper()
        self.more_messages = self.more_events = False
        live.unwatch(self, TOPIC)
        try:
            await self._read()
        except Refused as refused:
            self.refused = isinstance(refused.error, NotAllowed)
            if isinstance(refused.error, NotFound):
                self.errors = {"tx": refused.message}
            elif not self.refused:
                raise
        finally:
            self.loaded = True

    @handler
    async def refresh(self) -> Any:
        """Again while one of the messages is still on its way."""
        await self._read(noted=True)

    async def _read(self, *, noted: bool = False) -> None:
        if not self.reference:
            return
        story = await self.run(dead_letters.story, self.reference, noted=noted)
        self.messages = [message_row(one) for one in story.messages]
        self.events = [event_row(one) for one in story.events]
        self.more_messages, self.more_events = "messages" in story.more, "events" in story.more
        self.refused = False
        if any(one.status in MOVING for one in story.messages):
            live.watch(self, TOPIC, MessageStory.refresh)
        else:  # being woken for nothing would take away what the page says
            live.unwatch(self, TOPIC)

    @handler
    async def find(self, form: dict[str, Any]) -> Any:
        """To the story of the reference that was typed."""
        return rx.redirect(story_address(text(form, "tx")))


class SendAgain(Base, rx.State):
    """The question whether to send a message again. `settled` changes when it is answered; `hopeless` are the keys of those for
    which it was refused for good."""

    title: str = ""
    unsure: bool = False
    final: bool = False
    settled: str = ""
    hopeless: list[str] = []
    _key: str = ""

    @handler
    async def choose(self, key: str, title: str, again: str) -> Any:
        """Which message is asked about."""
        self._key, self.title, self.unsure, self.final = str(key), str(title), again == "unsure", False

    @handler
    async def send(self, form: dict[str, Any]) -> Any:
        """Sends it, and goes to the story of the new one."""
        try:
            fresh = await self.run(dead_letters.send_again, self._key, even_if_twice=text(form, "even_if_twice") == "yes")
        except Refused as refused:
            if isinstance(refused.error, Conflict | NotFound | NotAllowed):
                self._refused(refused.error.key)
            raise
        self.settled = fresh
        return rx.redirect(story_address(fresh))

    def _refused(self, why: str) -> None:
        """What may arrive twice can still be sent; for all else the answer stays no."""
        self.unsure = why == "errors.message_may_arrive_twice"
        self.final = not self.unsure
        if self.final:
            self.hopeless = [*self.hopeless, self._key][-HOPELESS:]
