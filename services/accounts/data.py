"""All that is held on a person, for them to keep: one JSON document, made piece by piece.

Each page of rows is read in a transaction of its own, so that a slow reader holds neither memory nor a connection.
"""
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, text
from sqlmodel import SQLModel, col, select

from models import AuditEvent, Clinician, Invitation, Location, Patient, Practice, StaffMember, TextMessage, Visit, VisitType
from portal_app.core import clock
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT, Actor
from portal_app.core.database import nobody_work, unit_of_work
from portal_app.core.errors import NotSignedIn
from portal_app.core.words import keys, say
from services import audit
from services.accounts import throttle

PAGE, LIMIT, HOUR = 200, 5, 3600
"""Rows read at once; downloads of one person in an hour."""
NOBODY = UUID(int=0)


VISIT_LINKS = {"tenant_id", "id", "patient_id", "clinician_id", "location_id", "visit_type_id", "moved_by", "cancelled_by"}
"""Columns of a visit that only point to others: names are given instead, and `record` says who did what."""


@dataclass(frozen=True)
class Part:
    """One list of the document: its name, the rows, and the column they are read along."""

    name: str
    rows: Select[Any]
    key: Any


GLOBAL = ("person", "contact_preferences", "consents", "replies", "unreachable", "sign_ins", "codes",
          "password_resets", "account_events")
"""Parts that belong to no practice, as the function `session_data` answers them."""


def download(actor: Actor) -> Iterator[str]:
    """The document in pieces. Raises TooMany after five in an hour, before the first piece."""
    throttle.count_try("data download", str(actor.user_id), limit=LIMIT, seconds=HOUR)
    with unit_of_work(PLATFORM) as work:
        audit.record(work, "data.downloaded", tenant_id=PLATFORM_TENANT, user_id=actor.user_id)
    if actor.charts:
        with unit_of_work(actor) as work:
            for tenant_id, patient_id in actor.charts:
                audit.record(work, "data.downloaded", tenant_id=tenant_id, patient_id=patient_id)
    return _document(actor, _global(actor))


def _global(actor: Actor) -> dict[str, list[dict[str, Any]]]:
    with nobody_work() as work:
        found = work.session.execute(text("SELECT session_data(:hash)"), {"hash": actor.session_hash}).scalar()
    if found is None:
        raise NotSignedIn
    return {name: found[name] or [] for name in GLOBAL}


def _document(actor: Actor, own: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    yield f'{{\n  "made_at": {_json(clock.now())},\n  "keys": {_json(explained(actor.language), 1)}'
    for name, rows in own.items():
        yield f',\n  "{name}": {_json(rows, 1)}'
    for part in _parts(actor):
        yield f',\n  "{part.name}": ['
        yield from _rows(actor, part)
        yield "]"
    yield "\n}\n"


def explained(language: str) -> dict[str, str]:
    """What each part of the document and each key in it means."""
    names = sorted(key.removeprefix("data.") for key in keys() if key.startswith("data."))
    return {name: say(language, f"data.{name}") for name in names}


def _rows(actor: Actor, part: Part) -> Iterator[str]:
    after, first = NOBODY, True
    while actor.tenants:
        with unit_of_work(actor) as work:
            page = work.session.execute(part.rows.where(part.key > after).order_by(part.key).limit(PAGE)).all()
        for row in page:
            yield ("" if first else ",") + "\n    " + _json(row._asdict(), 2)
            first = False
        if len(page) < PAGE:
            yield "" if first else "\n  "
            return
        after = page[-1].id


def _json(value: Any, depth: int = 0) -> str:
    """Indented for a reader, as it stands `depth` levels within the document."""
    found = json.dumps(value, default=lambda one: one.isoformat() if hasattr(one, "isoformat") else str(one), ensure_ascii=False,
                       indent=2)
    return found.replace("\n", "\n" + "  " * depth)


def _parts(actor: Actor) -> list[Part]:
    return [
        Part("charts", _charts(actor), col(Patient.id)), Part("visits", _visits(actor), col(Visit.id)),
        Part("text_messages", _messages(actor), col(TextMessage.id)), Part("record", _record(actor), col(AuditEvent.id)),
        Part("invitations", _invitations(actor), col(Invitation.id)),
        Part("jobs", _jobs(actor), col(StaffMember.id)),
        Part("clinician_entries", _clinicians(actor), col(Clinician.id)),
    ]


def _own(actor: Actor, table: Any, patient: Any) -> list[Any]:
    """Rows of the actor's own charts."""
    return [col(table.tenant_id).in_([tenant for tenant, _ in actor.charts]), patient.in_([chart for _, chart in actor.charts])]


def _at_practice(*columns: Any, table: Any) -> Select[Any]:
    return select(table.id, col(Practice.name).label("practice"), *columns).join(Practice, col(Practice.id) == table.tenant_id)


def _charts(actor: Actor) -> Select[Any]:
    return _at_practice(
        Patient.created_at, Patient.given_name, Patient.family_name, Patient.birth_date, Patient.mobile, Patient.email,
        Patient.language, Patient.zone, Patient.invited_at, table=Patient).where(*_own(actor, Patient, col(Patient.id)))


def _of_visit() -> list[Any]:
    return [column for column in SQLModel.metadata.tables["visit"].columns if column.name not in VISIT_LINKS]


def _visits(actor: Actor) -> Select[Any]:
    return (
        _at_practice(*_of_visit(),
                     col(VisitType.name).label("reason"), col(Clinician.name).label("clinician"),
                     col(Location.name).label("place"), table=Visit)
        .join(VisitType, (col(VisitType.tenant_id) == Visit.tenant_id) & (col(VisitType.id) == Visit.visit_type_id))
        .join(Clinician, (col(Clinician.tenant_id) == Visit.tenant_id) & (col(Clinician.id) == Visit.clinician_id))
        .join(Location, (col(Location.tenant_id) == Visit.tenant_id) & (col(Location.id) == Visit.location_id))
        .where(*_own(actor, Visit, col(Visit.patient_id)))
    )


def _messages(actor: Actor) -> Select[Any]:
    """To the numbers on the person's charts: `recipient` is what the outbox has an index by."""
    numbers = select(Patient.mobile).where(*_own(actor, Patient, col(Patient.id)), col(Patient.mobile) != "")
    return _at_practice(
        TextMessage.created_at, TextMessage.kind, TextMessage.recipient, TextMessage.body, TextMessage.status,
        TextMessage.due_at, TextMessage.accepted_at, TextMessage.delivered_at, TextMessage.error_code, TextMessage.reason,
        TextMessage.visit_id, table=TextMessage,
    ).where(col(TextMessage.recipient).in_(numbers), *_own(actor, TextMessage, col(TextMessage.patient_id)))


def _record(actor: Actor) -> Select[Any]:
    """What was done with the person's charts, and in which role; not who else it was."""
    return _at_practice(
        AuditEvent.at, AuditEvent.role, (col(AuditEvent.user_id) == actor.user_id).label("by_you"), AuditEvent.action,
        AuditEvent.subject_id, AuditEvent.details, AuditEvent.transaction_id, table=AuditEvent,
    ).where(*_own(actor, AuditEvent, col(AuditEvent.patient_id)))


def _invitations(actor: Actor) -> Select[Any]:
    return _at_practice(
        Invitation.created_at, Invitation.expires_at, Invitation.tries, Invitation.used_at, Invitation.closed_at,
        table=Invitation).where(*_own(actor, Invitation, col(Invitation.patient_id)))


def _jobs(actor: Actor) -> Select[Any]:
    return _at_practice(StaffMember.created_at, StaffMember.role, StaffMember.suspended_at, table=StaffMember
                        ).where(col(StaffMember.user_id) == actor.user_id)


def _clinicians(actor: Actor) -> Select[Any]:
    return _at_practice(Clinician.created_at, Clinician.name, Clinician.specialty, table=Clinician
                        ).where(col(Clinician.user_id) == actor.user_id)
