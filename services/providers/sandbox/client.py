"""Writing back to the portal from the demo's phone: what Twilio has no API for, since there it is a person's own phone."""
from email.utils import parsedate_to_datetime

import httpx

from portal_app.core.settings import settings
from services.providers.ports import Known, Unreachable

PATH = "/sandbox/replies"


def reply(mobile: str, sender: str, body: str) -> None:
    """Sends `body` from `mobile` to `sender`, a number of ours. Raises Unreachable."""
    _ask("POST", data={"From": mobile, "To": sender, "Body": body})


def replies(mobile: str) -> list[Known]:
    """The newest that `mobile` has written, newest first. Raises Unreachable."""
    found = _ask("GET", params={"From": mobile}).json()["messages"]
    return [Known(one["sid"], one["body"], one["status"], parsedate_to_datetime(one["date_created"])) for one in found]


def _ask(method: str, **more: dict[str, str]) -> httpx.Response:
    account = (settings().twilio_account_sid, settings().twilio_auth_token)
    try:
        return httpx.request(method, settings().sms_sandbox_url + PATH, auth=account, timeout=5, trust_env=False,
                             **more).raise_for_status()  # type: ignore[arg-type]
    except httpx.HTTPError as error:
        raise Unreachable from error
