"""Service views as the plain strings that pages show, in the person's language and the clinic's zone."""
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from portal_app.core import clock, display
from portal_app.core.words import say
from services.accounts import TextTrouble
from services.scheduling import StaffVisit, VisitView

KINDS = {"booked": "", "confirmed": "good", "arrived": "good", "done": "good", "cancelled": "bad", "no_show": "warn"}
"""The colour of a status beside its words."""


@dataclass(frozen=True)
class DayTile:
    weekday: str
    number: str
    month: str


@dataclass(frozen=True)
class VisitRow:
    """One visit or hold on a page."""

    id: str
    title: str
    reason: str
    clinician: str
    day: DayTile
    when: str
    long_day: str
    time: str
    day_and_time: str
    place: str
    address: str
    preparation: str
    phone: str
    change_hint: str
    confirmed: str
    upcoming: bool
    soon: str
    soon_kind: str
    status_words: str
    status_kind: str


@dataclass(frozen=True)
class DeskRow:
    """A line of the practice's day."""

    id: str
    time: str
    patient: str
    what: str
    status_words: str
    status_kind: str


def visit_row(view: VisitView, language: str) -> VisitRow:
    """`view` for a page; `change_hint` tells until when it can be changed, or whom to call; `confirmed` that the person has said
    that they come, "" where they haven't."""
    minutes = say(language, "visit.minutes", count=view.minutes)
    return VisitRow(
        id=view.id, title=say(language, "visit.title", reason=view.visit_type, clinician=view.clinician),
        reason=f"{view.visit_type} · {minutes}", clinician=view.clinician,
        day=day_tile(local_day(view.starts_at, view.zone), language),
        when=f"{time_with_zone(view.starts_at, view.zone, view.city, language)} · {minutes}",
        long_day=display.long_day(view.starts_at, view.zone, language),
        time=time_with_zone(view.starts_at, view.zone, view.city, language),
        day_and_time=day_and_time(view, language), place=_place(view), address=view.address,
        preparation=view.preparation, phone=view.practice_phone,
        change_hint=_change_hint(view, language), confirmed=_confirmed(view, language),
        upcoming=view.status in ("booked", "arrived"), **_status(view, language), **_soon(view, language),
    )


def _status(view: VisitView | StaffVisit, language: str) -> dict[str, str]:
    status = "confirmed" if view.confirmed and view.status == "booked" else view.status
    return {"status_words": say(language, f"status.{status}"), "status_kind": KINDS.get(status, "")}


def _soon(view: VisitView, language: str) -> dict[str, str]:
    """`Today`, `Tomorrow`, `In 4 days` for a visit of the coming week, by the clinic's calendar."""
    days = (local_day(view.starts_at, view.zone) - local_day(clock.now(), view.zone)).days
    if days not in range(8):
        return {"soon": "", "soon_kind": ""}
    words = ("times.today", "times.tomorrow")[days] if days < 2 else "times.in_days"
    return {"soon": say(language, words, count=days), "soon_kind": "warn" if days < 2 else ""}


def _place(view: VisitView) -> str:
    return f"{view.practice}, {view.location}" if view.location and view.location != view.practice else view.practice


def _change_hint(view: VisitView, language: str) -> str:
    """For a hold too: what will hold once it is booked, said before."""
    will = view.status == "held" and clock.now() < view.change_until
    key = "change_until" if view.can_move or will else "cancel_until" if view.can_cancel else "call_to_change"
    return say(language, f"visit.{key}", day=display.short_day(view.change_until, view.zone, language),
               time=display.clock_time(view.change_until, view.zone, language), phone=view.practice_phone)


def _confirmed(view: VisitView, language: str) -> str:
    return say(language, "visit.confirmed") if view.confirmed and view.status == "booked" else ""


def desk_row(view: StaffVisit, language: str) -> DeskRow:
    return DeskRow(view.id, display.clock_time(view.starts_at, view.zone, language), view.patient,
                   f"{view.visit_type} · {view.clinician} · {view.location}",
                   **_status(view, language))


def day_tile(day: date, language: str) -> DayTile:
    return DayTile(format_date(day, "EEE", locale=language), str(day.day), format_date(day, "MMM", locale=language))


def local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def zone_words(moment: datetime, zone: str, city: str, language: str) -> str:
    """`Phoenix time (MST)`: never a time without the clinic's zone."""
    return say(language, "times.zone", city=city, zone=display.zone_name(moment, zone, language))


def time_with_zone(moment: datetime, zone: str, city: str, language: str) -> str:
    return f"{display.clock_time(moment, zone, language)}, {zone_words(moment, zone, city, language)}"


def day_and_time(view: VisitView, language: str) -> str:
    """`Thursday, November 26 at 9:40 AM, Phoenix time (MST)`."""
    return say(language, "times.day_and_time", day=display.long_day(view.starts_at, view.zone, language),
               time=time_with_zone(view.starts_at, view.zone, view.city, language))


def trouble_words(one: TextTrouble, language: str) -> str:
    """What keeps texts about visits from a person, and what they can do about it."""
    return say(language, f"text_trouble.{one.kind}", mobile=one.mobile_hint, practice=one.practice, phone=one.phone)


def greeting(now: datetime, zone: str, name: str, language: str) -> str:
    """Good morning from four until noon, good afternoon until six, else good evening, where the person's clinic is; only hello
    where no zone is known."""
    if not zone:
        return say(language, "home.hello_name", name=name)
    hour = now.astimezone(ZoneInfo(zone)).hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return say(language, f"home.{part}", name=name)


def telephone(number: str) -> str:
    """The address of a link that calls `number`."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")
