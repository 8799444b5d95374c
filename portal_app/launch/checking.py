"""`./portal check`: what can be said of the source without running the portal, one line a check."""
import subprocess
import sys
from pathlib import Path

from portal_app.core.settings import CHECKOUT
from portal_app.launch import environment
from portal_app.launch.steps import step

TOOLS = {
    "Style": ("ruff", "check", "--quiet", "."),
    "Types": ("mypy", "--no-error-summary"),
    "Imports": ("lint-imports", "--no-cache"),
    "Dead code": ("vulture",),
}
"""What each is held to stands in pyproject.toml. tests/architecture/test_tools.py runs these too."""
RULES = {"Sizes": ("test_sizes.py",), "Texts": ("test_words.py",), "Rules": ("test_source.py", "test_permissions.py")}
"""Our own, as tests in tests/architecture."""


def run() -> int:
    """Runs every check and prints its time, then what was found. Returns 1 where anything was."""
    found = {}
    for name in (*TOOLS, *RULES):
        with step(name) as remark:
            if said := findings(name):
                found[name] = said
                remark("see below")
    for name, said in found.items():
        print(f"\n{name}\n{said}")
    return 1 if found else 0


def findings(name: str) -> str:
    """What the check called `name` finds; "" where all is well."""
    done = subprocess.run(_command(name), cwd=CHECKOUT, env=environment.clean(), capture_output=True, text=True)
    return (done.stdout + done.stderr).strip() or f"exit code {done.returncode}" if done.returncode else ""


def _command(name: str) -> list[str]:
    if name in TOOLS:
        tool, *options = TOOLS[name]
        return [str(Path(sys.executable).with_name(tool)), *options]
    return [sys.executable, "-m", "pytest", "-q", "--no-header", *(f"tests/architecture/{file}" for file in RULES[name])]
