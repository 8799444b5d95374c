"""A whole portal for the length of a block: for end-to-end tests."""
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from portal_app.core.embedded import spawn, stop
from portal_app.core.settings import CHECKOUT
from portal_app.launch import data_folder, environment
from portal_app.launch.steps import LaunchError

PATIENCE = 600  # seconds: a first start builds the front end


@contextmanager
def running(data_dir: Path, port: int = 0, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a portal run by `./portal up` on `data_dir` (0: a free port), with only `env` set.

    What it prints goes to `data_dir`.log. Raises LaunchError with the end of that for one that doesn't come up.
    """
    port, log = port or environment.free_port(), data_dir.with_name(data_dir.name + ".log")
    command = [sys.executable, "-m", "portal_app.cli", "up", "--port", str(port), "--data-dir", str(data_dir)]
    process = spawn(command, log, env=environment.clean() | {"PYTHONUNBUFFERED": "1"} | dict(env or {}), cwd=CHECKOUT)
    try:
        until = time.monotonic() + PATIENCE
        while not data_folder.read_running(data_dir).get("ready"):
            if process.poll() is not None or time.monotonic() > until:
                raise LaunchError("The portal doesn't come up:\n" + log.read_text(errors="replace")[-2000:])
            time.sleep(0.1)
        yield data_folder.read_running(data_dir)["address"]
    finally:
        stop(process, patience=90)
