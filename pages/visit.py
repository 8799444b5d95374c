"""One visit: when, where, how to get ready and get there; changing and cancelling it."""
import reflex as rx

from components.buttons import button, link_button, new_tab
from components.dialog import closes, dialog, opens
from components.fields import error_summary, radios, text_area
from components.icons import icon
from components.parts import NativeLink
from components.shell import shell, title
from components.surfaces import FACTS, alert, card, done, heading, waiting
from components.visit import calendar_link, time_head, visit_facts
from components.words import t
from services.scheduling import CANCEL_REASONS
from state.me import Me
from state.visit import Visit

REASONS = [(one, t(f"cancel_reasons.{one}")) for one in CANCEL_REASONS]


def page() -> rx.Component:
    visit = Visit.visit
    standing = rx.cond(visit.upcoming & (visit.soon != ""), visit.soon, visit.status_words)
    return shell(
        title(rx.cond(visit, visit.title, t("visit.looking")), lead=rx.cond(visit, standing, t("punctuation.blank"))),
        done(Visit.told), alert(Visit.alert),
        rx.cond(visit, _visit(), rx.cond(Visit.alert == "", _loading(), link_button(t("visit.all"), to="/visits"))),
        _question(), here="visits", me=Me,
    )


def _visit() -> rx.Component:
    visit, detail = Visit.visit, Visit.detail
    return rx.el.div(
        card(time_head(visit), visit_facts(visit, prepare=False), _calendar(),
             rx.cond(visit.upcoming, _coming(), _over()), class_name="hero stack"),
        rx.el.div(
            rx.cond(visit.upcoming & (visit.preparation != ""), card(heading(t("visit.prepare")), rx.el.p(visit.preparation),
                                                                     class_name="side-card")),
            rx.cond(~detail.cancelled, _getting_there()),
            card(heading(t("visit.questions")),
                 NativeLink.create(icon("call"), t("visit.call", phone=visit.phone), href=detail.telephone,
                                   class_name="btn quiet"),
                 class_name="side-card"),
            class_name="stack"),
        class_name="two",
    )


def _coming() -> rx.Component:
    visit, detail = Visit.visit, Visit.detail
    return rx.el.div(
        rx.el.div(
            rx.cond(detail.move != "", link_button(icon("clock"), t("visit.change"), to=detail.move)),
            rx.cond(detail.can_cancel, opens("cancel", t("visit.cancel"), look="plain")), class_name="row"),
        rx.el.p(visit.change_hint, class_name="soft small"), class_name="visit-deeds",
    )


def _over() -> rx.Component:
    """A visit that was, or will not be."""
    return rx.el.div(
        rx.el.div(link_button(icon("book"), t("visit.again"), to=Visit.detail.again), class_name="row"), class_name="visit-deeds")


def _calendar() -> rx.Component:
    """For one's own calendar; nothing for a visit that was."""
    visit = Visit.visit
    return rx.cond(
        visit.upcoming, calendar_link(visit, t("visit.calendar")),
        rx.cond(Visit.detail.cancelled, calendar_link(visit, t("visit.calendar_remove"), "visits")))


def _getting_there() -> rx.Component:
    detail = Visit.detail
    return card(
        heading(t("visit.getting_there")),
        rx.el.p(rx.cond(detail.directions != "", detail.directions, Visit.visit.address)),
        rx.cond(Visit.visit.upcoming, rx.el.p(t("booked.early"))),
        new_tab(icon("outside"), t("visit.maps"), href=detail.maps), class_name="side-card",
    )


def _question() -> rx.Component:
    visit, detail = Visit.visit, Visit.detail
    return dialog(
        "cancel", t("cancel.question"),
        rx.cond(visit, rx.el.p(visit.title, rx.el.br(), visit.day_and_time, class_name="soft")),
        rx.cond(detail, rx.cond(detail.move != "", link_button(t("cancel.rather_move"), to=detail.move, look="plain"))),
        rx.el.form(
            error_summary(Visit.errors),
            radios("reason", t("cancel.reason"), [("", t("cancel.no_reason")), *REASONS]),
            text_area("note", t("cancel.note"), Visit.errors, hint=t("cancel.note_hint"), max_length=500),
            rx.el.div(
                button(t("cancel.cancel_it"), type="submit", look="bad", answered=Visit.answered),
                closes(t("cancel.keep")), class_name="row",
            ),
            on_submit=Visit.cancel, class_name="form",
        ),
        settled=Visit.version,
    )


def _loading() -> rx.Component:
    beside = rx.el.div(card(waiting(24, 48)), card(waiting(24, 90)), card(waiting(24, 48)), class_name="stack")
    return rx.el.div(card(waiting(84, FACTS, 48, 24), class_name="hero"), beside, class_name="two")
