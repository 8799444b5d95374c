"""The portal's engine and its peers one after another, each on an empty stand with the same work and the same deaths."""
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from benchmarks.sms import flood
from benchmarks.sms.figures import percentile
from benchmarks.sms.peers import work
from benchmarks.sms.peers.asking import OURS, enqueue_of
from benchmarks.sms.stand import Stand, standing
from portal_app.core.settings import CHECKOUT
from portal_app.launch.processes import command

PEERS = ("huey_fifo", "huey_priority", "celery_priority")
STEADY = 50  # urgent messages a second
DEATHS, LIFE = 3, 5  # after the seconds measured: how often each worker process is killed, and seconds between two
STILL = 120  # seconds without any acceptance: what is missing then is lost; four times what Celery is told to wait
WAITING = "SELECT tenant_id || '.' || id, recipient, body FROM text_message WHERE status = 'waiting' ORDER BY tenant_id, id"


@dataclass(frozen=True)
class Sizes:
    """The same for each: bulk messages that wait, practices that have them, seconds that are measured."""

    waiting: int = 40_000
    practices: int = 200
    seconds: int = 30


@dataclass(frozen=True)
class Peer:
    """`urgent_ms`: from commit to the provider's acceptance. `cpu_ms`: processor time a message, of workers, Postgres and
    Valkey. `lost` and `doubled`: after each worker process was killed three times.
    """

    urgent_ms: dict[str, float]
    bulk_per_s: float
    cpu_ms: float
    lost: int
    doubled: int


def compare(sizes: Sizes = Sizes()) -> dict[str, Any]:
    """The figures of each by its name, and under `ratios` ours to the best of the peers."""
    found = {}
    for name in (OURS, *PEERS):
        print(f"peers: {name} …", file=sys.stderr)
        found[name] = measure(name, sizes)
    return {name: asdict(one) for name, one in found.items()} | {"ratios": _ratios(found)}


def _ratios(found: dict[str, Peer]) -> dict[str, float]:
    ours, peers = found[OURS], [found[name] for name in PEERS]
    return {"urgent_p95": round(ours.urgent_ms["p95"] / min(one.urgent_ms["p95"] for one in peers), 2),
            "bulk_per_s": round(ours.bulk_per_s / max(one.bulk_per_s for one in peers), 2),
            "cpu_ms": round(ours.cpu_ms / min(one.cpu_ms for one in peers), 2)}


def measure(name: str, sizes: Sizes) -> Peer:
    with standing() as stand:
        some = flood.practices(stand, sizes.practices)
        flood.fill(stand, some, sizes.waiting // sizes.practices)
        bulk = _hand_over(stand, name)
        workers = _start_workers(stand, name)
        stand.wait(60, lambda: bool(stand.accepted()))
        asking = _start_asking(stand, name, some, sizes.seconds + DEATHS * LIFE * len(workers))
        used, began, before = stand.processor_seconds(), time.time(), len(stand.accepted())
        time.sleep(sizes.seconds)
        used, ended, taken = stand.processor_seconds() - used, time.time(), stand.accepted()
        _kill_each(stand, workers)
        while asking.poll() is None:
            stand.look_after()
            time.sleep(0.1)
        committed = json.loads((stand.folder / "told.json").read_text())
        _drain(stand, len(bulk) + len(committed))
        after = stand.accepted()
        urgent = sorted((after[key][0] - at) * 1000 for key, at in committed.items() if key in after and at < ended)
        of_bulk = sorted(taken[key][0] for key in bulk & taken.keys() if taken[key][0] > began)
        return Peer(
            urgent_ms={f"p{share}": round(percentile(urgent, share), 1) for share in (50, 95, 99)},
            bulk_per_s=round(len(of_bulk) / (of_bulk[-1] - began), 1) if of_bulk else 0,
            cpu_ms=round(used / max(1, len(taken) - before) * 1000, 2),
            lost=len((bulk | committed.keys()) - after.keys()), doubled=sum(len(times) > 1 for times in after.values()))


def _hand_over(stand: Stand, name: str) -> set[str]:
    """Puts what waits into the peer's queue; ours finds it by itself. Answers the keys."""
    enqueue, waiting = enqueue_of(name) if name != OURS else None, stand.sql(WAITING)
    for key, recipient, body in waiting if enqueue else ():
        enqueue(work.BULK, key, recipient, body)
    return {key for key, _, _ in waiting}


def _start_workers(stand: Stand, name: str) -> list[str]:
    if name == OURS:
        stand.start_consumers()
        return ["urgent", "consumer"]
    parts = import_module(f"benchmarks.sms.peers.{name}").COMMAND
    names = [f"{name}-{n}" for n in range(work.PROCESSES)]
    for one in names:
        stand.start(command(one, [sys.executable, "-m", *parts, *(("-n", one) if parts[0] == "celery" else ())],
                            stand.env, stand.folder))
    return names


def _start_asking(stand: Stand, name: str, some: list[str], seconds: int) -> subprocess.Popen:
    (stand.folder / "asked.json").write_text(
        json.dumps({"steady": STEADY, "seconds": seconds, "practices": some, "seed": 4}))
    parts = [sys.executable, "-m", "benchmarks.sms.peers.asking", name, stand.folder / "asked.json", stand.folder / "told.json"]
    return subprocess.Popen(parts, cwd=CHECKOUT, env=stand.env, start_new_session=True)


def _kill_each(stand: Stand, workers: list[str]) -> None:
    """Every worker process several times, with -9, in turn."""
    for name in workers * DEATHS:
        stand.kill(name)
        until = time.monotonic() + LIFE
        while time.monotonic() < until:
            stand.look_after()
            time.sleep(0.1)


def _drain(stand: Stand, promised: int) -> None:
    """Until the provider has all that was promised, or nothing new came for long."""
    count, since = -1, time.monotonic()
    while count < promised and time.monotonic() - since < STILL:
        stand.look_after()
        time.sleep(0.5)
        if (now := stand.count()) != count:
            count, since = now, time.monotonic()
