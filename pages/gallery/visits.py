"""A visit, wherever one is shown."""
import dataclasses

import reflex as rx

from components.surfaces import card
from components.visit import (
    calendar_link,
    date_tile,
    row_list,
    soon_pill,
    status_pill,
    time_head,
    visit_facts,
    visit_line,
    visit_link,
)
from components.words import t
from pages.gallery.example import example, state
from state.display import DayTile, VisitRow

SAID = {"title": "title", "reason": "title", "clinician": "title", "when": "when", "long_day": "when", "time": "when",
        "day_and_time": "when", "place": "place", "address": "address", "preparation": "prepare", "phone": "value",
        "change_hint": "text"}
"""Which sample each text of a visit shows."""


def examples() -> list[rx.Component]:
    row, missed = rx.Var.create(_row()), rx.Var.create(_row(status="no_show", kind="warn"))
    wordy = dataclasses.replace(_row(), **dict.fromkeys(("title", "place"), t("gallery.sample_long")))
    long = rx.Var.create(wordy)
    return [
        example("date_tile", date_tile(row.day)),
        example("visit_line", state("coming", card(visit_line(row, soon_pill(row)))),
                state("confirmed", card(visit_line(rx.Var.create(dataclasses.replace(_row(), confirmed=t("visit.confirmed")))))),
                state("past", card(visit_line(missed, status_pill(missed)))),
                state("long", card(visit_line(long, soon_pill(long))))),
        example("soon_pill", soon_pill(row)),
        example("status_pill", status_pill(row), status_pill(missed)),
        example("time_head", card(time_head(row), class_name="hero")),
        example("visit_facts", card(visit_facts(row), class_name="hero")),
        example("visit_link", visit_link(row, t("gallery.sample_button"), look="btn quiet")),
        example("calendar_link", calendar_link(row, t("gallery.sample_button"))),
        example("row_list", card(row_list(rx.Var.create([_row(), _row()]), lambda one: rx.el.b(one.title)))),
    ]


def _row(status: str = "booked", kind: str = "") -> VisitRow:
    """A visit as no clinic has one."""
    said = {name: t(f"gallery.sample_{words}") for name, words in SAID.items()}
    return VisitRow(**said, id="example", day=DayTile(*t("gallery.sample_day").split()), confirmed="", upcoming=True,
                    soon=t("times.today"), soon_kind="warn", status_words=t(f"status.{status}"), status_kind=kind)
