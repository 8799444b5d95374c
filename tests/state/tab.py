"""A browser tab without a browser: its states, its address, and the session that its socket brought."""
import asyncio
from typing import Any, TypeVar

import reflex as rx
from reflex.istate.data import RouterData

from tests.cast import Person

S = TypeVar("S", bound=rx.State)


class Tab:
    """What `person` (nobody where None) has open at `address`."""

    def __init__(self, person: Person | None = None, address: str = "/") -> None:
        self.root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.session = person.actor.session_hash if person else ""
        self.go(address)

    def go(self, address: str) -> None:
        """Changes the address, without what its page would load."""
        headers = {"authorization": self.session} if self.session else {}
        self.root.router = RouterData.from_router_data({
            "token": f"tab-{id(self)}", "ip": "127.0.0.1", "headers": {"origin": "http://localhost", **headers},
            "pathname": address.partition("?")[0], "asPath": address,
        })

    def state(self, cls: type[S]) -> S:
        return self.root.get_substate(cls.get_full_name().split("."))  # type: ignore[return-value]

    def do(self, handler: Any, *args: Any) -> Any:
        """Runs one event; answers what the handler answers, such as a redirect."""
        state = self.root.get_substate(handler.state_full_name.split("."))
        return asyncio.run(handler.fn(state, *args))

    def opens(self, address: str, handler: Any) -> Any:
        """Goes to a page and runs what loads it."""
        self.go(address)
        return self.do(handler)


def target(event: Any) -> str:
    """Where a redirect leads."""
    return next(str(value).strip('"') for name, value in event.args if str(name) == "path")
