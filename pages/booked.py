"""A visit is booked: what it is, and what happens next."""
import reflex as rx

from components.buttons import link_button
from components.icons import icon
from components.shell import shell, title
from components.surfaces import FACTS, alert, card, heading, waiting
from components.visit import time_head, visit_facts
from components.words import t
from state.booking import Booking
from state.me import Me


def page() -> rx.Component:
    return shell(
        rx.cond(
            Booking.booked,
            rx.el.div(rx.el.span(icon("done"), class_name="big-sign"), title(t("booked.title"), step="booked"),
                      class_name="row nowrap"),
            title(t("booked.looking"), step="looking")),
        alert(Booking.alert),
        rx.cond(Booking.booked, _booked(), rx.cond(Booking.alert == "", _loading())),
        rx.el.div(
            link_button(t("booked.visits"), to="/visits"), link_button(t("booked.home"), to="/", look="quiet"), class_name="row"),
        here="visits", me=Me,
    )


def _booked() -> rx.Component:
    visit = Booking.booked
    return rx.el.div(
        card(time_head(visit), visit_facts(visit), class_name="hero stack"),
        card(
            heading(t("booked.next")),
            rx.el.ul(
                rx.el.li(icon("phone"), rx.el.p(t("booked.text"))), rx.el.li(icon("clock"), rx.el.p(t("booked.early"))),
                rx.el.li(icon("visits"), rx.el.p(visit.cancel_hint)), class_name="signs",
            ),
        ),
        class_name="two",
    )


def _loading() -> rx.Component:
    return rx.el.div(card(waiting(84, FACTS, 26), class_name="hero"), card(waiting(24, 160)), class_name="two")
