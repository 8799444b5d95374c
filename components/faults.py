"""What is shown where a page can't be: what it is, what to do, and a way on. portal_app/api/sorry.py says the same."""
import reflex as rx

from components.buttons import link_button
from components.parts import DocumentTitle, PageTitle
from components.surfaces import card
from components.words import t


def fault(kind: str, *more: rx.Component, lead: str = "", titled: bool = False) -> rx.Component:
    """`kind` names the words, `faults.<kind>` and `faults.<kind>_lead`; `lead` other words than the latter. `titled` where it
    stands at the address of another page: the document's title then says the same."""
    return card(
        DocumentTitle.create(words=t("titles.fault", what=t(f"faults.{kind}"))) if titled else rx.fragment(),
        rx.el.header(PageTitle.create(t(f"faults.{kind}"), step=kind), class_name="title"),
        rx.el.p(t(f"faults.{lead or f'{kind}_lead'}")), *more,
        rx.el.div(link_button(t("faults.home"), to="/"), class_name="row"), class_name="hero stack narrow",
    )
