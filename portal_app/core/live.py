"""Telling every web process that something changed: a topic and an id over Valkey, never data."""
import json
from collections.abc import Sequence
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


def publish(told: Sequence[nudge.Ids]) -> None:
    """Each of `told` has a `topic`, and may have an `id`."""
    with valkey().pipeline(transaction=False) as pipe:
        for one in told:
            pipe.publish(CHANNEL, json.dumps({"topic": one["topic"], "id": one.get("id", "")}))
        pipe.execute()


def setup() -> None:
    """Lets commits of this process wake screens."""
    nudge.register("live", publish)
