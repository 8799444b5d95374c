"""From the commit to the sending: the wake-up may be lost, the message not."""
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from opentelemetry import trace

from portal_app.core import live, transaction_id
from portal_app.core.settings import settings
from services import messaging as service
from services.health import HEARTBEAT
from tasks import messaging
from tasks.queue import WINDOW, huey, room, storage
from tests.texts import row, sent, use_settings


@pytest.fixture
def queue(valkey: str, queued) -> Iterator[None]:
    """An empty queue, connected to the Valkey of the settings of now."""
    storage.cache_clear()
    huey.flush()
    yield
    storage.cache_clear()


def consumer(**streams: int) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "tasks.consumer"], env=os.environ, text=True, **streams)


def work_off() -> list[tuple]:
    """Runs what waits in the queue, as a worker does; answers the arguments of each task."""
    done = []
    while huey.pending_count():
        task = huey.dequeue()
        huey.execute(task)
        done.append(task.args)
    return done


def test_a_commit_wakes_the_sender_which_sends(sandbox, queued, queue):
    message = queued()
    assert [args[1] for args in work_off()] == [str(message.id)]
    assert (row(message.id).status, sent(sandbox, message)) == ("accepted", 1)


def test_it_sends_a_message_once_when_the_task_runs_twice(sandbox, queued, queue):
    message = queued()
    messaging.wake(str(message.tenant_id), str(message.id), message.urgency)
    assert len(work_off()) == 2
    assert sent(sandbox, message) == 1


def test_the_task_runs_under_the_transaction_that_asked(queued, queue, monkeypatch):
    seen = []
    monkeypatch.setattr(service, "deliver", lambda *_: seen.append(transaction_id.current()))
    message = queued()
    work_off()
    assert seen == [message.transaction_id]


def test_the_task_goes_on_with_the_trace_that_asked(queue, monkeypatch):
    seen = []
    monkeypatch.setattr(service, "deliver", lambda *_: seen.append(trace.get_current_span().get_span_context()))
    messaging.deliver_text("t", "1", "", f"00-{'ab' * 16}-{'cd' * 8}-01")
    work_off()
    assert f"{seen[0].trace_id:x}" == "ab" * 16


def test_the_queue_holds_plain_json_and_ids_alone(queued, queue):
    message = queued(body="Your code is 123456")
    (stored,) = storage().enqueued_items()
    assert b"123456" not in stored and message.recipient.encode() not in stored
    assert str(message.id) in json.loads(stored)[6]


def test_the_urgent_overtake_the_flood(queued, queue):
    ids = [str(queued(one).id) for one in ("bulk", "notice", "now", "code")]
    assert [args[1] for args in work_off()] == ids[::-1]


def test_the_sweeper_finds_what_is_committed_while_valkey_is_down(sandbox, queued, queue, later, monkeypatch):
    with monkeypatch.context() as broken:
        use_settings(broken, REDIS_URL="unix:///nowhere/valkey.sock")
        storage.cache_clear()
        message = queued()
    settings.cache_clear()
    storage.cache_clear()
    assert work_off() == []
    later(3)
    assert messaging.sweep() == 1
    work_off()
    assert (row(message.id).status, sent(sandbox, message)) == ("accepted", 1)


def test_nothing_is_lost_when_the_queue_is_flushed(sandbox, queued, queue, later):
    messages = [queued() for _ in range(20)]
    huey.flush()
    later(3)
    assert messaging.sweep() == 20
    work_off()
    assert {row(one.id).status for one in messages} == {"accepted"}


def test_the_sweeper_keeps_the_window(queued, queue, later, monkeypatch):
    for _ in range(5):
        queued()
    later(3)
    assert room() == WINDOW - 5
    monkeypatch.setattr("tasks.queue.WINDOW", 7)
    assert messaging.sweep() == 2
    assert messaging.sweep() == 0


def test_the_consumer_sends_shows_its_heartbeat_and_stops_cleanly(sandbox, queued, queue):
    process = consumer(stderr=subprocess.PIPE)
    try:
        until(lambda: live.valkey().get(HEARTBEAT))
        message = queued("code")
        until(lambda: row(message.id).status == "accepted")
        assert 0 < live.valkey().ttl(HEARTBEAT) <= 10
    finally:
        process.send_signal(signal.SIGTERM)
        log = process.communicate(timeout=20)[1]
    assert process.returncode == 0
    assert not live.valkey().exists(HEARTBEAT)
    lines = [json.loads(line) for line in log.splitlines()]
    (told,) = [line for line in lines if line["message"] == "text message"]
    assert (told["transaction_id"], told["status"]) == (message.transaction_id, "accepted")
    assert {line["level"] for line in lines} == {"INFO"}


def test_the_consumer_finishes_what_it_has_begun(sandbox, queued, queue):
    sandbox.mood.delay = 1
    process = consumer(stderr=subprocess.DEVNULL)
    try:
        message = queued()
        until(lambda: row(message.id).status == "sending")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert (row(message.id).status, sent(sandbox, message)) == ("accepted", 1)


def test_nothing_is_lost_or_doubled_when_the_consumer_is_killed(sandbox, queued, queue, later):
    sandbox.mood.delay = 0.1
    messages = [queued() for _ in range(40)]
    process = consumer(stderr=subprocess.DEVNULL)
    until(lambda: sandbox.store.list())
    process.kill()
    process.wait()
    time.sleep(0.3)  # what the sandbox had begun comes to its end
    later(31)
    messaging.sweep()
    work_off()
    ends = [(row(one.id).status, sent(sandbox, one)) for one in messages]
    assert set(ends) <= {("accepted", 1), ("unknown", 0)}
    assert ends.count(("accepted", 1)) >= 32, "at most the eight that were being sent are in doubt"


def until(true, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
