"""A phone that shows the text messages of one of the demo's people."""
import reflex as rx

from components.parts import page_link
from components.shell import plain_shell, title
from components.surfaces import alert, card, heading
from components.words import t
from pages.not_found import nothing_here
from state.phone import Phone, PhoneRow, TextRow


def page() -> rx.Component:
    return plain_shell(rx.cond(Phone.missing, nothing_here(), _demo()))


def _demo() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            title(t("phone.title")), rx.el.p(t("phone.lead"), class_name="soft"), alert(Phone.alert),
            card(heading(t("phone.whose")),
                 rx.cond(Phone.people.length() > 0,
                         rx.el.ul(rx.foreach(Phone.people, lambda person: rx.el.li(_person(person))), class_name="people"),
                         rx.el.div(*[rx.el.div(class_name="bone") for _ in range(10)], class_name="people", aria_hidden="true"))),
            class_name="stack"),
        rx.el.section(_screen(), class_name="phone", aria_label=t("phone.title")),
        class_name="phone-page",
    )


def _person(person: rx.Var[PhoneRow]) -> rx.Component:
    return page_link(
        rx.el.b(person.name), rx.el.span(person.role, class_name="soft small"), to=person.address, prevent_scroll_reset=True,
        class_name="person-button", custom_attrs={"aria-current": rx.cond(person.id == Phone.chosen, "true", "false")},
    )


def _screen() -> rx.Component:
    return rx.el.div(
        rx.el.p(Phone.name, class_name="phone-name"),
        rx.cond(
            Phone.texts.length() > 0,
            rx.el.ol(rx.foreach(Phone.texts, _text), class_name="texts", aria_live="polite"),
            rx.el.p(t("phone.empty"), class_name="soft small phone-empty")),
        class_name="phone-screen", tab_index=0, role="group", aria_label=t("phone.texts"),
    )


def _text(row: rx.Var[TextRow]) -> rx.Component:
    return rx.el.li(
        rx.el.p(row.body, class_name="bubble"),
        rx.el.p(row.at, t("punctuation.dot"), row.status, class_name="soft smaller"), key=row.id,
    )
