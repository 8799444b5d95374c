"""From what was typed to what is done."""
import argparse
import os
import subprocess
import sys

from dotenv import load_dotenv

from portal_app.core.settings import CHECKOUT, settings
from portal_app.launch import control, environment, sandbox
from portal_app.launch.steps import LaunchError


def run(asked: argparse.Namespace) -> int:
    """Carries out a parsed command. Returns the exit code."""
    if asked.command == "test":
        from portal_app.launch import testing

        return testing.run_on_servers(asked.further) if asked.servers else testing.run(asked.further, fast=asked.fast)
    load_dotenv(CHECKOUT / ".env", override=False)  # what is set in the shell comes first
    for name in ("port", "data_dir"):
        if given := getattr(asked, name, None):
            os.environ[name.upper()] = str(given.absolute() if name == "data_dir" else given)
    return COMMANDS[asked.command](asked)


def _up(asked: argparse.Namespace) -> int:
    from portal_app.launch.up import up

    return up(fresh=asked.fresh)


def _find_database() -> None:
    """Makes the running embedded database the one that services use, where no other is set."""
    if not settings().database_url:
        os.environ["DATABASE_URL"] = control.embedded_database(settings())
        settings.cache_clear()


def _trace(asked: argparse.Namespace) -> int:
    _find_database()
    from portal_app.core import transaction_id
    from services import trace

    if not transaction_id.is_valid(asked.transaction_id.upper()):
        raise LaunchError(f"{asked.transaction_id} isn't a transaction ID: they look like TX-0000-0000-0000-0000.")
    steps = trace.story(asked.transaction_id.upper(), settings().data_dir / "logs")
    if not steps:
        raise LaunchError(f"Nothing is known of {asked.transaction_id}.")
    for step in steps:
        print(f"{step.at:%Y-%m-%d %H:%M:%S.%f}"[:-3], f"{step.layer:<9}", step.what)
    return 0


def _audit(_: argparse.Namespace) -> int:
    """Exit code 1 where a chain is broken."""
    _find_database()
    from portal_app.core import clock
    from services import audit_chain

    verdict = audit_chain.verify()
    print(sealed(verdict.links, verdict.practices))
    if verdict.oldest_waiting:
        age = (clock.now() - verdict.oldest_waiting).total_seconds()
        wait = "event waits" if verdict.waiting == 1 else "events wait"
        print(f"{verdict.waiting} {wait} to be sealed, the oldest for {max(0, age):.0f} s.")
    if broken := verdict.first_break:
        where = f"link {broken.position}" if broken.position else "no link"
        print(f"BROKEN: practice {broken.practice_id}, {where}, event {broken.event_id}: {broken.why}.")
        return 1
    print("Every chain holds.")
    return 0


def sealed(links: int, practices: int) -> str:
    """How much the chains hold, in words."""
    chains = "the chain of 1 practice" if practices == 1 else f"the chains of {practices} practices"
    return f"{links} link{'' if links == 1 else 's'} in {chains}."


def _check(_: argparse.Namespace) -> int:
    from portal_app.launch import checking

    return checking.run()


def _permissions(_: argparse.Namespace) -> int:
    from services import permissions

    print(permissions.as_markdown(), end="")
    return 0


def _bench(asked: argparse.Namespace) -> int:
    command = [sys.executable, "-m", f"benchmarks.{asked.subject}", *asked.further]
    return subprocess.run(command, cwd=CHECKOUT, env=environment.clean()).returncode


COMMANDS = {
    "up": _up,
    "bench": _bench,
    "down": lambda asked: control.down(settings()),
    "status": lambda asked: control.status(settings()),
    "logs": lambda asked: control.logs(settings(), asked.process, follow=asked.follow),
    "trace": _trace,
    "sandbox": lambda asked: sandbox.run(settings(), asked),
    "audit": _audit,
    "check": _check,
    "permissions": _permissions,
}
