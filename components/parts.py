"""What has to happen in the browser itself, wrapped for pages: see assets/parts.js."""
from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML
from reflex_components_core.react_router.dom import ReactRouterLink


class _Part(rx.Component):
    library = "$/public/parts.js"


class BusyButton(_Part):
    """A button that shows it is working, and takes no second click, until `answered` changes."""

    tag = "BusyButton"
    answered: rx.Var[int]
    type: rx.Var[str]


class Slow(_Part):
    """Shows its children while a click has waited for its answer for long."""

    tag = "Slow"


class PageTitle(_Part):
    """The h1. `step` tells apart what one address shows in turn; `first` is the field that then takes the focus, if one does."""

    tag = "PageTitle"
    step: rx.Var[str]
    first: rx.Var[str]


class DocumentTitle(_Part):
    """The title of the document where it isn't its address's own, since something else is shown there."""

    tag = "DocumentTitle"
    words: rx.Var[str]


class PageLanguage(_Part):
    """Keeps `<html lang>` with the person's language."""

    tag = "PageLanguage"
    language: rx.Var[str]


class PageLook(_Part):
    """Wears the person's theme and text size, and keeps them in the browser for the next first paint."""

    tag = "PageLook"
    theme: rx.Var[str]
    text: rx.Var[str]


class TryLook(_Part):
    """Wears `theme` while it is on the page, and keeps nothing of it; "" for what the person chose."""

    tag = "TryLook"
    theme: rx.Var[str]


class Saved(_Part):
    """In a form: says `told` once it was saved, until something in it changes. `saved` counts the savings."""

    tag = "Saved"
    saved: rx.Var[int]
    told: rx.Var[str]


class FileLink(_Part):
    """A link to a file; says `told` beside it once it is followed."""

    tag = "FileLink"
    href: rx.Var[str]
    told: rx.Var[str]


class LeaveQuestion(_Part):
    """Asks before the page is left with changes that are not saved."""

    tag = "LeaveQuestion"
    question: rx.Var[str]


class NativeForm(_Part):
    """A form posted by the browser, with hidden `fields`; sends itself as soon as `send` is not empty."""

    tag = "NativeForm"
    action: rx.Var[str]
    fields: rx.Var[dict[str, str]]
    send: rx.Var[str]


class ErrorSummary(_Part):
    """All that is wrong with a form; takes the focus."""

    tag = "ErrorSummary"
    errors: rx.Var[dict[str, str]]
    heading: rx.Var[str]


class Told(_Part):
    """A message that takes the focus; nothing while it is empty."""

    tag = "Told"
    message: rx.Var[str]
    role: rx.Var[str]


class Dialog(_Part):
    """The browser's own modal dialog, which closes when `settled` changes."""

    tag = "Dialog"
    settled: rx.Var[str]


class Countdown(_Part):
    """Counts from `now`, the server's time, to `until`, both ISO 8601. Children are shown at the end."""

    tag = "Countdown"
    until: rx.Var[str]
    now: rx.Var[str]
    text: rx.Var[str]
    soon: rx.Var[str]
    on_end: rx.EventHandler[rx.event.no_args_event_spec]


class Toast(_Part):
    """Something that can be taken back for `seconds`; shown while `name`, which tells one offer from another, is not empty.
    Attention that rests on it stops the time, but no longer than `longest` seconds in all."""

    tag = "Toast"
    name: rx.Var[str]
    message: rx.Var[str]
    undo: rx.Var[str]
    close: rx.Var[str]
    seconds: rx.Var[int]
    longest: rx.Var[int]
    on_undo: rx.EventHandler[rx.event.no_args_event_spec]
    on_end: rx.EventHandler[rx.event.no_args_event_spec]


class Idle(_Part):
    """The question whether the person is still there, `warning` seconds before `seconds` without a sign of them in any tab are
    over; then the browser signs out. Children are the question, with a `data-left` for the time and a `data-stay` button.
    `on_stay` is told, once a minute at the most, that they are.
    """

    tag = "Idle"
    seconds: rx.Var[int]
    warning: rx.Var[int]
    on_stay: rx.EventHandler[rx.event.no_args_event_spec]


class Reference(_Part):
    """The reference in the page's address after its children's words; nothing where there is none."""

    tag = "Reference"


class NativeLink(BaseHTML):
    """A link the browser follows by itself: to a server route, a new tab or a place on this page."""

    tag = "a"
    href: rx.Var[str]
    target: rx.Var[str]


def page_link(*children: Any, to: str | rx.Var[str], **props: Any) -> rx.Component:
    """A link to another page of the portal, without loading it anew."""
    return ReactRouterLink.create(*children, to=to, **props)
