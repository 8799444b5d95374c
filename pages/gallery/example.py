"""How the gallery shows one component: its name in the code, when to use it, and each of its states."""
import reflex as rx

from components.words import t


def example(name: str, *states: rx.Component, takes_focus: bool = False) -> rx.Component:
    """`name` is the component's, and `gallery.when_<name>` its words. What takes the focus when it appears is made inert."""
    return rx.el.div(
        rx.el.h3(name, class_name="example-name"), rx.el.p(t(f"gallery.when_{name}"), class_name="soft small"),
        rx.el.div(*states, class_name="states", custom_attrs={"inert": True} if takes_focus else {}),
        class_name="example", id=f"example-{name}",
    )


POINTED = ("hover", "active", "focus")
"""States that pointer and keyboard make: the stylesheet shows them without either where `data-as` says so."""


def state(name: str, *children: rx.Component) -> rx.Component:
    """One state under its name, `gallery.state_<name>`."""
    marked = {"custom_attrs": {"data-as": name}} if name in POINTED else {}
    return rx.el.div(rx.el.p(t(f"gallery.state_{name}"), class_name="smaller soft"), *children, class_name="state", **marked)
