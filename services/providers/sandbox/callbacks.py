"""Telling the portal what became of a message: signed as Twilio signs, again and again until it listens."""
import heapq
import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
from twilio.request_validator import RequestValidator

from portal_app.core import log, transaction_id
from services.providers.sandbox.store import Message, Store

STEPS, END = (("queued", 0.05), ("sent", 0.3)), 0.7  # status and seconds after acceptance; seconds to the last one
ATTEMPTS = 6
logger = log.get(__name__)


class Callbacks:
    """One thread waits for the next moment due, four post."""

    def __init__(self, token: str, store: Store) -> None:
        self.validator, self.store = RequestValidator(token), store
        # The portal's own certificate may be a self-signed one, and what is told here is the demo's.
        self.http = httpx.Client(timeout=5, verify=False, trust_env=False)
        self.due: list[tuple[float, int, str, str, Message, str, int]] = []
        self.turn, self.wake, self.stopped = itertools.count(), threading.Condition(), False
        self.posters = ThreadPoolExecutor(4, thread_name_prefix="callback")
        self.thread = threading.Thread(target=self._run, name="callbacks", daemon=True)
        self.thread.start()

    def follow(self, message: Message, url: str, last: str, error_code: int | None) -> None:
        """Moves `message` from queued to its `last` status, telling `url` ("" for nobody) of each step."""
        for status, after in STEPS:
            self._add(after, status, url, message, 1)
        self._add(END, last, url, message | {"error_code": error_code}, 1)

    def pass_on(self, reply: Message, url: str) -> None:
        """Tells `url` of something that a phone wrote. https://www.twilio.com/docs/messaging/guides/webhook-request"""
        with transaction_id.use():
            self._add(0, "received", url, reply, 1)

    def stop(self) -> None:
        with self.wake:
            self.stopped = True
            self.wake.notify()
        self.thread.join()
        self.posters.shutdown(cancel_futures=True)
        self.http.close()

    def _add(self, after: float, status: str, url: str, message: Message, attempt: int) -> None:
        with self.wake:
            story = (status, url, message, transaction_id.current(), attempt)
            heapq.heappush(self.due, (time.monotonic() + after, next(self.turn), *story))
            self.wake.notify()

    def _run(self) -> None:
        while True:
            with self.wake:
                while not self.stopped and (not self.due or self.due[0][0] > time.monotonic()):
                    self.wake.wait(self.due[0][0] - time.monotonic() if self.due else None)
                if self.stopped:
                    return
                _, _, status, url, message, tx, attempt = heapq.heappop(self.due)
                self.posters.submit(self._step, status, url, message, tx, attempt)

    def _step(self, status: str, url: str, message: Message, tx: str, attempt: int) -> None:
        with transaction_id.use(tx):
            self.store.moved(message, status)
            if not url or self._told(url, _form(message, status)):
                return
            if attempt == ATTEMPTS:
                logger.warning("callback given up", extra={"sid": message["sid"], "status": status})
                return
            self._add(0.25 * 2**attempt, status, url, message, attempt + 1)

    def _told(self, url: str, form: dict[str, str]) -> bool:
        """Whether the portal has heard. A 4xx answer is an answer too."""
        signature = self.validator.compute_signature(url, form)
        try:
            answer = self.http.post(url, data=form, headers={"X-Twilio-Signature": signature})
        except httpx.HTTPError as error:
            logger.info("callback not heard", extra={"error": type(error).__name__})
            return False
        about = {"sid": form["MessageSid"], "status": form["MessageStatus"]}
        logger.info("callback", extra=about | {"http_status": answer.status_code})
        return answer.status_code < 500


def _form(message: Message, status: str) -> dict[str, str]:
    failed = {"ErrorCode": str(message["error_code"])} if message["error_code"] else {}
    written = {"Body": message["body"], "NumMedia": "0", "NumSegments": message["num_segments"]} if status == "received" else {}
    return failed | written | {
        "AccountSid": message["account_sid"], "ApiVersion": "2010-04-01",
        "From": message["from"], "To": message["to"],
        "MessageSid": message["sid"], "MessageStatus": status, "SmsSid": message["sid"], "SmsStatus": status,
        "MessagingServiceSid": message["messaging_service_sid"] or "",
    }
