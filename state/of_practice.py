"""What the pages about one of several practices share: which one it is, and the way to another."""
from typing import Any, Protocol

import reflex as rx

from state.base import handler


class Seen(Protocol):
    """What a service tells of one practice, and of all that there are to choose from."""

    practice_id: str
    practice: str
    practices: list[tuple[str, str]]


class OfPractice(rx.State, mixin=True):
    practice_id: str = ""
    practice: str = ""
    practices: list[list[str]] = []
    """Ids and names, where there is more than one to choose from."""

    def _show_practice(self, seen: Seen) -> None:
        self.practice_id, self.practice = seen.practice_id, seen.practice
        self.practices = [list(one) for one in seen.practices] if len(seen.practices) > 1 else []

    @handler
    async def go(self, practice_id: str) -> Any:
        """To another of one's practices."""
        if practice_id in [one[0] for one in self.practices]:
            return rx.redirect(f"{self.router.url.path}?practice={practice_id}")
