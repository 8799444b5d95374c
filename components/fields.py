"""Form fields: label, hint and error tied to the input. Inputs keep their own value; the form sends it once."""
from typing import Any

import reflex as rx

from components.icons import icon
from components.parts import ErrorSummary
from components.words import t


def field(name: str, label: str, errors: rx.Var[dict[str, str]], *, hint: str = "", **props: Any) -> rx.Component:
    """A text input. Its id is its name, to which the error summary leads."""
    return _framed(name, label, errors, hint, rx.el.input(
        id=name, name=name, class_name="input", **{"required": True} | _described(name, errors, hint) | props))


def birth_date(errors: rx.Var[dict[str, str]]) -> rx.Component:
    """One's own date of birth, typed as one is used to: nobody scrolls back through decades of a calendar."""
    return field("birth_date", t("birth_date.label"), errors, hint=t("birth_date.hint"), auto_complete="bday", max_length=20)


def text_area(name: str, label: str, errors: rx.Var[dict[str, str]], *, hint: str = "", **props: Any) -> rx.Component:
    """Several lines, which may be left empty."""
    return _framed(name, label, errors, hint, rx.el.textarea(
        id=name, name=name, class_name="input", rows="3", **_described(name, errors, hint), **props))


def select(name: str, label: str, options: rx.Component, **props: Any) -> rx.Component:
    """A native choice: the only kind whose label every screen reader reads."""
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="label"),
        rx.el.select(options, id=name, name=name, class_name="input", **props), class_name="field",
    )


def radios(name: str, legend: str, options: list[tuple[str, str]], chosen: str | rx.Var[str] = "") -> rx.Component:
    """One of a few, or none; `options` are value and label."""
    choices = [_labelled(rx.el.input(type="radio", name=name, value=value, default_checked=chosen == value), label)
               for value, label in options]
    return rx.el.fieldset(rx.el.legend(legend, class_name="label"), *choices, class_name="radios")


def checkbox(name: str, label: str, checked: bool | rx.Var[bool]) -> rx.Component:
    """Yes or no."""
    box = rx.el.input(type="checkbox", name=name, value="yes", default_checked=checked)
    return rx.el.div(_labelled(box, label), class_name="radios")


def _labelled(control: rx.Component, label: str) -> rx.Component:
    return rx.el.label(control, label)


def error_summary(errors: rx.Var[dict[str, str]]) -> rx.Component:
    return ErrorSummary.create(errors=errors, heading=t("form.summary"), class_name="notice bad")


def _framed(name: str, label: str, errors: rx.Var[dict[str, str]], hint: str, control: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="label"),
        rx.el.p(hint, id=f"{name}-hint", class_name="hint") if hint else rx.fragment(),
        rx.cond(errors.contains(name), rx.el.p(icon("alert"), errors[name], id=f"{name}-error", class_name="field-error")),
        control, class_name="field",
    )


def _described(name: str, errors: rx.Var[dict[str, str]], hint: str) -> dict[str, Any]:
    hinted = f"{name}-hint" if hint else ""
    wrong = errors.contains(name)
    return {"aria_invalid": wrong, "aria_describedby": rx.cond(wrong, f"{name}-error {hinted}", hinted)}
