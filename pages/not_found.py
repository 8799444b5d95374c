"""What is shown where there is nothing."""
import reflex as rx

from components.faults import fault
from components.shell import plain_shell


def page() -> rx.Component:
    return plain_shell(nothing_here())


def nothing_here() -> rx.Component:
    """The same for what never was, and for what isn't this person's."""
    return fault("not_found", titled=True)
