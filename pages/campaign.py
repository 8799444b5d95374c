"""Inviting patients by text message: whom, the question with count and cost, and the progress of what is under way."""
import reflex as rx

from components.buttons import button
from components.dialog import closes, dialog, opens
from components.faults import fault
from components.shell import shell, title
from components.surfaces import alert, card, empty, heading, note, waiting
from components.visit import row_list
from components.words import t
from pages.practice_choice import practice_choice
from state.campaign import Campaigns, ChoiceRow, EndedRow
from state.me import Me


def page() -> rx.Component:
    content = rx.fragment(
        title(t("campaign.title"), lead=Campaigns.practice), practice_choice(Campaigns), alert(Campaigns.alert),
        rx.cond(Campaigns.loaded, _loaded(), rx.cond(Campaigns.alert == "", card(waiting(28, 110, 110), class_name="narrow"))))
    return shell(rx.cond(Campaigns.refused, fault("not_allowed", titled=True), content), here="invitations", me=Me)


def _loaded() -> rx.Component:
    return rx.fragment(
        rx.cond(Campaigns.night != "", note(Campaigns.night, kind="calm")),
        rx.cond(Campaigns.status != "", _under_way(), _choose()),
        rx.cond(Campaigns.ended.length() > 0, card(
            heading(t("campaign.ended")), row_list(Campaigns.ended, _ended), class_name="stack narrow")))


def _choose() -> rx.Component:
    return rx.cond(Campaigns.chosen == "", card(empty(t("campaign.all_invited"), sign="done"), class_name="narrow"), card(
        rx.el.fieldset(rx.el.legend(t("campaign.whom"), class_name="label"),
                       rx.foreach(Campaigns.choices, _choice), class_name="radios"),
        rx.el.div(rx.el.h2(t("campaign.message"), class_name="label"), rx.el.p(Campaigns.body, class_name="quoted"),
                  rx.el.p(Campaigns.cost, class_name="soft small")),
        rx.el.div(opens("start-campaign", t("campaign.go"), look="primary"), class_name="row"),
        dialog("start-campaign", Campaigns.question, rx.el.p(Campaigns.takes), rx.el.p(t("campaign.can_pause")),
               rx.el.form(
                   rx.el.input(type="hidden", name="audience", value=Campaigns.chosen),
                   rx.el.div(button(t("campaign.yes"), type="submit", answered=Campaigns.answered), closes(t("campaign.no")),
                             class_name="row"),
                   on_submit=Campaigns.start, class_name="form", no_validate=True),
               settled=Campaigns.status),
        class_name="stack narrow"))


def _choice(row: rx.Var[ChoiceRow]) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name="audience", value=row.audience, checked=Campaigns.chosen == row.audience,
                    disabled=row.nobody, on_change=Campaigns.choose(row.audience)),
        row.label, key=row.audience)


def _under_way() -> rx.Component:
    paused = Campaigns.status == "paused"
    return card(
        heading(rx.cond(paused, t("campaign.paused"), t("campaign.running")), Campaigns.joined),
        rx.el.progress(value=Campaigns.sent, max=Campaigns.people, class_name="progress", aria_label=t("campaign.title")),
        rx.el.p(Campaigns.progress, role="status", class_name="num"),
        rx.el.div(
            rx.cond(paused, button(t("campaign.resume"), on_click=Campaigns.resume, answered=Campaigns.answered),
                    button(t("campaign.pause"), on_click=Campaigns.pause, answered=Campaigns.answered)),
            opens("stop-campaign", t("campaign.stop"), look="quiet"), class_name="row"),
        dialog("stop-campaign", t("campaign.stop_question"), rx.el.p(t("campaign.stop_lead")),
               rx.el.div(button(t("campaign.stop_yes"), look="bad", on_click=Campaigns.stop, answered=Campaigns.answered),
                         closes(t("campaign.stop_no")), class_name="row"),
               settled=Campaigns.status),
        class_name="stack narrow")


def _ended(row: rx.Var[EndedRow]) -> rx.Component:
    return rx.el.div(rx.el.b(row.title), rx.el.p(row.detail, class_name="soft small"))
