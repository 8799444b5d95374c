"""The virtual environment: made once, filled again when requirements.txt changes. Standard library only."""
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STAMP = "carelane-requirements"
LINES_OF_PIP = 15  # enough of pip's last words to see the reason


def ensure(checkout: str) -> str:
    """The path of a Python that has all of requirements.txt. Exits with one clear line where that can't be."""
    home = Path(checkout)
    if (home / ".venv").is_symlink():  # filling it would change what another checkout runs on
        sys.exit(f"{home / '.venv'} is a link to {(home / '.venv').resolve()}, and a checkout needs an environment of its own."
                 " Remove the link (rm .venv) and run the command again.")
    python = home / ".venv" / "bin" / "python"
    wanted = hashlib.sha256((home / "requirements.txt").read_bytes() + bytes(python)).hexdigest()
    if not _has(python, wanted):
        with _locked(home / ".venv.lock"):
            if not _has(python, wanted):
                _install(home, python, wanted)
    return str(python)


def _has(python: Path, wanted: str) -> bool:
    stamp = python.parents[1] / STAMP
    return python.exists() and stamp.exists() and stamp.read_text() == wanted


def _install(home: Path, python: Path, wanted: str) -> None:
    folder = python.parents[1]
    if not _works(python):  # not made yet, moved, or the Python it was made with is gone
        _step("Python environment", [sys.executable, "-m", "venv", "--clear", str(folder)],
              "Python's venv module doesn't work here; on Debian: apt-get install python3-venv")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r"]
    _step("Requirements (a minute or two)", [*pip, str(home / "requirements.txt")],
          "pip could not install requirements.txt (see above); mend that and run the command again")
    (folder / STAMP).write_text(wanted)


def _works(python: Path) -> bool:
    """Whether this environment runs, with a pip, and its scripts name the place where it is."""
    pip = python.with_name("pip")
    if not python.exists() or not pip.exists() or os.fsencode(python.parent) not in pip.read_bytes():
        return False
    return subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0


def _step(name: str, command: list[str], advice: str) -> None:
    started = time.monotonic()
    print(f"  {name} ".ljust(36, ".") + " ", end="", flush=True)
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        print("failed")
        print("\n".join(done.stdout.splitlines()[-LINES_OF_PIP:]), file=sys.stderr)
        sys.exit(advice)
    print(f"{time.monotonic() - started:.1f} s", flush=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two commands started at once don't fill the same environment."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
