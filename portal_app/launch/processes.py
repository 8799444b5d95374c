"""The portal's processes: started, watched over, started again when one dies, stopped in the reverse order."""
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from portal_app.core.embedded import EmbeddedError, end_group, spawn, stop
from portal_app.core.settings import CHECKOUT

PAUSES = (0.5, 1, 2, 4)  # seconds before the first, second … start in a row: no part is away for long
STEADY = 5  # seconds: after that long a run, a process counts as well again
LARGEST_LOG = 50 * 2**20  # bytes; one older file is kept


@dataclass
class Child:
    """One process and how to run it. `start` returns when it is of use."""

    name: str
    start: Callable[[], subprocess.Popen]
    how_to_stop: signal.Signals = signal.SIGTERM
    patience: float = 20  # seconds
    process: subprocess.Popen | None = None
    since: float = 0  # by the clock on the wall, for people to read
    up_at: float = 0  # by a clock that nobody sets, like all that follows
    starts: int = 0
    failures: int = 0  # in a row
    again_at: float = 0
    where: str = ""  # the address to reach it at
    keeps: TextIO | None = None  # a lock that lasts as long as this child is ours

    def run(self) -> None:
        self.process = self.start()
        self.since, self.up_at, self.again_at = time.time(), time.monotonic(), 0
        self.starts += 1

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def about(self) -> dict[str, Any]:
        """For other commands to read."""
        pid = self.process.pid if self.process else 0
        return {"pid": pid, "since": self.since, "starts": self.starts, "where": self.where}

    def stop(self) -> None:
        if self.process:
            stop(self.process, self.how_to_stop, self.patience)


def command(name: str, parts: list[str], env: dict[str, str], logs: Path) -> Child:
    """A process of ours, run from the checkout, that writes to `logs`/`name`.log."""
    log = logs / f"{name}.log"

    def start() -> subprocess.Popen:
        return spawn(parts, log, env=env, cwd=CHECKOUT)

    return Child(name, start)


def turn_over(logs: Path) -> None:
    """Keeps the last and the running part of each log. Copied and emptied in place: its process has it open."""
    for log in logs.glob("*.log"):
        if log.stat().st_size > LARGEST_LOG:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)


def look_after(children: list[Child], say: Callable[[str], None]) -> bool:
    """Starts again who has died, after a pause that grows. Returns whether anything changed."""
    return any([_look_after(child, say) for child in children])


def _look_after(child: Child, say: Callable[[str], None]) -> bool:
    if child.is_alive():
        return False
    if not child.again_at:
        _plan(child, say)
        return True
    if time.monotonic() < child.again_at:
        return False
    try:
        child.run()
        say(f"{child.name} runs again")
    except (EmbeddedError, OSError) as error:
        child.process, child.again_at = None, 0
        say(f"{child.name} doesn't start: {error}")
    return True


def _plan(child: Child, say: Callable[[str], None]) -> None:
    child.failures = 1 if time.monotonic() - child.up_at > STEADY else child.failures + 1
    pause = PAUSES[min(child.failures, len(PAUSES)) - 1]
    child.again_at = time.monotonic() + pause
    if child.process:
        end_group(child.process)
        say(f"{child.name} ended ({_ending(child.process.returncode)}), starting it again in {pause:g} s")


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def stop_all(children: list[Child]) -> None:
    """Last started, first stopped; one that resists doesn't keep the others."""
    for child in reversed(children):
        child.stop()
