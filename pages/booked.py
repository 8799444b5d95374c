"""A visit is booked or moved: what it is, and what happens next."""
import reflex as rx

from components.buttons import link_button
from components.icons import icon
from components.shell import shell, title
from components.surfaces import FACTS, alert, card, heading, waiting
from components.visit import calendar_link, time_head, visit_facts, visit_link
from components.words import t
from state.booked import Booked
from state.me import Me


def page() -> rx.Component:
    return shell(
        rx.cond(
            Booked.visit,
            rx.el.div(rx.el.span(icon("done"), class_name="big-sign"),
                      title(rx.cond(Booked.moved, t("booked.title_moved"), t("booked.title")), step="booked"),
                      class_name="row nowrap"),
            title(t("booked.looking"), step="looking")),
        alert(Booked.alert),
        rx.cond(Booked.visit, _booked(), rx.cond(Booked.alert == "", _loading())),
        rx.el.div(
            rx.cond(Booked.visit, visit_link(Booked.visit, t("booked.see"), look="btn"),
                    link_button(t("visit.all"), to="/visits")),
            link_button(t("booked.home"), to="/", look="quiet"), class_name="row"),
        here="visits", me=Me,
    )


def _booked() -> rx.Component:
    visit = Booked.visit
    return rx.el.div(
        card(time_head(visit), visit_facts(visit), class_name="hero stack"),
        card(
            heading(t("booked.next")),
            rx.el.ul(
                rx.el.li(icon("phone"), rx.el.p(_text())),
                rx.el.li(icon("clock"), rx.el.p(t("booked.early"))),
                rx.el.li(icon("visits"), rx.el.p(visit.change_hint)), class_name="signs",
            ),
            calendar_link(visit, t("visit.calendar")), class_name="side-card",
        ),
        class_name="two",
    )


def _text() -> rx.Var[str]:
    """Whether a text message comes."""
    return rx.cond(Me.visit_texts, rx.cond(Booked.trouble != "", Booked.trouble, t("booked.text")), t("booked.no_text"))


def _loading() -> rx.Component:
    return rx.el.div(card(waiting(84, FACTS, 26), class_name="hero"), card(waiting(24, 160)), class_name="two")
