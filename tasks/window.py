"""What is handed to Huey and not yet done: at most SMS_WINDOW messages, counted in Valkey for all processes at once."""
from collections.abc import Sequence

from portal_app.core import clock
from portal_app.core.actor import PLATFORM_TENANT
from portal_app.core.live import valkey
from portal_app.core.settings import settings
from services.messaging import Due

LANES = ("urgent", "general")
RESERVED = 512  # places that the general lane leaves free
SHARE = {"urgent": 64, "general": 2**30}  # places of one practice; in the general lane the pump sees to turns
FORGOTTEN = {"urgent": 30, "general": 120}  # seconds after which a place is free again: whoever had it is dead

# ARGV: most of this lane, most of both, most of one practice, now; then by message its id, its practice's number, and what is to
# be written into the queue KEYS[4] with which score, or nothing.
OFFER = """
local held, other, practices = KEYS[1], KEYS[2], KEYS[3]
local mine, all = redis.call('ZCARD', held), redis.call('ZCARD', held) + redis.call('ZCARD', other)
local taken = {}
for i = 5, #ARGV, 4 do
  if mine >= tonumber(ARGV[1]) or all >= tonumber(ARGV[2]) then break end
  if redis.call('ZCOUNT', practices, ARGV[i + 1], ARGV[i + 1]) < tonumber(ARGV[3])
     and redis.call('ZADD', held, 'NX', ARGV[4], ARGV[i]) == 1 then
    redis.call('ZADD', practices, ARGV[i + 1], ARGV[i])
    if ARGV[i + 2] ~= '' then redis.call('ZADD', KEYS[4], ARGV[i + 3], ARGV[i + 2]) end
    taken[#taken + 1] = ARGV[i]
    mine, all = mine + 1, all + 1
  end
end
return taken
"""


def offer(lane: str, some: Sequence[Due], stored: Sequence[tuple[str, bytes, float]] = ()) -> list[Due]:
    """Takes a place for each that finds one and has none yet; answers those. With `stored`, their tasks as Huey would write
    them, these are in the queue then, too: whoever asked for a message waits for one answer, not for two.
    """
    window = settings().sms_window
    most = window if lane == "urgent" else window - RESERVED
    tasks = [(member, score) for _, member, score in stored] or [(b"", 0.0)] * len(some)
    parts = [part for one, task in zip(some, tasks, strict=True) for part in (str(one.id), _number(one), *task)]
    queue = stored[0][0] if stored else ""
    keys = [_held(lane), _held(next(other for other in LANES if other != lane)), _practices(lane), queue]
    taken = set(valkey().eval(OFFER, len(keys), *keys, most, window, SHARE[lane], clock.now().timestamp(), *parts))
    return [one for one in some if str(one.id).encode() in taken]


def release(lane: str, ids: Sequence[str]) -> None:
    """Their places are free again."""
    if ids:
        with valkey().pipeline(transaction=False) as pipe:
            pipe.zrem(_held(lane), *ids).zrem(_practices(lane), *ids).execute()


def free(lane: str, abandoned: Sequence[Due]) -> None:
    """Frees the places of the dead: those that `abandoned` messages have had since before, and any that are very old."""
    now, patience = clock.now().timestamp(), FORGOTTEN[lane]
    for dead in ("-inf", now - patience), (now + patience, "+inf"):  # those from before a clock was set back, too
        release(lane, _texts(valkey().zrangebyscore(_held(lane), *dead)))
    if abandoned:
        since = valkey().zmscore(_held(lane), [str(one.id) for one in abandoned])
        release(lane, [str(one.id) for one, taken_at in zip(abandoned, since, strict=True)
                       if taken_at is not None and one.abandoned_at and taken_at <= one.abandoned_at.timestamp()])


def members(lane: str) -> list[str]:
    """The ids with a place."""
    return _texts(valkey().zrange(_held(lane), 0, -1))


def held(lane: str) -> int:
    """How many have a place in this lane."""
    return int(valkey().zcard(_held(lane)))


def room(lane: str) -> int:
    """How many more find a place in this lane."""
    with valkey().pipeline(transaction=False) as pipe:
        mine, all_ = pipe.zcard(_held(lane)).zcard(_held("general" if lane == "urgent" else "urgent")).execute()
    window = settings().sms_window
    return max(0, min(window - mine - all_, window - (0 if lane == "urgent" else RESERVED) - mine))


def _held(lane: str) -> str:
    return f"carelane.texts.{lane}"


def _practices(lane: str) -> str:
    return f"carelane.texts.{lane}.practices"


def _number(one: Due) -> int:
    """Whose turn it is. What belongs to no practice, like codes, takes none from another."""
    whose = one.id if one.tenant_id == PLATFORM_TENANT else one.tenant_id
    return whose.int % 2**52


def _texts(found: list[bytes]) -> list[str]:
    return [one.decode() for one in found]
