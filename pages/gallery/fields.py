"""What people type into and choose from."""
import reflex as rx

from components.fields import birth_date, checkbox, error_summary, field, radios, select, text_area
from components.words import t
from pages.gallery.example import example, state

FINE = rx.Var.create({})
WRONG = rx.Var.create({name: t("gallery.sample_error") for name in ("field-wrong", "text-wrong")})


def examples() -> list[rx.Component]:
    label, hint, value = t("gallery.sample_label"), t("gallery.sample_hint"), t("gallery.sample_value")
    long = t("gallery.sample_long")
    return [
        example(
            "field", state("plain_field", field("field", label, FINE)),
            state("hint", field("field-hint", label, FINE, hint=hint)),
            state("focus", field("field-focus", label, FINE, default_value=value)),
            state("filled", field("field-filled", label, FINE, default_value=value)),
            state("error", field("field-wrong", label, WRONG, hint=hint, default_value=value)),
            state("disabled", field("field-off", label, FINE, default_value=value, disabled=True)),
            state("code", field("field-code", label, FINE, default_value="123 456", custom_attrs={"data-code": "true"})),
            state("long", field("field-long", long, FINE, hint=long))),
        example("birth_date", state("plain_field", birth_date(FINE))),
        example(
            "text_area", state("plain_field", text_area("text", label, FINE, hint=hint)),
            state("focus", text_area("text-focus", label, FINE)),
            state("disabled", text_area("text-off", label, FINE, disabled=True)),
            state("error", text_area("text-wrong", label, WRONG, default_value=t("gallery.sample_text")))),
        example(
            "select", state("plain_field", select("choice", label, _options())),
            state("focus", select("choice-focus", label, _options())),
            state("disabled", select("choice-off", label, _options(), disabled=True))),
        example("radios", state("plain_field", radios("one", label, [("1", value), ("2", long)])),
                state("chosen", radios("one-chosen", label, [("1", value), ("2", hint)], "2")),
                state("focus", radios("one-focus", label, [("1", value)]))),
        example("checkbox", state("plain_field", checkbox("agreed-not", long, False)),
                state("chosen", checkbox("agreed", long, True)), state("focus", checkbox("agreed-focus", value, True))),
        example("error_summary", error_summary(WRONG), takes_focus=True),
    ]


def _options() -> rx.Component:
    return rx.fragment(rx.el.option(t("gallery.sample_value"), value="1"), rx.el.option(t("gallery.sample_long"), value="2"))
