"""Celery with priorities on Redis, set to lose nothing: late acknowledgement, one task taken at a time.

https://docs.celeryq.dev/en/stable/userguide/routing.html#redis-message-priorities
"""
from celery import Celery

from benchmarks.sms.peers import work
from portal_app.core.settings import settings

FIRST, LAST = 0, 9
# Celery has a name of its own for a server behind a socket.
queue = Celery("peers", broker=settings().redis_url.replace("unix://", "redis+socket://"))
queue.conf.update(
    task_ignore_result=True, task_acks_late=True, task_reject_on_worker_lost=True, worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"queue_order_strategy": "priority", "priority_steps": [FIRST, LAST],
                              "visibility_timeout": 30},  # seconds; by default an hour
)
COMMAND = ("celery", "-A", f"{__name__}:queue", "worker", "-P", "threads", "-c", str(work.THREADS), "--without-gossip",
           "--without-mingle", "--without-heartbeat", "-l", "ERROR")


@queue.task(name="send")
def send(key: str, recipient: str, body: str) -> None:
    work.send(key, recipient, body)


def enqueue(urgency: str, key: str, recipient: str, body: str) -> None:
    send.apply_async((key, recipient, body), priority=FIRST if urgency == work.URGENT else LAST)
