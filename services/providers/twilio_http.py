"""How requests reach Twilio: any base address, short time limits, and who asked in the headers.

The library's own client keeps its last response in an attribute that all threads share, so two messages could
swap their ids; and its errors don't tell "never sent" from "sent, no answer".
"""
import time
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError

from portal_app.core import log, telemetry, transaction_id
from portal_app.core.settings import is_this_machine

TWILIO = "https://api.twilio.com"
TIMEOUT = urllib3.Timeout(connect=2, read=5)
CONNECTED = 5  # seconds until a connection stands, all in all
CONNECTIONS = 64  # no fewer than a process has threads that send
LONGEST_WAIT = 3_600.0
_retry_after: ContextVar[float] = ContextVar("retry_after", default=0.0)


class TwilioHttp(HttpClient):
    def __init__(self, base: str) -> None:
        super().__init__(log.get(__name__), is_async=False)
        self.base = base.rstrip("/") or TWILIO
        self.pool = _pool(self.base)

    def request(self, method: str, uri: str, params: Any = None, data: Any = None, headers: Any = None,
                auth: Any = None, timeout: Any = None, allow_redirects: bool = False) -> Response:
        """Raises urllib3's HTTPError where no answer came. Nothing is ever sent twice by itself."""
        address = uri.replace(TWILIO, self.base, 1) + (f"?{urlencode(params)}" if params else "")
        known = urllib3.make_headers(basic_auth=":".join(auth)) if auth else {}
        with telemetry.span("twilio"):
            answer = self.pool.request(
                method, address, body=urlencode(data) if data else None, headers=(headers or {}) | known | _who_asks(),
                timeout=TIMEOUT, retries=False, redirect=allow_redirects,
            )
        _retry_after.set(_seconds(answer.headers.get("Retry-After", "")))
        return Response(answer.status, (answer.data or b"").decode("utf-8", "replace"), answer.headers)

    def retry_after(self) -> float:
        """Seconds that the last answer to this thread asked to wait."""
        return _retry_after.get()


class _Timely:
    """A connection that is given up where making it took longer than `CONNECTED`, looking its name up and each of several
    addresses included: nothing is sent long after it was asked for.
    """

    def connect(self) -> None:
        began = time.monotonic()
        super().connect()  # type: ignore[misc]
        if time.monotonic() - began > CONNECTED:
            self.close()  # type: ignore[attr-defined]
            raise ConnectTimeoutError(self, "connected too late")


class _Http(_Timely, HTTPConnection):
    pass


class _Https(_Timely, HTTPSConnection):
    pass


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


def _pool(base: str) -> urllib3.PoolManager:
    """Connections to `base`, through the environment's proxy where it names one for other machines."""
    address = urlsplit(base)
    proxy = getproxies().get(address.scheme, "")
    options: dict[str, Any] = {"maxsize": CONNECTIONS, "ca_certs": certifi.where()}
    direct = not proxy or proxy_bypass(address.hostname or "") or is_this_machine(address.hostname or "")
    pools = urllib3.PoolManager(**options) if direct else urllib3.ProxyManager(proxy, **options)
    pools.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return pools


def _who_asks() -> dict[str, str]:
    headers = {"X-Transaction-Id": transaction_id.current(), "traceparent": telemetry.traceparent()}
    return {name: value for name, value in headers.items() if value}


def _seconds(text: str) -> float:
    """`Retry-After` in its form of seconds, the one Twilio uses."""
    return min(float(text), LONGEST_WAIT) if text.isdigit() else 1.0
