"""The machine's clock may be wrong, and be set right: both are said, and nothing lasts longer than it may."""
from datetime import timedelta

from sqlalchemy import text

from portal_app.core import clock, log
from portal_app.core.database import pump_work
from services.providers import circuit

NOTICED = 60
"""Seconds that the clock may gain on the processor's own without a word. Time asleep counts as gained."""
logger = log.get(__name__)


class Timekeeper:
    """Looks at the clock every few seconds, in one process."""

    def __init__(self) -> None:
        self.seen: tuple[float, float] | None = None  # this moment by the clock, and by the processor

    def look(self) -> None:
        """Says in the log when the clock was set, and mends what was written while it was ahead."""
        if (gained := self._gained()) > NOTICED:
            logger.warning("the clock was set ahead", extra={"seconds": round(gained)})
        with pump_work() as work:
            work.session.execute(text("SET LOCAL statement_timeout = '5min'"))
            back: timedelta | None = work.session.execute(text("SELECT clock_seen(:at)"), {"at": clock.now()}).scalar()
        if back:
            circuit.forget()  # Valkey's own times to live have become longer as well
            logger.warning("the clock was set back", extra={"seconds": round(back.total_seconds())})

    def _gained(self) -> float:
        """Seconds by which the clock has run faster than the processor since the last look."""
        wall, own = clock.now().timestamp(), clock.steady()
        before, self.seen = self.seen, (wall, own)
        return 0 if before is None else (wall - before[0]) - (own - before[1])
