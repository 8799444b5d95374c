"""What is shown where there is nothing."""
import reflex as rx

from components.buttons import link_button
from components.shell import plain_shell, title
from components.surfaces import card
from components.words import t


def page() -> rx.Component:
    return plain_shell(nothing_here())


def nothing_here() -> rx.Component:
    return card(
        title(t("not_found.title")), rx.el.p(t("not_found.lead")),
        rx.el.div(
            link_button(t("not_found.home"), to="/"), link_button(t("not_found.visits"), to="/visits", look="quiet"),
            class_name="row"),
        class_name="hero stack narrow",
    )
