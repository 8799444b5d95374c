"""Free times, holds and visits."""
from services.scheduling.choices import booking_choices
from services.scheduling.free_times import free_times
from services.scheduling.holds import book, extend_hold, held, hold, release
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
from services.scheduling.visits import cancel, home, visit, visits

__all__ = [
    "Attention", "ChartChoice", "ClinicianChoice", "FreeDay", "FreeTime", "FreeWeek", "HoldView", "HomeView",
    "LocationChoice", "StaffVisit", "VisitPage", "VisitTypeChoice", "VisitView", "book", "booking_choices", "cancel",
    "extend_hold", "free_times", "held", "hold", "home", "release", "staff_day", "visit", "visits",
]
