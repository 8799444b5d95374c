"""Making an account with an invitation from one's practice."""
import reflex as rx

from components.buttons import button, link_button
from components.fields import birth_date, error_summary, field
from components.parts import Countdown
from components.shell import plain_shell, title
from components.surfaces import alert, card
from components.words import t
from state.join import Join


def page() -> rx.Component:
    steps = rx.match(Join.step, ("account", _account()), ("known", _known()), ("added", _added()), ("ask", _ask()),
                     ("asked", _asked()), _check())
    return plain_shell(card(steps, class_name="hero stack narrow"), class_name="sign-in-page")


def _check() -> rx.Component:
    return rx.fragment(
        title(rx.cond(Join.signed_in, t("join.title_add"), t("join.title")), lead=t("join.lead"), step="check"),
        alert(Join.alert), error_summary(Join.errors),
        rx.el.form(
            field("code", t("join.code"), Join.errors, hint=t("join.code_hint"), default_value=Join.code, max_length=20,
                  auto_complete="off", custom_attrs={"autoCapitalize": "characters", "spellCheck": "false"}, key=Join.code),
            birth_date(Join.errors),
            button(t("join.check"), type="submit", answered=Join.answered),
            on_submit=Join.check, class_name="form", no_validate=True),
        rx.el.div(button(t("join.no_code"), look="plain", on_click=Join.without), class_name="links"),
    )


def _ask() -> rx.Component:
    return rx.fragment(
        title(t("join.ask_title"), lead=t("join.ask_lead"), step="ask"), alert(Join.alert), error_summary(Join.errors),
        rx.el.form(
            field("mobile", t("join.mobile"), Join.errors, hint=t("join.mobile_hint"), type="tel", auto_complete="tel",
                  max_length=30),
            birth_date(Join.errors),
            button(t("join.ask"), type="submit", answered=Join.answered),
            on_submit=Join.send_me_one, class_name="form", no_validate=True),
        rx.el.div(button(t("join.have_code"), look="plain", on_click=Join.begin_again), class_name="links"),
    )


def _asked() -> rx.Component:
    again = button(t("join.ask_again"), look="plain", on_click=Join.without)
    return rx.fragment(
        title(t("join.asked_title"), step="asked"), rx.el.p(t("join.asked")),
        rx.el.p(t("join.nothing_came"), class_name="soft small"),
        rx.el.div(button(t("join.have_it"), look="plain", on_click=Join.begin_again),
                  Countdown.create(again, until=Join.until, now=Join.now, text=t("join.ask_again_in", time="{time}"),
                                   class_name="soft small num"), class_name="links"),
    )


def _account() -> rx.Component:
    return rx.fragment(
        title(Join.hello, lead=Join.practice, step="account"), rx.el.p(Join.lead), alert(Join.alert), error_summary(Join.errors),
        rx.el.form(
            field("email", t("join.email"), Join.errors, hint=t("join.email_hint"), type="email", auto_complete="username",
                  required=False),
            field("password", t("sign_in.password"), Join.errors, hint=t("password.hint"), type="password",
                  auto_complete="new-password"),
            button(t("join.create"), type="submit", answered=Join.answered),
            on_submit=Join.create, class_name="form", no_validate=True),
        button(t("join.begin_again"), look="plain", on_click=Join.begin_again),
    )


def _known() -> rx.Component:
    return rx.fragment(
        title(Join.hello, lead=Join.practice, step="known"), rx.el.p(Join.lead),
        rx.el.div(link_button(t("sign_in.go"), to=Join.sign_in_address), class_name="row"),
        button(t("join.begin_again"), look="plain", on_click=Join.begin_again),
    )


def _added() -> rx.Component:
    return rx.fragment(
        title(t("join.added", practice=Join.practice), step="added"), rx.el.p(t("join.added_lead")),
        rx.el.div(link_button(t("join.to_visits"), to="/visits"), class_name="row"),
    )
