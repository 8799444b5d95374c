"""What services say of text messages, as the plain strings that pages show; nothing of what a message says."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from portal_app.core.words import keys, say
from services.messaging.dead_letters import EventView, MessageView
from services.messaging.operations import ClassFigures, Overview
from services.messaging.promises import MOST, OWN_WINDOW, WINDOW

VERDICTS = {None: ("nothing", ""), True: ("kept", "good"), False: ("missed", "bad")}
KINDS = {"delivered": "good", "sent": "good", "accepted": "good", "failed": "bad", "expired": "bad", "unknown": "warn",
         "refused": "warn"}
"""The colour of a status beside its words."""
STEPS = ("created_at", "due_at", "attempted_at", "accepted_at", "delivered_at", "ended_at")


@dataclass(frozen=True)
class CauseRow:
    words: str
    count: str


@dataclass(frozen=True)
class ClassRow:
    """One class with its charts. Empty texts stand for what there is nothing to say of."""

    urgency: str
    name: str
    about: str
    verdict: str
    verdict_kind: str
    promise: str
    waiting: str
    oldest: str
    rate: str
    p50: str
    p95: str
    p99: str
    in_time: str
    repeats: str
    later: str
    causes: list[CauseRow]
    target: float
    accepted: list[int | None]
    relay: list[float | None]
    waits: list[int | None]


@dataclass(frozen=True)
class StepRow:
    at: str
    words: str


@dataclass(frozen=True)
class MessageRow:
    """One message. `again` is `yes`, `unsure` or `no`; addresses lead to another sending of the same."""

    key: str
    title: str
    about: str
    status: str
    status_kind: str
    cause: str
    at: str
    address: str
    again: str
    tries: str
    provider_sid: str
    steps: list[StepRow]
    sent_again: str
    sent_before: str


def class_row(one: ClassFigures, seen: Overview) -> ClassRow:
    verdict, kind = VERDICTS[one.promise.kept]
    minutes = (WINDOW if seen.everywhere else OWN_WINDOW).seconds // 60
    return ClassRow(
        urgency=one.urgency, name=say("en", f"urgencies.{one.urgency}"), about=say("en", f"urgencies.{one.urgency}_lead"),
        verdict=say("en", f"messages.{verdict}", minutes=minutes), verdict_kind=kind,
        promise=say("en", "messages.promise", time=lasting(one.target)),
        waiting=f"{one.waiting:,}{'+' if one.waiting == MOST and not seen.everywhere else ''}", oldest=lasting(one.oldest),
        rate=_short(one.rate), p50=lasting(one.p50), p95=lasting(one.p95),
        p99=lasting(one.p99), in_time=_share(one, seen.span), repeats=f"{one.repeats:,}",
        later=f"{one.later:,}" if seen.everywhere else "",
        causes=[CauseRow(cause(name), f"{count:,}") for name, count in one.ended.most_common()], target=one.target,
        accepted=[point.accepted for point in one.points], waits=[point.waiting for point in one.points],
        relay=[None if point.p95 is None else float(f"{point.p95:.3g}") for point in one.points])


def _share(one: ClassFigures, span: str) -> str:
    if not one.accepted:
        return ""
    share = f"{1 - one.late / one.accepted:.1%}".replace(".0%", "%")
    return say("en", f"messages.share_{span}", share=share, count=f"{one.accepted:,}")


def lasting(seconds: float | None) -> str:
    """A time as people say it: `48 ms`, `1.2 s`, `3 min`, `2 h`; "" for none."""
    if seconds is None:
        return ""
    for unit, length, most in (("ms", 0.001, 1), ("s", 1, 60), ("min", 60, 3600), ("h", 3600, float("inf"))):
        if seconds < most:
            return say("en", f"durations.{unit}", count=_short(seconds / length))
    return ""


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:,.0f}"


def cause(name: str) -> str:
    """`failed 21211` or `expired` in words; a provider's number that we have none for, by its number."""
    status, _, why = name.partition(" ")
    words = _known(f"message_causes.{why}") or _known(f"message_causes.{status}")
    return words or say("en", "message_causes.other", code=why or status)


def _known(key: str) -> str:
    return say("en", key) if key in keys() else ""


def message_row(one: MessageView) -> MessageRow:
    kind = _known(f"message_kinds.{one.kind.replace('.', '_')}") or one.kind
    given_up = one.status in ("failed", "expired", "unknown", "refused")
    at = (one.ended_at or one.created_at).isoformat(timespec="seconds")
    return MessageRow(
        key=one.key, title=f"{kind} · {one.mobile_hint}",
        about=" · ".join(part for part in (say("en", f"urgencies.{one.urgency}"), one.practice) if part),
        status=say("en", f"message_statuses.{one.status}"), status_kind=KINDS.get(one.status, ""),
        cause=cause(f"{one.status} {one.cause}".strip()) if given_up else "", at=at,
        address=story_address(one.transaction_id), again=one.again, tries=_tries(one), provider_sid=one.provider_sid,
        steps=_steps(one), sent_again=one.sent_again and story_address(one.sent_again),
        sent_before=one.sent_before and story_address(one.sent_before))


def _tries(one: MessageView) -> str:
    return say("en", "messages.tries", tries=one.attempts, repeats=one.repeats)


def _steps(one: MessageView) -> list[StepRow]:
    """What happened to it in its order; when it was due only where that isn't when it was made."""
    moments: Mapping[str, datetime | None] = {name: getattr(one, name) for name in STEPS}
    told = [(at, name) for name, at in moments.items() if at and not (name == "due_at" and at == one.created_at)]
    return [StepRow(_iso(at), say("en", f"message_steps.{name}")) for at, name in sorted(told)]


def event_row(one: EventView) -> StepRow:
    return StepRow(_iso(one.at), say("en", "messages.event", action=one.action, role=say("en", f"roles.{one.role}")))


def story_address(transaction_id: str) -> str:
    return "/admin/messages/story?" + urlencode({"tx": transaction_id})


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
