"""One practice with very much waiting beside many with a little: how long until the small ones are done."""
import time
from dataclasses import dataclass

from benchmarks.sms import flood
from benchmarks.sms.stand import Stand, standing

LEFT = "SELECT count(*) FROM text_message WHERE status IN ('waiting', 'sending') AND tenant_id = ANY (%s::uuid[])"
PATIENCE = 1_800  # seconds


@dataclass(frozen=True)
class Neighbours:
    """`ratio`: the small ones' time beside the flood to their time alone."""

    ratio: float
    alone_s: float
    beside_s: float


def neighbours(waiting: int, practices: int, each: int = 10) -> Neighbours:
    alone, beside = (_seconds(flooded, practices, each) for flooded in (0, waiting))
    return Neighbours(round(beside / alone, 2), round(alone, 1), round(beside, 1))


def _seconds(waiting: int, practices: int, each: int) -> float:
    with standing() as stand:
        big, *small = flood.practices(stand, practices)
        if waiting:
            flood.fill(stand, [big], waiting)
        flood.fill(stand, small, each)
        stand.start_consumers()
        _until_first(stand)
        began = time.monotonic()
        if not stand.wait(PATIENCE, lambda: stand.sql(LEFT, small) == [(0,)]):
            raise TimeoutError(f"the small practices are not done after {PATIENCE} s")
        return time.monotonic() - began


def _until_first(stand: Stand) -> None:
    stand.wait(60, lambda: bool(stand.accepted()))
