"""What a start shows: one line a step, with its time."""
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WIDTH = 26  # columns of the step's name and its dots


class LaunchError(Exception):
    """The command can't go on. The text is one line that says what to change."""


@contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Prints `name`, then the seconds the block took. What is given gets a remark for the end of the line."""
    started, remarks = time.monotonic(), list[str]()
    print(f"  {name} ".ljust(WIDTH, ".") + " ", end="", flush=True)
    try:
        yield remarks.append
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s" + "".join(f" ({remark})" for remark in remarks), flush=True)
