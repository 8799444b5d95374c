"""A phone that shows the text messages of one of the demo's people."""
import reflex as rx

from components.buttons import button
from components.fields import field, select
from components.parts import NativeLink
from components.shell import plain_shell, title
from components.surfaces import alert, card, heading
from components.words import t
from pages.not_found import nothing_here
from state.phone import PartRow, Phone, PhoneRow, TextRow


def page() -> rx.Component:
    return plain_shell(rx.cond(Phone.missing, nothing_here(), _demo()))


def _demo() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            title(t("phone.title")), rx.el.p(t("phone.lead"), class_name="soft"), alert(Phone.alert),
            select("of", t("phone.whose"), rx.foreach(Phone.people, _person), value=Phone.chosen, on_change=Phone.choose),
            class_name="stack"),
        rx.el.section(_screen(), class_name="phone", aria_label=t("phone.title")),
        rx.cond(Phone.loaded, card(heading(t("phone.reply")), _reply(), class_name="stack write-back")),
        class_name="phone-page",
    )


def _person(person: rx.Var[PhoneRow]) -> rx.Component:
    return rx.el.option(person.name, t("punctuation.dot"), person.role, value=person.id)


def _screen() -> rx.Component:
    return rx.el.div(
        rx.el.p(Phone.name, class_name="phone-name"),
        rx.cond(
            Phone.texts.length() > 0,
            rx.el.ol(rx.foreach(Phone.texts, _text), class_name="texts", aria_live="polite"),
            rx.el.p(t("phone.empty"), class_name="soft small phone-empty")),
        class_name="phone-screen", tab_index=0, role="group", aria_label=t("phone.texts"),
    )


def _reply() -> rx.Component:
    """Begun anew once something is written, and so empty again."""
    return rx.el.form(
        field("body", t("phone.body"), Phone.errors, hint=t("phone.reply_hint"), max_length=160, auto_complete="off"),
        select("to", t("phone.to"), rx.fragment(rx.el.option(t("phone.visits"), value="visits"),
                                                rx.el.option(t("phone.codes"), value="codes"))),
        button(t("phone.send"), type="submit"), on_submit=Phone.reply, class_name="form", key=Phone.written,
    )


def _text(row: rx.Var[TextRow]) -> rx.Component:
    return rx.el.li(
        rx.el.p(rx.foreach(row.parts, _part), class_name="bubble"),
        rx.el.p(row.at, t("punctuation.dot"), row.status, class_name="soft smaller"), key=row.id,
        class_name=rx.cond(row.own, "own", ""),
    )


def _part(part: rx.Var[PartRow]) -> rx.Component:
    return rx.cond(part.address != "", NativeLink.create(part.words, href=part.address), rx.fragment(part.words))
