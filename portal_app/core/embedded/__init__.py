"""Postgres and Valkey from PyPI wheels, for when no server is named. Here: what both need to run a server."""
import ctypes
import hashlib
import os
import pwd
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

LONGEST_SOCKET_PATH = 107  # bytes; sun_path of unix(7), less its closing zero
PR_SET_PDEATHSIG = 1  # prctl(2)


class EmbeddedError(Exception):
    """A server of ours can't be run. The text is one line that says what to change."""


def spawn(
    command: Sequence[str | Path],
    log: Path,
    *,
    on_our_death: signal.Signals = signal.SIGTERM,
    user: pwd.struct_passwd | None = None,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen:
    """Starts `command` in a session of its own, both outputs appended to `log`.

    On Linux it gets `on_our_death` when this process ends in whatever way, kill -9 included. Call from the main thread:
    the kernel means the thread that starts it. `user` is who it shall run as, where we are root.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as output:
        return subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, cwd=cwd,
            start_new_session=True, preexec_fn=_become(user, on_our_death, os.getpid()),
        )


def _become(user: pwd.struct_passwd | None, on_our_death: signal.Signals, parent: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def run() -> None:
        if user:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        if libc:
            libc.prctl(PR_SET_PDEATHSIG, int(on_our_death))  # after setuid, which clears it
            if os.getppid() != parent:
                os._exit(1)

    return run


def stop(process: subprocess.Popen, how: signal.Signals = signal.SIGTERM, patience: float = 15) -> None:
    """Ends `process` by `how`, and by SIGKILL after `patience` seconds, with all it has started."""
    if process.poll() is None:
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    end_group(process)


def end_group(process: subprocess.Popen) -> None:
    """Kills what is left of the session of `process`: a server that was killed leaves its workers behind."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(what: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Whether `what` came true within `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(pause)
    return what()


def socket_folder(folder: Path, name: str, owner: pwd.struct_passwd) -> Path:
    """Where the socket `name` may lie: in `folder`, or in a short private folder where that path is too long."""
    if len(os.fsencode(folder / name)) <= LONGEST_SOCKET_PATH:
        return folder
    runtime = os.environ.get("XDG_RUNTIME_DIR", "") if os.geteuid() else ""
    short = Path(runtime or "/tmp") / f"carelane-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    make_private(short, owner)
    return short


def make_private(folder: Path, owner: pwd.struct_passwd) -> None:
    """Makes `folder` belong to `owner` alone. Raises EmbeddedError for one that someone else made first."""
    try:
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.pw_uid:
            raise EmbeddedError(f"{folder} belongs to someone else: remove it, or use another --data-dir.") from None
    folder.chmod(0o700)
