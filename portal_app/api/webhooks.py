"""What providers tell us: verify, then call one service."""
import asyncio
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_app.core import transaction_id
from portal_app.core.errors import NotFound
from services import messaging
from services.providers import twilio

LARGEST = 64 * 1024  # bytes; a callback is about one

async def text_status(request: Request) -> Response:
    """Twilio's status callback. 403 without its signature, 404 for what we never sent, else 204."""
    form = dict(parse_qsl(await _body(request), keep_blank_values=True))
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if not twilio.is_genuine(address, form, request.headers.get("X-Twilio-Signature", "")):
        return Response(status_code=403)
    with transaction_id.use(request.query_params.get("tx", "")):
        return await asyncio.to_thread(_record, request.query_params.get("message", ""), form)


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


routes = [Route(twilio.STATUS_PATH, text_status, methods=["POST"])]
