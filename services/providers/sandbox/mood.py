"""How the sandbox fares: set at its start, by the tests, and by `./portal sandbox` while it runs."""
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_DELAY, MOST_PER_SECOND = 60.0, 100_000
NOT_DELIVERED = 30005  # Twilio: unknown destination handset
Failure = int | str
"""An HTTP status, "silent" (accepted, and the answer lost) or "deaf" (neither accepted nor answered)."""


@dataclass
class Mood:
    """How requests to send fare, and what becomes of messages. `delay` is what an answer takes, in seconds; `failing` and
    `silent` are the shares, of 1, answered with a 503 and accepted without an answer; `undelivered` the share of accepted
    messages that don't arrive; beyond `per_second` (0 for no limit) a 429 asks for `retry_after` seconds; with `callbacks` 0
    nobody is told what became of a message. `failures` come first, each once.
    """

    delay: float = 0.02
    failing: float = 0.0
    silent: float = 0.0
    undelivered: float = 0.0
    per_second: int = 0
    callbacks: int = 1
    retry_after: int = 1
    failures: list[Failure] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    _second: int = 0
    _taken: int = 0

    def next_failure(self) -> Failure | None:
        """How the next request fails; None where it doesn't."""
        with self._lock:
            if self.failures:
                return self.failures.pop(0)
            drawn = random.random()
            if drawn < self.failing:
                return 503
            if self._is_too_fast():
                return 429
        return "silent" if drawn < self.failing + self.silent else None

    def ends(self) -> tuple[str, int | None]:
        """The last status of an accepted message, and its error code."""
        return ("undelivered", NOT_DELIVERED) if random.random() < self.undelivered else ("delivered", None)

    def _is_too_fast(self) -> bool:
        now = int(time.monotonic())
        self._second, self._taken = now, self._taken + 1 if now == self._second else 1
        return 0 < self.per_second < self._taken

    def settings(self) -> dict[str, Any]:
        """What can be set, by name."""
        return {name: value for name, value in vars(self).items() if name in LIMITS}

    def change(self, form: Mapping[str, str]) -> None:
        """Sets what is in `form`, all of it or nothing. Raises ValueError for a name or a number that can't be."""
        read = {name: _number(name, given) for name, given in form.items()}
        for name, value in read.items():
            setattr(self, name, value)


LIMITS: dict[str, float] = {"delay": MOST_DELAY, "failing": 1, "silent": 1, "undelivered": 1, "per_second": MOST_PER_SECOND,
                            "callbacks": 1, "retry_after": 3600}
"""The most of each setting; the least is 0."""


def _number(name: str, given: str) -> float | int:
    if name not in LIMITS:
        raise ValueError(f"{name} can't be set")
    value = float(given)
    if not 0 <= value <= LIMITS[name]:
        raise ValueError(f"{name} is from 0 to {LIMITS[name]:g}")
    return int(value) if isinstance(getattr(Mood, name), int) else value
