"""The process that sends: `python -m tasks.consumer`. On SIGTERM it finishes what it has begun and stops."""
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

from huey.consumer import Consumer
from redis import RedisError

from portal_app.core import live, log, telemetry, transaction_id
from services import audit_chain, cleanup
from services.health import HEARTBEAT
from tasks import messaging
from tasks.queue import huey

HEARTBEAT_TTL = 10  # seconds without a sign of life until /health says so
THREADS = 8
HOUR = 3600  # seconds
LAST_WORK = 15  # seconds for a request and its look-up to end in
logger = log.get(__name__)


def beat() -> None:
    live.valkey().set(HEARTBEAT, "1", ex=HEARTBEAT_TTL)


def every(seconds: float, run: Callable[[], object], stop: threading.Event) -> threading.Thread:
    """Runs `run` again and again until `stop`; after a failure too, which is logged.

    Huey's own periodic tasks know no less than a minute.
    """

    def loop() -> None:
        while not stop.is_set():
            with transaction_id.use():
                try:
                    run()
                except Exception:
                    logger.warning("%s failed", run.__name__, exc_info=True)
            stop.wait(seconds)

    thread = threading.Thread(target=loop, name=run.__name__, daemon=True)
    thread.start()
    return thread


def run() -> None:
    """Works until SIGTERM, SIGINT or SIGHUP, then finishes what has begun."""
    consumer = Consumer(huey, workers=THREADS, periodic=False, max_delay=1, shutdown_timeout=LAST_WORK)
    consumer.start()
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # In a thread: the handler may run while this one holds the flag's own lock.
        signal.signal(one, lambda *_: threading.Thread(target=consumer.stop_flag.set).start())
    stop = consumer.stop_flag
    helpers = [every(3, beat, stop), every(2, messaging.sweep, stop), every(2, audit_chain.seal, stop),
               every(HOUR, cleanup.forget_old, stop)]
    while not consumer.stop_flag.wait(10):
        consumer.check_worker_health()
    consumer.stop(graceful=True)
    for helper in helpers:
        helper.join(timeout=5)


def main() -> None:
    log.setup("consumer")
    telemetry.setup("consumer")
    live.setup()
    logger.info("started", extra={"threads": THREADS})
    run()
    with suppress(RedisError):  # it runs out by itself
        live.valkey().delete(HEARTBEAT)
    logger.info("stopped")


if __name__ == "__main__":
    main()
