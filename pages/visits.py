"""A person's visits, coming and past, and the question whether to cancel one."""
import reflex as rx

from components.buttons import button, link_button
from components.dialog import dialog
from components.fields import error_summary, text_area
from components.icons import icon
from components.parts import page_link
from components.shell import shell, title
from components.surfaces import alert, card, done, empty, waiting
from components.visit import soon_pill, status_pill, visit_line
from components.words import t
from state.display import VisitRow
from state.me import Me
from state.visits import Visits


def page() -> rx.Component:
    return shell(
        rx.el.div(
            title(t("visits.title")), link_button(icon("book"), t("visits.book"), to="/visits/book"), class_name="row between"),
        _choice(), done(Visits.told), alert(Visits.alert),
        rx.cond(Visits.loaded, rx.cond(Visits.rows.length() > 0, _rows(), _none()), rx.cond(Visits.alert == "", _loading())),
        _cancel(), here="visits", me=Me,
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
        rx.cond(Visits.next != "", button(t("visits.more"), look="quiet", on_click=Visits.more)),
    )


def _visit(row: rx.Var[VisitRow]) -> rx.Component:
    return rx.fragment(
        visit_line(row, rx.cond(Visits.past, status_pill(row), soon_pill(row))),
        rx.cond(
            row.upcoming & ~Visits.past,
            rx.el.div(
                rx.el.p(row.cancel_hint, class_name="soft small"), rx.cond(row.can_cancel, _cancel_button(row)),
                class_name="row between visit-actions",
            ),
        ),
    )


def _cancel_button(row: rx.Var[VisitRow]) -> rx.Component:
    return button(t("visits.cancel"), rx.el.span(row.day_and_time, class_name="unseen"), look="plain",
                  on_click=Visits.question(row.id))


def _none() -> rx.Component:
    return card(rx.cond(
        Visits.past, empty(t("visits.none_past")),
        empty(t("visits.none_coming"), link_button(t("visits.book"), to="/visits/book", look="quiet")),
    ))


def _cancel() -> rx.Component:
    return dialog(
        "cancel", t("visits.question"),
        rx.cond(Visits.chosen, rx.el.p(Visits.chosen.title, rx.el.br(), Visits.chosen.day_and_time, class_name="soft")),
        rx.cond(Visits.asking, rx.el.form(
            error_summary(Visits.errors),
            text_area("reason", t("visits.reason"), Visits.errors, hint=t("visits.reason_hint"), max_length=500),
            rx.el.div(
                button(t("visits.cancel_it"), type="submit", look="bad"),
                button(t("visits.keep"), look="quiet", on_click=Visits.keep), class_name="row",
            ),
            on_submit=Visits.cancel, class_name="form",
        )),
        open=Visits.asking, on_close=Visits.keep,
    )


def _loading() -> rx.Component:
    return rx.fragment(card(waiting(132)), card(waiting(132)), card(waiting(132)))
