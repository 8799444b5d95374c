"""A visit, wherever one is shown."""
from typing import Any

import reflex as rx

from components.icons import icon
from components.parts import NativeLink, page_link
from components.surfaces import pill
from components.words import t


def date_tile(day: Any) -> rx.Component:
    """The date as a leaf of a calendar. Read out as one line by what stands beside it."""
    leaf = (rx.el.span(day.weekday), rx.el.b(day.number), rx.el.span(day.month))
    return rx.el.div(*leaf, class_name="date", aria_hidden="true")


def visit_line(row: Any, *beside: Any) -> rx.Component:
    """Date, what with whom, when and where; `beside` it a pill."""
    facts = rx.el.div(
        rx.el.h2(row.title), rx.el.p(row.when, class_name="num"), rx.el.p(row.place, class_name="soft"),
        rx.el.p(icon("place"), row.address, class_name="soft small with-icon"), _confirmed(row), class_name="grow")
    return rx.el.div(rx.el.div(date_tile(row.day), facts, class_name="visit-head"), *beside, class_name="visit-line")


def soon_pill(row: Any) -> rx.Component:
    """How near it is; nothing for what is more than a week away."""
    return rx.cond(row.soon != "", pill(row.soon, row.soon_kind))


def time_head(row: Any) -> rx.Component:
    """The time of a visit, large."""
    return rx.el.div(
        date_tile(row.day),
        rx.el.div(rx.el.h2(row.long_day), rx.el.p(row.time, class_name="num"), _confirmed(row), class_name="grow middle"),
        class_name="visit-head")


def _confirmed(row: Any) -> rx.Component:
    """That the person has said that they come; nothing where they haven't."""
    return rx.cond(row.confirmed != "", rx.el.p(icon("done"), row.confirmed, class_name="small with-icon coming"))


def visit_facts(row: Any, *, prepare: bool = True) -> rx.Component:
    """All there is to know about one visit but its time, as a list of terms; `prepare`, with what to do before it."""
    return rx.el.dl(
        _fact(t("visit.what"), row.reason), _fact(t("visit.with_whom"), row.clinician),
        _fact(t("visit.where"), row.place, rx.el.br(), rx.el.span(row.address, class_name="soft")),
        rx.cond(row.preparation != "", _fact(t("visit.prepare"), row.preparation)) if prepare else rx.fragment(),
        class_name="facts",
    )


def visit_link(row: Any, *words: Any, look: str) -> rx.Component:
    """To the visit's own page."""
    return page_link(*words, to=f"/visits/visit?visit={row.id}", class_name=look)


def calendar_link(row: Any, words: str, sign: str = "calendar_add") -> rx.Component:
    """The visit as a file for the person's own calendar, from a route of the server."""
    return NativeLink.create(icon(sign), words, href=f"/visits/{row.id}.ics", class_name="btn quiet")


def status_pill(row: Any) -> rx.Component:
    return pill(row.status_words, row.status_kind)


def _fact(term: str, *value: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(term), rx.el.dd(*value))


def row_list(rows: Any, draw: Any) -> rx.Component:
    return rx.el.ul(rx.foreach(rows, lambda row: rx.el.li(draw(row))), class_name="rows")
