"""The folder that holds everything one portal keeps: what it is, who runs it, and making it new."""
import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import Any, TextIO

from portal_app.core.embedded import postgres
from portal_app.launch.steps import LaunchError

FORMAT = 1
ABOUT, LOCK, RUNNING = "carelane.json", "up.lock", "running.json"
EMBEDDED = ("postgres", "valkey")


def open_folder(folder: Path, *, with_postgres: bool) -> None:
    """Makes `folder`, or makes sure that it is one of ours and of this version. Raises LaunchError."""
    about = folder / ABOUT
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)  # as root, Postgres runs as another account
        if not about.exists():
            if not is_empty(folder):
                raise LaunchError(f"{folder} holds other files and no {ABOUT}: choose another --data-dir.")
            about.write_text(json.dumps({"format": FORMAT}))
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise LaunchError(
            f"{folder} can't be used as the data folder ({error.strerror}): choose another --data-dir."
        ) from None
    if with_postgres:
        _check_postgres(folder, about)
    elif _read(about)["format"] != FORMAT:
        raise _wrong_format(folder, _read(about)["format"])


def _check_postgres(folder: Path, about: Path) -> None:
    known = _read(about)
    if known["format"] != FORMAT:
        raise _wrong_format(folder, known["format"])
    here = postgres.major()
    there = known.setdefault("postgres", here)
    if there != here:
        raise LaunchError(
            f"{folder} was written by Postgres {there} and this is {here}: use another --data-dir,"
            f" or PG_BIN of a Postgres {there}. Nothing was changed."
        )
    about.write_text(json.dumps(known))


def _wrong_format(folder: Path, found: Any) -> LaunchError:
    return LaunchError(
        f"{folder} has data format {found} and this Carelane knows {FORMAT}: use the Carelane that wrote it,"
        " or another --data-dir. Nothing was changed."
    )


def _read(about: Path) -> dict[str, Any]:
    try:
        return {"format": None} | json.loads(about.read_text())
    except ValueError:
        raise LaunchError(f"{about} is damaged: restore it, or choose another --data-dir. Nothing was changed.") from None


def is_empty(folder: Path) -> bool:
    """Nothing in it but what a start leaves before it writes `carelane.json`."""
    return not {entry.name for entry in folder.iterdir()} - {LOCK}


def make_fresh(folder: Path) -> None:
    """Removes the database and the queue of `folder`; logs stay. Raises LaunchError for a folder that isn't ours."""
    if not folder.exists() or is_empty(folder):
        return
    if not (folder / ABOUT).exists():
        raise LaunchError(f"--fresh: {folder} isn't a Carelane data folder (no {ABOUT}): nothing was removed.")
    for name in EMBEDDED:
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / ABOUT).unlink()
    (folder / ABOUT).write_text(json.dumps({"format": FORMAT}))


def lock(folder: Path) -> TextIO | None:
    """The folder's lock, held until the file is closed or this process ends however it may; None if another has it."""
    file = (folder / LOCK).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def is_running(folder: Path) -> bool:
    """Whether an `up` has `folder` now."""
    if not (folder / LOCK).exists():
        return False
    if held := lock(folder):
        held.close()
    return held is None


def write_running(folder: Path, what: dict[str, Any]) -> None:
    """Tells `status`, `down` and a second `up` who runs here."""
    half = folder / (RUNNING + ".half")
    half.write_text(json.dumps(what))
    half.replace(folder / RUNNING)


def read_running(folder: Path) -> dict[str, Any]:
    """What `write_running` last said; {} for nothing."""
    try:
        return json.loads((folder / RUNNING).read_text())
    except (OSError, ValueError):
        return {}
