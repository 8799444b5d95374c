"""What scheduling answers: frozen values, moments in UTC beside the IANA zone they are told in. Ids are strings."""
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class VisitView:
    """A visit or hold as its patient may know it.

    Until `change_until` it can be cancelled and moved online; a cancelled one can be brought back until `undo_until`.
    `version` goes up with every change; `moved_by` is the hold it was moved with last, "" where it never was.
    `confirmed`: the patient has said that they come to it as it is now.
    """

    id: str
    status: str
    patient_id: str
    visit_type_id: str
    visit_type: str
    minutes: int
    preparation: str
    clinician_id: str
    clinician: str
    practice: str
    practice_phone: str
    location_id: str
    location: str
    address: str
    city: str
    zone: str
    directions: str
    starts_at: datetime
    ends_at: datetime
    can_cancel: bool
    can_move: bool
    change_until: datetime
    undo_until: datetime | None
    version: int
    moved_by: str
    confirmed: bool


@dataclass(frozen=True)
class VisitPage:
    """One page of visits; `next` is where the following one begins, None at the end."""

    items: list[VisitView]
    next: str | None


@dataclass(frozen=True)
class Attention:
    """Something that waits for the person: `kind` "held" is a time chosen but not confirmed, `moves` the visit it is for
    ("" for a new one)."""

    kind: str
    visit: VisitView
    until: datetime
    moves: str


@dataclass(frozen=True)
class HomeView:
    name: str
    now: datetime
    zone: str
    next_visit: VisitView | None
    later_count: int
    attention: list[Attention]


@dataclass(frozen=True)
class VisitTypeChoice:
    id: str
    name: str
    minutes: int
    description: str


@dataclass(frozen=True)
class ClinicianChoice:
    id: str
    name: str
    title: str


@dataclass(frozen=True)
class LocationChoice:
    id: str
    name: str
    city: str
    zone: str


@dataclass(frozen=True)
class ChartChoice:
    """What a person may book at one of their practices."""

    patient_id: str
    practice: str
    visit_types: list[VisitTypeChoice]
    clinicians: list[ClinicianChoice]
    locations: list[LocationChoice]


@dataclass(frozen=True)
class FreeTime:
    starts_at: datetime
    clinician_id: str
    clinician: str


@dataclass(frozen=True)
class FreeDay:
    """`day` in the location's zone."""

    day: date
    times: list[FreeTime]


@dataclass(frozen=True)
class FreeWeek:
    """Seven days from `first_day`. `earlier`/`later` are the first days of the neighbouring weeks, None beyond what
    may be booked; `next_free` is the first free day after this week, looked up only when the week has none."""

    first_day: date
    days: list[FreeDay]
    zone: str
    city: str
    earlier: date | None
    later: date | None
    next_free: date | None


@dataclass(frozen=True)
class HoldView:
    """A time that is held as `visit`; `moves` is the visit that would take it over, as it is now."""

    id: str
    expires_at: datetime
    visit: VisitView
    moves: VisitView | None


@dataclass(frozen=True)
class StaffVisit:
    """A line of the practice's day; `confirmed`: the patient has said that they come."""

    id: str
    starts_at: datetime
    zone: str
    patient: str
    clinician: str
    visit_type: str
    location: str
    status: str
    confirmed: bool
