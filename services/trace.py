"""The whole story of one transaction: what was logged, recorded and sent, in order."""
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from models import AuditEvent, TextMessage
from portal_app.core.database import unscoped

MOMENTS = {"created_at": "queued", "attempted_at": "handed to the provider", "accepted_at": "accepted by the provider",
           "delivered_at": "delivered"}


@dataclass(frozen=True)
class Step:
    """One line of the story. `layer` is the process or table it was read from."""

    at: datetime
    layer: str
    what: str


def story(transaction_id: str, logs: Path) -> list[Step]:
    """Every step of the transaction, oldest first: log lines of all processes in `logs`, audit and outbox rows."""
    steps = [*_logged(transaction_id, logs)]
    with unscoped(reason="an operator traces one transaction on the command line") as work:
        events = work.session.exec(select(AuditEvent).where(AuditEvent.transaction_id == transaction_id)).all()
        messages = work.session.exec(select(TextMessage).where(TextMessage.transaction_id == transaction_id)).all()
    steps += [Step(event.at, "audit", f"{event.action} by {event.role} {event.user_id or ''}".strip()) for event in events]
    for message in messages:
        steps += _told(message)
    return sorted(steps, key=lambda step: step.at)


def _told(message: TextMessage) -> Iterator[Step]:
    name = f"text message {message.id} ({message.urgency}, {message.kind})"
    for column, what in MOMENTS.items():
        if moment := getattr(message, column):
            yield Step(moment, "outbox", f"{name}: {what}")


def _logged(transaction_id: str, logs: Path) -> Iterator[Step]:
    for file in sorted(logs.glob("*.log*")):
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if transaction_id in line and (step := _step(line, transaction_id)):
                    yield step


def _step(line: str, transaction_id: str) -> Step | None:
    try:
        entry: dict[str, Any] = json.loads(line)
        if entry.get("transaction_id") != transaction_id:
            return None
        rest = {name: value for name, value in entry.items()
                if name not in ("at", "level", "process", "logger", "message", "transaction_id", "trace")}
        details = " ".join(f"{name}={value}" for name, value in rest.items())
        return Step(datetime.fromisoformat(entry["at"]), entry["process"], f"{entry['message']} {details}".strip())
    except (ValueError, KeyError):
        return None
