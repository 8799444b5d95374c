"""A flood of bulk, thousands who ask for codes again and again, and a steady stream of other urgent messages."""
import json
import random
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from redis import RedisError

from benchmarks.sms import flood
from benchmarks.sms.figures import Figures, figures
from benchmarks.sms.stand import Stand, standing
from portal_app.core import live
from portal_app.core.embedded import wait_for
from portal_app.core.settings import CHECKOUT
from tasks.window import LANES

STEADY = 50  # urgent messages a second beside the codes
SETTLE = 120  # seconds in which what was left in doubt must be settled
OPEN = "SELECT count(*) FROM text_message WHERE status IN ('waiting', 'sending')"


TAKE_BACK = """
UPDATE text_message SET status = 'cancelled' WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM text_message WHERE status = 'waiting' AND urgency = 'bulk' FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True)
class Sizes:
    """How big the storm is; the defaults are the ones to compare by."""

    waiting: int = 1_000_000
    practices: int = 2_000
    people: int = 20_000
    seconds: int = 120


def storm(sizes: Sizes, *, kill: bool = False) -> Figures:
    """Runs it; with `kill` a worker is killed every five seconds, and Valkey and Postgres once each."""
    with standing() as stand:
        some = flood.practices(stand, sizes.practices)
        flood.fill(stand, some, sizes.waiting // sizes.practices)
        stand.start_consumers()
        wait_for(lambda: bool(stand.accepted()), 30)
        time.sleep(1)
        used, began, before = stand.processor_seconds(), time.monotonic(), len(stand.accepted())
        most = _under_way(stand, _start_asking(stand, sizes, some), sizes.seconds, kill)
        seconds, used, taken = time.monotonic() - began, stand.processor_seconds() - used, stand.accepted()
        told = json.loads((stand.folder / "told.json").read_text())
        bulk = len(taken.keys() - told["committed"].keys()) - before
        settled = settle(stand)
        return figures(stand, told, bulk_per_s=bulk / seconds, cpu_ms=used / max(1, len(taken) - before) * 1000, most=most,
                       settled=settled)


def _start_asking(stand: Stand, sizes: Sizes, some: list[str]) -> subprocess.Popen:
    given = {"people": sizes.people, "steady": STEADY, "seconds": sizes.seconds, "practices": some, "seed": 4}
    (stand.folder / "asked.json").write_text(json.dumps(given))
    command = [sys.executable, "-m", "benchmarks.sms.asking", stand.folder / "asked.json", stand.folder / "told.json"]
    return subprocess.Popen(command, cwd=CHECKOUT, env=stand.env, start_new_session=True)


def _under_way(stand: Stand, asking: subprocess.Popen, seconds: float, kill: bool) -> int:
    """Until nobody asks any more. Answers the most messages that were handed to the queue at once."""
    began, most, killed = time.monotonic(), 0, 0
    deaths = _deaths(seconds) if kill else []
    while asking.poll() is None:
        with suppress(RedisError):
            most = max(most, _handed())
        if killed < len(deaths) and time.monotonic() - began > deaths[killed][0]:
            stand.kill(deaths[killed][1])
            killed += 1
        stand.look_after()
        time.sleep(0.1)
    return most


def _handed() -> int:
    """Messages in the window, both lanes at one moment."""
    with live.valkey().pipeline(transaction=True) as pipe:
        for lane in LANES:
            pipe.zcard(f"carelane.texts.{lane}")
        return sum(pipe.execute())


def _deaths(seconds: float) -> list[tuple[float, str]]:
    """A worker every five seconds; Valkey after a third of the time and Postgres after two."""
    workers = [(float(at), random.choice(("urgent", "consumer"))) for at in range(5, int(seconds), 5)]
    return sorted([*workers, (seconds / 3, "valkey"), (seconds * 2 / 3, "postgres")])


def settle(stand: Stand) -> bool:
    """Takes back the bulk that still waits, then sees the rest to its end. Whether it came to one."""

    def ended() -> bool:
        stand.sql(TAKE_BACK)
        return stand.sql(OPEN) == [(0,)]

    return stand.wait(SETTLE, ended)
