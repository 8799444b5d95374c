"""The commands of ./portal. Imports nothing but the standard library until one is run: `./portal` alone is instant."""
import argparse
import errno
import os
import sys
from pathlib import Path

SANDBOX = {
    "delay": (0.02, "seconds until it answers"),
    "failing": (0, "share of requests answered with a 503, from 0 to 1"),
    "silent": (0, "share of requests accepted whose answer is lost"),
    "undelivered": (0, "share of accepted messages that don't arrive"),
    "per_second": (0, "requests it takes a second; beyond it asks for patience by a 429; 0 for no limit"),
    "retry_after": (1, "seconds of patience that a 429 asks for"),
    "callbacks": (1, "1 where the portal is told what became of messages, 0 where not"),
}
"""What can be set of the sandbox: its value at the start, and what it means."""
FULL = (errno.ENOSPC, errno.EDQUOT)
ANOTHER_FOLDER = "the folder that holds everything this portal keeps (default: .state here)"


def parse(arguments: list[str]) -> argparse.Namespace:
    """What was asked for. Without a command it lists them and exits with 0; a mistake exits with 2."""
    parser = argparse.ArgumentParser(prog="./portal", description="Carelane, a patient portal.",
                                     epilog="docs/settings.md lists what can be set in the environment.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    add = commands.add_parser("up", help="start everything and stay; Ctrl-C stops it")
    add.add_argument("--port", type=int, help="where to listen (default: 3000)")
    add.add_argument("--fresh", action="store_true", help="begin with an empty database")
    add_folder(add)
    add_folder(commands.add_parser("down", help="stop what `up` started"))
    add_folder(commands.add_parser("status", help="say what runs"))
    add = commands.add_parser("logs", help="show the end of the logs")
    add.add_argument("process", nargs="?", default="", help="web, urgent, consumer, sandbox, postgres or valkey (default: all)")
    add.add_argument("-f", "--follow", action="store_true", help="go on with what is added")
    add_folder(add)
    add = commands.add_parser("trace", help="tell the story of one transaction ID")
    add.add_argument("transaction_id", metavar="TX-…")
    add_folder(add)
    add = commands.add_parser("sandbox", help="say how the text message sandbox fares, or let it fare worse")
    add_sandbox(add)
    add_folder(add)
    add = commands.add_parser("audit", help="check that nobody changed the record of who did what")
    add.add_argument("what", choices=["verify"])
    add_folder(add)
    commands.add_parser("permissions", help="print which role may do what, as docs/permissions.md has it")
    commands.add_parser("check", help="check the source: style, types, imports, sizes, dead code, texts")
    add = commands.add_parser("bench", help="measure; `bench web --help` tells what can be set", add_help=False)
    add.add_argument("subject", choices=("sms", "web"))
    add = commands.add_parser("test", help="run the tests; further arguments go to pytest", add_help=False)
    add.add_argument("--fast", action="store_true", help="without a browser")
    add.add_argument("--servers", action="store_true", help="the tests of services, on this system's own Postgres and Redis")
    asked, further = parser.parse_known_args(arguments)
    if not asked.command:
        parser.print_help()
        parser.exit(0 if not further else 2)
    if further and asked.command not in ("test", "bench"):
        parser.error(f"unknown: {' '.join(further)}")
    asked.further = further
    return asked


def add_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data-dir", type=Path, help=ANOTHER_FOLDER)


def add_sandbox(command: argparse.ArgumentParser) -> None:
    for name, (_, meaning) in SANDBOX.items():
        command.add_argument(f"--{name.replace('_', '-')}", metavar="N", help=meaning)
    command.add_argument("--well", action="store_true", help="all as at the start, then what else is given")
    command.set_defaults(settable=SANDBOX)


def main() -> int:
    """Runs the command. A refusal is one line and exit code 2."""
    asked = parse(sys.argv[1:])
    from portal_app.core.embedded import EmbeddedError
    from portal_app.core.settings import SettingsError
    from portal_app.launch.steps import LaunchError

    try:
        from portal_app.launch import command

        return command.run(asked)
    except (SettingsError, EmbeddedError, LaunchError) as refusal:
        print(refusal, file=sys.stderr)
    except Exception as error:
        if getattr(error, "errno", 0) not in FULL and "No space left on device" not in str(error):
            raise
        print("The disk is full: free some space and try again; nothing that was saved is lost.", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 2


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
