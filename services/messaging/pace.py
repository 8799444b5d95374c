"""The carrier's limit for our sender: a bucket of tokens in Valkey, one a message, refilled at SMS_PER_SECOND."""
from portal_app.core.live import valkey
from portal_app.core.settings import settings
from services.providers import circuit

BURST = 2  # seconds' worth of messages that may go at once
# ARGV: tokens a second, most tokens, wanted, 1 for all of them at any price. Answers how many are granted.
TAKE = """
local t = redis.call('TIME')
local now, rate, most, wanted = t[1] + t[2] / 1e6, tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(most, (tonumber(kept[1]) or most) + math.max(0, now - (tonumber(kept[2]) or now)) * rate)
local granted = ARGV[4] == '1' and wanted or math.max(0, math.min(wanted, math.floor(tokens)))
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], 3600)
return granted
"""


def granted(wanted: int, *, urgent: bool) -> int:
    """How many of `wanted` messages may go now. The urgent always may, and leave less to the others, who get none while
    the provider fails or has asked for less.
    """
    if not urgent and (circuit.is_open() or circuit.must_slow_down()):
        return 0
    rate = settings().sms_per_second
    if not rate or not wanted:
        return wanted
    key = f"carelane.pace.{settings().twilio_messaging_service_sid}"
    return int(valkey().eval(TAKE, 1, key, rate, max(1, rate * BURST), wanted, int(urgent)))
