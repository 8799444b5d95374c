"""`./portal test`: makes sure of what the tests need, then runs pytest."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from portal_app.core.settings import CHECKOUT
from portal_app.launch import browser, environment, front_end
from portal_app.launch.steps import step


def run(further: list[str], *, fast: bool) -> int:
    """Runs the tests, `further` handed to pytest. Returns its exit code; its summary is the last line printed."""
    env = environment.clean()
    if not fast:
        with step("Browser") as remark:
            env["CHROMIUM"] = browser.find_or_install()
            remark(env["CHROMIUM"])
        with step("Front end") as remark:
            remark("built" if front_end.ready()[1] else "unchanged")
    command = [sys.executable, "-m", "pytest", *(["-m", "not e2e"] if fast else []), *further]
    with tempfile.TemporaryDirectory(prefix="carelane-test-") as folder:
        Path(folder).chmod(0o711 if os.geteuid() == 0 else 0o700)  # as root, Postgres runs as another account
        return subprocess.run(command, cwd=CHECKOUT, env=env | {"TMPDIR": folder, "DATA_DIR": f"{folder}/data"}).returncode
