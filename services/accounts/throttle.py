"""How often something may be tried, counted in Postgres for all processes. Keys are hashes: no name is kept."""
import hashlib

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.database import nobody_work
from portal_app.core.errors import TooMany


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def count_try(kind: str, value: str, *, limit: int, seconds: int, field: str = "") -> None:
    """Counts one try in a transaction of its own, so that a failure which follows cannot undo it.

    Raises TooMany once there were more than `limit` within `seconds`.
    """
    at = clock.now()
    with nobody_work() as work:
        count, ends_at = work.session.execute(
            text("SELECT count, ends_at FROM throttle_hit(:key, :seconds, :at)"),
            {"key": _key(kind, value), "seconds": seconds, "at": at},
        ).one()
    if count > limit:
        raise TooMany(int((ends_at - at).total_seconds()), "sign_in.too_many", field=field)


def forget(kind: str, value: str) -> None:
    """Starts the count anew, after a success."""
    with nobody_work() as work:
        work.session.execute(text("SELECT throttle_clear(:key)"), {"key": _key(kind, value)})
