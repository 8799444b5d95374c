"""A process that works off one lane's queue: `python -m tasks.consumer urgent` or `general`.

On SIGTERM it finishes what it has begun and stops.
"""
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from huey.consumer import Consumer
from redis import RedisError

from portal_app.core import live, log, priority, telemetry, transaction_id
from services import audit_chain
from services.health import HEARTBEAT
from services.messaging import figures
from services.onboarding import feeding
from services.timekeeping import Timekeeper
from tasks import periodic  # noqa: F401 (registers its tasks)
from tasks.pump import Pump
from tasks.queue import QUEUES

PROCESS = {"urgent": "urgent", "general": "consumer"}
HEARTBEAT_TTL = 10  # seconds without a sign of life until /health says so
THREADS = {"urgent": 32, "general": 32}
SEAL, COUNT, LOOK, FEED = 2, 5, 5, 1  # seconds
LAST_WORK = 15  # seconds for a request and its look-up to end in
logger = log.get(__name__)


def beat(lane: str) -> None:
    live.valkey().set(HEARTBEAT.format(lane), os.getpid(), ex=HEARTBEAT_TTL)


def every(seconds: float, run: Callable[[], object], stop: threading.Event) -> threading.Thread:
    """Runs `run` again and again until `stop`; after a failure too, which is logged.

    For what is done every few seconds: Huey's own periodic tasks, see `tasks.periodic`, know no less than a minute.
    """

    name = getattr(run, "__name__", "heartbeat")

    def loop() -> None:
        while not stop.is_set():
            with transaction_id.use():
                try:
                    run()
                except Exception:
                    logger.warning("%s failed", name, exc_info=True)
            stop.wait(seconds)

    thread = threading.Thread(target=loop, name=name, daemon=True)
    thread.start()
    return thread


class Workers(Consumer):
    """Stops at a signal that comes as the first of them begins to work, too: Huey would listen only once all of them do."""

    def start(self) -> None:
        for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # In a thread: the handler may run while this one holds the flag's own lock.
            signal.signal(one, lambda *_: threading.Thread(target=self.stop_flag.set).start())
        super().start()

    def _set_signal_handlers(self) -> None:
        """Done before."""


def run(lane: str) -> None:
    """Works until SIGTERM, SIGINT or SIGHUP, then finishes what has begun."""
    consumer = Workers(QUEUES[lane], workers=THREADS[lane], periodic=lane == "general", max_delay=1,
                       shutdown_timeout=LAST_WORK)
    consumer.start()
    stop = consumer.stop_flag
    helpers = [every(3, partial(beat, lane), stop), threading.Thread(target=Pump(lane).run, args=(stop,), daemon=True)]
    helpers[-1].start()
    if lane == "general":
        helpers += [every(SEAL, audit_chain.seal, stop), every(FEED, feeding.feed, stop), every(COUNT, figures.sweep, stop),
                    every(LOOK, Timekeeper().look, stop)]
    while not stop.wait(10):
        consumer.check_worker_health()
    consumer.stop(graceful=True)
    for helper in helpers:
        helper.join(timeout=5)


def main(lane: str) -> None:
    if lane == "general":
        priority.give_way(priority.LATER)
    log.setup(PROCESS[lane])
    telemetry.setup(PROCESS[lane])
    live.setup()
    logger.info("started", extra={"lane": lane, "threads": THREADS[lane]})
    run(lane)
    with suppress(RedisError):  # it runs out by itself
        live.valkey().delete(HEARTBEAT.format(lane))
    logger.info("stopped")


if __name__ == "__main__":
    main(sys.argv[1])
