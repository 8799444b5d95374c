"""What stands around every page: navigation at the side or, on phones, below; the way past it; the page's title."""
from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_too_many_connection_errors

from components.buttons import button
from components.faults import fault
from components.icons import icon, mark
from components.parts import Idle, NativeForm, NativeLink, PageLanguage, PageLook, PageTitle, Slow, page_link
from components.surfaces import alert, done, note
from components.toast import undo_toast
from components.words import t

PLACES = (
    ("home", "/"),
    ("visits", "/visits"),
    ("book", "/visits/book"),
    ("messages", "/admin/messages"),
    ("invitations", "/admin/invitations"),
    ("reminders", "/admin/reminders"),
    ("account", "/account"),
)
FOR_PATIENTS = ("visits", "book")


def shell(*children: Any, here: str, me: Any, current: str | rx.Var[str] | None = None) -> rx.Component:
    """A page of someone signed in. `here` is its place in the navigation, `me` the state of who that is. `current` is the place
    to be marked where that depends on what the page is used for.

    Who has no chart is told so where patients go: that such pages exist is no secret, and services show them nothing.
    """
    content = rx.cond(me.without_chart, fault("not_allowed", lead="patients_lead", titled=True), rx.fragment(*children))
    shown = [content] if here in FOR_PATIENTS else children
    place = here if current is None else current
    return rx.el.div(
        _way_past(), PageLanguage.create(language=me.language), PageLook.create(theme=me.theme, text=me.text_size),
        rx.el.aside(_brand(), _navigation(place, me, "nav"), _person(me), class_name="side"),
        rx.el.main(_offline(), *_taking_back(me), *shown, id="main", tab_index=-1, class_name="stack"),
        _navigation(place, me, "bar"), _still_there(me), class_name="shell",
    )


def plain_shell(*children: Any, class_name: str = "") -> rx.Component:
    """A page for anyone, without navigation."""
    return rx.el.div(
        _way_past(), rx.el.header(_brand(), class_name="top"),
        rx.el.main(_offline(), *children, id="main", tab_index=-1, class_name="stack"),
        class_name=f"plain-shell {class_name}".strip(),
    )


def title(text: str | rx.Var[str], *, lead: str | rx.Var[str] | rx.Component = "", step: str | rx.Var[str] = "",
          first: str = "") -> rx.Component:
    """The page's h1 with a line above it. `first` is the field to begin with, where the step has one."""
    return rx.el.header(
        rx.el.p(lead, class_name="soft lead") if not isinstance(lead, str) or lead else rx.fragment(),
        PageTitle.create(text, step=step, first=first), class_name="title",
    )


def sign_out(look: str = "btn plain") -> rx.Component:
    """Leaves by a full navigation, after which nothing of this person is left in the browser."""
    return NativeForm.create(
        rx.el.button(icon("sign_out"), t("account.sign_out"), type="submit", class_name=look), action="/session/end")


def _way_past() -> rx.Component:
    return NativeLink.create(t("shell.skip"), href="#main", class_name="skip")


def _brand() -> rx.Component:
    return page_link(mark(), t("brand"), to="/", class_name="mark")


def _navigation(current: str | rx.Var[str], me: Any, look: str) -> rx.Component:
    places = [_place(name, address, current, me) for name, address in PLACES]
    return rx.el.nav(*places, aria_label=t(f"shell.{look}"), class_name=look)


def _place(name: str, address: str, current: str | rx.Var[str], me: Any) -> rx.Component:
    marked = {"aria-current": rx.cond(current == name, "page", "false")}
    link = page_link(icon(name), t(f"shell.{name}"), to=address, custom_attrs=marked)
    for_staff = {"messages": me.sees_messages, "invitations": me.invites, "reminders": me.sets_reminders}
    if name in for_staff:
        return rx.cond(for_staff[name], link, rx.fragment())
    return rx.cond(me.without_chart, rx.fragment(), link) if name in FOR_PATIENTS else link


def _taking_back(me: Any) -> list[rx.Component]:
    """What the person can still take back, on whatever page they are, and what came of it."""
    return [undo_toast(me.undo, t("toast.cancelled"), on_undo=me.take_back, on_end=me.leave_it), done(me.told), alert(me.alert)]


def _person(me: Any) -> rx.Component:
    return rx.el.div(rx.el.p(me.name, class_name="person"), sign_out("btn plain small"), class_name="side-end")


def _still_there(me: Any) -> rx.Component:
    """Asked before a session that lies idle ends."""
    return Idle.create(
        rx.el.h2(t("idle.question"), id="idle-question"),
        rx.el.p(t("idle.left"), rx.el.b(class_name="num", custom_attrs={"data-left": ""})),
        rx.el.div(button(t("idle.stay"), custom_attrs={"data-stay": ""}), sign_out("btn quiet"), class_name="row"),
        seconds=me.asked_after, warning=60, on_stay=me.stay, class_name="dialog",
        custom_attrs={"aria-labelledby": "idle-question"},
    )


def _offline() -> rx.Component:
    # Shown at the second failed try: the first one is every short break of a phone's connection.
    return rx.cond(
        has_too_many_connection_errors, note(icon("alert"), rx.el.p(t("shell.offline")), role="status"),
        Slow.create(icon("clock"), rx.el.p(t("shell.slow")), class_name="notice warn"))
