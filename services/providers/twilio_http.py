"""How requests reach Twilio: any base address, short time limits, and who asked in the headers.

The library's own client keeps its last response in an attribute that all threads share, so two messages could
swap their ids; and its errors don't tell "never sent" from "sent, no answer".
"""
from contextvars import ContextVar
from typing import Any

import httpx
from twilio.http import HttpClient
from twilio.http.response import Response

from portal_app.core import log, telemetry, transaction_id

TWILIO = "https://api.twilio.com"
TIMEOUT = httpx.Timeout(connect=2, read=5, write=2, pool=2)
LONGEST_WAIT = 3_600.0
LOCAL = {"all://127.0.0.1": None, "all://localhost": None}  # never through a proxy
_retry_after: ContextVar[float] = ContextVar("retry_after", default=0.0)


class TwilioHttp(HttpClient):
    def __init__(self, base: str) -> None:
        super().__init__(log.get(__name__), is_async=False)
        self.base = base.rstrip("/") or TWILIO
        self.http = httpx.Client(timeout=TIMEOUT, mounts=LOCAL)

    def request(self, method: str, uri: str, params: Any = None, data: Any = None, headers: Any = None,
                auth: Any = None, timeout: Any = None, allow_redirects: bool = False) -> Response:
        """Raises httpx.HTTPError where no answer came."""
        with telemetry.span("twilio"):
            answer = self.http.request(
                method, uri.replace(TWILIO, self.base, 1), params=params, data=data, auth=auth,
                headers=(headers or {}) | _who_asks(), follow_redirects=allow_redirects,
            )
        _retry_after.set(_seconds(answer.headers.get("Retry-After", "")))
        return Response(answer.status_code, answer.text, answer.headers)

    def retry_after(self) -> float:
        """Seconds that the last answer to this thread asked to wait."""
        return _retry_after.get()


def _who_asks() -> dict[str, str]:
    headers = {"X-Transaction-Id": transaction_id.current(), "traceparent": telemetry.traceparent()}
    return {name: value for name, value in headers.items() if value}


def _seconds(text: str) -> float:
    """`Retry-After` in its form of seconds, the one Twilio uses."""
    return min(float(text), LONGEST_WAIT) if text.isdigit() else 1.0
