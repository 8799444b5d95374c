"""How text messages went is counted once, however often it is counted; percentiles and promises are right."""
import random
from bisect import bisect_right
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from sqlalchemy import text, update
from sqlmodel import col

from models import TextFigure, TextMessage
from portal_app.core import clock, telemetry
from portal_app.core.actor import PLATFORM_TENANT
from portal_app.core.database import pump_work, unscoped
from services import messaging
from services.messaging import figures, promises
from services.messaging.figures import MINUTE, QUARTER, start_of
from services.messaging.relay import LIMITS, add_up, percentile
from tests.cast import Cast
from tests.texts import row

HOUR = timedelta(hours=1)


@pytest.fixture
def counted(queued, later):
    """Messages that the provider took so many seconds after they were due, in a minute that nothing else is in."""
    start = start_of(clock.now(), MINUTE) + timedelta(days=random.randrange(2000, 9000))
    later((start + timedelta(seconds=30) - clock.now()).total_seconds())

    def add(*seconds: float, at: datetime = start + timedelta(seconds=10), urgency: str = "now",
            tenant_id: UUID = PLATFORM_TENANT, **values: object) -> list[TextMessage]:
        made = [queued(urgency, tenant_id=tenant_id) for _ in seconds]
        for one, relay in zip(made, seconds, strict=True):
            change(one, status="accepted", due_at=at - timedelta(seconds=relay), accepted_at=at, **values)
        return made

    yield add
    with unscoped(reason="a test clears what it put into the future") as work:
        work.session.execute(text("DELETE FROM text_figure WHERE starts_at > now() + interval '1 year'"))
        for name in ("accepted_at", "ended_at"):
            work.session.execute(text(f"UPDATE text_message SET {name} = NULL WHERE {name} > now() + interval '1 year'"))


def bucket(seconds: float) -> int:
    """The bucket that a time lies in."""
    return bisect_right(LIMITS, seconds)


def change(message: TextMessage, **values: object) -> None:
    with pump_work() as work:
        work.session.execute(update(TextMessage).where(col(TextMessage.id) == message.id).values(**values))


def figure(urgency: str = "now", tenant_id: UUID = PLATFORM_TENANT, at: datetime | None = None) -> TextFigure:
    """The row of the minute of now."""
    starts_at = at or start_of(clock.now(), MINUTE if tenant_id == PLATFORM_TENANT else QUARTER)
    with pump_work() as work:
        return work.session.get_one(TextFigure, (tenant_id, urgency, starts_at))


def test_a_bucket_is_what_postgres_says_it_is(database: str):
    values = [0, 0.001, 0.002, 0.0499, 0.1, 1.0, 59.9, 3600.0, 10.0**7, *(random.expovariate(1) for _ in range(200))]
    with pump_work() as work:
        query = text("SELECT width_bucket(v, CAST(:limits AS float8[]))"
                     " FROM unnest(CAST(:values AS float8[])) WITH ORDINALITY AS x(v, n) ORDER BY n")
        found = work.session.execute(query, {"limits": LIMITS, "values": values}).scalars()
        assert list(found) == [bucket(value) for value in values]


@pytest.mark.parametrize("part", [0.5, 0.95, 0.99])
def test_percentiles_of_a_sum_are_those_of_all_messages_together(part: float):
    die = random.Random(7)
    minutes = [[die.lognormvariate(-3, 1.2) for _ in range(die.randrange(1, 400))] for _ in range(60)]
    everything = sorted(value for minute in minutes for value in minute)
    exact = everything[int(len(everything) * part)]
    summed = add_up(Counter(str(bucket(value)) for value in minute) for minute in minutes)
    assert percentile(summed, part) == pytest.approx(exact, rel=0.25)


def test_there_is_no_percentile_of_nothing():
    assert percentile({}, 0.95) is None


def test_what_was_accepted_is_counted_with_its_time(counted):
    counted(0.05, 0.05, 2.5)
    figures.sweep()
    found = figure()
    assert sum(found.relay.values()) == 3 and found.late == 1
    assert found.relay[str(bucket(2.5))] == 1


def test_counting_again_changes_nothing_and_adds_what_was_written_down_late(counted):
    counted(0.05)
    for _ in range(3):
        figures.sweep()
    assert sum(figure().relay.values()) == 1
    counted(0.07)
    figures.sweep()
    assert sum(figure().relay.values()) == 2


def test_a_message_that_was_tried_again_is_timed_from_when_it_was_due_at_first(sandbox, queued, later):
    message, sandbox.mood.failures = queued(), [503]
    due = row(message.id).due_at
    messaging.deliver([(message.tenant_id, message.id)])
    assert row(message.id).first_due_at == due
    later(60)
    messaging.deliver([(message.tenant_id, message.id)])
    figures.sweep()
    assert row(message.id).status == "accepted" and row(message.id).first_due_at == due
    assert figure(at=start_of(row(message.id).accepted_at, MINUTE)).late >= 1


def test_what_was_given_up_is_counted_by_its_cause(sandbox, queued, counted):
    message, sandbox.mood.failures = queued("now", recipient="+15005550001"), []
    messaging.deliver([(message.tenant_id, message.id)])
    late = queued("now")
    change(late, expires_at=clock.now() - timedelta(seconds=1))
    messaging.deliver([(late.tenant_id, late.id)])
    figures.sweep()
    assert (row(message.id).status, row(late.id).status) == ("failed", "expired")
    assert figure().ended == {"failed 21211": 1, "expired": 1}


def test_repeats_are_counted_where_the_message_was_accepted(counted):
    counted(0.05, repeats=9)
    figures.sweep()
    assert figure().repeats == 9


def test_what_waits_is_counted_as_a_minute_begins(queued, counted):
    queued("bulk"), queued("bulk", due_at=clock.now() + timedelta(hours=1))
    figures.sweep()
    queued("bulk")
    figures.sweep()
    assert (figure("bulk").waiting, figure("bulk").later) == (1, 1)


def test_a_gap_in_which_nothing_counted_is_made_up_for(counted, later):
    figures.sweep()
    began = start_of(clock.now(), MINUTE)
    later(20 * 60)
    counted(0.05, at=began + timedelta(minutes=7))
    figures.sweep()
    assert sum(figure(at=began + timedelta(minutes=7)).relay.values()) == 1


def test_after_hours_without_counting_no_transaction_reads_more_than_a_quarter(counted, later, monkeypatch):
    figures.sweep()
    later(5 * 3600)
    spans, count = [], figures._count
    monkeypatch.setattr(figures, "_count", lambda since, until, step, **own: spans.append((since, until)) or count(
        since, until, step, **own))
    figures.sweep()
    assert max(until - since for since, until in spans) == QUARTER and min(since for since, _ in spans) <= clock.now() - 5 * HOUR
    spans.clear()
    figures.sweep()
    assert len(spans) == 1


def test_a_practice_has_rows_of_its_own_by_the_quarter_of_an_hour(cast: Cast, counted, later):
    practice = cast.clinic.practice.id
    counted(0.05, 0.05, tenant_id=practice)
    counted(0.05)
    began = start_of(clock.now(), QUARTER)
    for _ in range(figures.PRACTICES_EVERY):
        later(60)
        figures.sweep()
    with pump_work() as work:
        query = text("SELECT starts_at, relay FROM text_figure WHERE tenant_id = :id")
        found = work.session.execute(query, {"id": practice}).all()
    assert [(one.starts_at, sum(one.relay.values())) for one in found] == [(began, 2)]


def test_what_is_older_than_eight_days_goes(counted, later):
    figures.sweep()
    kept = clock.now()
    later(9 * 24 * 3600)
    figures.sweep()
    figures.forget_old()
    with pump_work() as work:
        left = work.session.execute(text("SELECT min(starts_at) FROM text_figure")).scalar()
    assert left > kept


def promise(urgency: str = "now") -> promises.Promise:
    now = clock.now()
    with pump_work() as work:
        kept = promises.kept(work, now, promises.figures(work, now - promises.WINDOW, now))
    return next(one for one in kept if one.urgency == urgency)


def test_a_promise_is_kept_with_five_of_a_hundred_late(counted):
    counted(*[0.05] * 19, 5)
    figures.sweep()
    assert promise().kept is True and (promise().count, promise().late) == (20, 1)
    counted(5)
    figures.sweep()
    assert promise().kept is False


def test_without_messages_there_is_nothing_to_keep(counted):
    figures.sweep()
    assert promise("notice").kept is None


def test_what_is_overdue_breaks_the_promise_though_nothing_went_out(counted, queued, later):
    queued("now")
    later(5)
    assert promise().kept is False and promise().waiting == 1
    assert (clock.now() - promise().oldest).total_seconds() == pytest.approx(5, abs=1)


def test_what_is_tried_again_is_overdue_since_it_was_due_at_first(counted, sandbox, queued, later):
    message, sandbox.mood.failures = queued("now"), [503] * 9
    later(20)
    messaging.deliver([(message.tenant_id, message.id)])
    assert row(message.id).due_at > clock.now() and promise().kept is False
    assert (clock.now() - promise().oldest).total_seconds() == pytest.approx(20, abs=1)


def test_a_missed_target_is_logged_once_and_so_is_its_end(counted, later, caplog):
    caplog.set_level("INFO", "services.messaging.promises")
    counted(5)
    figures.sweep(), figures.sweep()
    later(600)
    figures.sweep()
    said = [(one.message, one.urgency, one.late) for one in caplog.records if one.name == "services.messaging.promises"]
    assert said == [("messages miss their target", "now", 1), ("messages keep their target again", "now", 0)]


def test_the_metric_says_which_class_misses_its_target(counted, monkeypatch):
    reader = InMemoryMetricReader()
    monkeypatch.setattr(telemetry.metrics, "get_meter", MeterProvider([reader]).get_meter)
    telemetry._gauge.cache_clear()
    counted(5)
    figures.sweep()
    telemetry._gauge.cache_clear()
    said = {metric.name: {point.attributes["urgency"]: point.value for point in metric.data.data_points}
            for resource in reader.get_metrics_data().resource_metrics for scope in resource.scope_metrics
            for metric in scope.metrics}
    assert said["carelane.messages.target_missed"] == {"code": 0, "now": 1, "notice": 0, "bulk": 0}
    assert said["carelane.messages.relay_p95_seconds"]["now"] == pytest.approx(5, rel=0.25)


def test_whoever_watches_is_told_after_each_counting(counted, monkeypatch):
    told = []
    monkeypatch.setattr("portal_app.core.nudge.fire", lambda kind, ids: told.append((kind, ids)))
    figures.sweep()
    assert told == [("live", [{"topic": figures.TOPIC, "id": ""}])]


def ahead(later) -> None:
    """The portal counted half an hour ahead, then its clock was set back."""
    later(1800)
    figures.sweep()
    later(-1800)


def test_a_gap_is_made_up_for_after_the_clock_was_set_back(counted, later):
    figures.sweep()
    began = start_of(clock.now(), MINUTE)
    ahead(later)
    later(20 * 60)
    counted(0.05, at=began + timedelta(minutes=7))
    figures.sweep()
    assert sum(figure(at=began + timedelta(minutes=7)).relay.values()) == 1


def test_what_a_clock_ahead_has_counted_is_not_of_now(counted, later):
    counted(*[9] * 4, at=clock.now() + timedelta(minutes=29))
    ahead(later)
    assert promise().count == 0
    with pump_work() as work:
        assert all(one.starts_at <= clock.now() for one in promises.figures(work, clock.now() - HOUR, clock.now()))
