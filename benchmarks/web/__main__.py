"""`./portal bench web`: what a person waits for in a browser, and what many people at once cost."""
import argparse
import json
import sys
from pathlib import Path

from benchmarks.web.booking import measure_booking
from benchmarks.web.chromium import chromium
from benchmarks.web.events import measure_events
from benchmarks.web.figures import Figures, lines_of
from benchmarks.web.pages import PAGES, measure_pages
from benchmarks.web.stand import Stand, standing
from portal_app.core.embedded import EmbeddedError
from portal_app.launch.steps import LaunchError


def main(arguments: list[str]) -> int:
    """Prints a table, with --json one object alone. Returns 2 where nothing can be measured."""
    asked = _parse(arguments)
    try:
        with standing(asked.data_dir) as stand:
            found = measure(stand, asked)
    except (LaunchError, EmbeddedError) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(json.dumps(found, indent=2, ensure_ascii=False) if asked.json else "\n".join(lines_of(found)))
    return 0


def measure(stand: Stand, asked: argparse.Namespace) -> Figures:
    _say("pages …")
    with chromium() as browser:
        static, pages = measure_pages(browser, stand, asked.routes or list(PAGES), asked.rounds)
        _say("booking …")
        booking = measure_booking(browser, stand, asked.rounds)
    _say("events …")
    return {"static": static, "pages": pages, "booking": booking, "events": measure_events(stand, asked.people, asked.seconds)}


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./portal bench web", description=__doc__)
    parser.add_argument("routes", nargs="*", metavar="ROUTE", help=f"of {' '.join(PAGES)} (default: all)")
    parser.add_argument("--json", action="store_true", help="figures alone, as JSON")
    parser.add_argument("--rounds", type=int, default=9, help="times that each thing is measured (default: %(default)s)")
    parser.add_argument("--people", type=int, default=200, help="on sockets at once (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="in which they ask without pause (default: %(default)s)")
    parser.add_argument("--data-dir", type=Path, help="measure the demo portal that runs there (default: start one)")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.routes) - set(PAGES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if min(asked.rounds, asked.people, asked.seconds) <= 0:
        parser.error("--rounds, --people and --seconds must be above 0")
    return asked


def _say(what: str) -> None:
    print(what, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
