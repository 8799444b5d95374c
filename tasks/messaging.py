"""Waking the sender of text messages: right after a commit, and by the sweeper for whatever was missed."""
from portal_app.core import nudge, telemetry, transaction_id
from services import messaging
from tasks.queue import PRIORITY, huey, room


@huey.task()
def deliver_text(tenant_id: str, id: str, tx: str, traceparent: str) -> None:
    context = telemetry.resume(traceparent)
    with transaction_id.use(tx), telemetry.tracer.start_as_current_span("deliver_text", context=context):
        messaging.deliver(tenant_id, id)


def wake(tenant_id: str, id: str, urgency: str) -> None:
    """After the commit of a new message, in the process that made it."""
    _enqueue(tenant_id, id, urgency, transaction_id.current(), telemetry.traceparent())


def sweep() -> int:
    """Wakes a worker for each row that is due and has been missed, or whose worker died; answers how many."""
    found = messaging.due(room())
    for one in found:
        _enqueue(str(one.tenant_id), str(one.id), one.urgency, one.transaction_id, one.traceparent)
    return len(found)


def _enqueue(tenant_id: str, id: str, urgency: str, tx: str, traceparent: str) -> None:
    huey.enqueue(deliver_text.s(tenant_id, id, tx, traceparent, priority=PRIORITY[urgency]))


nudge.register("text", wake)
