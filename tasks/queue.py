"""The queue that wakes workers. It may lose all it holds: rows are the truth, and the sweeper finds them."""
import json
from copy import copy
from functools import cache

from huey import PriorityRedisHuey
from huey.api import Task
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import PriorityRedisStorage
from redis import ConnectionPool

from portal_app.core.settings import settings


class JsonSerializer(Serializer):
    """Plain JSON: whoever can write to the queue cannot make us run what they like, as pickle would."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


@cache
def storage(name: str) -> PriorityRedisStorage:
    # Workers wait for one second at a time, so five without an answer mean a server that is gone.
    pool = ConnectionPool.from_url(settings().redis_url, socket_connect_timeout=2, socket_timeout=5)
    return PriorityRedisStorage(name, connection_pool=pool)


class _Paper:
    """In the place of a connection: keeps what Huey's storage would have written."""

    def zadd(self, key: str, members: dict[bytes, float]) -> None:
        self.key, (self.written,) = key, members.items()


class Wakeups(PriorityRedisHuey):
    """Connects when first used: tasks are also imported where no server runs, to build the front end."""

    storage = property(lambda self: storage(self.name), lambda self, value: None)

    def create_storage(self) -> None:
        """See `storage`."""

    def is_revoked(self, *_: object, **__: object) -> bool:
        """Never: what shall not be sent is said by its row. Huey would ask Valkey before each task."""
        return False


def as_stored(queue: Wakeups, task: Task) -> tuple[str, bytes, float]:
    """What Huey would write into Valkey for a task: key, member and score, for a script that does more at once."""
    paper = copy(queue.storage)
    paper.conn = _Paper()
    paper.enqueue(queue.serialize_task(task), task.priority)
    return paper.conn.key, *paper.conn.written


QUEUES = {lane: Wakeups(f"carelane.{lane}", results=False, serializer=JsonSerializer()) for lane in ("urgent", "general")}
"""One queue a lane, each with workers of its own. What isn't a text message goes to the general one."""
