"""Text messages that were given up, the latest first."""
import reflex as rx

from components.buttons import button, link_button
from components.chart import Moment
from components.surfaces import card, empty, pill, waiting
from components.words import t
from pages.messages.parts import messages_page, send_again_button, send_again_question
from state.dead_letters import DeadLetters
from state.message_rows import MessageRow


def page() -> rx.Component:
    return messages_page(
        rx.cond(DeadLetters.loaded, rx.cond(DeadLetters.rows.length() > 0, _rows(), _none()),
                rx.cond(DeadLetters.alert == "", rx.fragment(*[card(waiting(110)) for _ in range(3)]))),
        send_again_question(), state=DeadLetters, here="undelivered", lead=t("messages.undelivered_lead"))


def _none() -> rx.Component:
    return card(empty(t("messages.all_delivered"), sign="done"))


def _rows() -> rx.Component:
    return rx.fragment(
        rx.el.ul(rx.foreach(DeadLetters.rows, lambda row: rx.el.li(_row(row), class_name="card letter", key=row.key)),
                 class_name="cards"),
        rx.cond(DeadLetters.next != "", button(t("messages.more"), look="quiet", on_click=DeadLetters.more,
                                               answered=DeadLetters.answered)))


def _row(row: rx.Var[MessageRow]) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.div(rx.el.h2(row.title, class_name="num"), pill(row.status, row.status_kind), class_name="row"),
            rx.el.p(row.about, t("punctuation.dot"), Moment.create(at=row.at, class_name="num"), class_name="soft small"),
            rx.el.p(row.cause), class_name="grow"),
        rx.el.div(link_button(t("messages.see_story"), to=row.address, look="plain"), send_again_button(row), class_name="row"))
