"""Keeps the window filled from Postgres. Any number of pumps may run at once: a message has one place in the window."""
import threading
import time
from uuid import UUID

from portal_app.core import log, transaction_id
from portal_app.core.settings import settings
from services import messaging
from services.messaging import Due
from services.messaging.due import FIRST
from services.urgency import Urgency, of_lane
from tasks import window
from tasks.messaging import hand_over

BUSY, IDLE = 0.05, 0.5  # seconds between two looks
FREES = 1  # seconds between two looks for places of the dead
WORTH_WHILE = {"urgent": 1, "general": 256}  # free places that a refill waits for while there is work left
logger = log.get(__name__)


class Pump:
    """The pump of one lane. `after` remembers whose turn is next in each class."""

    def __init__(self, lane: str) -> None:
        self.lane, self.after, self.freed = lane, dict[str, UUID](), float("-inf")

    def run(self, stop: threading.Event) -> None:
        """Until `stop`. A failure is logged, and tried again a second later."""
        while not stop.is_set():
            try:
                with transaction_id.use():
                    pause = BUSY if self.fill() else IDLE
            except Exception:
                logger.warning("pump failed", exc_info=True)
                pause = 1
            stop.wait(pause)

    def fill(self) -> bool:
        """Hands over what is due and finds a place. Whether there may be more soon."""
        self._free_places()
        room = window.room(self.lane)
        if room < WORTH_WHILE[self.lane]:
            return True
        classes = of_lane(self.lane)
        dead = messaging.abandoned([one.name for one in classes], room)
        chosen = [*dead, *self._shared_out(classes, room - len(dead))]
        return bool(hand_over(self.lane, chosen))

    def _free_places(self) -> None:
        """Now and then, and however full the window is: it may be full of what dead workers had in hand."""
        if time.monotonic() - self.freed < FREES:
            return
        self.freed = time.monotonic()
        window.free(self.lane, messaging.abandoned([one.name for one in of_lane(self.lane)], settings().sms_window))

    def _shared_out(self, classes: list[Urgency], room: int) -> list[Due]:
        """The room by the classes' weights; what one leaves is the others'."""
        handed, chosen, weights = window.members(self.lane), [], sum(one.weight for one in classes)
        for one in classes:
            chosen += self._next(one.name, room * one.weight // weights, handed)
        for one in classes:
            if len(chosen) < room:
                chosen += self._next(one.name, room - len(chosen), [*handed, *(str(due.id) for due in chosen)])
        return chosen

    def _next(self, urgency: str, room: int, handed: list[str]) -> list[Due]:
        found = messaging.turns(urgency, room, since=self.after.get(urgency, FIRST), handed=handed)
        if found:
            self.after[urgency] = UUID(int=min(found[-1].tenant_id.int + 1, 2**128 - 1))
        return found
