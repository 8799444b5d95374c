"""A person's visits, coming and past."""
import reflex as rx

from components.buttons import button, link_button
from components.icons import icon
from components.parts import page_link
from components.shell import shell, title
from components.surfaces import alert, card, empty, waiting
from components.visit import soon_pill, status_pill, visit_line, visit_link
from components.words import t
from state.display import VisitRow
from state.me import Me
from state.visits import Visits


def page() -> rx.Component:
    return shell(
        rx.el.div(
            title(t("visits.title")), link_button(icon("book"), t("visits.book"), to="/visits/book"), class_name="row between"),
        _choice(), alert(Visits.alert),
        rx.cond(Visits.loaded, rx.cond(Visits.rows.length() > 0, _rows(), _none()), rx.cond(Visits.alert == "", _loading())),
        here="visits", me=Me,
    )


def _choice() -> rx.Component:
    return rx.el.nav(
        _tab(t("visits.coming"), "/visits", ~Visits.past), _tab(t("visits.past"), "/visits?show=past", Visits.past),
        class_name="tabs", aria_label=t("visits.which"),
    )


def _tab(words: str, address: str, chosen: rx.Var[bool]) -> rx.Component:
    return page_link(words, to=address, custom_attrs={"aria-current": rx.cond(chosen, "page", "false")})


def _rows() -> rx.Component:
    return rx.fragment(
        rx.el.ul(rx.foreach(Visits.rows, lambda row: rx.el.li(_visit(row), class_name="card", key=row.id)), class_name="cards"),
        rx.cond(Visits.next != "", button(t("visits.more"), look="quiet", on_click=Visits.more, answered=Visits.answered)),
    )


def _visit(row: rx.Var[VisitRow]) -> rx.Component:
    return rx.fragment(
        visit_line(row, rx.cond(Visits.past, status_pill(row), soon_pill(row))),
        rx.cond(
            row.upcoming & ~Visits.past,
            rx.el.div(
                rx.el.p(row.change_hint, class_name="soft small grow"), _leads(row, t("visit.change_or_cancel")),
                class_name="row between visit-actions",
            ),
            rx.el.div(_leads(row, t("visit.see")), class_name="visit-more"),
        ),
    )


def _leads(row: rx.Var[VisitRow], words: str) -> rx.Component:
    """To the visit's page; which visit, stands beside it for those who see."""
    return visit_link(row, words, rx.el.span(row.day_and_time, class_name="unseen"), look="btn plain")


def _none() -> rx.Component:
    return card(rx.cond(
        Visits.past, empty(t("visits.none_past")),
        empty(t("visits.none_coming"), link_button(t("visits.book"), to="/visits/book", look="quiet")),
    ))


def _loading() -> rx.Component:
    return rx.fragment(card(waiting(132)), card(waiting(132)), card(waiting(132)))
