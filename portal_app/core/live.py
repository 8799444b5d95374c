"""Telling every web process that something changed: a topic and an id over Valkey, never data."""
import json
from functools import cache
from typing import Any

import redis

from portal_app.core import nudge
from portal_app.core.settings import settings

CHANNEL = "carelane.live"


@cache
def valkey() -> Any:
    """The one connection pool of this process; two seconds are enough for a server beside us.

    Untyped: the library says of every answer that it may be awaitable, which here it never is.
    """
    return redis.Redis.from_url(settings().redis_url, socket_timeout=2, socket_connect_timeout=2)


def publish(topic: str, id: str = "") -> None:
    valkey().publish(CHANNEL, json.dumps({"topic": topic, "id": id}))


def setup() -> None:
    """Lets commits of this process wake screens."""
    nudge.register("live", publish)
