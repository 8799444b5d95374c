"""The chain that seals the audit: each practice's events, hashed one onto the other a moment after they were written."""
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.database import Work, pump_work, unscoped

AT_ONCE = 1_000
"""Events sealed in one transaction."""
LINKS = text("""
    SELECT s.tenant_id, s.position, s.event_id, s.hash, e.id IS NOT NULL AS found, audit_canonical(e) AS canonical
    FROM audit_seal s LEFT JOIN audit_event e ON e.tenant_id = s.tenant_id AND e.id = s.event_id
    ORDER BY s.tenant_id, s.position""")
STRAYS = text("""
    SELECT e.tenant_id, e.id FROM audit_event e
    WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.tenant_id = e.tenant_id AND s.event_id = e.id)
      AND NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.tenant_id = e.tenant_id AND u.event_id = e.id)
    ORDER BY e.tenant_id, e.id LIMIT 1""")
TAIL = text("""
    SELECT count(*) AS waiting, min(e.at) AS oldest
    FROM audit_unsealed u JOIN audit_event e ON e.tenant_id = u.tenant_id AND e.id = u.event_id""")


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold. `position` is 0 for an event that no link names."""

    practice_id: UUID
    position: int
    event_id: UUID
    why: str


@dataclass(frozen=True)
class Verdict:
    """What a verification found. `oldest_waiting` is the moment of the first event that is not sealed yet."""

    links: int
    practices: int
    first_break: Break | None
    waiting: int
    oldest_waiting: datetime | None


def seal() -> int:
    """Seals what waits, in short transactions. Answers how many events; 0 where another process is at it."""
    done, now_done = 0, AT_ONCE
    while now_done == AT_ONCE:
        with pump_work() as work:
            now_done = work.session.execute(
                text("SELECT audit_seal_waiting(:most, :at)"), {"most": AT_ONCE, "at": clock.now()}).scalar_one()
        done += now_done
    return done


def verify() -> Verdict:
    """Reads every chain from its first link and names the first one that does not hold."""
    links, practices, found = 0, set(), None
    with unscoped(reason="an operator verifies the audit on the command line") as work:
        # One moment for all of it: what is sealed meanwhile is neither a stray nor a tail.
        work.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        for link, broken in _checked(work):
            links += 1
            practices.add(link.tenant_id)
            found = found or broken
        found = found or _stray(work)
        waiting, oldest = work.session.execute(TAIL).one()
    return Verdict(links, len(practices), found, waiting, oldest)


def _checked(work: Work) -> Iterator[tuple[Any, Break | None]]:
    """Every link, and what is wrong with it: a chain is read on from what it says, so that one break is named once."""
    practice, position, before = None, 0, b""
    for link in work.session.execute(LINKS, execution_options={"yield_per": 5_000}):
        if link.tenant_id != practice:
            practice, position, before = link.tenant_id, 0, b""
        why = _fault(link, position + 1, before)
        yield link, Break(link.tenant_id, link.position, link.event_id, why) if why else None
        position, before = link.position, bytes(link.hash)


def _fault(link: Any, position: int, before: bytes) -> str:
    if link.position != position:
        return f"link {position} is missing"
    if not link.found:
        return "its event is missing"
    if hashlib.sha256(before + link.canonical.encode()).digest() != bytes(link.hash):
        return "its event or an earlier link was changed"
    return ""


def _stray(work: Work) -> Break | None:
    stray = work.session.execute(STRAYS).first()
    return Break(stray.tenant_id, 0, stray.id, "an event that was never sealed") if stray else None
