"""Waking the senders of text messages: right after a commit for the urgent, by the pump for all others."""
import time
from collections.abc import Sequence
from uuid import UUID

from huey.api import Task
from redis import RedisError

from portal_app.core import clock, nudge
from services import messaging
from services.messaging import Due
from services.urgency import URGENCIES
from tasks import window
from tasks.queue import QUEUES, as_stored

CHUNK = {"urgent": 1, "general": 16}
"""Messages that one worker takes at once: each alone where it is urgent, else by sixteen for one lease."""


class GiveWay:
    """The others wait while more urgent messages are under way than a moment's worth, but not for ever: 32 workers with
    sixteen messages each still send some hundred a second.
    """

    BACKLOG, LONGEST, LOOK = 16, 5.0, 0.1  # messages; seconds in all, and between two looks of all workers together

    def __init__(self) -> None:
        self.seen, self.crowded = float("-inf"), False

    def __call__(self) -> None:
        until = time.monotonic() + self.LONGEST
        while time.monotonic() < until and self._crowded():
            time.sleep(self.LOOK)

    def _crowded(self) -> bool:
        if time.monotonic() - self.seen > self.LOOK:
            self.seen = time.monotonic()
            try:
                self.crowded = window.held("urgent") > self.BACKLOG
            except RedisError:  # nobody is in the way that can be seen
                self.crowded = False
        return self.crowded


give_way = GiveWay()


def _deliver(lane: str, keys: list[list[str]]) -> None:
    try:
        messaging.deliver(keys)
    finally:
        window.release(lane, [id for _, id in keys])


@QUEUES["urgent"].task()
def deliver_urgent(keys: list[list[str]]) -> None:
    _deliver("urgent", keys)


@QUEUES["general"].task()
def deliver_general(keys: list[list[str]]) -> None:
    give_way()
    _deliver("general", keys)


TASKS = {"urgent": deliver_urgent, "general": deliver_general}


def wake(told: Sequence[nudge.Ids]) -> None:
    """After the commit of new messages, in the process that made them. The pump sees to what isn't urgent."""
    now = clock.now()
    urgent = [Due(UUID(one["tenant_id"]), UUID(one["id"]), one["urgency"], now) for one in told
              if URGENCIES[one["urgency"]].lane == "urgent"]
    if urgent:
        hand_over("urgent", urgent)


def hand_over(lane: str, some: Sequence[Due]) -> int:
    """To Huey, as far as the window and the carrier's limit allow and none of them is in it already; answers how many."""
    return _alone(lane, some) if CHUNK[lane] == 1 else _in_chunks(lane, some)


def _alone(lane: str, some: Sequence[Due]) -> int:
    if not some:
        return 0
    taken = window.offer(lane, some, [as_stored(QUEUES[lane], _task(lane, [one])) for one in some])
    return messaging.granted(len(taken), urgent=True)


def _in_chunks(lane: str, some: Sequence[Due]) -> int:
    taken = window.offer(lane, some)
    may_go = messaging.granted(len(taken), urgent=False)
    window.release(lane, [str(one.id) for one in taken[may_go:]])
    for start in range(0, may_go, CHUNK[lane]):
        QUEUES[lane].enqueue(_task(lane, taken[start:min(start + CHUNK[lane], may_go)]))
    return may_go


def _task(lane: str, chunk: Sequence[Due]) -> Task:
    keys = [[str(one.tenant_id), str(one.id)] for one in chunk]
    return TASKS[lane].s(keys, priority=_priority(lane, chunk[0]))


def _priority(lane: str, first: Due) -> float:
    """Urgent ones by the moment they should be sent at the latest, so that neither class starves the other; the general
    ones in the order of the pump, which has weighed them."""
    return -(first.due_at.timestamp() + URGENCIES[first.urgency].target) if lane == "urgent" else 0


nudge.register("text", wake)
