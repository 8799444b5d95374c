"""From the commit to the sending: the wake-up may be lost, the message not."""
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from opentelemetry import trace

from portal_app.core import clock, live, transaction_id
from portal_app.core.settings import settings
from services.health import HEARTBEAT
from services.messaging import Due, due, granted
from services.messaging.leases import claim
from services.providers import circuit
from services.providers.ports import Slower
from services.providers.twilio import Twilio
from tasks import messaging, pump, window
from tasks.pump import Pump
from tasks.queue import QUEUES, storage
from tests.texts import SERVICE, forget_window, row, row_of, sent, use_settings


@pytest.fixture
def queue(valkey: str, queued) -> Iterator[None]:
    """An empty queue, connected to the Valkey of the settings of now."""
    storage.cache_clear()
    for one in QUEUES.values():
        one.flush()
    yield
    storage.cache_clear()


def consumer(lane: str = "urgent", **streams: int) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "tasks.consumer", lane], env=os.environ, text=True, **streams)


def work_off(lane: str = "urgent") -> list[str]:
    """Runs what waits in a lane's queue, as a worker does; answers the messages' ids in their order."""
    done = []
    while QUEUES[lane].pending_count():
        task = QUEUES[lane].dequeue()
        QUEUES[lane].execute(task)
        done += [id for _, id in task.args[0]]
    return done


def flush() -> None:
    """As if Valkey had lost everything."""
    forget_window()
    for one in QUEUES.values():
        one.flush()


def test_a_commit_wakes_the_sender_which_sends(sandbox, queued, queue):
    message = queued()
    assert work_off() == [str(message.id)]
    assert (row(message.id).status, sent(sandbox, message)) == ("accepted", 1)


def test_it_sends_a_message_once_when_it_is_woken_twice(sandbox, queued, queue):
    message = queued()
    messaging.wake([{"tenant_id": str(message.tenant_id), "id": str(message.id), "urgency": message.urgency}])
    assert len(work_off()) == 1, "one place in the window"
    messaging.wake([{"tenant_id": str(message.tenant_id), "id": str(message.id), "urgency": message.urgency}])
    assert len(work_off()) == 1
    assert sent(sandbox, message) == 1


def test_bulk_waits_while_urgent_messages_queue_up(sandbox, queued, queue, monkeypatch):
    monkeypatch.setattr(messaging.GiveWay, "BACKLOG", 0)
    monkeypatch.setattr(messaging.GiveWay, "LONGEST", 30)
    urgent, bulk = queued(urgency="now"), queued(urgency="bulk")
    Pump("general").fill()
    worker = threading.Thread(target=work_off, args=("general",))
    worker.start()
    worker.join(0.5)
    assert sent(sandbox, bulk) == 0
    work_off("urgent")
    worker.join(10)
    assert (sent(sandbox, urgent), sent(sandbox, bulk)) == (1, 1)


def test_bulk_moves_on_after_a_while_all_the_same(sandbox, queued, queue, monkeypatch):
    monkeypatch.setattr(messaging.GiveWay, "BACKLOG", 0)
    monkeypatch.setattr(messaging.GiveWay, "LONGEST", 0.2)
    queued(urgency="now")
    bulk = queued(urgency="bulk")
    Pump("general").fill()
    work_off("general")
    assert sent(sandbox, bulk) == 1


def test_it_sends_under_the_transaction_and_the_trace_that_asked(sandbox, queued, queue, monkeypatch):
    seen = []
    monkeypatch.setattr("portal_app.core.telemetry.traceparent", lambda: f"00-{'ab' * 16}-{'cd' * 8}-01")
    message = queued()
    send = Twilio.send
    monkeypatch.setattr(Twilio, "send", lambda *given: seen.append(
        (transaction_id.current(), f"{trace.get_current_span().get_span_context().trace_id:x}")) or send(*given))
    work_off()
    assert seen == [(message.transaction_id, "ab" * 16)]


def test_the_queue_holds_plain_json_and_ids_alone(queued, queue):
    message = queued(body="Your code is 123456")
    (stored,) = storage("carelane.urgent").enqueued_items()
    assert b"123456" not in stored and message.recipient.encode() not in stored
    assert json.loads(stored)[6] == [[[str(message.tenant_id), str(message.id)]]]


def test_a_code_overtakes_what_came_just_before_it(queued, queue):
    ids = [str(queued(one).id) for one in ("now", "now", "code")]
    assert work_off() == [ids[2], *ids[:2]]


def test_no_urgent_class_starves_the_other(queued, queue, later):
    first = queued("now")
    later(2)
    second = queued("code")
    assert work_off() == [str(first.id), str(second.id)]


def test_what_is_not_urgent_is_left_to_the_pump(queued, queue):
    ids = [str(queued(one).id) for one in ("notice", "bulk")]
    assert work_off("general") == work_off("urgent") == []
    Pump("general").fill()
    assert work_off("general") == ids


def test_the_pump_finds_what_is_committed_while_valkey_is_down(sandbox, queued, queue, monkeypatch):
    with monkeypatch.context() as broken:
        use_settings(broken, REDIS_URL="unix:///nowhere/valkey.sock")
        live.valkey.cache_clear()
        message = queued()
    settings.cache_clear()
    live.valkey.cache_clear()
    assert work_off() == []
    Pump("urgent").fill()
    assert work_off() == [str(message.id)]
    assert (row(message.id).status, sent(sandbox, message)) == ("accepted", 1)


@pytest.mark.parametrize(("lane", "urgency"), [("urgent", "now"), ("general", "bulk")])
def test_nothing_is_lost_when_valkey_forgets_everything(queued, queue, lane, urgency):
    ids = [str(queued(urgency).id) for _ in range(20)]
    Pump(lane).fill()
    flush()
    Pump(lane).fill()
    assert work_off(lane) == ids


def test_the_window_is_never_exceeded_and_keeps_room_for_the_urgent(queued, queue, monkeypatch):
    use_settings(monkeypatch, SMS_WINDOW="1024")
    monkeypatch.setattr(window, "RESERVED", 1019)
    for _ in range(8):
        queued("bulk")
    Pump("general").fill()
    assert (len(window.members("general")), window.room("general"), window.room("urgent")) == (0, 5, 1024)
    monkeypatch.setitem(pump.WORTH_WHILE, "general", 1)
    Pump("general").fill()
    Pump("general").fill()
    assert (len(window.members("general")), window.room("general"), window.room("urgent")) == (5, 0, 1019)
    queued("code")
    assert len(window.members("urgent")) == 1
    work_off("general")
    assert (window.members("general"), window.room("general")) == ([], 5)


def test_a_window_full_of_what_dead_workers_had_in_hand_is_emptied(sandbox, queued, queue, later, monkeypatch):
    monkeypatch.setattr(window, "RESERVED", 2048 - 4)
    monkeypatch.setitem(pump.WORTH_WHILE, "general", 1)
    had = [queued("bulk") for _ in range(4)]
    Pump("general").fill()
    QUEUES["general"].flush()
    claim([(one.tenant_id, one.id) for one in had])
    later(15)
    Pump("general").fill()
    assert work_off("general") == [] and window.room("general") == 0, "their holder may be alive"
    later(16)
    Pump("general").fill()
    waiting = QUEUES["general"].pending_count()
    Pump("general").fill()
    assert QUEUES["general"].pending_count() == waiting, "in the queue once"
    assert sorted(work_off("general")) == sorted(str(one.id) for one in had) and window.room("general") == 4


def test_one_practice_holds_no_more_than_its_share_of_the_urgent_lane(cast, queued, queue, monkeypatch):
    monkeypatch.setitem(window.SHARE, "urgent", 3)
    flood = [queued(tenant_id=cast.clinic.practice.id) for _ in range(5)]
    other = queued(tenant_id=cast.elsewhere.practice.id)
    assert work_off() == [str(one.id) for one in [*flood[:3], other]]
    Pump("urgent").fill()
    assert work_off() == [str(one.id) for one in flood[3:]]


def test_practices_take_turns(cast, queued, queue):
    flood = [queued("bulk", tenant_id=cast.clinic.practice.id) for _ in range(6)]
    other = [queued("bulk", tenant_id=cast.elsewhere.practice.id) for _ in range(2)]
    assert {one.id for one in due.turns("bulk", 2)} == {flood[0].id, other[0].id}
    found = [one.id for one in due.turns("bulk", 8)]
    assert set(found[:2]) == {flood[0].id, other[0].id} and set(found) == {one.id for one in [*flood, *other]}


def test_the_turn_goes_on_where_it_stopped(cast, queued, queue, monkeypatch):
    monkeypatch.setattr(window, "RESERVED", 2047)
    monkeypatch.setitem(pump.WORTH_WHILE, "general", 1)
    for clinic in (cast.clinic, cast.elsewhere):
        for _ in range(2):
            queued("bulk", tenant_id=clinic.practice.id)
    one, served = Pump("general"), []
    for _ in range(4):
        one.fill()
        served += [row_of(id).tenant_id for id in work_off("general")]
    assert len(served) == 4 and served[0] != served[1] and served[2] != served[3]


def test_bulk_keeps_a_quarter_while_notices_flood(queued, queue, monkeypatch):
    monkeypatch.setattr(window, "RESERVED", 2048 - 8)
    monkeypatch.setitem(pump.WORTH_WHILE, "general", 1)
    for urgency in ("notice", "bulk"):
        for _ in range(9):
            queued(urgency)
    Pump("general").fill()
    assert sorted(row_of(id).urgency for id in work_off("general")) == ["bulk"] * 2 + ["notice"] * 6


def test_the_carriers_limit_holds_back_all_but_the_urgent(queued, queue, monkeypatch):
    use_settings(monkeypatch, SMS_PER_SECOND="2")
    live.valkey().delete(f"carelane.pace.{SERVICE}")
    codes, bulk = [queued("code") for _ in range(3)], [queued("bulk") for _ in range(3)]
    Pump("general").fill()
    assert work_off("urgent") == [str(one.id) for one in codes]
    assert work_off("general") == [str(bulk[0].id)], "four at once, three of them spent on codes"


def test_a_provider_that_asks_for_less_gets_less(queued, queue):
    circuit.heard(Slower(after=0.2))
    queued("bulk")
    assert Pump("general").fill() is False
    time.sleep(0.25)
    assert Pump("general").fill() is True


def test_the_consumer_sends_shows_its_heartbeat_and_stops_cleanly(sandbox, queued, queue):
    process = consumer(stderr=subprocess.PIPE)
    try:
        until(lambda: live.valkey().get(HEARTBEAT.format("urgent")))
        message = queued("code")
        until(lambda: row(message.id).status == "accepted")
        assert 0 < live.valkey().ttl(HEARTBEAT.format("urgent")) <= 10
    finally:
        process.send_signal(signal.SIGTERM)
        log = process.communicate(timeout=20)[1]
    assert process.returncode == 0
    assert not live.valkey().exists(HEARTBEAT.format("urgent"))
    lines = [json.loads(line) for line in log.splitlines()]
    (told,) = [line for line in lines if line["message"] == "text message"]
    assert (told["transaction_id"], told["outcome"]) == (message.transaction_id, "accepted")
    assert [line for line in lines if line["level"] != "INFO"] == []


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
    Pump("urgent").fill()
    work_off()
    later(5)  # those of which the provider knows nothing wait for their second attempt
    Pump("urgent").fill()
    work_off()
    assert {(row(one.id).status, sent(sandbox, one)) for one in messages} == {("accepted", 1)}


def until(true, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_what_finds_no_place_costs_nothing_of_the_carriers_limit(queued, queue, monkeypatch):
    use_settings(monkeypatch, SMS_PER_SECOND="10")
    live.valkey().delete(f"carelane.pace.{SERVICE}")
    monkeypatch.setitem(window.SHARE, "urgent", 2)
    practice = uuid4()
    waiting = [Due(practice, uuid4(), "now", clock.now()) for _ in range(50)]
    for _ in range(5):
        messaging.hand_over("urgent", waiting)
    assert len(window.members("urgent")) == 2
    assert granted(30, urgent=False) >= 18, "of the twenty that may go at once, two are gone"


def test_what_the_carriers_limit_leaves_gives_its_place_back(queued, queue, monkeypatch):
    use_settings(monkeypatch, SMS_PER_SECOND="10")
    live.valkey().delete(f"carelane.pace.{SERVICE}")
    messaging.hand_over("general", [Due(uuid4(), uuid4(), "bulk", clock.now()) for _ in range(50)])
    assert 20 <= len(window.members("general")) <= 22
