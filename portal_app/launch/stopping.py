"""Ctrl-C, SIGTERM and a closed terminal all mean: stop everything, in order."""
import signal
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def by_signals() -> Iterator[None]:
    """Each of SIGNALS raises KeyboardInterrupt in the block; afterwards all is as it was."""
    before = {number: signal.signal(number, _interrupt) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_signals() -> None:
    """While stopping: a second Ctrl-C would leave processes behind."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
