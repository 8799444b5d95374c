"""Twilio's Messages API, and whatever speaks it at TWILIO_API_BASE."""
from functools import cache
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3 import exceptions as http

from portal_app.core import log, transaction_id
from portal_app.core.settings import settings
from services.providers.ports import (
    Accepted,
    Known,
    Later,
    Outcome,
    Outgoing,
    Refused,
    Slower,
    TextProvider,
    Unanswered,
    Unreachable,
)
from services.providers.twilio_http import TwilioHttp

STATUS_PATH, REPLY_PATH = "/webhooks/twilio/status", "/webhooks/twilio/reply"
NEWEST = 50  # messages that a look-up reads
LONGEST_VALIDITY = 36_000  # seconds; ValidityPeriod in https://www.twilio.com/docs/messaging/api/message-resource
NOT_SENT = (http.ConnectTimeoutError, http.NewConnectionError, http.NameResolutionError, http.ProxyError)
IN_DOUBT = (500, 502, 504)  # a server that broke off, or a gateway that lost it: it may have been accepted
logger = log.get(__name__)


class Twilio(TextProvider):
    """One client a process: its connections are shared by all threads."""

    def __init__(self) -> None:
        self.http = TwilioHttp(settings().twilio_api_base)
        account, token = settings().twilio_account_sid, settings().twilio_auth_token
        self.client = Client(account, token, http_client=self.http)

    def send(self, message: Outgoing) -> Outcome:
        try:
            sent = self.client.messages.create(
                to=message.recipient, body=message.body,
                **_sender(message),
                status_callback=status_url(message.key),
                validity_period=max(1, min(message.lifetime, LONGEST_VALIDITY)),
            )
        except (TwilioRestException, TwilioServiceException) as refusal:
            return self._sorted(refusal)
        except NOT_SENT:
            return Later()
        except (http.HTTPError, ValueError):  # ValueError: a success whose body is not JSON
            return Unanswered()
        return Accepted(sent.sid) if sent.sid else Unanswered()

    def known(self, recipient: str) -> list[Known]:
        try:
            found = self.client.messages.list(to=recipient, limit=NEWEST, page_size=NEWEST)
        except (TwilioException, http.HTTPError, ValueError) as error:
            raise Unreachable from error
        return [Known(one.sid, one.body or "", str(one.status), one.date_created)
                for one in found if one.sid and one.date_created]

    def _sorted(self, refusal: TwilioRestException | TwilioServiceException) -> Outcome:
        """400 is the message's own fault (21211, 21610, 21614 …) and final; 429 asks for less; 500, 502 and 504 leave open
        whether it was taken; the rest passes.

        401, 403 and 404 are a fault of our settings: mending them sends what waited.
        https://www.twilio.com/docs/api/errors
        """
        extra = {"http_status": refusal.status, "error_code": refusal.code}
        logger.warning("refused by the provider", extra=extra)
        if refusal.status == 400:
            return Refused(refusal.code or 400)
        if refusal.status == 429:
            return Slower(self.http.retry_after(), refusal.code)
        if refusal.status in IN_DOUBT or refusal.status < 400:
            return Unanswered()
        return Later(0, refusal.code)


def _sender(message: Outgoing) -> dict[str, str]:
    if message.sender:
        return {"from_": message.sender}
    return {"messaging_service_sid": settings().twilio_messaging_service_sid}


@cache
def provider() -> Twilio:
    return Twilio()


def status_url(key: str) -> str:
    """Where Twilio tells what became of the message `key`; the whole address is covered by its signature."""
    query = urlencode({"message": key, "tx": transaction_id.current()})
    return f"{settings().address}{STATUS_PATH}?{query}"


def is_genuine(path_and_query: str, form: dict[str, str], signature: str) -> bool:
    """Whether someone who knows our token posted `form` to this address of ours. Without a token: nobody.

    https://www.twilio.com/docs/usage/security#validating-requests
    """
    token, url = settings().twilio_auth_token, settings().address + path_and_query
    return bool(token) and RequestValidator(token).validate(url, form, signature)
