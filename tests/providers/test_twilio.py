"""The one adapter: what it asks of Twilio, and how it sorts the answers."""
import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
import urllib3
from urllib3 import exceptions as http

from portal_app.core import clock, transaction_id
from services.providers import twilio_http
from services.providers.ports import Accepted, Later, Outgoing, Refused, Slower, Unanswered, Unreachable
from services.providers.twilio import Twilio, provider
from tests.providers.openapi import request_fields
from tests.texts import ACCOUNT, ALICE, SERVICE, TOKEN, use_settings

HELLO = Outgoing(key="t.1", recipient=ALICE, body="hello", lifetime=600)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def answering(status: int, body: object = None, headers: dict[str, str] | None = None):
    """The adapter before a server that answers everything like this, and what it was asked."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        text = body if isinstance(body, str) else json.dumps(body or {})
        return httpx.Response(status, headers=headers, text=text)

    return behind(answer), asked


def behind(answer) -> Twilio:
    twilio = Twilio()
    twilio.http.pool = Pool(answer)
    return twilio


class Pool:
    """In the place of urllib3's connections: a request as `answer` sees it, its response as urllib3 gives it."""

    def __init__(self, answer) -> None:
        self.answer = answer

    def request(self, method, url, body=None, headers=None, **_):
        answer = self.answer(httpx.Request(method, url, content=body, headers=headers))
        return urllib3.HTTPResponse(answer.content, answer.headers, answer.status_code)


def form_of(request: httpx.Request) -> dict[str, str]:
    return dict(parse_qsl(request.content.decode()))


def test_it_asks_twilio_itself_unless_told_otherwise(twilio_account):
    twilio, asked = answering(201, {"sid": "SM1"})
    assert twilio.send(HELLO) == Accepted("SM1")
    assert str(asked[0].url) == f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def test_it_asks_the_base_address_of_the_settings(twilio_account, monkeypatch):
    use_settings(monkeypatch, TWILIO_API_BASE="http://127.0.0.1:4010/")
    twilio, asked = answering(201, {"sid": "SM1"})
    twilio.send(HELLO)
    assert str(asked[0].url) == f"http://127.0.0.1:4010/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def test_its_request_is_one_that_twilio_describes(twilio_account):
    fields = request_fields()
    twilio, asked = answering(201, {"sid": "SM1"})
    twilio.send(HELLO)
    form = form_of(asked[0])
    assert set(form) == {"To", "Body", "MessagingServiceSid", "StatusCallback", "ValidityPeriod"}
    assert set(form) <= set(fields)
    assert re.fullmatch(fields["MessagingServiceSid"]["pattern"], form["MessagingServiceSid"])
    assert form["MessagingServiceSid"] == SERVICE
    assert form["ValidityPeriod"] == "600"
    assert asked[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_its_request_carries_the_transaction_and_the_trace(twilio_account, monkeypatch):
    monkeypatch.setattr("portal_app.core.telemetry.traceparent", lambda: TRACE)
    twilio, asked = answering(201, {"sid": "SM1"})
    with transaction_id.use() as tx:
        twilio.send(HELLO)
    assert (asked[0].headers["X-Transaction-Id"], asked[0].headers["traceparent"]) == (tx, TRACE)
    callback = urlsplit(form_of(asked[0])["StatusCallback"])
    assert callback.path == "/webhooks/twilio/status"
    assert parse_qs(callback.query) == {"message": ["t.1"], "tx": [tx]}


def test_its_request_is_authenticated(twilio_account):
    twilio, asked = answering(201, {"sid": "SM1"})
    twilio.send(HELLO)
    assert asked[0].headers["authorization"] == httpx.BasicAuth(ACCOUNT, TOKEN)._auth_header


@pytest.mark.parametrize("code", [21211, 21610, 21614, 21617])
def test_a_refusal_of_the_message_is_final(twilio_account, code):
    assert answering(400, {"code": code, "message": "no", "status": 400})[0].send(HELLO) == Refused(code)


@pytest.mark.parametrize("status", [401, 403, 404, 503])
def test_trouble_on_the_other_side_passes(twilio_account, status):
    outcome = answering(status, {"code": 20500, "message": "no", "status": status})[0].send(HELLO)
    assert outcome == Later(0, 20500)


def test_a_failure_without_twilios_words_is_sorted_too(twilio_account):
    assert answering(503, "<html>Not now</html>")[0].send(HELLO) == Later(0, 503)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_server_that_broke_off_may_have_taken_it(twilio_account, status):
    assert answering(status, "<html>Oh no</html>")[0].send(HELLO) == Unanswered()


@pytest.mark.parametrize(("header", "seconds"), [("30", 30), ("99999", 3600), ("soon", 1), (None, 1)])
def test_being_too_fast_names_the_wait(twilio_account, header, seconds):
    headers = {"Retry-After": header} if header else {}
    twilio, _ = answering(429, {"code": 20429, "message": "slow", "status": 429}, headers)
    assert twilio.send(HELLO) == Slower(seconds, 20429)


@pytest.mark.parametrize("error", [
    http.ConnectTimeoutError("no way through"), http.NewConnectionError(None, "no way through"),
    http.ProxyError("no way through", OSError())])
def test_what_never_left_may_be_sent_again(twilio_account, error):
    def fail(request):
        raise error

    assert behind(fail).send(HELLO) == Later()


SILENCE = [http.ReadTimeoutError(None, "", "silence"), http.ProtocolError("silence"), http.IncompleteRead(1, 2)]


@pytest.mark.parametrize("error", SILENCE)
def test_what_left_without_an_answer_may_not(twilio_account, error):
    def fail(request):
        raise error

    assert behind(fail).send(HELLO) == Unanswered()


NO_ANSWERS = [(504, "gateway timeout"), (201, "<html>"), (201, "{}"), (302, "")]


@pytest.mark.parametrize(("status", "body"), NO_ANSWERS)
def test_an_answer_that_says_neither_yes_nor_no_counts_as_none(twilio_account, status, body):
    assert answering(status, body)[0].send(HELLO) == Unanswered()


def test_nobody_listening_means_later(twilio_account, monkeypatch):
    use_settings(monkeypatch, TWILIO_API_BASE="http://127.0.0.1:9")
    assert provider().send(HELLO) == Later()


def test_threads_never_get_each_others_answers(twilio_account):
    together = threading.Barrier(8)

    def answer(request):
        together.wait(5)
        return httpx.Response(201, text=json.dumps({"sid": "SM" + form_of(request)["Body"]}))

    twilio = behind(answer)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda n: twilio.send(Outgoing("t.1", ALICE, str(n), 60)), range(80)))
    assert outcomes == [Accepted(f"SM{n}") for n in range(80)]


def test_it_knows_the_messages_of_a_number_newest_first(sandbox):
    first, second = (provider().send(Outgoing("t.1", ALICE, body, 60)).sid for body in ("one", "two"))
    provider().send(Outgoing("t.1", "+12065550143", "hello", 60))
    known = provider().known(ALICE)
    assert [(one.sid, one.body) for one in known] == [(second, "two"), (first, "one")]
    assert abs(known[0].at - clock.now()) < timedelta(seconds=5)


@pytest.mark.parametrize(("status", "body"), [(500, "{}"), (401, "{}"), (200, "<html>")])
def test_a_look_up_that_fails_says_so(twilio_account, status, body):
    with pytest.raises(Unreachable):
        answering(status, body)[0].known(ALICE)


@pytest.mark.parametrize(("late", "outcome"), [(0.3, Later()), (0.0, None)])
def test_what_was_connected_too_late_is_not_sent(sandbox, monkeypatch, late: float, outcome):
    """Time to look a name up is nobody's limit: a request that follows it might come after its lease."""
    monkeypatch.setattr(twilio_http, "CONNECTED", 0.2)
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **more: time.sleep(late) or real(*asked, **more))
    before = len(sandbox.store.list())
    sent = Twilio().send(HELLO)
    assert sent == outcome if outcome else isinstance(sent, Accepted)
    assert len(sandbox.store.list()) - before == (0 if outcome else 1)
