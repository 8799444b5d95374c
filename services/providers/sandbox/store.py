"""What the sandbox knows of messages: Twilio's own fields, the newest few of each recipient, in memory."""
import secrets
import threading
from collections import deque
from email.utils import format_datetime
from typing import Any

from portal_app.core.clock import now
from portal_app.core.phone_alphabet import segments

KEPT_PER_RECIPIENT, KEPT_RECIPIENTS = 50, 10_000
SENDER = "+15005550006"  # Twilio's own test number for "a sender that works"
Message = dict[str, Any]


class Store:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.of: dict[str, deque[Message]] = {}
        self.written: dict[str, deque[Message]] = {}

    def add(self, account: str, form: dict[str, str]) -> Message:
        made = _message(account, form)
        with self.lock:
            kept = self.of.pop(made["to"], None) or deque(maxlen=KEPT_PER_RECIPIENT)
            kept.appendleft(made)
            self.of[made["to"]] = kept
            if len(self.of) > KEPT_RECIPIENTS:
                del self.of[next(iter(self.of))]
            return dict(made)

    def add_reply(self, account: str, form: dict[str, str]) -> Message:
        """Something that a phone wrote to a number of ours."""
        made = _message(account, form) | {"direction": "inbound", "status": "received"}
        with self.lock:
            self.written.setdefault(made["from"], deque(maxlen=KEPT_PER_RECIPIENT)).appendleft(made)
            if len(self.written) > KEPT_RECIPIENTS:
                del self.written[next(iter(self.written))]
        return dict(made)

    def replies(self, mobile: str) -> list[Message]:
        """What a phone has written, newest first."""
        with self.lock:
            return [dict(one) for one in self.written.get(mobile, ())]

    def moved(self, message: Message, status: str) -> None:
        """The message is now `queued`, `sent`, `delivered` or `undelivered`."""
        with self.lock:
            for kept in self.of.get(message["to"], ()):
                if kept["sid"] == message["sid"]:
                    kept.update(status=status, error_code=message["error_code"], date_updated=_rfc2822())
                    kept["date_sent"] = kept["date_sent"] or (_rfc2822() if status != "queued" else None)

    def list(self, recipient: str = "") -> list[Message]:
        """Newest first; of one recipient, or of all."""
        with self.lock:
            kept = [self.of.get(recipient, ())] if recipient else self.of.values()
            copies = [dict(one) for some in kept for one in some]
        return sorted(copies, key=lambda one: one["sid"], reverse=True)

    def get(self, sid: str) -> Message | None:
        return next((one for one in self.list() if one["sid"] == sid), None)


def _message(account: str, form: dict[str, str]) -> Message:
    sid = _sid()
    uri = f"/2010-04-01/Accounts/{account}/Messages/{sid}"
    return {
        "account_sid": account, "api_version": "2010-04-01", "body": form["Body"], "date_created": _rfc2822(),
        "date_sent": None, "date_updated": _rfc2822(), "direction": "outbound-api", "error_code": None,
        "error_message": None, "from": form.get("From") or SENDER,
        "messaging_service_sid": form.get("MessagingServiceSid"), "num_media": "0", "num_segments": str(segments(form["Body"])),
        "price": None, "price_unit": "USD", "sid": sid, "status": "queued",
        "subresource_uris": {"media": f"{uri}/Media.json"}, "to": form["To"], "uri": f"{uri}.json",
    }


def _sid() -> str:
    """32 hexadecimal digits as Twilio's, and rising with time, so that they sort."""
    return f"SM{int(now().timestamp() * 1_000_000):016x}{secrets.token_hex(8)}"


def _rfc2822() -> str:
    return format_datetime(now())
