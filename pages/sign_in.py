"""Signing in, in two steps on one page; beside it, in the demo, the people to sign in as."""
import reflex as rx

from components.buttons import button, new_tab
from components.fields import error_summary, field
from components.icons import icon
from components.parts import Countdown, NativeForm, page_link
from components.shell import plain_shell, title
from components.surfaces import alert, told
from components.words import t
from state.sign_in import PersonRow, SignIn


def page() -> rx.Component:
    return plain_shell(
        rx.el.div(
            rx.el.section(rx.cond(SignIn.step == 2, _code(), _password()), class_name="card hero stack"),
            rx.cond(SignIn.people.length() > 0, _demo(), _welcome()), class_name="sign-in",
        ),
        class_name="sign-in-page",
    )


def _password() -> rx.Component:
    return rx.fragment(
        title(t("sign_in.title"), lead=t("sign_in.lead"), step="password"),
        told(SignIn.notice), alert(SignIn.alert), error_summary(SignIn.errors),
        rx.el.form(
            field("name", t("sign_in.name"), SignIn.errors, hint=t("sign_in.name_hint"), auto_complete="username",
                  custom_attrs={"autoCapitalize": "none", "spellCheck": "false"}),
            field("password", t("sign_in.password"), SignIn.errors, type="password", auto_complete="current-password"),
            button(t("sign_in.go"), type="submit", id="go", answered=SignIn.answered),
            on_submit=SignIn.start, class_name="form", no_validate=True,
        ),
        rx.el.div(page_link(t("sign_in.forgot"), to="/reset"), class_name="links"),
        rx.el.p(t("sign_in.invited"), t("punctuation.blank"), page_link(t("sign_in.join"), to="/join"), class_name="soft small"),
    )


def _code() -> rx.Component:
    return rx.fragment(
        title(t("sign_in.code_title"), lead=SignIn.sent_to, step="code", first="code"),
        rx.el.p(SignIn.delivery, role="status", class_name="soft small"),
        told(SignIn.told), alert(SignIn.alert), error_summary(SignIn.errors),
        rx.el.form(
            field("code", t("sign_in.code"), SignIn.errors, hint=t("sign_in.code_hint"), auto_complete="one-time-code",
                  input_mode="numeric", max_length=9, custom_attrs={"data-code": "true"}),
            button(t("sign_in.check"), type="submit", answered=SignIn.answered),
            on_submit=SignIn.check, class_name="form", no_validate=True,
        ),
        rx.el.div(_resend(), button(t("sign_in.begin_again"), look="plain", on_click=SignIn.begin_again), class_name="links"),
        NativeForm.create(action="/session", fields={"ticket": SignIn.ticket, "next": SignIn.next}, send=SignIn.ticket,
                          class_name="by-itself"),
    )


def _resend() -> rx.Component:
    again = button(t("sign_in.resend"), look="plain", on_click=SignIn.resend, answered=SignIn.answered)
    return Countdown.create(again, until=SignIn.until, now=SignIn.now, text=t("sign_in.resend_in", time="{time}"),
                            class_name="soft small num resend")


def _welcome() -> rx.Component:
    """What Carelane is for; in the demo it gives way to the people as soon as they are known."""
    points = [("visits", "sign_in.point_visits"), ("phone", "sign_in.point_texts"), ("done", "sign_in.point_private")]
    return rx.el.section(
        rx.el.h2(t("sign_in.welcome")),
        rx.el.ul(*[rx.el.li(icon(sign), rx.el.p(t(words))) for sign, words in points], class_name="signs"),
        class_name="card welcome")


def _demo() -> rx.Component:
    return rx.el.details(
        rx.el.summary(rx.el.h2(t("sign_in.demo_title"))),
        rx.el.p(t("sign_in.demo_lead"), class_name="soft small"),
        rx.el.ul(rx.foreach(SignIn.people, lambda person: rx.el.li(_person(person))), class_name="people"),
        rx.cond(SignIn.phone, new_tab(icon("phone"), t("sign_in.demo_phone"), href="/demo/phone")),
        class_name="card demo", open=True,
    )


def _person(person: rx.Var[PersonRow]) -> rx.Component:
    fill = [rx.set_value("name", person.email), rx.set_value("password", person.password), rx.set_focus("go")]
    return rx.el.button(
        rx.el.b(person.name), rx.el.span(person.role, t("punctuation.dot"), person.practice, class_name="soft small"),
        type="button", on_click=fill, disabled=SignIn.step == 2, class_name="person-button",
    )
