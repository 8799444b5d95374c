"""Whose turn it is on a busy machine: senders of urgent messages first, then pages, then everything else.

A code that comes late is asked for again, and makes everything later. Postgres and Valkey keep their own places.
"""
import os
from contextlib import suppress
from pathlib import Path

PAGES, LATER = 10, 15
"""Niceness of the web processes, and of what can wait. The urgent keep the machine's own, 0."""


def give_way(nice: int) -> None:
    """This process is `nice` to all others from now on, or nicer, if it is already.

    Where Linux shares the processors out by session, only the session's own value counts against others: "autogroup" in
    https://man7.org/linux/man-pages/man7/sched.7.html
    """
    nice = max(nice, os.getpriority(os.PRIO_PROCESS, 0))
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")
