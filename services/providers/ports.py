"""What a provider of text messages can do, and every way its answer can turn out."""
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as a provider needs it. `key` is `<tenant>.<id>`; `lifetime` is in seconds; `sender` is a number of ours,
    "" for whichever the messaging service chooses.
    """

    key: str
    recipient: str
    body: str
    lifetime: int
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it, under its own id."""

    sid: str
    word = "accepted"


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never be sent: the number or the text is at fault."""

    code: int
    word = "refused"


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing was sent, for a reason that passes; may be tried again, not before `after` seconds."""

    after: float = 0
    code: int | None = None
    word = "later"


@dataclass(frozen=True, slots=True)
class Slower:
    """Nothing was sent because we ask too much; may be tried again after `after` seconds."""

    after: float
    code: int | None = None
    word = "slower"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """It left the house and no answer came: sent or not, nobody can tell."""

    word = "unanswered"


Outcome = Accepted | Refused | Later | Slower | Unanswered


@dataclass(frozen=True, slots=True)
class Known:
    """A message as the provider knows it; `status` in its own words."""

    sid: str
    body: str
    status: str
    at: datetime


class Unreachable(Exception):
    """The provider can't be asked."""


class TextProvider(Protocol):
    def send(self, message: Outgoing) -> Outcome:
        """Sends once; network trouble is an outcome, not an error."""

    def known(self, recipient: str) -> list[Known]:
        """The newest messages to `recipient`, newest first. Raises Unreachable."""
