"""Bulk messages that wait, put there in one go."""
from benchmarks.sms.stand import Stand

ORGANIZATION = "INSERT INTO organization (id, name, created_at) SELECT gen_random_uuid(), 'Flood', now() RETURNING id"
PRACTICES = """
INSERT INTO practice (id, organization_id, name, phone, cancel_notice_minutes, created_at)
SELECT gen_random_uuid(), %s, 'Practice ' || n, '', 0, now() FROM generate_series(1, %s) n RETURNING id
"""
MESSAGES = """
INSERT INTO text_message (tenant_id, id, created_at, urgency, kind, recipient, body, dedupe_key, status, attempts, repeats,
                          due_at, expires_at, transaction_id, traceparent)
SELECT practice, gen_random_uuid(), now(), 'bulk', 'campaign', '+1206' || lpad((random() * 9999999)::int::text, 7, '0'),
       'Your practice invites you to its portal. ' || n, practice || '/' || n, 'waiting', 0, 0,
       now(), now() + interval '3 days', 'TX-0000-0000-0000-0000', ''
FROM unnest(%s::uuid[]) practice, generate_series(1, %s) n
"""


def practices(stand: Stand, count: int) -> list[str]:
    """Makes so many; answers their ids."""
    (organization,) = stand.sql(ORGANIZATION)[0]
    return [id for (id,) in stand.sql(PRACTICES, organization, count)]


def fill(stand: Stand, some: list[str], each: int) -> None:
    """So many waiting messages for each practice."""
    stand.sql(MESSAGES, some, each)
    stand.sql("VACUUM ANALYZE text_message")
