"""`./portal bench sms`: runs the scenarios asked for and prints their figures."""
import argparse
import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from benchmarks.sms.neighbour import neighbours
from benchmarks.sms.storm import Sizes, storm
from portal_app.core.settings import CHECKOUT

SCENARIOS = ("storm", "kill", "neighbour")
PEERS = "peers"  # only when asked for: it installs what they need


def main(arguments: list[str]) -> int:
    """Prints `scenario.figure` lines, with --json one object. Returns 1 where the portal lost or doubled anything."""
    asked = _parse(arguments)
    sizes = Sizes(asked.waiting, asked.practices, asked.people, asked.seconds)
    found: dict[str, Any] = {}
    for name in asked.scenarios or SCENARIOS:
        print(f"{name} …", file=sys.stderr)
        found[name] = _run(name, sizes)
    if asked.peers and PEERS not in found:
        found[PEERS] = _run(PEERS, sizes)
    print(json.dumps(found, indent=2) if asked.json else "\n".join(_lines(found)))
    ours = [*found.values(), found.get(PEERS, {}).get("carelane", {})]
    return int(any(one.get("lost", 0) or one.get("doubled", 0) for one in ours))


def _run(name: str, sizes: Sizes) -> dict[str, Any]:
    if name == PEERS:
        return _peers()
    if name == "neighbour":
        return asdict(neighbours(sizes.waiting // 2, sizes.practices))
    return asdict(storm(sizes, kill=name == "kill"))


def _peers() -> dict[str, Any]:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "benchmarks/requirements.txt"]
    subprocess.run(pip, cwd=CHECKOUT, check=True, stdout=sys.stderr)
    from benchmarks.sms.peers.compare import compare  # needs what was installed just now

    return compare()


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./portal bench sms", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)} (default: all), {PEERS}")
    parser.add_argument("--peers", action="store_true", help="other task queues on the same work, too; ten minutes")
    parser.add_argument("--json", action="store_true", help="figures alone, as JSON")
    for field, what in (("waiting", "bulk messages"), ("practices", "that have them"), ("people", "who ask for codes"),
                        ("seconds", "in which they ask")):
        parser.add_argument(f"--{field}", type=int, default=int(getattr(Sizes, field)), help=f"{what} (default: %(default)s)")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.scenarios) - {*SCENARIOS, PEERS}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return asked


def _lines(found: dict[str, Any], prefix: str = "") -> list[str]:
    lines: list[str] = []
    for name, value in found.items():
        lines += _lines(value, f"{prefix}{name}.") if isinstance(value, dict) else [f"{prefix}{name:<20} {value}"]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
