"""A person's own account."""
import reflex as rx

from components.buttons import button
from components.dialog import dialog
from components.icons import icon
from components.parts import NativeForm
from components.shell import shell, sign_out, title
from components.surfaces import FACTS, alert, card, heading, pill, waiting
from components.visit import row_list
from components.words import t
from state.account import Account, SessionRow
from state.me import Me


def page() -> rx.Component:
    return shell(
        title(t("account.title")), alert(Account.alert),
        rx.cond(Account.loaded, rx.el.div(_person(), _sessions(), class_name="two even"),
                rx.cond(Account.alert == "", _loading())),
        _question(),
        NativeForm.create(action="/session/end", send=Account.leaving, class_name="by-itself"),
        here="account", me=Me,
    )


def _person() -> rx.Component:
    return card(
        heading(t("account.you")),
        rx.el.dl(
            _fact(t("account.name"), Account.name), _fact(t("account.email"), Account.email),
            _fact(t("account.mobile"), Account.mobile), class_name="facts"),
        sign_out("btn quiet"), class_name="stack",
    )


def _fact(term: str, value: rx.Var[str]) -> rx.Component:
    return rx.cond(value != "", rx.el.div(rx.el.dt(term), rx.el.dd(value)))


def _sessions() -> rx.Component:
    return card(
        heading(t("account.sessions"), t("account.sessions_lead")), row_list(Account.sessions, _session),
        button(t("account.everywhere"), look="quiet", on_click=Account.question), class_name="stack",
    )


def _session(row: rx.Var[SessionRow]) -> rx.Component:
    return rx.fragment(
        icon("device"),
        rx.el.div(rx.el.b(row.device), rx.el.p(row.detail, class_name="soft small"), class_name="grow"),
        rx.cond(row.current, pill(t("account.this_one"), "good")),
    )


def _question() -> rx.Component:
    return dialog(
        "everywhere", t("account.question"), rx.el.p(t("account.question_lead"), class_name="soft"),
        rx.el.div(
            button(t("account.leave"), look="bad", on_click=Account.leave_everywhere, answered=Account.answered),
            button(t("account.stay"), look="quiet", on_click=Account.keep), class_name="row"),
        open=Account.asking, on_close=Account.keep,
    )


def _loading() -> rx.Component:
    return rx.el.div(card(waiting(24, FACTS, 48)), card(waiting(48, 72, 48)), class_name="two even")
