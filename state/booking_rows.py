"""What the booking pages show, and the addresses that carry their steps."""
from dataclasses import dataclass
from urllib.parse import urlencode

from babel.dates import format_date

from portal_app.core import display
from portal_app.core.display import plain
from portal_app.core.words import say
from services.scheduling import ChartChoice, FreeDay, FreeTime, FreeWeek, VisitView
from state.display import DayTile, day_tile, local_day

STEPS = ("move", "chart", "type", "with", "at", "from", "day", "hold")
"""What the address of a booking may carry, in the order in which it is chosen; `move` is the visit that is to be moved."""


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class ReasonRow:
    name: str
    detail: str
    address: str


@dataclass(frozen=True)
class PracticeRow:
    name: str
    reasons: list[ReasonRow]


@dataclass(frozen=True)
class DayRow:
    day: DayTile
    free: str
    full: bool
    chosen: bool
    address: str


@dataclass(frozen=True)
class TimeRow:
    starts_at: str
    clinician_id: str
    day: str
    time: str
    clinician: str


def book_address(**chosen: str) -> str:
    """`/visits/book?…` with what is chosen so far. `with_` stands for `with`, `from_` for `from`."""
    given = {name.rstrip("_"): value for name, value in chosen.items()}
    query = urlencode({name: given[name] for name in STEPS if given.get(name)})
    return f"/visits/book?{query}" if query else "/visits/book"


def visit_address(visit_id: str) -> str:
    """A visit's own page."""
    return f"/visits/visit?{urlencode({'visit': visit_id})}"


def again_address(view: VisitView) -> str:
    """Where the same visit is booked anew."""
    return book_address(chart=view.patient_id, type=view.visit_type_id, with_=view.clinician_id, at=view.location_id)


def move_address(view: VisitView) -> str:
    """Where `view` gets a new time: with the same clinician, in the week it is in."""
    return book_address(
        move=view.id, chart=view.patient_id, type=view.visit_type_id, with_=view.clinician_id, at=view.location_id,
        from_=local_day(view.starts_at, view.zone).isoformat())


def practice_row(chart: ChartChoice, language: str) -> PracticeRow:
    return PracticeRow(chart.practice, [
        ReasonRow(kind.name, _detail(say(language, "visit.minutes", count=kind.minutes), kind.description),
                  book_address(chart=chart.patient_id, type=kind.id)) for kind in chart.visit_types])


def _detail(minutes: str, description: str) -> str:
    return f"{minutes} · {description}" if description else minutes


def clinician_options(chart: ChartChoice, language: str) -> list[Option]:
    anyone = Option("", say(language, "booking.anyone"))
    return [anyone] + [Option(one.id, f"{one.name}, {one.title}" if one.title else one.name) for one in chart.clinicians]


def location_options(chart: ChartChoice) -> list[Option]:
    return [Option(one.id, f"{one.name}, {one.city}") for one in chart.locations]


def shown_day(week: FreeWeek, wanted: str) -> FreeDay | None:
    """The day that was asked for, else the first with a free time."""
    return (next((day for day in week.days if day.day.isoformat() == wanted), None)
            or next((day for day in week.days if day.times), None))


def day_row(day: FreeDay, shown: FreeDay | None, chosen: dict[str, str], language: str) -> DayRow:
    count = len(day.times)
    return DayRow(day_tile(day.day, language),
                  say(language, "booking.free", count=count) if count else say(language, "booking.full"), not count,
                  day is shown, book_address(**{**chosen, "day": day.day.isoformat()}))


def time_row(time: FreeTime, zone: str, language: str) -> TimeRow:
    return TimeRow(time.starts_at.isoformat(), time.clinician_id, display.short_day(time.starts_at, zone, language),
                   display.clock_time(time.starts_at, zone, language), time.clinician)


def week_words(week: FreeWeek, language: str) -> str:
    """`Nov 22 to Nov 28`."""
    first, last = (plain(format_date(day.day, "MMM d", locale=language)) for day in (week.days[0], week.days[-1]))
    return say(language, "booking.week", first=first, last=last)
