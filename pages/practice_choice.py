"""The choice between several practices, on a page about one of them."""
from typing import Any

import reflex as rx

from components.fields import select
from components.words import t


def practice_choice(page: Any) -> rx.Component:
    """`page` is a state made with `state.of_practice`; nothing is shown where there is only one practice."""
    options = rx.foreach(page.practices, lambda one: rx.el.option(one[1], value=one[0]))
    return rx.cond(page.practices.length() > 0, rx.el.div(
        select("practice", t("campaign.practice"), options, on_change=page.go, value=page.practice_id), class_name="narrow"))
