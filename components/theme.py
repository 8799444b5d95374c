"""What the whole app wears: stylesheet, head, Radix theme, and what is shown when a page breaks in the browser."""
from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import error_boundary

from components.parts import NativeLink
from components.words import t

STYLESHEETS = ["/carelane.css"]
HEAD = [
    rx.el.script(src="/look.js"),
    rx.el.link(rel="icon", href="/mark.svg", type="image/svg+xml"),
    rx.el.link(rel="apple-touch-icon", href="/icons/touch-180.png"), rx.el.link(rel="manifest", href="/carelane.webmanifest"),
    rx.el.meta(name="theme-color", content="#f7f8f5", media="(prefers-color-scheme: light)"),
    rx.el.meta(name="theme-color", content="#0f1615", media="(prefers-color-scheme: dark)"),
]


def theme() -> rx.Component:
    """Radix Themes with its colours replaced by our tokens: see carelane.css."""
    return rx.theme(appearance="inherit", accent_color="teal", gray_color="sage", radius="large", has_background=False)


class RadixTokens(rx.plugins.RadixThemesPlugin):
    """Radix Themes with the styles of what we use: its tokens. All of its styles would be 82 KB more on every page.

    A page that uses one of its components adds "@radix-ui/themes/components.css" here.
    """

    def get_stylesheet_paths(self, **_context: Any) -> tuple[str, ...]:
        tokens = "@radix-ui/themes/tokens"
        return (f"{tokens}/base.css", f"{tokens}/colors/teal.css", f"{tokens}/colors/sage.css")

    def get_frontend_dependencies(self, **_context: Any) -> tuple[str, ...]:
        """None: what is named here goes into every page whole. What a component imports comes by itself."""
        return ()


def _broken(_stateful: bool) -> rx.Component:
    return error_boundary(fallback_render=rx.el.main(
        rx.el.h1(t("broken.title")), rx.el.p(t("broken.lead")),
        NativeLink.create(t("broken.again"), href="/", class_name="btn"), class_name="stack broken"))


# In place of Reflex's own: its connection toast and its error page don't speak our words, and toasts need `eval`.
WRAPS: dict[tuple[int, str], Callable[[bool], rx.Component | None]] = {(55, "ErrorBoundary"): _broken}
