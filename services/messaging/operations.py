"""How text messages go, for those who run the platform or a practice: figures, and how each class keeps its promise.

Nothing here counts the outbox: figures come from the rows of `services.messaging.figures`, what waits from the ends of indexes.
"""
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row

from portal_app.core import clock
from portal_app.core.actor import Actor
from services import access
from services.messaging import promises
from services.messaging.figures import MINUTE, QUARTER, start_of
from services.messaging.promises import Promise
from services.messaging.relay import add_up, percentile
from services.providers import circuit
from services.urgency import URGENCIES

SPANS = {"hour": (MINUTE, 60), "day": (QUARTER, 96)}
OWN_SPANS = SPANS | {"hour": (QUARTER, 4)}
"""How long the points of a chart are, and how many there are: of all practices, and of some, counted by the quarter hour."""


@dataclass(frozen=True, slots=True)
class Point:
    """A stretch of a chart: how many the provider took, within how many seconds it had 95 of 100, and how many waited as it
    began. None where nothing was counted."""

    accepted: int | None
    p95: float | None
    waiting: int | None


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class: `promise` is of now, the rest of the span. `waiting` is exact up to `promises.MOST`, then as of the last
    minute that was counted; `rate` is messages a second over the last whole stretch; times are in seconds."""

    urgency: str
    target: float
    promise: Promise
    waiting: int
    later: int
    oldest: float | None
    rate: float
    accepted: int
    late: int
    p50: float | None
    p95: float | None
    p99: float | None
    repeats: int
    ended: Counter[str]
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Overview:
    """`everywhere`: of all practices. `circuit` is as `services.providers.circuit.state` says it; points are `step` long and
    begin at `since`."""

    at: datetime
    everywhere: bool
    span: str
    since: datetime
    step: timedelta
    circuit: str
    classes: list[ClassFigures]


def overview(actor: Actor, span: str = "hour") -> Overview:
    """How messages have gone in the last `hour` or `day`. Raises NotAllowed."""
    now = clock.now()
    with access.outbox_for(actor, "messages.read") as (work, practices):
        span = span if span in SPANS else "hour"
        step, count = (SPANS if practices is None else OWN_SPANS)[span]
        since = start_of(now, step) - step * (count - 1)
        rows = promises.figures(work, since, now, practices)
        kept = promises.kept(work, now, rows, practices)
    starts = [since + step * number for number in range(count)]
    classes = [_class(one, [row for row in rows if row.urgency == one.urgency], starts, now) for one in kept]
    return Overview(now, practices is None, span, since, step, circuit.state(), classes)


def _class(promise: Promise, rows: list[Row], starts: list[datetime], now: datetime) -> ClassFigures:
    counted = [row for row in rows if row.waiting is not None]
    waiting = promise.waiting
    if waiting >= promises.MOST and counted:
        waiting = max(waiting, counted[-1].waiting)
    stretches: list[list[Row]] = [[] for _ in starts]
    for row in rows:
        stretches[bisect_right(starts, row.starts_at) - 1].append(row)
    relays = [add_up(row.relay for row in some) for some in stretches]
    relay = add_up(relays)
    return ClassFigures(
        promise.urgency, URGENCIES[promise.urgency].target, promise, waiting, counted[-1].later if counted else 0,
        (now - promise.oldest).total_seconds() if promise.oldest else None, _rate(rows, now), sum(relay.values()),
        sum(row.late for row in rows), percentile(relay, 0.5), percentile(relay, 0.95), percentile(relay, 0.99),
        sum(row.repeats for row in rows), add_up(row.ended for row in rows),
        [_point(some, one) for some, one in zip(stretches, relays, strict=True)])


def _rate(rows: list[Row], now: datetime) -> float:
    """Of the last whole minute, where minutes were counted, else of the last whole quarter."""
    step = MINUTE if any(row.waiting is not None for row in rows) else QUARTER
    last = start_of(now, step) - step
    return sum(add_up(row.relay for row in rows if row.starts_at == last).values()) / step.total_seconds()


def _point(rows: list[Row], relay: Mapping[str, int]) -> Point:
    if not rows:
        return Point(None, None, None)
    return Point(sum(relay.values()), percentile(relay, 0.95), rows[0].waiting)
