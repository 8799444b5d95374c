"""One visit: all about it, and what can be done with it."""
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from portal_app.core.errors import Conflict
from portal_app.core.words import say
from services import scheduling
from services.scheduling import VisitView
from state import live
from state.base import Base, Refused, handler
from state.booking_rows import again_address, move_address
from state.display import VisitRow, telephone, visit_row
from state.forms import asked, text
from state.me import know_me, offer_undo, undo_name, visits_topic

MAPS = "https://www.google.com/maps/search/"
"""Opens the maps that a phone or computer has: https://developers.google.com/maps/documentation/urls/get-started"""


@dataclass(frozen=True)
class VisitDetail:
    """What only the visit's own page shows. `move` is "" where it can't be moved; the others are addresses too."""

    directions: str
    maps: str
    telephone: str
    move: str
    again: str
    can_cancel: bool
    cancelled: bool


class Visit(Base, rx.State):
    visit: VisitRow | None = None
    detail: VisitDetail | None = None
    told: str = ""
    version: str = ""
    """Which visit is shown, as of which change: another one settles a question about it."""
    _version: int = 0
    _language: str = "en"

    @handler
    async def load(self) -> Any:
        """The visit that the address names."""
        me = await know_me(self)
        self._language = me.language
        live.watch(self, visits_topic(me), Visit.refresh)  # before reading, so that no change falls in between
        if self.visit and self.visit.id != asked(self, "visit"):
            out_of_date(self)
        self._show(await self.run(scheduling.visit, asked(self, "visit")))
        if self.version != me.undo:
            self.told = ""

    @handler
    async def refresh(self) -> Any:
        """The person's visits have changed, here or elsewhere."""
        if self.visit and self.visit.id == asked(self, "visit"):
            self._show(await self.run(scheduling.visit, self.visit.id))

    def _show(self, view: VisitView) -> None:
        self.visit, self.detail, self._version = visit_row(view, self._language), _detail(view), view.version
        self.version = undo_name(view)
        if view.status != "cancelled":
            self.told = ""

    @handler
    async def cancel(self, form: dict[str, Any]) -> Any:
        """Cancels the visit, and offers for a while to take that back."""
        if self.visit is None:  # this tab's state was lost with a process, and not what its address says
            self._show(await self.run(scheduling.visit, asked(self, "visit")))
        try:
            view = await self.run(scheduling.cancel, visit_id=asked(self, "visit"), version=self._version,
                                  reason=text(form, "reason"), note=text(form, "note"))
        except Refused as refused:
            await self._look_again(refused)
            raise
        self._show(view)
        self.told = say(self._language, "visit.told_cancelled")
        offer_undo(await know_me(self), view)

    async def _look_again(self, refused: Refused) -> None:
        """Someone was faster: shows the visit as it is now."""
        if isinstance(refused.error, Conflict) and self.visit:
            self._show(await self.run(scheduling.visit, self.visit.id))


def out_of_date(page: Visit) -> None:
    """It was changed on another page of this tab: nothing of it is shown, or can be clicked, until it is read anew."""
    page.visit, page.detail = None, None


def _detail(view: VisitView) -> VisitDetail:
    query = urlencode({"api": 1, "query": f"{view.location}, {view.address}"})
    return VisitDetail(
        directions=view.directions, maps=f"{MAPS}?{query}", telephone=telephone(view.practice_phone),
        move=move_address(view) if view.can_move else "", again=again_address(view), can_cancel=view.can_cancel,
        cancelled=view.status == "cancelled",
    )
