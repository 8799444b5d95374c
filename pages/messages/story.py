"""All that is known of one transaction's text messages: what happened, when, and what else was done."""
import reflex as rx

from components.buttons import button
from components.chart import Moment
from components.fields import error_summary, field
from components.parts import page_link
from components.surfaces import card, heading, pill, waiting
from components.words import t
from pages.messages.parts import messages_page, send_again_button, send_again_question
from state.message_rows import MessageRow, StepRow
from state.message_story import MessageStory


def page() -> rx.Component:
    return messages_page(
        rx.el.div(error_summary(MessageStory.errors), card(_search()), class_name="narrow stack"),
        rx.cond(MessageStory.loaded, _story(), card(waiting(160))),
        send_again_question(), state=MessageStory, here="story", lead=t("messages.story_lead"))


def _search() -> rx.Component:
    return rx.el.form(
        field("tx", t("messages.reference"), MessageStory.errors, hint=t("messages.reference_hint"),
              default_value=MessageStory.reference, auto_complete="off", spell_check=False, key=MessageStory.reference),
        button(t("messages.find"), type="submit", answered=MessageStory.answered),
        on_submit=MessageStory.find, class_name="form", no_validate=True)


def _story() -> rx.Component:
    return rx.fragment(
        rx.foreach(MessageStory.messages, _message),
        rx.cond(MessageStory.more_messages, rx.el.p(t("messages.more_messages", count=MessageStory.messages.length()))),
        rx.cond(MessageStory.events.length() > 0,
                card(heading(t("messages.events")), _steps(MessageStory.events), _more_events(), class_name="stack")))


def _more_events() -> rx.Component:
    count = MessageStory.events.length()
    return rx.cond(MessageStory.more_events, rx.el.p(t("messages.more_events", count=count), class_name="soft"))


def _message(row: rx.Var[MessageRow]) -> rx.Component:
    return card(
        rx.el.div(heading(row.title, row.about), pill(row.status, row.status_kind), class_name="row between class-head"),
        rx.cond(row.cause != "", rx.el.p(row.cause)),
        _steps(row.steps), rx.el.p(row.tries, class_name="small soft num"),
        rx.cond(row.provider_sid != "", rx.el.p(t("messages.sid"), " ", rx.el.span(row.provider_sid, class_name="reference"),
                                                class_name="small soft sid")),
        rx.cond(row.sent_again != "", rx.el.p(page_link(t("messages.sent_again"), to=row.sent_again))),
        rx.cond(row.sent_before != "", rx.el.p(page_link(t("messages.sent_before"), to=row.sent_before))),
        send_again_button(row), class_name="stack", key=row.key)


def _steps(rows: rx.Var[list[StepRow]]) -> rx.Component:
    return rx.el.ol(rx.foreach(rows, lambda row: rx.el.li(
        Moment.create(at=row.at, class_name="num soft"), rx.el.span(row.words))), class_name="story")
