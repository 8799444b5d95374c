"""Whether the provider should be asked at all: one state in Valkey for all workers.

After many failures in a row nobody asks for a while; then one of us probes, and the others wait for what it hears.
Where Valkey doesn't answer, everyone asks.
"""
import time
from contextlib import suppress

from redis import RedisError

from portal_app.core import log
from portal_app.core.live import valkey
from services.providers.ports import Later, Outcome, Slower, Unanswered

FAILURES, OPEN, PROBE, SLOW = (f"carelane.provider.{name}" for name in ("failures", "open", "probe", "slow"))
MANY = 10  # failures in a row
PAUSE, PROBED = 5_000, 15_000  # milliseconds: of not asking, and that a probe may take
FRESH = 0.1  # seconds that a look at the state is good for
logger = log.get(__name__)
_seen: tuple[float, int, int] = (float("-inf"), 0, 0)  # when, failures, milliseconds left of not asking


def wait() -> float:
    """Seconds until the provider may be asked: 0 for now. Whoever gets 0 after a pause is the probe."""
    failures, left = _look()
    if left > 0:
        return left / 1000
    if failures < MANY:
        return 0
    with suppress(RedisError):
        if not valkey().set(PROBE, "1", nx=True, px=PROBED):
            return 1
    return 0


def is_open() -> bool:
    """Whether sending has been given up for the moment, or half-way."""
    failures, left = _look()
    return left > 0 or failures >= MANY


def state() -> str:
    """`open`: nobody is asked for the moment; `probing`: one is asked, then the others; `slower`; `closed` where all is well."""
    failures, left = _look()
    if left > 0:
        return "open"
    return "probing" if failures >= MANY else "slower" if must_slow_down() else "closed"


def must_slow_down() -> bool:
    """Whether the provider has asked for less a moment ago."""
    try:
        return bool(valkey().exists(SLOW))
    except RedisError:
        return False


def heard(outcome: Outcome) -> None:
    """What became of a request."""
    global _seen
    with suppress(RedisError):
        if isinstance(outcome, Later | Unanswered):
            _failed()
        elif _seen[1]:
            valkey().delete(FAILURES, PROBE, OPEN)
            _seen = (float("-inf"), 0, 0)
        if isinstance(outcome, Slower):
            valkey().set(SLOW, "1", px=max(1, int(outcome.after * 1000)))


def forget() -> None:
    """Nothing is known against the provider. Raises RedisError where Valkey is away: it has to be told again."""
    global _seen
    valkey().delete(FAILURES, PROBE, OPEN, SLOW)
    _seen = (float("-inf"), 0, 0)


def _failed() -> None:
    global _seen
    with valkey().pipeline() as pipe:
        failures = pipe.incr(FAILURES).pexpire(FAILURES, 20 * PAUSE).execute()[0]
    _seen = (float("-inf"), failures, 0)
    if failures >= MANY:
        valkey().set(OPEN, "1", px=PAUSE)
        valkey().delete(PROBE)
        logger.warning("the provider fails, sending pauses", extra={"failures": failures})


def _look() -> tuple[int, int]:
    global _seen
    if time.monotonic() - _seen[0] > FRESH:
        try:
            with valkey().pipeline(transaction=False) as pipe:
                failures, left = pipe.get(FAILURES).pttl(OPEN).execute()
            _seen = (time.monotonic(), int(failures or 0), left)
        except RedisError:
            _seen = (time.monotonic(), 0, 0)
    return _seen[1:]
