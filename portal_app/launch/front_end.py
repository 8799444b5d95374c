"""The built front end: made when its inputs change, kept by their fingerprint, shared by all who run this checkout."""
import fcntl
import hashlib
import json
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from portal_app.core.embedded import spawn, stop
from portal_app.core.settings import CHECKOUT
from portal_app.core.source import files, fingerprint
from portal_app.launch import environment, reflex_build
from portal_app.launch.steps import LaunchError

FOLDER = CHECKOUT / ".front"  # built/<fingerprint>/ are the results, web/ is Reflex's workshop
INPUTS = (
    "pages", "components", "state", "assets", "portal_app/words", "portal_app/portal_app.py", "portal_app/core/words.py",
    "portal_app/launch/reflex_build.py", "rxconfig.py", "requirements.txt",
)
LOCK_FILES = ("reflex.lock",)
IN_USE = "in-use"
KEPT = 3  # results, so that going back and forth between two branches builds nothing


def ready() -> tuple[Path, bool]:
    """The folder of the front end for the code as it is now, and whether it had to be built. Raises LaunchError."""
    if (built := result()).exists():
        return built, False
    with _only_one():
        if (built := result()).exists():
            return built, False
        return _build(), True


def result() -> Path:
    """Where the build of the code as it is now lies, or will."""
    return FOLDER / "built" / _joined(fingerprint(INPUTS), fingerprint(LOCK_FILES))


def hold(built: Path) -> TextIO:
    """Keeps `built` from being cleared away until the file is closed or this process ends."""
    file = (built / IN_USE).open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def _joined(*prints: str) -> str:
    return hashlib.sha256("".join(prints).encode()).hexdigest()[:16]


def _build() -> Path:
    """Builds into Reflex's workshop, then puts a copy where it stays as it is, whatever is built next."""
    sources, web, log = fingerprint(INPUTS), FOLDER / "web", FOLDER / "build.log"
    log.unlink(missing_ok=True)
    env = reflex_build.build_environment(environment.clean(), web)
    process = spawn(reflex_build.build_command(), log, env=env, cwd=CHECKOUT)
    try:
        with _lock_files_kept():
            code = process.wait()
    finally:
        stop(process, signal.SIGTERM, patience=5)
    if code:
        raise LaunchError(f"The front end can't be built: {_reason(log)} (all of it: {log})")
    # The lock file may be new with this build, the sources may have changed meanwhile: name it for what was built.
    built = FOLDER / "built" / _joined(sources, fingerprint(LOCK_FILES))
    _put(web, built)
    _clear_old()
    return built


@contextmanager
def _lock_files_kept() -> Iterator[None]:
    """Reflex writes them again in another order each time: what still says the same stays as it was."""
    before = {path: path.read_bytes() for path in files(LOCK_FILES, CHECKOUT)}
    yield
    for path, content in before.items():
        if not path.exists() or _says_the_same(path.read_bytes(), content):
            path.write_bytes(content)


def _says_the_same(one: bytes, other: bytes) -> bool:
    try:
        return json.loads(one) == json.loads(other)
    except ValueError:
        return False


def _put(web: Path, built: Path) -> None:
    half = built.with_name(built.name + ".half")
    shutil.rmtree(half, ignore_errors=True)
    reflex_build.copy_result(web, half)
    shutil.rmtree(built, ignore_errors=True)
    half.rename(built)


def _reason(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    wanted = [line for line in lines if "error" in line.lower()]
    return wanted[0] if wanted else (lines or ["no reason given"])[-1]


def _clear_old() -> None:
    """Removes all but the newest results, except those that a running portal serves."""
    newest_first = sorted((FOLDER / "built").iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest_first[KEPT:]:
        with (old / IN_USE).open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(old)


@contextmanager
def _only_one() -> Iterator[None]:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
