"""One ID from the click to the provider's answer, carried by a context variable."""
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing to misread over the telephone
PATTERN = re.compile(rf"TX(-[{ALPHABET}]{{4}}){{4}}")
_current: ContextVar[str] = ContextVar("transaction_id", default="")


def new() -> str:
    """A fresh ID, `TX-` and 16 signs: 40 bits of milliseconds, so that IDs sort by time, then 40 bits of chance."""
    number = ((time.time_ns() // 1_000_000) & (1 << 40) - 1) << 40 | secrets.randbits(40)
    signs = "".join(ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))
    return "TX-" + "-".join(signs[i : i + 4] for i in range(0, 16, 4))


def is_valid(text: str) -> bool:
    return PATTERN.fullmatch(text) is not None


def current() -> str:
    """The ID of what is going on, or "" outside of anything."""
    return _current.get()


@contextmanager
def use(transaction_id: str = "") -> Iterator[str]:
    """Everything inside belongs to `transaction_id`; to a fresh one where it is missing or malformed."""
    token = _current.set(transaction_id if is_valid(transaction_id) else new())
    try:
        yield _current.get()
    finally:
        _current.reset(token)
