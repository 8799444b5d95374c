"""How often something may be tried, counted in Postgres for all processes. Keys are hashes: no name is kept."""
import hashlib

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.database import Work, nobody_work
from portal_app.core.errors import TooMany


def count_try(kind: str, value: str, *, limit: int, seconds: int, field: str = "") -> None:
    """Counts one try in a transaction of its own, so that a failure which follows cannot undo it.

    Raises TooMany once there were more than `limit` within `seconds`.
    """
    with nobody_work() as work:
        left = _hit(work, kind, value, limit, seconds)
    if left:
        raise TooMany(left, "sign_in.too_many", field=field)


def count(work: Work, kind: str, value: str, *, limit: int, seconds: int, field: str = "") -> None:
    """Counts what is done in this transaction, and with it. Raises TooMany as `count_try` does."""
    if left := _hit(work, kind, value, limit, seconds):
        raise TooMany(left, "sign_in.too_many", field=field)


def take_back(kind: str, value: str) -> None:
    """The try that was counted was a success, and those are not limited."""
    with nobody_work() as work:
        work.session.execute(text("SELECT throttle_take_back(:key)"), {"key": _key(kind, value)})


def forget(kind: str, value: str) -> None:
    """Starts the count anew, after a success."""
    with nobody_work() as work:
        work.session.execute(text("SELECT throttle_clear(:key)"), {"key": _key(kind, value)})


def _hit(work: Work, kind: str, value: str, limit: int, seconds: int) -> int:
    """Counts one; answers the seconds until the next may be made, 0 where this one may."""
    at = clock.now()
    made, ends_at = work.session.execute(
        text("SELECT count, ends_at FROM throttle_hit(:key, :seconds, :at)"),
        {"key": _key(kind, value), "seconds": seconds, "at": at},
    ).one()
    return max(1, int((ends_at - at).total_seconds())) if made > limit else 0


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
