"""Free times, holds and visits."""
from models.scheduling import CANCEL_REASONS
from services.scheduling.calendar import CalendarFile, calendar_file
from services.scheduling.changes import cancel, move, undo_cancel
from services.scheduling.choices import booking_choices
from services.scheduling.free_times import free_times
from services.scheduling.holds import book, extend_hold, held, hold, release
from services.scheduling.reading import UNDO
from services.scheduling.staff_day import staff_day
from services.scheduling.views import (
    Attention,
    ChartChoice,
    ClinicianChoice,
    FreeDay,
    FreeTime,
    FreeWeek,
    HoldView,
    HomeView,
    LocationChoice,
    StaffVisit,
    VisitPage,
    VisitTypeChoice,
    VisitView,
)
from services.scheduling.visits import home, visit, visits

__all__ = [
    "Attention", "CANCEL_REASONS", "CalendarFile", "ChartChoice", "ClinicianChoice", "FreeDay", "FreeTime", "FreeWeek",
    "HoldView", "HomeView", "LocationChoice", "StaffVisit", "UNDO", "VisitPage", "VisitTypeChoice", "VisitView", "book",
    "booking_choices", "calendar_file", "cancel", "extend_hold", "free_times", "held", "hold", "home", "move", "release",
    "staff_day", "undo_cancel", "visit", "visits",
]
