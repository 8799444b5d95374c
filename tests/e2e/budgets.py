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
    requests: int = 16
    frames: int = 10
    frame_bytes: int = 12_000


ME = {"state.me._myself": 2}
"""Finding out who is signed in: once for a tab."""
PAGES = {
    "/": Budget(ME | {"services.scheduling.visits.home": 4}),
    "/visits": Budget(ME | {"services.scheduling.visits.visits": 4}),
    "/visits?show=past": Budget(ME | {"services.scheduling.visits.visits": 4}),
    "/visits/book": Budget(ME | {"services.scheduling.choices.booking_choices": 7}),
    "/account": Budget(ME | {"services.accounts.account.account": 4}),
    "/sign-in": Budget({"services.accounts.demo.demo_people": 0}),
    "/demo/phone": Budget({"services.demo_phone.people": 0, "services.demo_phone.messages": 0}),
}
