"""The four classes of text messages, and what each of them promises."""
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Urgency:
    """`lane`: whose workers send it. `weight`: its share of the lane while others want it too. `target`: seconds from
    being due until the provider has it, for 95 of 100. `lifetime`: how long it is worth sending. `backoff`: seconds before
    the second attempt, doubled each time, and the most they grow to. `doubt`: how long we try to find out whether one that
    was sent without an answer has arrived.
    """

    name: str
    lane: str
    weight: int
    target: float
    lifetime: timedelta
    backoff: tuple[float, float]
    doubt: timedelta


URGENCIES = {one.name: one for one in (
    # name, lane, weight, target, lifetime, backoff, doubt
    Urgency("code", "urgent", 1, 0.1, timedelta(minutes=10), (0.5, 8), timedelta(minutes=5)),
    Urgency("now", "urgent", 1, 1, timedelta(hours=2), (1, 30), timedelta(minutes=30)),
    Urgency("notice", "general", 3, 60, timedelta(days=1), (5, 300), timedelta(hours=2)),
    Urgency("bulk", "general", 1, 3600, timedelta(days=3), (5, 600), timedelta(hours=2)),
)}
"""`code`: one-time codes, security. `now`: today's visit, what the patient has just asked for. `notice`: reminders, news.
`bulk`: campaigns; with its weight it gets a quarter of its lane even while notices flood it.
"""


def of_lane(lane: str) -> list[Urgency]:
    return [one for one in URGENCIES.values() if one.lane == lane]
