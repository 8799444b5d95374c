"""The sandbox fares as it is told while it runs: slow, failing, silent, full, or without a word of what became of messages."""
import time
from collections import Counter

import httpx
import pytest

from portal_app import cli
from portal_app.core.settings import settings
from portal_app.launch import sandbox as command
from portal_app.launch.steps import LaunchError
from services.providers.ports import Accepted, Later, Outgoing, Slower, Unanswered
from services.providers.sandbox.mood import Mood
from services.providers.twilio import provider
from tests.providers.test_sandbox import until
from tests.texts import ACCOUNT, ALICE, TOKEN


def put(server, **wanted: object) -> httpx.Response:
    return httpx.post(f"{server.address}/mood", auth=(ACCOUNT, TOKEN), data=wanted)


def send() -> object:
    return provider().send(Outgoing("t.1", ALICE, "hello", 60))


def test_it_is_set_and_read_by_who_has_the_account(sandbox):
    said = put(sandbox, delay=0.2, per_second=7).json()
    assert said == httpx.get(f"{sandbox.address}/mood", auth=(ACCOUNT, TOKEN)).json()
    assert (said["delay"], said["per_second"], said["callbacks"]) == (0.2, 7, 1)
    assert httpx.post(f"{sandbox.address}/mood", data={"delay": 1}).status_code == 401 and sandbox.mood.delay == 0.2


@pytest.mark.parametrize("wrong", [{"failing": 1.1}, {"delay": -1}, {"delay": "soon"}, {"failures": "503"}, {"delay": "nan"}])
def test_what_cannot_be_is_refused_and_nothing_of_it_set(sandbox, wrong):
    answer = put(sandbox, per_second=5, **wrong)
    assert answer.status_code == 400 and answer.json()["message"] and sandbox.mood.settings() == Mood(delay=0).settings()


def test_it_is_slow(sandbox):
    put(sandbox, delay=0.3)
    began = time.monotonic()
    assert isinstance(send(), Accepted) and time.monotonic() - began >= 0.3


def test_it_fails_and_is_silent_as_often_as_told():
    mood = Mood(failing=0.3, silent=0.2)
    seen = Counter(mood.next_failure() for _ in range(4000))
    assert 1000 < seen[503] < 1400 and 650 < seen["silent"] < 950 and seen[None] > 1700


def test_failures_are_what_the_adapter_knows(sandbox):
    put(sandbox, failing=1)
    assert isinstance(send(), Later)
    put(sandbox, failing=0, silent=1)
    assert isinstance(send(), Unanswered) and len(sandbox.store.list(ALICE)) == 1


def test_it_takes_so_many_a_second_and_asks_for_patience(sandbox):
    put(sandbox, per_second=3, retry_after=9)
    time.sleep(1 - time.monotonic() % 1)
    outcomes = [send() for _ in range(5)]
    assert [isinstance(one, Accepted) for one in outcomes] == [True] * 3 + [False] * 2
    assert isinstance(outcomes[-1], Slower) and outcomes[-1].after == 9


def test_what_does_not_arrive_is_told_with_its_cause(sandbox, heard):
    put(sandbox, undelivered=1)
    sid = send().sid
    until(lambda: "undelivered" in [form["MessageStatus"] for _, form, _ in heard])
    assert [form.get("ErrorCode") for _, form, _ in heard if form["MessageStatus"] == "undelivered"] == ["30005"]
    assert (sandbox.store.get(sid)["status"], sandbox.store.get(sid)["error_code"]) == ("undelivered", 30005)


def test_without_callbacks_nobody_is_told(sandbox, heard):
    put(sandbox, callbacks=0)
    sid = send().sid
    until(lambda: sandbox.store.get(sid)["status"] == "delivered")
    assert heard == []


def test_the_command_says_so_where_no_sandbox_runs(tmp_path):
    with pytest.raises(LaunchError):
        command.run(settings().model_copy(update={"data_dir": tmp_path}), cli.parse(["sandbox", "--well"]))


def test_the_command_starts_with_what_the_sandbox_starts_with():
    assert {name: start for name, (start, _) in cli.SANDBOX.items()} == Mood().settings()
