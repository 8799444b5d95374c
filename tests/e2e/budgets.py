"""What each page may cost. Statements are exact; bytes and counts are ceilings; times are the customer's own limit.

Statements are those of each service call on the page's load. Two of each are the same: opening the transaction's context
and looking the session up. A number that goes up is one query more for each of 20 million people.
"""
from dataclasses import dataclass

SLOWEST = 3.0
"""Seconds within which every transaction must be done."""


@dataclass(frozen=True)
class Budget:
    """`statements` by service, exact; `js` in bytes as sent, `frames` and `frame_bytes` both ways on the socket."""

    statements: dict[str, int]
    js: int = 170_000
    requests: int = 12
    frames: int = 10
    frame_bytes: int = 12_000
    who: str = "Alice"
    live: bool = False
    """Read again by itself every few seconds, perhaps while the test looks."""


ME = {"state.me._myself": 2}
"""Finding out who is signed in: once for a tab."""
PAGES = {
    "/": Budget(ME | {"services.scheduling.visits.home": 4}),
    "/visits": Budget(ME | {"services.scheduling.visits.visits": 4}),
    "/visits?show=past": Budget(ME | {"services.scheduling.visits.visits": 4}),
    "/visits/visit?visit={visit}": Budget(ME | {"services.scheduling.visits.visit": 5}),
    "/visits/book": Budget(ME | {"services.scheduling.choices.booking_choices": 7}),
    "/account": Budget(ME | {"services.accounts.account.account": 4, "services.accounts.contact.text_troubles": 4,
                           "services.accounts.contact.practices": 4}),
    "/sign-in": Budget({"services.accounts.demo.demo_people": 0, "services.demo_phone.is_there": 0}),
    "/join?code=ABCDE12345": Budget({}),
    "/reset": Budget({}),
    "/admin/invitations": Budget(ME | {"services.onboarding.campaigns.overview": 8}, who="Dan"),
    "/admin/reminders": Budget(ME | {"services.messaging.reminder_times.reminder_times": 4}, who="Dan"),
    "/demo/components": Budget({"services.accounts.demo.demo_people": 0}),
    "/admin/messages": Budget(
        ME | {"services.messaging.operations.overview": 5}, frames=16, frame_bytes=24_000, who="Otis", live=True),
    "/admin/messages?show=day": Budget(
        ME | {"services.messaging.operations.overview": 5}, frames=16, frame_bytes=24_000, who="Otis", live=True),
    "/admin/messages/undelivered": Budget(ME | {"services.messaging.dead_letters.dead_letters": 6}, who="Otis",
                                         frame_bytes=24_000),  # a full page of them
    "/admin/messages/story?tx={tx}": Budget(ME | {"services.messaging.dead_letters.story": 8}, who="Otis"),
    "/demo/phone": Budget({"services.demo_phone.people": 0, "services.demo_phone.messages": 0}),
}

EVENTS = {
    "services.scheduling.free_times.free_times": {8, 10},
    "services.scheduling.holds.hold": {13, 16},
    "services.scheduling.holds.held": {5, 7},
    "services.scheduling.holds.extend_hold": {6},
    "services.scheduling.holds.book": {10},
    "services.scheduling.visits.visit": {5},
    "services.scheduling.changes.move": {14},
    "services.scheduling.changes.cancel": {12},
    "services.scheduling.changes.undo_cancel": {11},
    "services.accounts.sign_in.start_sign_in": {21},
    "services.accounts.sign_in.check_code": {8},
}
"""Statements of what people do on a page, exact, each with the context of its transactions. Where there are two numbers,
the second is for moving a visit, which is looked up as well."""
