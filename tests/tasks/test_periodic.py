"""What Huey's scheduler puts into the general lane by itself, and that doing it does the work."""
from datetime import datetime

import pytest

from portal_app.core import transaction_id
from services import cleanup
from services.messaging import figures, reminders
from tasks import periodic  # noqa: F401 (registers its tasks)
from tasks.consumer import Workers
from tasks.messaging import deliver_general
from tasks.queue import QUEUES, storage


@pytest.fixture
def lane(valkey: str, database: str):
    storage.cache_clear()
    QUEUES["general"].flush()
    yield QUEUES["general"]
    storage.cache_clear()


def scheduled(lane, moment: datetime) -> list[str]:
    """What the scheduler enqueues at a minute, by name, in the order in which it would be worked off."""
    Workers(lane, periodic=True)._create_scheduler().enqueue_periodic_tasks(moment)
    return [lane.dequeue().name for _ in range(lane.pending_count())]


def test_reminders_are_looked_for_every_minute_and_what_is_over_forgotten_every_hour(lane):
    assert scheduled(lane, datetime(2026, 11, 23, 9, 7)) == ["remind"]
    assert sorted(scheduled(lane, datetime(2026, 11, 23, 10, 0))) == ["forget", "remind"]


def test_they_come_before_the_texts_that_wait(lane):
    lane.enqueue(deliver_general.s([], priority=0))
    assert scheduled(lane, datetime(2026, 11, 23, 9, 7)) == ["remind", "deliver_general"]


def test_a_worker_does_what_it_takes(lane, monkeypatch):
    done = []
    for module, name in ((reminders, "sweep"), (cleanup, "forget_old"), (figures, "forget_old")):
        said = f"{module.__name__}.{name}"
        monkeypatch.setattr(module, name, lambda said=said: done.append((said, bool(transaction_id.current()))))
    Workers(lane, periodic=True)._create_scheduler().enqueue_periodic_tasks(datetime(2026, 11, 23, 10, 0))
    for _ in range(lane.pending_count()):
        lane.execute(lane.dequeue())
    assert sorted(done) == [("services.cleanup.forget_old", True), ("services.messaging.figures.forget_old", True),
                            ("services.messaging.reminders.sweep", True)]
