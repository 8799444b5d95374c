"""The time. Everything asks here, so that a test can set it."""
import time
from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def steady() -> float:
    """Seconds by the processor's own clock, which nobody sets: their differences are how long something takes."""
    return time.monotonic()
