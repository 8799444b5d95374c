"""One request to the sandbox: who asks, what for, and the answer in Twilio's shape."""
import base64
import hmac
import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit

from portal_app.core import log, transaction_id
from portal_app.core.settings import settings
from services.providers.sandbox.client import PATH
from services.providers.sandbox.rules import refusal
from services.providers.sandbox.store import Message
from services.providers.twilio import REPLY_PATH

if TYPE_CHECKING:
    from services.providers.sandbox.twilio import Sandbox

LARGEST_REQUEST = 64 * 1024
Answer = tuple[int, Message]
MOOD = "/mood"
"""Not of Twilio's API: how the sandbox fares, to read and to set."""
LOST = 0
"""In the place of an HTTP status: the connection is cut without an answer."""
logger = log.get(__name__)


class Handler(BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm, timeout = "HTTP/1.1", True, 75
    server: "Sandbox"

    def do_GET(self) -> None:
        self._answer(lambda: self._read(urlsplit(self.path)))

    def do_POST(self) -> None:
        self._answer(self._send)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are logged by `_answer`, without the recipient that their address may hold."""

    def _answer(self, work: Callable[[], Answer]) -> None:
        with transaction_id.use(self.headers.get("X-Transaction-Id", "")):
            began, size = time.perf_counter(), int(self.headers.get("Content-Length") or 0)
            form = self.rfile.read(min(size, LARGEST_REQUEST)).decode("utf-8", "replace")
            self.form = dict(parse_qsl(form, keep_blank_values=True))
            status, body = work() if self._is_known() else _error(401, 20003, "Authenticate")
            ms = round((time.perf_counter() - began) * 1000, 1)
            about = {"method": self.command, "sid": body.get("sid"), "error_code": body.get("code")}
            logger.info("request", extra=about | {"http_status": status, "ms": ms})
            self._write(status, body)

    def _is_known(self) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        right = base64.b64encode(f"{self.server.account}:{self.server.token}".encode()).decode()
        return hmac.compare_digest(given.encode(), right.encode())

    @property
    def folder(self) -> str:
        return f"/2010-04-01/Accounts/{self.server.account}/Messages"

    def _send(self) -> Answer:
        if self.path == MOOD:
            return self._set_mood()
        if urlsplit(self.path).path == PATH:
            return self._write_back()
        if urlsplit(self.path).path != f"{self.folder}.json":
            return _not_found()
        time.sleep(self.server.mood.delay)
        match self.server.mood.next_failure():
            case None:
                return self._taken()
            case "silent":
                return LOST, self._taken()[1]
            case "deaf":
                return LOST, {}
            case status:
                return _error(int(status), 20429 if status == 429 else 20500, "Try again later")

    def _write_back(self) -> Answer:
        if not (self.form.get("From") and self.form.get("To") and self.form.get("Body")):
            return _error(400, 21602, "Message body is required.")
        reply = self.server.store.add_reply(self.server.account, self.form)
        self.server.callbacks.pass_on(reply, settings().address + REPLY_PATH)
        return 201, reply

    def _taken(self) -> Answer:
        if wrong := refusal(self.form):
            return _error(400, *wrong)
        message = self.server.store.add(self.server.account, self.form)
        mood = self.server.mood
        self.server.callbacks.follow(message, self.form.get("StatusCallback", "") if mood.callbacks else "", *mood.ends())
        return 201, message

    def _set_mood(self) -> Answer:
        try:
            self.server.mood.change(self.form)
        except ValueError as wrong:
            return _error(400, 20001, str(wrong))
        return 200, self.server.mood.settings()

    def _read(self, address: SplitResult) -> Answer:
        if self.path == MOOD:
            return 200, self.server.mood.settings()
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == f"{self.folder}.json":
            return 200, self._page(query)
        if address.path == PATH:
            return 200, {"messages": self.server.store.replies(query.get("From", ""))}
        found = self.server.store.get(address.path.removeprefix(f"{self.folder}/").removesuffix(".json"))
        return (200, found) if found else _not_found()

    def _page(self, query: dict[str, str]) -> Message:
        asked = query.get("PageSize", "")
        size = min(int(asked), 1_000) if asked.isdigit() else 50
        messages = self.server.store.list(query.get("To", ""))[:size]
        here: Message = {"uri": self.path, "first_page_uri": self.path}
        here |= {"next_page_uri": None, "previous_page_uri": None}
        place = {"page": 0, "page_size": size, "start": 0, "end": max(0, len(messages) - 1)}
        return {"messages": messages, **place, **here}

    def _write(self, status: int, body: Message) -> None:
        if status == LOST:
            self.close_connection = True
            return
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 429:
            self.send_header("Retry-After", str(self.server.mood.retry_after))
        self.end_headers()
        self.wfile.write(data)


def _error(status: int, code: int, message: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": message, "more_info": more, "status": status}


def _not_found() -> Answer:
    return _error(404, 20404, "The requested resource was not found")
