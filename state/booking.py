"""Booking a visit in three steps, each kept in the page's address: reason; who, where and when; review.

Moving a visit is the same without the first step: the address names it as `move`.
"""
from datetime import date
from typing import Any

import reflex as rx

from portal_app.core import clock, display
from portal_app.core.errors import Conflict, HoldExpired, TimeTaken
from portal_app.core.words import say
from services import scheduling
from services.scheduling import ChartChoice, FreeWeek, HoldView, VisitView
from state.base import Base, Refused, handler
from state.booking_rows import (
    STEPS,
    DayRow,
    Option,
    PracticeRow,
    TimeRow,
    again_address,
    book_address,
    clinician_options,
    day_row,
    location_options,
    move_address,
    practice_row,
    shown_day,
    time_row,
    visit_address,
    week_words,
)
from state.display import VisitRow, visit_row, zone_words
from state.forms import asked, day_of, moment_of
from state.me import know_me
from state.visit import Visit, out_of_date


class Booking(Base, rx.State):
    step: int = 1
    practices: list[PracticeRow] = []
    reason: str = ""
    clinicians: list[Option] = []
    locations: list[Option] = []
    clinician: str = ""
    location: str = ""
    days: list[DayRow] = []
    times: list[TimeRow] = []
    day_heading: str = ""
    week: str = ""
    zone: str = ""
    earlier: str = ""
    later: str = ""
    next_free: str = ""
    next_free_day: str = ""
    nearest: list[TimeRow] = []
    visit: VisitRow | None = None
    until: str = ""
    now: str = ""
    expired: bool = False
    back: str = ""
    moving: VisitRow | None = None
    _version: int = 0
    _hold: str = ""
    _language: str = "en"
    _zone: str = "UTC"

    @handler
    async def load(self) -> Any:
        """The step that the address names."""
        self._language = (await know_me(self)).language
        self.nearest = []
        if not asked(self, "move"):
            self.moving = None
        if asked(self, "hold"):
            if done := await self._review(asked(self, "hold")):
                return done
        else:
            await self._let_go()
            if asked(self, "move") and not await self._may_move(asked(self, "move")):
                return rx.redirect(visit_address(asked(self, "move")), replace=True)
            await self._choices()
        self.loaded = True

    async def _may_move(self, visit_id: str) -> bool:
        """Shows the visit beside its new times. Where it can't be moved, its own page says why."""
        view = await self.run(scheduling.visit, visit_id)
        self._keep_old(view)
        return view.can_move

    def _keep_old(self, view: VisitView) -> None:
        self.moving, self._version = visit_row(view, self._language), view.version

    async def _choices(self) -> None:
        charts = await self.run(scheduling.booking_choices)
        chart = next((one for one in charts if one.patient_id == asked(self, "chart")), None)
        if chart is None or not asked(self, "type"):
            self.step, self.practices = 1, [practice_row(one, self._language) for one in charts]
        else:
            await self._times(chart)

    async def _times(self, chart: ChartChoice) -> None:
        kind = next((one for one in chart.visit_types if one.id == asked(self, "type")), None)
        self.clinician = asked(self, "with")
        self.location = asked(self, "at") or (chart.locations[0].id if chart.locations else "")
        week = await self.run(
            scheduling.free_times, patient_id=chart.patient_id, visit_type_id=asked(self, "type"),
            clinician_id=self.clinician or None, location_id=self.location, first_day=day_of(asked(self, "from")),
            moves=asked(self, "move"))
        self.step = 2
        minutes = say(self._language, "visit.minutes", count=kind.minutes) if kind else ""
        self.reason = f"{kind.name} · {minutes}" if kind else ""
        self.clinicians, self.locations = clinician_options(chart, self._language), location_options(chart)
        self._show_week(week)

    def _show_week(self, week: FreeWeek) -> None:
        chosen, language = self._chosen(), self._language
        shown = shown_day(week, chosen["day"])
        self._zone = week.zone
        self.days = [day_row(day, shown, {**chosen, "from": week.first_day.isoformat()}, language) for day in week.days]
        self.week = week_words(week, language)
        self.times = [time_row(one, week.zone, language) for one in shown.times] if shown else []
        self.day_heading = display.long_day(shown.day, week.zone, language) if shown else ""
        self.zone = zone_words(shown.times[0].starts_at if shown and shown.times else clock.now(), week.zone, week.city, language)
        self.earlier, self.later, self.next_free = (self._week_from(day) for day in (week.earlier, week.later, week.next_free))
        self.next_free_day = display.long_day(week.next_free, week.zone, language) if week.next_free else ""

    def _chosen(self) -> dict[str, str]:
        return {name: asked(self, name) for name in STEPS if name != "hold"}

    def _week_from(self, first: date | None) -> str:
        return book_address(**{**self._chosen(), "from": first.isoformat(), "day": ""}) if first else ""

    @handler
    async def choose_clinician(self, clinician_id: str) -> Any:
        return rx.redirect(book_address(**{**self._chosen(), "with": str(clinician_id)}), replace=True)

    @handler
    async def choose_location(self, location_id: str) -> Any:
        return rx.redirect(book_address(**{**self._chosen(), "at": str(location_id)}), replace=True)

    @handler
    async def choose_time(self, starts_at: str, clinician_id: str) -> Any:
        """Holds the time and goes on to its review, or offers the nearest ones where it has just been taken."""
        starts = moment_of(starts_at)
        if starts is None:
            self.alert = say(self._language, "errors.invalid")
            return None
        try:
            held = await self.run(
                scheduling.hold, patient_id=asked(self, "chart"), visit_type_id=asked(self, "type"),
                clinician_id=str(clinician_id), location_id=self.location, starts_at=starts, moves=asked(self, "move"),
                only_them=bool(self.clinician))
        except Refused as refused:
            if isinstance(refused.error, TimeTaken):
                await self._offer(refused.error)
            raise
        return rx.redirect(book_address(**self._chosen(), hold=held.id))

    async def _offer(self, taken: TimeTaken) -> None:
        await self._choices()
        self.nearest = [time_row(one, self._zone, self._language) for one in taken.nearest]

    async def _review(self, hold_id: str) -> Any:
        self.step = 3
        try:
            self._keep(await self.run(scheduling.held, hold_id))
        except Refused as refused:
            if not isinstance(refused.error, HoldExpired):
                raise
            if done := await self._done_already(hold_id):
                return rx.redirect(done, replace=True)
            self._gone()
        return None

    async def _done_already(self, hold_id: str) -> str:
        """The answer to a confirmation may have been lost on its way, but not the visit: where it is shown, else ""."""
        try:
            view = await self.run(scheduling.visit, asked(self, "move") or hold_id)
        except Refused:
            return ""
        if view.status != "booked" or (asked(self, "move") and view.moved_by != hold_id):
            return ""
        return _booked_address(view, moved=bool(view.moved_by))

    def _keep(self, held: HoldView) -> None:
        if held.moves:
            self._keep_old(held.moves)
        self._hold, self.visit, self.expired = held.id, visit_row(held.visit, self._language), False
        self.until, self.now = held.expires_at.isoformat(), clock.now().isoformat()
        self.back = asked(self, "chart") and book_address(**self._chosen()) or (
            move_address(held.moves) if held.moves else again_address(held.visit))

    def _gone(self) -> None:
        self.expired, self._hold, self.until = True, "", ""
        self.back = book_address(**self._chosen())

    async def _let_go(self) -> None:
        if self._hold:
            hold_id, self._hold = self._hold, ""
            await self.run(scheduling.release, hold_id)

    @handler
    async def hold_longer(self) -> Any:
        """Starts the countdown anew."""
        try:
            self._keep(await self.run(scheduling.extend_hold, self._hold or asked(self, "hold")))
        except Refused as refused:
            if not isinstance(refused.error, HoldExpired):
                raise
            self._gone()

    @handler
    async def ran_out(self) -> Any:
        """The countdown is at its end; the service knows whether the hold is."""
        if self._hold:
            await self._review(self._hold)

    @handler
    async def confirm(self) -> Any:
        """Books the time that is held: by the address, which a lost connection leaves alone. Twice books once."""
        hold_id, self._hold = self._hold or asked(self, "hold"), ""
        try:
            view = await self._book(hold_id)
        except Refused as refused:
            if isinstance(refused.error, HoldExpired):
                self._gone()
                return None
            self._hold = hold_id
            if isinstance(refused.error, Conflict) and self.moving:
                self._keep_old(await self.run(scheduling.visit, self.moving.id))
            raise
        out_of_date(await self.get_state(Visit))
        return rx.redirect(_booked_address(view, moved=self.moving is not None), replace=True)

    async def _book(self, hold_id: str) -> VisitView:
        if self.moving is None:
            return await self.run(scheduling.book, hold_id=hold_id)
        return await self.run(scheduling.move, visit_id=self.moving.id, hold_id=hold_id, version=self._version)


def _booked_address(view: VisitView, *, moved: bool) -> str:
    return f"/visits/booked?visit={view.id}" + ("&moved=1" if moved else "")
