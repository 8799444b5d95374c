"""Something broke outside of any page: what to do, and the reference to tell."""
import reflex as rx

from components.buttons import link_button
from components.shell import plain_shell, title
from components.surfaces import card
from components.words import t
from state.sorry import Sorry


def page() -> rx.Component:
    return plain_shell(
        card(
            title(t("sorry.title")), rx.el.p(t("sorry.lead")),
            rx.cond(Sorry.reference != "", rx.el.p(Sorry.reference, class_name="num")),
            link_button(t("sorry.home"), to="/"), class_name="hero stack narrow",
        ),
    )
