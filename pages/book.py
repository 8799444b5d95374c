"""Booking a visit: reason, then who, where and when, then review. Moving one: the same without the reason."""
import reflex as rx

from components.buttons import button, link_button
from components.fields import select
from components.icons import icon
from components.parts import BusyButton, Countdown, page_link
from components.shell import shell, title
from components.surfaces import alert, card, empty, heading, note, steps, waiting
from components.visit import time_head, visit_facts, visit_link
from components.words import t
from state.booking import Booking
from state.booking_rows import DayRow, Option, PracticeRow, ReasonRow, TimeRow
from state.me import Me


def page() -> rx.Component:
    return shell(
        rx.match(Booking.step, (2, rx.cond(Booking.moving, _moving_head(2), _head(2))),
                 (3, rx.cond(Booking.expired, title(t("booking.gone_title"), step="gone"),
                             rx.cond(Booking.moving, _moving_head(3), _head(3)))), _head(1)),
        alert(Booking.alert),
        rx.cond(Booking.loaded, rx.match(Booking.step, (2, _times()), (3, _review()), _reasons()),
                rx.cond(Booking.alert == "", card(waiting(56, 56, 56, 56)))),
        here="book", current=rx.cond(Booking.moving, "visits", rx.cond(Booking.loaded, "book", "")), me=Me,
    )


def _head(step: int) -> rx.Component:
    lead = t("booking.step", number=step)
    detail = rx.cond(Booking.reason != "", lead + t("punctuation.dot") + Booking.reason, lead) if step == 2 else lead
    return rx.el.div(steps(step, 3), title(t(f"booking.title_{step}"), lead=detail, step=str(step)), class_name="booking-head")


def _moving_head(step: int) -> rx.Component:
    lead = t("moving.step", number=step - 1) + t("punctuation.dot") + Booking.moving.title
    return rx.el.div(steps(step - 1, 2), title(t(f"moving.title_{step}"), lead=lead, step=str(step)), class_name="booking-head")


def _reasons() -> rx.Component:
    return rx.cond(Booking.practices.length() > 0, rx.foreach(Booking.practices, _practice), card(empty(t("booking.nothing"))))


def _practice(practice: rx.Var[PracticeRow]) -> rx.Component:
    return card(
        heading(practice.name),
        rx.el.ul(rx.foreach(practice.reasons, lambda reason: rx.el.li(_reason(reason))), class_name="choices"),
    )


def _reason(reason: rx.Var[ReasonRow]) -> rx.Component:
    return page_link(
        rx.el.span(rx.el.b(reason.name), rx.el.span(reason.detail, class_name="soft small"), class_name="grow"),
        icon("forward"), to=reason.address, class_name="choice",
    )


def _times() -> rx.Component:
    return rx.fragment(
        rx.cond(Booking.moving, note(
            icon("visits"), rx.el.p(t("moving.keeps", when=Booking.moving.day_and_time), class_name="grow"), kind="calm")),
        rx.cond(Booking.nearest.length() > 0, _nearest()),
        card(_who_and_where(), _week(), class_name="stack"),
        rx.cond(Booking.moving, _leave(), link_button(icon("back"), t("booking.other_reason"), to="/visits/book", look="plain")),
    )


def _leave() -> rx.Component:
    """Out of moving a visit, back to its page."""
    return visit_link(Booking.moving, icon("back"), t("moving.leave"), look="btn plain")


def _who_and_where() -> rx.Component:
    return rx.el.div(
        select("with", t("booking.with"), _options(Booking.clinicians), value=Booking.clinician,
               on_change=Booking.choose_clinician),
        rx.cond(Booking.locations.length() > 1, select(
            "at", t("booking.at"), _options(Booking.locations), value=Booking.location, on_change=Booking.choose_location)),
        class_name="fields",
    )


def _options(options: rx.Var[list[Option]]) -> rx.Component:
    return rx.foreach(options, lambda option: rx.el.option(option.label, value=option.value))


def _week() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.div(
                _turn(Booking.earlier, "back", t("booking.earlier")), rx.el.p(Booking.week, class_name="small week"),
                _turn(Booking.later, "forward", t("booking.later")), class_name="row between"),
            rx.el.ul(rx.foreach(Booking.days, lambda day: rx.el.li(_day(day))), class_name="days"),
        ),
        rx.cond(Booking.times.length() > 0, _day_times(), _none_this_week()),
    )


def _turn(address: rx.Var[str], sign: str, words: str) -> rx.Component:
    inside = (icon(sign), words) if sign == "back" else (words, icon(sign))
    return rx.cond(address != "", page_link(
        *inside, to=address, replace=True, prevent_scroll_reset=True, class_name="btn plain small"))


def _day(row: rx.Var[DayRow]) -> rx.Component:
    tile = rx.fragment(rx.el.span(row.day.weekday), rx.el.b(row.day.number), rx.el.span(row.day.month),
                       rx.el.span(row.free, class_name="free"))
    look = rx.cond(row.chosen, "day on", "day")
    return rx.cond(
        row.full, rx.el.span(tile, class_name="day full"),
        page_link(tile, to=row.address, replace=True, prevent_scroll_reset=True, class_name=look,
                  custom_attrs={"aria-current": rx.cond(row.chosen, "date", "false")}))


def _day_times() -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.h2(Booking.day_heading), rx.el.p(t("booking.zone", zone=Booking.zone), class_name="soft small"),
                  aria_live="polite"),
        rx.el.ul(rx.foreach(Booking.times, lambda row: rx.el.li(_time(row))), class_name="times"), class_name="day-times",
    )


def _time(row: rx.Var[TimeRow]) -> rx.Component:
    return BusyButton.create(
        rx.el.b(row.time, class_name="num"), rx.cond(Booking.clinician == "", rx.el.span(row.clinician, class_name="small")),
        type="button", class_name="time", on_click=Booking.choose_time(row.starts_at, row.clinician_id),
        answered=Booking.answered)


def _none_this_week() -> rx.Component:
    there = link_button(t("booking.next_free", day=Booking.next_free_day), to=Booking.next_free, look="quiet")
    return empty(t("booking.none_this_week"), rx.cond(Booking.next_free != "", there))


def _nearest() -> rx.Component:
    return card(
        heading(t("booking.nearest"), t("booking.zone", zone=Booking.zone)),
        rx.el.ul(rx.foreach(Booking.nearest, lambda row: rx.el.li(_near(row))), class_name="times wide"), class_name="stack",
    )


def _near(row: rx.Var[TimeRow]) -> rx.Component:
    return BusyButton.create(
        rx.el.b(row.time, class_name="num"), rx.el.span(row.day, t("punctuation.dot"), row.clinician, class_name="small"),
        type="button", class_name="time", on_click=Booking.choose_time(row.starts_at, row.clinician_id),
        answered=Booking.answered)


def _review() -> rx.Component:
    return rx.cond(Booking.expired, _gone(), rx.cond(Booking.visit, _held(), rx.fragment()))


def _held() -> rx.Component:
    visit = Booking.visit
    return rx.fragment(
        card(rx.cond(Booking.moving, _from_to(), time_head(visit)), visit_facts(visit), class_name="hero stack"),
        note(
            icon("clock"),
            Countdown.create(until=Booking.until, now=Booking.now, text=t("booking.held_for", time="{time}"),
                             soon=t("booking.soon"), on_end=Booking.ran_out, class_name="num grow"),
            button(t("booking.longer"), look="plain", on_click=Booking.hold_longer, answered=Booking.answered), kind="calm",
        ),
        rx.el.div(button(rx.cond(Booking.moving, t("moving.confirm"), t("booking.confirm")), on_click=Booking.confirm,
                         answered=Booking.answered), class_name="row last"),
        link_button(icon("back"), t("booking.other_time"), to=Booking.back, look="plain"),
        rx.el.p(visit.change_hint, class_name="soft small"),
    )


def _from_to() -> rx.Component:
    """The time a visit has, and the one it would have."""
    old, new = Booking.moving, Booking.visit
    return rx.el.div(
        rx.el.div(rx.el.p(t("moving.from"), class_name="soft small"), time_head(old), class_name="old-time"),
        rx.el.span(icon("forward"), class_name="to-sign"),
        rx.el.div(rx.el.p(t("moving.to"), class_name="soft small"), time_head(new)), class_name="from-to",
    )


def _gone() -> rx.Component:
    return card(empty(
        t("booking.gone"), link_button(t("booking.see_times"), to=Booking.back),
        link_button(t("booking.see_visits"), to="/visits", look="plain"), sign="clock"), class_name="hero")
