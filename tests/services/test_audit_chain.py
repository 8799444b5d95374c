"""The chain over the audit: every event sealed once, and every change found."""
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from portal_app.core.database import unit_of_work, unscoped
from services import audit, audit_chain
from tests.cast import Cast


def write(cast: Cast, times: int = 3) -> None:
    for number in range(times):
        with unit_of_work(cast.dan.actor) as work:
            audit.record(work, "test.done", tenant_id=cast.clinic.practice.id, number=number)


PAST_WALLS = """
ALTER TABLE audit_event DISABLE TRIGGER wait_for_seal; ALTER TABLE audit_seal DROP CONSTRAINT fk_audit_seal_tenant_id"""
BACK = """
ALTER TABLE audit_event ENABLE TRIGGER wait_for_seal; ALTER TABLE audit_seal ADD CONSTRAINT fk_audit_seal_tenant_id
FOREIGN KEY (tenant_id, event_id) REFERENCES audit_event (tenant_id, id) NOT VALID"""


def as_owner(statement: str, **values: object) -> None:
    """What only the tables' owner can do: triggers and references don't hold them either."""
    with unscoped(reason="a test plays a faithless operator") as work:
        work.session.execute(text(PAST_WALLS))
        work.session.execute(text(statement), values)
        work.session.execute(text(BACK))


@pytest.fixture(autouse=True)
def a_chain_that_holds(cast: Cast) -> Iterator[None]:
    """Each test breaks its own practice's chain, and leaves none behind."""
    yield
    as_owner("DELETE FROM audit_seal WHERE tenant_id = :it", it=cast.clinic.practice.id)
    as_owner("DELETE FROM audit_unsealed WHERE tenant_id = :it", it=cast.clinic.practice.id)
    as_owner("DELETE FROM audit_event WHERE tenant_id = :it", it=cast.clinic.practice.id)


def test_every_event_is_sealed_once_and_every_chain_holds(cast: Cast):
    write(cast, 5)
    audit_chain.seal()
    audit_chain.seal()
    verdict = audit_chain.verify()
    assert verdict.first_break is None and verdict.waiting == 0 and verdict.oldest_waiting is None
    with unscoped(reason="a test counts links") as work:
        positions = work.session.execute(text("SELECT position FROM audit_seal WHERE tenant_id = :it ORDER BY 1"),
                                         {"it": cast.clinic.practice.id}).scalars().all()
    assert positions == [1, 2, 3, 4, 5]


def test_an_event_that_is_not_sealed_yet_is_told_with_its_age(cast: Cast):
    write(cast, 2)
    verdict = audit_chain.verify()
    assert verdict.waiting >= 2 and verdict.oldest_waiting is not None and verdict.first_break is None


def test_sealers_at_once_seal_once_while_others_write(cast: Cast):
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(write, cast, 20) for _ in range(4)] + [pool.submit(audit_chain.seal) for _ in range(4)]
        for one in done:
            one.result()
    audit_chain.seal()
    assert audit_chain.verify().first_break is None
    with unscoped(reason="a test counts links") as work:
        counted = text("SELECT count(*) FROM audit_seal WHERE tenant_id = :it")
        assert work.session.execute(counted, {"it": cast.clinic.practice.id}).scalar() == 80


@pytest.mark.parametrize(("deed", "position", "why"), [
    ("UPDATE audit_event SET action = 'nothing' WHERE id = :event", 2, "changed"),
    ("UPDATE audit_event SET at = at - interval '1 second' WHERE id = :event", 2, "changed"),
    ("DELETE FROM audit_event WHERE id = :event", 2, "event is missing"),
    ("DELETE FROM audit_seal WHERE event_id = :event", 3, "link 2 is missing"),
    ("UPDATE audit_seal SET hash = sha256(hash) WHERE event_id = :event", 2, "changed"),
])
def test_a_change_is_found_and_its_place_is_named(cast: Cast, deed: str, position: int, why: str):
    write(cast, 4)
    audit_chain.seal()
    with unscoped(reason="a test chooses a victim") as work:
        event = work.session.execute(text("SELECT event_id FROM audit_seal WHERE tenant_id = :it AND position = 2"),
                                     {"it": cast.clinic.practice.id}).scalar_one()
    as_owner(deed, event=event)
    found = audit_chain.verify().first_break
    assert found and (found.practice_id, found.position) == (cast.clinic.practice.id, position) and why in found.why


def test_an_event_slipped_in_past_the_trigger_is_found(cast: Cast):
    as_owner("INSERT INTO audit_event (tenant_id, id, at, role, action, details, transaction_id)"
             " VALUES (:it, gen_random_uuid(), now(), 'patient', 'forged', '{}', '')", it=cast.clinic.practice.id)
    found = audit_chain.verify().first_break
    assert found and found.position == 0 and "never sealed" in found.why
