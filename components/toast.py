"""What can still be taken back, told at the edge of the page. For undo only: what was done is said in the page itself."""
from typing import Any

import reflex as rx

from components.parts import Toast
from components.words import t
from services.scheduling import UNDO

LONGEST = int(UNDO.total_seconds()) - 10
"""Seconds in all: a little less than services take something back for, so that who is offered it isn't refused."""


def undo_toast(name: rx.Var[str], message: str, *, on_undo: Any, on_end: Any) -> rx.Component:
    """Offers Undo for ten seconds, longer while pointer or focus rests on it. `name` tells one offer from another."""
    return Toast.create(name=name, message=message, undo=t("toast.undo"), close=t("toast.close"), seconds=10,
                        longest=LONGEST, on_undo=on_undo, on_end=on_end, class_name="toast")
