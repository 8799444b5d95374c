"""`./portal test`: makes sure of what the tests need, then runs pytest."""
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from portal_app.core.settings import CHECKOUT
from portal_app.launch import browser, environment, front_end, servers
from portal_app.launch.steps import step

OF_SERVERS = ("tests/services", "tests/state", "tests/tasks", "tests/providers", "tests/architecture/test_walls.py")
"""The tests that speak to Postgres and Valkey."""


def run(further: list[str], *, fast: bool) -> int:
    """Runs the tests, `further` handed to pytest. Returns its exit code; its summary is the last line printed."""
    env = environment.clean()
    if not fast:
        with step("Browser") as remark:
            env["CHROMIUM"] = browser.find_or_install()
            remark(env["CHROMIUM"])
        with step("Front end") as remark:
            remark("built" if front_end.ready()[1] else "unchanged")
    with _folder() as folder:
        return _pytest([*(["-m", "not e2e"] if fast else []), *further], env, folder)


def run_on_servers(further: list[str]) -> int:
    """Runs the tests of services on this system's own Postgres and Redis. Where it has none, says so and returns 0."""
    with _folder() as folder:
        try:
            with servers.running(folder) as urls:
                return _pytest([*OF_SERVERS, *further], environment.clean() | urls, folder)
        except servers.Unavailable as reason:
            print(f"Skipped. {reason}")
            return 0


def _pytest(arguments: list[str], env: Mapping[str, str], folder: Path) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env={**env, "TMPDIR": str(folder), "DATA_DIR": f"{folder}/data"}).returncode


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for all that a run leaves, gone with it."""
    with tempfile.TemporaryDirectory(prefix="carelane-test-") as name:
        folder = Path(name)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)  # as root, Postgres runs as another account
        yield folder
