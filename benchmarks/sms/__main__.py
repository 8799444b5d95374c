"""`./portal bench sms`: runs the scenarios asked for and prints their figures."""
import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from benchmarks.sms.neighbour import neighbours
from benchmarks.sms.storm import Sizes, storm

SCENARIOS = ("storm", "kill", "neighbour")


def main(arguments: list[str]) -> int:
    """Prints `scenario.figure` lines, with --json one object. Returns 1 where anything was lost or doubled."""
    asked = _parse(arguments)
    sizes = Sizes(asked.waiting, asked.practices, asked.people, asked.seconds)
    found: dict[str, Any] = {}
    for name in asked.scenarios or SCENARIOS:
        print(f"{name} …", file=sys.stderr)
        found[name] = asdict(neighbours(sizes.waiting // 2, sizes.practices) if name == "neighbour"
                             else storm(sizes, kill=name == "kill"))
    print(json.dumps(found, indent=2) if asked.json else "\n".join(_lines(found)))
    return int(any(one.get("lost", 0) or one.get("doubled", 0) for one in found.values()))


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./portal bench sms", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)} (default: all)")
    parser.add_argument("--json", action="store_true", help="figures alone, as JSON")
    for field, what in (("waiting", "bulk messages"), ("practices", "that have them"), ("people", "who ask for codes"),
                        ("seconds", "in which they ask")):
        parser.add_argument(f"--{field}", type=int, default=int(getattr(Sizes, field)), help=f"{what} (default: %(default)s)")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.scenarios) - set(SCENARIOS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return asked


def _lines(found: dict[str, Any], prefix: str = "") -> list[str]:
    lines: list[str] = []
    for name, value in found.items():
        lines += _lines(value, f"{prefix}{name}.") if isinstance(value, dict) else [f"{prefix}{name:<20} {value}"]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
