"""`down`, `status`, `logs`, and what `up --fresh` clears away."""
import os
import signal
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

import psutil

from portal_app.core.embedded import wait_for
from portal_app.core.settings import Settings
from portal_app.launch import data_folder, health
from portal_app.launch.steps import LaunchError

LONGEST_STOP = 90  # seconds
TAIL = 40  # lines


def down(settings: Settings) -> int:
    """Stops the portal of this data folder and waits until it is gone."""
    folder = settings.data_dir
    if not data_folder.is_running(folder):
        end_strays(folder)
        print(f"Nothing runs from {folder}.")
        return 0
    try:
        os.kill(data_folder.read_running(folder)["pid"], signal.SIGTERM)
    except (KeyError, ProcessLookupError):
        raise LaunchError(f"{folder} is in use, but not yet by a portal that can be stopped: try again.") from None
    except PermissionError:
        raise LaunchError("It was started by another account: stop it from there.") from None
    if not wait_for(lambda: not data_folder.is_running(folder), LONGEST_STOP, pause=0.2):
        raise LaunchError(f"It still hasn't stopped after {LONGEST_STOP} s: see ./portal logs.")
    print("Stopped.")
    return 0


def status(settings: Settings) -> int:
    """What runs. Returns 0 when all parts answer."""
    about = data_folder.read_running(settings.data_dir)
    if not about or not data_folder.is_running(settings.data_dir):
        print(f"Nothing runs from {settings.data_dir}.")
        return 1
    said = health.ask(settings.model_copy(update=about["listens"]))
    print(f"{about['address']} ({'well' if not said else 'not well: ' + said})")
    for name, process in about["processes"].items():
        print(f"  {name:<10}{_state(process):<9}pid {process['pid']:<9}since {_age(process['since'])}{_again(process)}")
    return 1 if said else 0


def logs(settings: Settings, process: str = "", *, follow: bool = False) -> int:
    """Prints the end of one log or of each, and with `follow` what is added."""
    files = sorted((settings.data_dir / "logs").glob(f"{process or '*'}.log"))
    if not files:
        known = ", ".join(sorted(file.stem for file in (settings.data_dir / "logs").glob("*.log"))) or "none yet"
        raise LaunchError(f"There is no such log in {settings.data_dir / 'logs'}; those there: {known}.")
    for file in files:
        with file.open(errors="replace") as lines:
            _print(file, deque(lines, TAIL))
    with suppress(KeyboardInterrupt):
        while follow:
            _follow(files)
    return 0


def make_fresh(settings: Settings) -> bool:
    """Clears the data folder for `up --fresh`, stopping what runs there; asks first where someone can answer."""
    folder = settings.data_dir
    if not _may_clear(folder):
        print("Nothing was removed.")
        return False
    if data_folder.is_running(folder):
        down(settings)
    end_strays(folder)
    data_folder.make_fresh(folder)
    for name in ("DATABASE_URL", "REDIS_URL"):
        if getattr(settings, name.lower()):
            print(f"  {name} is set: --fresh leaves what is there alone.")
    return True


def embedded_database(settings: Settings) -> str:
    """The address of the running embedded database."""
    processes = data_folder.read_running(settings.data_dir).get("processes", {})
    if not data_folder.is_running(settings.data_dir) or not (found := processes.get("postgres", {}).get("where")):
        raise LaunchError("The portal isn't running: start it with ./portal up, or set DATABASE_URL.")
    return found


def _may_clear(folder: Path) -> bool:
    """Asks where there is something to lose and someone to ask."""
    if not sys.stdin.isatty() or not folder.exists() or data_folder.is_empty(folder):
        return True
    return input(f"Delete all data in {folder}? [y/N] ").strip().lower() in ("y", "yes")


def end_strays(folder: Path) -> None:
    """Ends what a killed launcher left running, where the system did not. Postgres and Valkey see to their own."""
    processes = data_folder.read_running(folder).get("processes", {})
    ours = {about["pid"]: about["since"] for name, about in processes.items() if name not in data_folder.EMBEDDED}
    strays = [process for process in psutil.process_iter() if ours and _is_of(process, ours)]
    for stray in strays:
        with suppress(psutil.Error):
            stray.terminate()
    for stray in psutil.wait_procs(strays, timeout=15)[1]:
        with suppress(psutil.Error):
            stray.kill()


def _is_of(process: psutil.Process, sessions: dict[int, float]) -> bool:
    """Whether `process` belongs to one of `sessions` (number, start): a number may have gone to another meanwhile."""
    try:
        session = os.getsid(process.pid)
        return session in sessions and process.create_time() > sessions[session] - 5
    except (OSError, psutil.Error):
        return False


def _state(process: dict) -> str:
    return "runs" if process["pid"] and psutil.pid_exists(process["pid"]) else "is down"


def _again(process: dict) -> str:
    return f", started {process['starts']} times" if process["starts"] > 1 else ""


def _age(since: float) -> str:
    seconds = int(time.time() - since)
    return f"{seconds // 3600}h {seconds % 3600 // 60:02}m" if seconds >= 3600 else f"{seconds // 60}m {seconds % 60:02}s"


def _print(file: Path, lines: deque[str]) -> None:
    for line in lines:
        print(f"{file.stem:<9}| {line.rstrip()}", flush=True)


def _follow(files: list[Path]) -> None:
    """Prints what each file gets from now on; a file that shrank was turned over and is read from its beginning."""
    places = {file: file.stat().st_size for file in files}
    while True:
        time.sleep(0.3)
        for file in files:
            size = file.stat().st_size if file.exists() else 0
            if size < places[file]:
                places[file] = 0
            if size > places[file]:
                with file.open(errors="replace") as lines:
                    lines.seek(places[file])
                    _print(file, deque(lines))
                    places[file] = lines.tell()
