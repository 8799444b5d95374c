"""What providers tell us: verify, then call one service."""
import asyncio
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_app.core import transaction_id
from portal_app.core.errors import Invalid, NotFound
from services import messaging
from services.messaging.receiving import receive
from services.providers import twilio

LARGEST = 64 * 1024  # bytes; a callback is about one

NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML that says nothing: our answers go through the outbox, as every message."""


async def text_status(request: Request) -> Response:
    """Twilio's status callback. 403 without its signature, 404 for what we never sent, else 204."""
    form = await _genuine(request)
    if form is None:
        return Response(status_code=403)
    with transaction_id.use(request.query_params.get("tx", "")):
        return await asyncio.to_thread(_record, request.query_params.get("message", ""), form)


async def text_reply(request: Request) -> Response:
    """A message that somebody sent us. 403 without Twilio's signature, 400 for what is no message, else 200.

    https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    form = await _genuine(request)
    if form is None:
        return Response(status_code=403)
    with transaction_id.use():
        return await asyncio.to_thread(_receive, form)


async def _genuine(request: Request) -> dict[str, str] | None:
    """The form, if Twilio signed it."""
    form = dict(parse_qsl(await _body(request), keep_blank_values=True))
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return form if twilio.is_genuine(address, form, request.headers.get("X-Twilio-Signature", "")) else None


async def _body(request: Request) -> str:
    """At most 64 KiB, since the caller is not known yet; what is cut off has no valid signature."""
    body = b""
    async for part in request.stream():
        body += part[: LARGEST - len(body)]
    return body.decode("utf-8", "replace")


def _record(key: str, form: dict[str, str]) -> Response:
    code = form.get("ErrorCode", "")
    try:
        messaging.record_status(key, sid=form.get("MessageSid", ""), status=form.get("MessageStatus", ""),
                                error_code=int(code) if code.isdigit() else None)
    except NotFound:
        return Response(status_code=404)
    return Response(status_code=204)


def _receive(form: dict[str, str]) -> Response:
    try:
        receive(sid=form.get("MessageSid", ""), mobile=form.get("From", ""), to=form.get("To", ""), body=form.get("Body", ""),
                opt_out_type=form.get("OptOutType", ""))
    except Invalid:
        return Response(status_code=400)
    return Response(NOTHING, media_type="text/xml")


routes = [Route(twilio.STATUS_PATH, text_status, methods=["POST"]), Route(twilio.REPLY_PATH, text_reply, methods=["POST"])]
