"""What the whole app wears: stylesheet, head, and what is shown when a page breaks in the browser."""
from collections.abc import Callable

import reflex as rx
from reflex_components_core.base.error_boundary import error_boundary

from components.parts import NativeLink
from components.words import t
from portal_app.core.settings import CHECKOUT

STYLESHEETS = ["/carelane.css"]
LOOK = (CHECKOUT / "assets" / "look.js").read_text(encoding="utf-8")
"""In the page itself: a file of its own would be waited for before anything is drawn."""

HEAD = [
    rx.el.script(LOOK),
    rx.el.link(rel="icon", href="/mark.svg", type="image/svg+xml"),
    rx.el.link(rel="apple-touch-icon", href="/icons/touch-180.png"), rx.el.link(rel="manifest", href="/carelane.webmanifest"),
    rx.el.meta(name="theme-color", content="#f7f8f5", custom_attrs={"media": "(prefers-color-scheme: light)"}),
    rx.el.meta(name="theme-color", content="#0f1615", custom_attrs={"media": "(prefers-color-scheme: dark)"}),
]


def _broken(_stateful: bool) -> rx.Component:
    return error_boundary(fallback_render=rx.el.main(
        rx.el.h1(t("broken.title")), rx.el.p(t("broken.lead")),
        NativeLink.create(t("broken.again"), href="/", class_name="btn"), class_name="stack broken"))


# In place of Reflex's own: its connection toast and its error page don't speak our words, and toasts need `eval`.
WRAPS: dict[tuple[int, str], Callable[[bool], rx.Component | None]] = {(55, "ErrorBoundary"): _broken}
