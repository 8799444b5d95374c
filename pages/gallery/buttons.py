"""Buttons, links that look like them, and signs."""
import reflex as rx

from components.buttons import LOOKS, button, link_button, new_tab
from components.dialog import closes, dialog, opens
from components.icons import PATHS, icon, mark
from components.shell import sign_out
from components.toast import undo_toast
from components.words import t
from pages.gallery.example import POINTED, example, state
from state.gallery import Gallery

HERE = "/demo/components"


def examples() -> list[rx.Component]:
    words = t("gallery.sample_button")
    return [
        example(
            "button", *[state(look, button(words, look=look)) for look in LOOKS],
            *[state(pointed, *[button(words, look=look) for look in LOOKS]) for pointed in POINTED],
            state("icon", button(icon("book"), words)), state("disabled", button(words, disabled=True)),
            *[state("busy", button(words, look=look, custom_attrs={"aria-busy": "true", "aria-disabled": "true"}))
              for look in LOOKS],
            state("answers", button(words, answered=Gallery.answered, on_click=Gallery.end_offer)),
            state("long", button(t("gallery.sample_long")))),
        example("link_button", *[state(look, link_button(words, to=HERE, look=look)) for look in LOOKS if look != "bad"],
                *[state(pointed, link_button(words, to=HERE, look="quiet")) for pointed in POINTED]),
        example("new_tab", state("quiet", new_tab(icon("outside"), words, href=HERE))),
        example("sign_out", state("plain", sign_out()), state("quiet", sign_out("btn quiet"))),
        example("opens", state("quiet", opens("sample", t("gallery.sample_open"))),
                state("plain", opens("sample", t("gallery.sample_open"), look="plain"))),
        example("closes", state("quiet", closes(t("gallery.sample_close")))),
        example("dialog", state("closed", opens("sample", t("gallery.sample_open"))), _dialog()),
        example("undo_toast", state("closed", button(t("gallery.sample_offer"), look="quiet", on_click=Gallery.make_offer)),
                undo_toast(Gallery.offer, t("gallery.sample_done"), on_undo=Gallery.end_offer, on_end=Gallery.end_offer)),
        example("icon", *[rx.el.span(icon(name), class_name="sign") for name in PATHS]),
        example("mark", mark()),
    ]


def _dialog() -> rx.Component:
    return dialog(
        "sample", t("gallery.sample_question"), rx.el.p(t("gallery.sample_text"), class_name="soft"),
        rx.el.div(button(t("gallery.sample_button"), look="bad"), closes(t("gallery.sample_close")), class_name="row"),
    )
