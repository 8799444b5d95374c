"""How each class of text messages goes, live: what waits, how fast it is sent, and what was given up."""
import reflex as rx

from components.chart import ClassCharts, Moment
from components.surfaces import card, heading, pill, waiting
from components.visit import row_list
from components.words import t
from pages.messages.parts import messages_page
from state.message_figures import MessageFigures
from state.message_rows import CauseRow, ClassRow

UNITS = {unit: t(f"durations.{unit}", count="{count}") for unit in ("ms", "s", "min", "h")}
WORDS = {name: t(f"messages.chart_{name}", value="{value}")
         for name in ("sent", "relay", "waiting", "time", "table", "most", "empty")}


def page() -> rx.Component:
    return messages_page(
        rx.cond(MessageFigures.loaded, _classes(), rx.cond(MessageFigures.alert == "", _loading())),
        state=MessageFigures, here=MessageFigures.span, lead=_lead())


def _lead() -> rx.Component:
    return rx.el.span(
        rx.cond(MessageFigures.loaded, rx.fragment(
            rx.cond(MessageFigures.everywhere, t("messages.everywhere"), t("messages.own")), t("punctuation.dot"),
            Moment.create(at=MessageFigures.at, class_name="num")), t("punctuation.blank")))


def _classes() -> rx.Component:
    return rx.fragment(
        rx.el.p(pill(MessageFigures.circuit, MessageFigures.circuit_kind)),
        rx.el.div(rx.foreach(MessageFigures.classes, _class), class_name="two even classes"),
        rx.cond(MessageFigures.everywhere, rx.fragment(), rx.el.p(t("messages.by_the_quarter"), class_name="soft small")))


def _class(row: rx.Var[ClassRow]) -> rx.Component:
    return card(
        rx.el.div(heading(row.name, row.about), pill(row.verdict, row.verdict_kind), class_name="row between class-head"),
        rx.el.p(row.promise, rx.cond(row.in_time != "", rx.fragment(" ", row.in_time)), class_name="small"),
        rx.el.dl(
            _figure(t("messages.waiting"), row.waiting, rx.cond(row.oldest != "", t("messages.oldest", time=row.oldest), "")),
            rx.cond(row.later != "", _figure(t("messages.later"), row.later)), _figure(t("messages.rate"), row.rate),
            _figure(t("messages.p50"), row.p50), _figure(t("messages.p95"), row.p95), _figure(t("messages.p99"), row.p99),
            _figure(t("messages.repeats"), row.repeats), class_name="figures"),
        ClassCharts.create(accepted=row.accepted, p95=row.relay, waiting=row.waits, since=MessageFigures.since,
                           step=MessageFigures.step, target=row.target, words=WORDS, units=UNITS),
        rx.cond(row.causes.length() > 0, rx.el.div(
            rx.el.h3(t("messages.given_up"), class_name="small"), row_list(row.causes, _cause), class_name="causes")),
        class_name="stack", key=row.urgency)


def _figure(name: str, value: rx.Var[str], more: rx.Var[str] | str = "") -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(rx.cond(value != "", value, t("messages.none")), class_name="num"),
                     rx.el.dd(more, class_name="smaller soft num"))


def _cause(row: rx.Var[CauseRow]) -> rx.Component:
    return rx.fragment(rx.el.span(row.words, class_name="grow"), rx.el.b(row.count, class_name="num"))


def _loading() -> rx.Component:
    return rx.el.div(*[card(waiting(56, 24, 150, 260)) for _ in range(4)], class_name="two even classes")
