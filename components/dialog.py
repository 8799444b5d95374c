"""A question that has to be answered before anything else."""
from typing import Any

import reflex as rx

from components.parts import Dialog


def dialog(name: str, question: str, *children: Any, open: rx.Var[bool], on_close: Any) -> rx.Component:
    """`name` is its id; `question` its heading."""
    return Dialog.create(
        rx.el.h2(question, id=f"{name}-question"), *children, id=name, open=open, on_close=on_close,
        class_name="dialog", custom_attrs={"aria-labelledby": f"{name}-question"},
    )
