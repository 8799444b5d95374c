"""Waking the senders of text messages: right after a commit for the urgent, by the pump for all others."""
from collections.abc import Sequence
from uuid import UUID

from portal_app.core import clock, nudge
from services import messaging
from services.messaging import Due
from services.urgency import URGENCIES
from tasks import window
from tasks.queue import QUEUES

CHUNK = {"urgent": 1, "general": 16}
"""Messages that one worker takes at once: each alone where it is urgent, else by sixteen for one lease."""


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
    _deliver("general", keys)


TASKS = {"urgent": deliver_urgent, "general": deliver_general}


def wake(tenant_id: str, id: str, urgency: str) -> None:
    """After the commit of a new message, in the process that made it. The pump sees to what isn't urgent."""
    if URGENCIES[urgency].lane == "urgent":
        hand_over("urgent", [Due(UUID(tenant_id), UUID(id), urgency, clock.now())])


def hand_over(lane: str, some: Sequence[Due]) -> int:
    """To Huey, as far as the carrier's limit and the window allow and none of them is in it already; answers how many."""
    taken = window.offer(lane, some[:messaging.granted(len(some), urgent=lane == "urgent")])
    for start in range(0, len(taken), CHUNK[lane]):
        chunk = taken[start:start + CHUNK[lane]]
        keys = [[str(one.tenant_id), str(one.id)] for one in chunk]
        QUEUES[lane].enqueue(TASKS[lane].s(keys, priority=_priority(lane, chunk[0])))
    return len(taken)


def _priority(lane: str, first: Due) -> float:
    """Urgent ones by the moment they should be sent at the latest, so that neither class starves the other; the general
    ones in the order of the pump, which has weighed them."""
    return -(first.due_at.timestamp() + URGENCIES[first.urgency].target) if lane == "urgent" else 0


nudge.register("text", wake)
