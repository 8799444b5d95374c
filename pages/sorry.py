"""An event failed outside of any page: what to do, and the reference to tell."""
import reflex as rx

from components.faults import fault
from components.parts import Reference
from components.shell import plain_shell
from components.words import t


def page() -> rx.Component:
    return plain_shell(fault("broken", _reference()))


def busy() -> rx.Component:
    """Where a part that everything needs doesn't answer."""
    return plain_shell(fault("unavailable", _reference()))


def _reference() -> rx.Component:
    return Reference.create(t("faults.reference"))
