"""A question that has to be answered before anything else. The browser opens and closes it, whatever the server does."""
from typing import Any

import reflex as rx

from components.buttons import button
from components.parts import Dialog


def dialog(name: str, question: str, *children: Any, settled: str | rx.Var[str] = "") -> rx.Component:
    """`name` is its id; `question` its heading. A change of `settled` closes it."""
    return Dialog.create(
        rx.el.h2(question, id=f"{name}-question"), *children, id=name, settled=settled,
        class_name="dialog", custom_attrs={"aria-labelledby": f"{name}-question"},
    )


def opens(name: str, *children: Any, look: str = "quiet") -> rx.Component:
    """A button that opens the dialog `name`."""
    return button(*children, look=look, custom_attrs={"data-opens": name, "aria-haspopup": "dialog"})


def closes(*children: Any) -> rx.Component:
    """A button within a dialog that closes it and does nothing else."""
    return button(*children, look="quiet", custom_attrs={"data-closes": ""})
