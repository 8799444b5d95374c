"""What a worker of any peer does: sends by the portal's own adapter and records it in the message's row."""
from sqlalchemy import text

from portal_app.core.database import pump_work
from services.providers.ports import Accepted, Outgoing
from services.providers.twilio import provider

LIFETIME = 3_600  # seconds
PROCESSES, THREADS = 2, 16
URGENT, BULK = "now", "bulk"
RECORD = text("""
UPDATE text_message SET status = 'accepted', provider_sid = :sid, accepted_at = now(), attempts = 1
 WHERE tenant_id = CAST(:tenant AS uuid) AND id = CAST(:id AS uuid)
""")


def send(key: str, recipient: str, body: str) -> None:
    """`key` is `<tenant>.<id>`. Raises RuntimeError where the provider didn't take it."""
    outcome = provider().send(Outgoing(key, recipient, body, LIFETIME, ""))
    if not isinstance(outcome, Accepted):
        raise RuntimeError(outcome.word)
    tenant, id = key.split(".")
    with pump_work(durable=False) as work:
        work.session.execute(RECORD, {"tenant": tenant, "id": id, "sid": outcome.sid})
