"""Which parts of the portal answer at this moment."""
import shutil

import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal_app.core.database import nobody_work
from portal_app.core.errors import Unavailable
from portal_app.core.live import valkey
from portal_app.core.settings import settings

HEARTBEAT = "carelane.consumer.{}.heartbeat"
"""The key that a living consumer of a lane keeps from running out."""
LANES = ("urgent", "general")
LEAST_FREE = 100 * 2**20
"""Bytes without which the disk counts as full: logs and the embedded servers' data need room to grow."""


def check(part: str) -> bool:
    """Whether the part answers. May hang as long as that does."""
    try:
        return CHECKS[part]()
    except (SQLAlchemyError, Unavailable, redis.RedisError, OSError):
        return False


def _database() -> bool:
    with nobody_work() as work:
        return work.session.execute(text("SELECT 1")).scalar() == 1


def _valkey() -> bool:
    return bool(valkey().ping())


def _consumer() -> bool:
    return valkey().exists(*(HEARTBEAT.format(lane) for lane in LANES)) == len(LANES)


def _disk() -> bool:
    return shutil.disk_usage(settings().data_dir).free > LEAST_FREE


CHECKS = {"database": _database, "valkey": _valkey, "consumer": _consumer, "disk": _disk}
