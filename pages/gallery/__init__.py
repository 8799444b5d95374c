"""Every component in every state, with when to use it: where what is new begins, and where all of it is looked over."""
import reflex as rx

from components.fields import select
from components.parts import NativeLink, TryLook
from components.shell import plain_shell, title
from components.surfaces import card, waiting
from components.words import t
from pages.gallery import buttons, fields, surfaces, visits
from pages.not_found import nothing_here
from state.gallery import LOOKS, Gallery

FAMILIES = {"buttons": buttons.examples, "fields": fields.examples, "surfaces": surfaces.examples, "visits": visits.examples}


def page() -> rx.Component:
    return plain_shell(rx.cond(Gallery.missing, nothing_here(), rx.cond(Gallery.loaded, _gallery(), card(waiting(48, 200)))))


def _gallery() -> rx.Component:
    return rx.el.div(
        TryLook.create(theme=Gallery.look),
        title(t("gallery.title")), rx.el.p(t("gallery.lead"), class_name="soft"),
        select("look", t("gallery.look"), _looks(), value=Gallery.look, on_change=Gallery.wear),
        rx.el.nav(*[NativeLink.create(t(f"gallery.{name}"), href=f"#{name}") for name in FAMILIES],
                  class_name="row", aria_label=t("gallery.families")),
        *[_family(name) for name in FAMILIES], class_name="stack",
    )


def _looks() -> rx.Component:
    return rx.fragment(*[rx.el.option(t(f"gallery.look_{name}"), value=value) for name, value in LOOKS.items()])


def _family(name: str) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t(f"gallery.{name}"), class_name="family-name"), *FAMILIES[name](),
        id=name, class_name="family stack", custom_attrs={"aria-label": t(f"gallery.{name}")})
