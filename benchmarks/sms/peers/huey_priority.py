"""Huey with priority alone."""
from huey import PriorityRedisHuey

from benchmarks.sms.peers import work
from portal_app.core.settings import settings

queue = PriorityRedisHuey("peers.priority", url=settings().redis_url, results=False)
COMMAND = ("huey.bin.huey_consumer", f"{__name__}.queue", "-w", str(work.THREADS), "-k", "thread", "-q")


@queue.task()
def send(key: str, recipient: str, body: str) -> None:
    work.send(key, recipient, body)


def enqueue(urgency: str, key: str, recipient: str, body: str) -> None:
    send(key, recipient, body, priority=1 if urgency == work.URGENT else 0)
