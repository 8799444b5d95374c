"""What content lies on: cards, notices, pills, empty and loading places."""
from typing import Any

import reflex as rx

from components.icons import icon
from components.parts import Told


def card(*children: Any, class_name: str = "", **props: Any) -> rx.Component:
    return rx.el.section(*children, class_name=f"card {class_name}".strip(), **props)


def heading(text: str | rx.Var[str], lead: str | rx.Var[str] | rx.Component = "") -> rx.Component:
    """A card's h2, with a soft line beneath."""
    has_lead = not isinstance(lead, str) or lead
    return rx.el.div(rx.el.h2(text), rx.el.p(lead, class_name="soft small") if has_lead else rx.fragment())


def alert(message: rx.Var[str]) -> rx.Component:
    """What went wrong with the page as a whole; takes the focus."""
    return Told.create(icon("alert"), message=message, role="alert", class_name="notice bad")


def done(message: rx.Var[str]) -> rx.Component:
    """What has just been done; takes the focus."""
    return Told.create(icon("done"), message=message, role="status", class_name="notice good")


def told(message: rx.Var[str]) -> rx.Component:
    """Something to know before going on; takes the focus."""
    return Told.create(message=message, role="status", class_name="notice calm")


def note(*children: Any, kind: str = "warn", **props: Any) -> rx.Component:
    return rx.el.div(*children, class_name=f"notice {kind}", **props)


def pill(text: str | rx.Var[str], kind: str | rx.Var[str] = "") -> rx.Component:
    """A word in a colour of its own: "good", "warn", "bad", or the brand's."""
    return rx.el.span(text, class_name=f"pill {kind}")


def empty(text: str, *action: rx.Component, sign: str = "visits") -> rx.Component:
    """One sentence, and the action that fills the place."""
    return rx.el.div(rx.el.span(icon(sign), class_name="empty-sign"), rx.el.p(text), *action, class_name="empty")


FACTS = 0
"""In place of a height in `waiting`: a list of three terms, whose height depends on the screen."""


def waiting(*heights: int) -> rx.Component:
    """Grey bars of the heights, in pixels, of what is being loaded, so that nothing moves when it comes."""
    bars = [rx.el.div(class_name="bone", style={"height": f"{height}px"}) if height else rx.el.div(class_name="bone facts-bone")
            for height in heights]
    return rx.el.div(*bars, class_name="bones", aria_hidden="true")


def steps(number: int, count: int) -> rx.Component:
    """How far along; the words beside it say the same."""
    return rx.el.div(*[rx.el.i(class_name="on" if at <= number else "") for at in range(1, count + 1)],
                     class_name="steps", aria_hidden="true")
