"""A person's own account."""
from typing import Any

import reflex as rx

from components.buttons import button
from components.dialog import closes, dialog, opens
from components.fields import checkbox, field, radios
from components.icons import icon
from components.parts import FileLink, LeaveQuestion, NativeForm, NativeLink, Saved
from components.shell import shell, sign_out, title
from components.surfaces import FACTS, alert, card, heading, note, pill, told, waiting
from components.visit import row_list
from components.words import t
from state.account import Account, SessionRow
from state.me import Me


def page() -> rx.Component:
    return shell(
        title(t("account.title")), alert(Account.alert),
        rx.cond(Account.loaded, _sections(), rx.cond(Account.alert == "", _loading())),
        _question(), LeaveQuestion.create(question=t("account.unsaved")),
        NativeForm.create(action="/session/end", send=Account.leaving, class_name="by-itself"),
        here="account", me=Me,
    )


def _sections() -> rx.Component:
    return rx.el.div(
        rx.el.div(_person(), _look(), class_name="cards"),
        rx.el.div(_texts(), _password(), _sessions(), _data(), class_name="cards"),
        class_name="two even",
    )


def _person() -> rx.Component:
    return card(
        heading(t("account.you")),
        rx.el.dl(
            _fact(t("account.name"), Account.name), _fact(t("account.email"), Account.email),
            _fact(t("account.mobile"), Account.mobile), class_name="facts"),
        _whom_to_ask(),
        _form(
            field("preferred_name", t("account.preferred_name"), Account.errors, hint=t("account.preferred_name_hint"),
                  default_value=Account.preferred_name, auto_complete="nickname", required=False),
            part="name", on_submit=Account.save_name),
        rx.el.div(sign_out("btn quiet"), class_name="apart"), class_name="stack",
    )


def _whom_to_ask() -> rx.Component:
    """Until these can be changed here."""
    return rx.el.div(
        rx.el.p(rx.cond(Account.practices.length() > 0, t("account.ask_practice"), t("account.ask"))),
        rx.foreach(Account.practices, lambda one: rx.el.p(
            one.name, t("punctuation.dot"), NativeLink.create(one.phone, href=one.telephone, class_name="num telephone"))),
        class_name="soft small")


def _form(*fields: rx.Component, part: str, **props: Any) -> rx.Component:
    """One part of the profile, saved by itself."""
    return rx.el.form(
        _outdated(part), *fields, rx.el.input(type="hidden", name="version", value=Account.versions[part]),
        rx.el.div(button(t(f"account.save_{part}"), type="submit", look="quiet", answered=Account.answered),
                  Saved.create(saved=Account.saved[part], told=t("account.saved"), class_name="saved"), class_name="row"),
        class_name="form", no_validate=True, key=f"{part}-{Account.editions[part]}", **props,
    )


def _outdated(part: str) -> rx.Component:
    """It was saved elsewhere since this form was read: what it says there, and the choice between the two."""
    says = Account.outdated[part]
    return rx.cond(says != "", rx.el.div(
        told(says), button(t("account.take_newest"), look="plain", on_click=Account.take_newest(part))))


def _look() -> rx.Component:
    return card(
        heading(t("account.look"), t("account.look_lead")),
        _form(
            radios("theme", t("account.theme"), [(one, t(f"account.theme_{one}")) for one in ("device", "light", "dark")],
                    Account.theme),
            radios("text_size", t("account.text_size"),
                    [(one, t(f"account.text_{one}")) for one in ("normal", "large", "larger")], Account.text_size),
            part="look", on_submit=Account.save_look),
        class_name="stack",
    )


def _texts() -> rx.Component:
    return card(
        heading(t("account.texts"), t("account.texts_lead")),
        rx.foreach(Account.troubles, lambda words: note(icon("alert"), rx.el.p(words))),
        _form(
            rx.cond(Me.without_chart, rx.fragment(), rx.el.div(
                checkbox("visit_texts", t("account.visit_texts"), Account.visit_texts),
                checkbox("reminder_texts", t("account.reminder_texts"), Account.reminder_texts))),
            radios("text_language", t("account.text_language"),
                   [(one, t(f"account.in_{one}")) for one in ("en", "es")], Account.text_language),
            rx.el.p(t("account.pages_in_english"), class_name="hint"),
            part="texts", on_submit=Account.save_texts),
        class_name="stack",
    )


def _password() -> rx.Component:
    saved = Saved.create(saved=Account.password_changes, told=t("password.changed"), class_name="saved")
    return card(
        heading(t("password.title"), t("password.lead")),
        rx.el.form(
            # A password manager files what it keeps under this name.
            rx.el.input(name="username", value=Account.email, read_only=True, auto_complete="username", hidden=True),
            field("current", t("password.current"), Account.errors, type="password", auto_complete="current-password"),
            field("new", t("password.new"), Account.errors, hint=t("password.hint"), type="password",
                  auto_complete="new-password"),
            rx.el.div(button(t("password.save"), type="submit", look="quiet", answered=Account.answered), saved,
                      class_name="row"),
            on_submit=Account.change_password, class_name="form", no_validate=True),
        class_name="stack",
    )


def _data() -> rx.Component:
    return card(
        heading(t("account.data"), t("account.data_lead")),
        FileLink.create(t("account.download"), href="/account/data.json", told=t("account.downloading"), class_name="btn quiet"),
        class_name="stack",
    )


def _fact(term: str, value: rx.Var[str]) -> rx.Component:
    return rx.cond(value != "", rx.el.div(rx.el.dt(term), rx.el.dd(value)))


def _sessions() -> rx.Component:
    return card(
        heading(t("account.sessions"), t("account.sessions_lead")), row_list(Account.sessions, _session),
        opens("everywhere", t("account.everywhere")), class_name="stack",
    )


def _session(row: rx.Var[SessionRow]) -> rx.Component:
    return rx.fragment(
        icon("device"),
        rx.el.div(rx.el.b(row.device), rx.el.p(row.detail, class_name="soft small"), class_name="grow"),
        rx.cond(row.current, pill(t("account.this_one"), "good"),
                button(t("account.sign_out_one"), look="plain", on_click=Account.leave_one(row.id), answered=Account.answered,
                       aria_label=t("account.sign_out_of", device=row.device, detail=row.detail))),
    )


def _question() -> rx.Component:
    return dialog(
        "everywhere", t("account.question"), rx.el.p(t("account.question_lead"), class_name="soft"),
        rx.el.div(
            button(t("account.leave"), look="bad", on_click=Account.leave_everywhere, answered=Account.answered),
            closes(t("account.stay")), class_name="row"),
    )


def _loading() -> rx.Component:
    return rx.el.div(
        rx.el.div(card(waiting(24, FACTS, 68, 112, 48, 48)), card(waiting(48, 320)), class_name="cards"),
        rx.el.div(card(waiting(48, 48, 48)), card(waiting(48, 72, 96, 48)), card(waiting(48, 72, 48)), card(waiting(48, 48)),
               class_name="cards"),
        class_name="two even")
