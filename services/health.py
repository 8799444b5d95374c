"""Which parts of the portal answer at this moment."""
from collections.abc import Callable

import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal_app.core.database import nobody_work
from portal_app.core.live import valkey

HEARTBEAT = "carelane.consumer.{}.heartbeat"
"""The key that a living consumer of a lane keeps from running out."""
LANES = ("urgent", "general")


def parts() -> dict[str, str]:
    """`ok` or `down` for the database, Valkey and the consumers."""
    return {"database": _said(_database), "valkey": _said(_valkey), "consumer": _said(_consumer)}


def _said(check: Callable[[], object]) -> str:
    try:
        return "ok" if check() else "down"
    except (SQLAlchemyError, redis.RedisError, OSError):
        return "down"


def _database() -> bool:
    with nobody_work() as work:
        return work.session.execute(text("SELECT 1")).scalar() == 1


def _valkey() -> bool:
    return bool(valkey().ping())


def _consumer() -> bool:
    return valkey().exists(*(HEARTBEAT.format(lane) for lane in LANES)) == len(LANES)
