"""The home page: what is next, what needs the person, what they may want to do."""
import reflex as rx

from components.buttons import link_button
from components.icons import icon
from components.shell import shell, title
from components.surfaces import alert, card, empty, heading, pill, waiting
from components.visit import row_list, soon_pill, visit_line, visit_link
from components.words import t
from state.display import DeskRow
from state.home import AttentionRow, Home
from state.me import Me


def page() -> rx.Component:
    return shell(
        title(rx.cond(Home.loaded, Home.greeting, t("home.hello")),
              lead=rx.cond(Home.loaded, Home.today, t("punctuation.blank"))),
        alert(Home.alert),
        rx.cond(Home.loaded, rx.cond(Me.without_chart, _staff(), _patient()), rx.cond(Home.alert == "", _loading())),
        here="home", me=Me,
    )


def _patient() -> rx.Component:
    return rx.fragment(
        rx.cond(Home.next_visit, _next(), _nothing_next()),
        rx.el.div(_attention(), _actions(), class_name="two"),
    )


def _next() -> rx.Component:
    visit = Home.next_visit
    return card(
        visit_line(visit, soon_pill(visit)),
        rx.el.div(
            visit_link(visit, t("visit.change_or_cancel"), look="btn quiet"),
            rx.cond(Home.later != "", rx.el.p(Home.later, class_name="soft small")), class_name="row",
        ),
        class_name="hero stack",
    )


def _nothing_next() -> rx.Component:
    return card(empty(t("home.nothing_next"), link_button(t("home.book"), to="/visits/book")), class_name="hero")


def _attention() -> rx.Component:
    return card(
        heading(t("home.attention")),
        rx.cond(Home.attention.length() > 0, row_list(Home.attention, _waits),
                rx.el.p(icon("done"), t("home.nothing_waits"), class_name="soft with-icon calm-line")),
    )


def _waits(row: rx.Var[AttentionRow]) -> rx.Component:
    return rx.fragment(
        rx.el.div(rx.el.b(row.title), rx.el.p(row.detail, class_name="soft small"), class_name="grow"),
        link_button(t("home.finish"), to=row.address, look="quiet"),
    )


def _actions() -> rx.Component:
    return card(
        heading(t("home.actions")),
        rx.el.div(
            rx.cond(Home.next_visit, link_button(t("home.book"), to="/visits/book")),
            link_button(t("home.past"), to="/visits?show=past", look="quiet"),
            link_button(t("home.account"), to="/account", look="quiet"), class_name="actions",
        ),
    )


def _staff() -> rx.Component:
    leads = rx.cond(Me.sees_messages, link_button(t("home.messages"), to="/admin/messages"))
    return rx.cond(Home.without_desk, card(empty(t("home.nothing_waits"), leads, sign="done")), _desk())


def _desk() -> rx.Component:
    return card(
        heading(t("home.desk"), t("home.desk_lead")),
        rx.cond(Home.desk.length() > 0, row_list(Home.desk, _line), empty(t("home.desk_empty"))),
    )


def _line(row: rx.Var[DeskRow]) -> rx.Component:
    return rx.fragment(
        rx.el.b(row.time, class_name="num line-time"),
        rx.el.div(rx.el.b(row.patient), rx.el.p(row.what, class_name="soft small"), class_name="grow"),
        pill(row.status_words, row.status_kind),
    )


def _loading() -> rx.Component:
    return rx.fragment(
        card(waiting(84, 48), class_name="hero"),
        rx.el.div(card(waiting(24, 140)), card(waiting(24, 48, 48, 48)), class_name="two"),
    )
