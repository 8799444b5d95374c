"""The machine's clock may be wrong, and be set right: both are said, and nothing lasts longer than it may."""
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from portal_app.core import clock, log
from portal_app.core.database import pump_work
from services.providers import circuit

NOTICED = 60
"""Seconds that the clock may gain on the processor's own without a word. Time asleep counts as gained."""
STEPS = ("clock_mend_throttle", "clock_mend_challenge", "clock_mend_session", "clock_mend_hold", "clock_mend_cancel",
         "clock_mend_waiting", "clock_mend_sending", "clock_mend_sweep")
"""The database's functions that mend what was written while the clock was ahead: each a thousand rows at a time."""
logger = log.get(__name__)


class Timekeeper:
    """Looks at the clock every few seconds, in one process."""

    def __init__(self) -> None:
        self.seen: tuple[float, float] | None = None  # this moment by the clock, and by the processor

    def look(self) -> None:
        """Says in the log when the clock was set, and mends what was written while it was ahead."""
        if (gained := self._gained()) > NOTICED:
            logger.warning("the clock was set ahead", extra={"seconds": round(gained)})
        back: timedelta | None = _call("clock_seen")
        if back:
            _mend()
            logger.warning("the clock was set back", extra={"seconds": round(back.total_seconds())})

    def _gained(self) -> float:
        """Seconds by which the clock has run faster than the processor since the last look."""
        wall, own = clock.now().timestamp(), clock.steady()
        before, self.seen = self.seen, (wall, own)
        return 0 if before is None else (wall - before[0]) - (own - before[1])


def _mend() -> None:
    """In short transactions, so that nobody waits for it. The mark moves last: what was interrupted is begun again."""
    for step in STEPS:
        while _call(step):
            pass
    circuit.forget()  # Valkey's own times to live have become longer as well
    _call("clock_mended")


def _call(function: str) -> Any:
    """At this moment: what is rightly written while a mend lasts is not taken for something from ahead."""
    with pump_work() as work:
        return work.session.execute(text(f"SELECT {function}(:at)"), {"at": clock.now()}).scalar()
