"""The sandbox speaks Twilio's language: to our adapter, by Twilio's own description, and in its callbacks."""
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime

import httpx
import pytest

from portal_app.core import log, transaction_id
from services.providers.ports import Accepted, Outgoing, Refused
from services.providers.twilio import is_genuine, provider
from tests.providers.openapi import mismatches, page_schema, schema
from tests.texts import ACCOUNT, ALICE, SERVICE, TOKEN

MESSAGE = {"To": ALICE, "Body": "Grüße 👋", "MessagingServiceSid": SERVICE}


def ask(sandbox, method: str = "POST", path: str = ".json", auth=(ACCOUNT, TOKEN), **more) -> httpx.Response:
    address = f"{sandbox.address}/2010-04-01/Accounts/{ACCOUNT}/Messages{path}"
    return httpx.request(method, address, auth=auth, **more)


def test_its_answer_is_the_message_that_twilio_describes(sandbox):
    answer = ask(sandbox, data=MESSAGE)
    assert answer.status_code == 201
    assert mismatches(answer.json(), schema("api.v2010.account.message")) == []
    told = [answer.json()[name] for name in ("body", "to", "status")]
    assert told == ["Grüße 👋", ALICE, "queued"]


def test_its_list_is_the_page_that_twilio_describes(sandbox):
    sids = [ask(sandbox, data=MESSAGE).json()["sid"] for _ in range(3)]
    ask(sandbox, data=MESSAGE | {"To": "+12065550143"})
    page = ask(sandbox, "GET", params={"To": ALICE, "PageSize": 2})
    assert mismatches(page.json(), page_schema()) == []
    sids_told = [one["sid"] for one in page.json()["messages"]]
    assert sids_told == sids[:0:-1], "newest first, no more than asked for"


def test_it_shows_one_message(sandbox):
    sid = ask(sandbox, data=MESSAGE).json()["sid"]
    assert ask(sandbox, "GET", f"/{sid}.json").json()["sid"] == sid
    assert ask(sandbox, "GET", "/SM0.json").status_code == 404


@pytest.mark.parametrize(("wrong", "code"), [
    ({"To": "+15005550001"}, 21211), ({"To": "+1206"}, 21211), ({"To": "5550142"}, 21211),
    ({"To": "+15005550009"}, 21614), ({"To": "+15005550004"}, 21610), ({"To": ""}, 21604),
    ({"Body": ""}, 21602), ({"Body": "x" * 1601}, 21617),
    ({"MessagingServiceSid": ""}, 21603),
])
def test_it_refuses_what_twilio_refuses(sandbox, wrong, code):
    answer = ask(sandbox, data=MESSAGE | wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert set(answer.json()) == {"code", "message", "more_info", "status"}


@pytest.mark.parametrize("auth", [None, (ACCOUNT, "wrong"), ("AC" + "0" * 32, TOKEN)])
def test_it_answers_nobody_else(sandbox, auth):
    answer = ask(sandbox, auth=auth, data=MESSAGE)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_the_adapter_understands_it(sandbox):
    assert isinstance(provider().send(Outgoing("t.1", ALICE, "hello", 60)), Accepted)
    assert provider().send(Outgoing("t.1", "+15005550001", "hello", 60)) == Refused(21211)


def test_it_tells_each_step_signed_and_again_until_it_is_heard(sandbox, heard):
    with transaction_id.use() as tx:
        sid = provider().send(Outgoing("t.1", ALICE, "hello", 60)).sid
    until(lambda: len(heard) == 4)
    assert sorted(form["MessageStatus"] for _, form, _ in heard) == ["delivered", "queued", "queued", "sent"]
    assert {form["MessageSid"] for _, form, _ in heard} == {sid}
    assert {path for path, _, _ in heard} == {f"/webhooks/twilio/status?message=t.1&tx={tx}"}
    assert all(is_genuine(*call) for call in heard)
    assert sandbox.store.get(sid)["status"] == "delivered"


def test_it_keeps_the_newest_of_each_recipient(sandbox):
    for n in range(60):
        sandbox.store.add(ACCOUNT, MESSAGE | {"Body": str(n)})
    kept = sandbox.store.list(ALICE)
    assert (len(kept), kept[0]["body"], kept[-1]["body"]) == (50, "59", "10")


def test_its_log_names_the_transaction_and_no_one(sandbox, caplog):
    caplog.handler.setFormatter(log.JsonLines("sandbox"))
    with caplog.at_level(logging.INFO, "services.providers.sandbox.handler"), transaction_id.use() as tx:
        provider().send(Outgoing("t.1", ALICE, "hello you", 60))
        until(lambda: "sandbox.handler" in caplog.text)
    line = next(json.loads(one) for one in caplog.text.splitlines() if "sandbox.handler" in one)
    assert (line["transaction_id"], line["http_status"]) == (tx, 201)
    assert "hello you" not in caplog.text and ALICE not in caplog.text


def test_it_runs_as_a_program_and_stops_when_told(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "services.providers.sandbox.twilio", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ, stderr=subprocess.PIPE, text=True)
    try:
        listening = json.loads(process.stderr.readline())
        assert datetime.fromisoformat(listening["at"]).tzinfo == UTC
        address = f"http://127.0.0.1:{port}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        answer = httpx.post(address, auth=(ACCOUNT, TOKEN), data=MESSAGE)
        assert answer.status_code == 201
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        process.stderr.close()


def until(true, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
