"""A new password for who forgot theirs."""
import reflex as rx

from components.buttons import button, link_button
from components.fields import birth_date, error_summary, field
from components.parts import Countdown, page_link
from components.shell import plain_shell, title
from components.surfaces import alert, card
from components.words import t
from state.reset import Reset


def page() -> rx.Component:
    steps = rx.match(Reset.step, ("code", _code()), ("done", _done()), _who())
    return plain_shell(card(steps, class_name="hero stack narrow"), class_name="sign-in-page")


def _who() -> rx.Component:
    return rx.fragment(
        title(t("reset.title"), lead=t("reset.lead"), step="who"), alert(Reset.alert), error_summary(Reset.errors),
        rx.el.form(
            field("name", t("sign_in.name"), Reset.errors, hint=t("reset.name_hint"), auto_complete="username",
                  custom_attrs={"autoCapitalize": "none", "spellCheck": "false"}),
            birth_date(Reset.errors),
            button(t("reset.go"), type="submit", answered=Reset.answered),
            on_submit=Reset.start, class_name="form", no_validate=True),
        rx.el.div(page_link(t("reset.back"), to="/sign-in"), class_name="links"),
    )


def _code() -> rx.Component:
    again = button(t("reset.again"), look="plain", on_click=Reset.begin_again)
    return rx.fragment(
        title(t("reset.code_title"), step="code", first="code"), rx.el.p(t("reset.sent")),
        alert(Reset.alert), error_summary(Reset.errors),
        rx.el.form(
            field("code", t("sign_in.code"), Reset.errors, auto_complete="one-time-code", input_mode="numeric", max_length=9),
            field("password", t("reset.new"), Reset.errors, hint=t("password.hint"), type="password",
                  auto_complete="new-password"),
            button(t("reset.save"), type="submit", answered=Reset.answered),
            on_submit=Reset.finish, class_name="form", no_validate=True),
        rx.el.p(t("reset.nothing_came"), class_name="soft small"),
        rx.el.div(Countdown.create(again, until=Reset.until, now=Reset.now, text=t("reset.again_in", time="{time}"),
                                   class_name="soft small num"), class_name="links"),
    )


def _done() -> rx.Component:
    return rx.fragment(
        title(t("reset.done_title"), step="done"), rx.el.p(t("reset.done")),
        rx.el.div(link_button(t("reset.to_sign_in"), to="/sign-in"), class_name="row"),
    )
