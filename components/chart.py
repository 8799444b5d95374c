"""Charts of figures by time, wrapped for pages: see assets/chart.js. Only pages that show one load it."""
import reflex as rx


class _Chart(rx.Component):
    library = "$/public/chart.js"


class ClassCharts(_Chart):
    """How one class of messages went: stretches of `step` seconds from `since` (ISO 8601) on. Times are in seconds."""

    tag = "ClassCharts"
    accepted: rx.Var[list[int | None]]
    p95: rx.Var[list[float | None]]
    waiting: rx.Var[list[int | None]]
    since: rx.Var[str]
    step: rx.Var[int]
    target: rx.Var[float]
    words: rx.Var[dict[str, str]]
    units: rx.Var[dict[str, str]]


class Moment(_Chart):
    """A moment (ISO 8601) in the reader's own time zone."""

    tag = "Moment"
    at: rx.Var[str]
