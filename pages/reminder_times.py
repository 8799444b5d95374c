"""When the patients of a practice are reminded of visits."""
import reflex as rx

from components.buttons import button
from components.faults import fault
from components.fields import checkbox
from components.parts import LeaveQuestion, Saved
from components.shell import shell, title
from components.surfaces import alert, card, waiting
from components.words import t
from pages.practice_choice import practice_choice
from state.me import Me
from state.reminder_times import ReminderTimes


def page() -> rx.Component:
    content = rx.fragment(
        title(t("reminders.title"), lead=ReminderTimes.practice), practice_choice(ReminderTimes), alert(ReminderTimes.alert),
        rx.cond(ReminderTimes.loaded, _form(),
                rx.cond(ReminderTimes.alert == "", card(waiting(44, 44, 44, 44), class_name="narrow"))),
        LeaveQuestion.create(question=t("account.unsaved")))
    return shell(rx.cond(ReminderTimes.refused, fault("not_allowed"), content), here="reminders", me=Me)


def _form() -> rx.Component:
    return card(rx.el.form(
        rx.el.p(t("reminders.lead")),
        rx.el.fieldset(rx.el.legend(t("reminders.when"), class_name="label"),
                       rx.foreach(ReminderTimes.choices, lambda row: checkbox(row.name, row.label, row.chosen)),
                       class_name="radios"),
        rx.el.p(t("reminders.night"), class_name="soft small"),
        rx.el.div(button(t("reminders.save"), type="submit", answered=ReminderTimes.answered),
                  Saved.create(saved=ReminderTimes.saved, told=t("account.saved"), class_name="saved"), class_name="row"),
        on_submit=ReminderTimes.save, class_name="form", no_validate=True, key=ReminderTimes.edition), class_name="stack narrow")
