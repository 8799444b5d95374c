"""What content lies on, and what stands in for it."""
import reflex as rx

from components.buttons import link_button
from components.faults import fault
from components.icons import icon
from components.shell import title
from components.surfaces import FACTS, alert, card, done, empty, heading, note, pill, steps, told, waiting
from components.words import t
from pages.gallery.example import example, state

KINDS = ("", "good", "warn", "bad")
FAULTS = ("not_found", "not_allowed", "unavailable", "broken")


def examples() -> list[rx.Component]:
    text, long = t("gallery.sample_text"), t("gallery.sample_long")
    message = rx.Var.create(text)
    return [
        example("title", rx.el.div(title(t("gallery.sample_question"), lead=t("gallery.sample_hint"))), takes_focus=True),
        example("card", state("plain_card", card(rx.el.p(text))), state("hero", card(rx.el.p(text), class_name="hero")),
                state("long", card(rx.el.p(long)))),
        example("heading", card(heading(t("gallery.sample_label"), t("gallery.sample_hint")))),
        example("alert", alert(message), alert(rx.Var.create(long)), takes_focus=True),
        example("done", done(message), takes_focus=True),
        example("told", told(message), takes_focus=True),
        example("note", *[note(icon("clock"), rx.el.p(text), kind=kind) for kind in ("warn", "calm", "good", "bad")]),
        example("pill", *[pill(t("gallery.sample_pill"), kind) for kind in KINDS]),
        example("empty", card(empty(text, link_button(t("gallery.sample_button"), to="/demo/components", look="quiet")))),
        example("waiting", state("loading", card(waiting(24, 48, 48))), state("facts", card(waiting(84, FACTS)))),
        example("steps", *[steps(number, 3) for number in (1, 2, 3)]),
        example("fault", *[fault(kind) for kind in FAULTS], takes_focus=True),
    ]
