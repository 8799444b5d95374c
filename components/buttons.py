"""Buttons and links that look like them. One `primary` a screen; the others are `quiet` or `plain`."""
from typing import Any

import reflex as rx

from components.parts import BusyButton, NativeLink, page_link

LOOKS = {"primary": "btn", "quiet": "btn quiet", "plain": "btn plain", "bad": "btn bad"}


def button(*children: Any, look: str = "primary", type: str = "button", answered: rx.Var[int] | None = None,
           **props: Any) -> rx.Component:
    """With `answered` of its state it shows that it works, from a click until the handler has answered."""
    if answered is not None:
        return BusyButton.create(*children, answered=answered, class_name=LOOKS[look], type=type, **props)
    return rx.el.button(*children, class_name=LOOKS[look], type=type, **props)


def link_button(*children: Any, to: str | rx.Var[str], look: str = "primary", **props: Any) -> rx.Component:
    """Goes to another page of the portal."""
    return page_link(*children, to=to, class_name=LOOKS[look], **props)


def new_tab(*children: Any, href: str, look: str = "quiet", **props: Any) -> rx.Component:
    """Opens beside this page."""
    return NativeLink.create(*children, href=href, target="_blank", class_name=LOOKS[look], **props)
