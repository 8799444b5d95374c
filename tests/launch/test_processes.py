"""Who dies is started again, after a pause that grows; and all end with us."""
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from portal_app.core.embedded import spawn, stop, wait_for
from portal_app.launch import processes
from portal_app.launch.processes import command, look_after, stop_all

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
FAMILY = [sys.executable, "-c", "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"]


@pytest.fixture
def sleeper(tmp_path: Path):
    child = command("sleeper", SLEEP, dict(os.environ), tmp_path)
    child.run()
    yield child
    stop_all([child])


def test_a_process_that_is_killed_runs_again(sleeper, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(processes, "PAUSES", (0,))
    said: list[str] = []
    sleeper.process.kill()
    sleeper.process.wait()
    assert wait_for(lambda: look_after([sleeper], said.append) and sleeper.is_alive(), 5)
    assert said == ["sleeper ended (SIGKILL), starting it again in 0 s", "sleeper runs again"]


def test_the_pause_grows_with_each_failure_in_a_row(sleeper):
    sleeper.process.kill()
    sleeper.process.wait()
    pauses = []
    for _ in range(8):
        processes._plan(sleeper, lambda line: None)
        pauses.append(round(sleeper.again_at - time.monotonic(), 1))
    assert pauses == [0.5, 1, 2, 4, 4, 4, 4, 4], "but never so far that a part stays away"


def test_what_a_killed_process_had_started_goes_with_it(tmp_path: Path):
    parent = spawn(FAMILY, tmp_path / "log")
    assert wait_for(lambda: len(psutil.Process(parent.pid).children()) == 1, 5)
    grandchild = psutil.Process(parent.pid).children()[0]
    parent.kill()
    stop(parent)
    assert wait_for(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE, 5)


def test_a_process_that_resists_is_killed(tmp_path: Path):
    stubborn = spawn(
        [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"],
        tmp_path / "log",
    )
    assert wait_for(lambda: (tmp_path / "log").read_text() == "on\n", 5)
    stop(stubborn, patience=0.2)
    assert stubborn.returncode == -signal.SIGKILL
