"""What runs after a commit: tasks and pushes register here, services only name the kind.

A nudge may be lost with the process; the row it speaks of is the truth and a sweeper finds it.
"""
from collections.abc import Callable, Sequence

from portal_app.core import log

Ids = dict[str, str]
Nudge = Callable[[Sequence[Ids]], None]
_registered: dict[str, list[Nudge]] = {}


def register(kind: str, run: Nudge) -> None:
    _registered.setdefault(kind, []).append(run)


def fire(kind: str, told: Sequence[Ids]) -> None:
    """Runs what is registered for `kind`, once for all that one transaction tells. A failure is logged, never raised: the
    commit has already happened.
    """
    for run in _registered.get(kind, []):
        try:
            run(told)
        except Exception:
            log.get(__name__).warning("nudge failed", extra={"kind": kind}, exc_info=True)
