"""What a browser sends is anyone's text: read here, understood by services."""
from datetime import date, datetime
from typing import Any

import reflex as rx

LONGEST = 2000


def text(form: Any, name: str) -> str:
    """One field of a form without control characters; "" where it is missing or no text."""
    return "".join(sign for sign in secret(form, name) if sign.isprintable() or sign == "\n").strip()


def secret(form: Any, name: str) -> str:
    """One field of a form as it was typed, spaces and all; "" where it is missing or no text."""
    value = form.get(name) if isinstance(form, dict) else None
    return value[:LONGEST] if isinstance(value, str) else ""


def asked(state: rx.State, name: str) -> str:
    """One parameter of the page's address; "" where it is missing."""
    return state.router.url.query_parameters.get(name, "")[:LONGEST]


def day_of(day: str) -> date | None:
    """`2026-11-26` as a date; None for anything else."""
    try:
        return date.fromisoformat(day)
    except (TypeError, ValueError):
        return None


def moment_of(moment: str) -> datetime | None:
    """An aware ISO 8601 moment; None for anything else."""
    try:
        found = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo and 2000 <= found.year < 2200 else None
