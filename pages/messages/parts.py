"""What the pages about text messages share: where one is among them, and the question before sending one again."""
from typing import Any

import reflex as rx

from components.buttons import button
from components.dialog import closes, dialog
from components.faults import fault
from components.fields import checkbox
from components.parts import page_link
from components.shell import shell, title
from components.surfaces import alert
from components.words import t
from state.me import Me
from state.message_rows import MessageRow
from state.message_story import SendAgain

PLACES = {"hour": "/admin/messages", "day": "/admin/messages?show=day", "undelivered": "/admin/messages/undelivered",
          "story": "/admin/messages/story"}
QUESTION = "send-again"


def messages_page(*children: Any, state: Any, here: str | rx.Var[str], lead: Any) -> rx.Component:
    """`here` is a key of PLACES. Whoever may not see it is told so."""
    content = rx.fragment(title(t("messages.title"), lead=lead), _places(here), alert(state.alert), *children)
    return shell(rx.cond(state.refused, fault("not_allowed", titled=True), content), here="messages", me=Me)


def _places(here: str | rx.Var[str]) -> rx.Component:
    chosen = rx.Var.create(here)
    links = [page_link(t(f"messages.{name}"), to=address, custom_attrs={"aria-current": rx.cond(chosen == name, "page", "false")})
             for name, address in PLACES.items()]
    return rx.el.nav(*links, class_name="tabs", aria_label=t("messages.places"))


def send_again_button(row: rx.Var[MessageRow]) -> rx.Component:
    """Opens the question; nothing where the message can't be sent again."""
    return rx.cond((row.again != "no") & ~SendAgain.hopeless.contains(row.key), button(
        t("messages.send_again"), look="quiet", on_click=SendAgain.choose(row.key, row.title, row.again),
        custom_attrs={"data-opens": QUESTION, "aria-haspopup": "dialog"}))


def send_again_question() -> rx.Component:
    return dialog(
        QUESTION, t("messages.send_again_question"), rx.el.p(SendAgain.title, class_name="num"), alert(SendAgain.alert),
        rx.cond(SendAgain.final, closes(t("messages.close")), rx.el.form(
            rx.cond(SendAgain.unsure, rx.el.div(
                rx.el.p(t("messages.unsure")), checkbox("even_if_twice", t("messages.even_if_twice"), False))),
            rx.el.div(button(t("messages.send_again_yes"), type="submit", answered=SendAgain.answered),
                      closes(t("messages.leave_it")), class_name="row"),
            on_submit=SendAgain.send, class_name="form", no_validate=True)),
        settled=SendAgain.settled)
