"""What can be refused, and how it is told. Declared once; a service raises, the state's `run` tells.

    AppError
    ├── NotSignedIn          no session, or one that has ended
    ├── NotFound             it doesn't exist, or isn't this person's: the same answer
    ├── NotAllowed           the person is known and may not
    ├── Invalid              something typed can't be used; names its field
    ├── TooMany              asked too often; says in how many seconds again
    ├── Unavailable          a part we need doesn't answer
    └── Conflict             someone or something was faster
        ├── TimeTaken        the time went to someone else; carries the nearest free ones
        ├── HoldExpired      the time is no longer held
        ├── Outdated         what was typed is for a version that is no longer the newest
        └── AlreadyCancelled
"""
from typing import Any


class AppError(Exception):
    """Base of every refusal. `key` names its words, `field` the form field it concerns ("" for the page)."""

    key = "errors.something_went_wrong"

    def __init__(self, key: str = "", *, field: str = "", **params: Any) -> None:
        self.key, self.field, self.params = key or type(self).key, field, params
        super().__init__(self.key)


class NotSignedIn(AppError):
    key = "errors.not_signed_in"


class NotFound(AppError):
    key = "errors.not_found"


class NotAllowed(AppError):
    key = "errors.not_allowed"


class Invalid(AppError):
    key = "errors.invalid"


class TooMany(AppError):
    """Asked too often. `retry_after` is in seconds."""

    key = "errors.too_many"

    def __init__(self, retry_after: int, key: str = "", *, field: str = "") -> None:
        self.retry_after = max(1, retry_after)
        super().__init__(key, field=field, seconds=self.retry_after, minutes=-(-self.retry_after // 60))


class Unavailable(AppError):
    """The words hold a reference, since it is a failure of ours."""

    key = "errors.unavailable"


class Conflict(AppError):
    key = "errors.conflict"


class TimeTaken(Conflict):
    """The time is gone. `nearest` holds the free times closest to it (scheduling.FreeTime)."""

    key = "errors.time_taken"

    def __init__(self, nearest: list[Any]) -> None:
        self.nearest = nearest
        super().__init__()


class HoldExpired(Conflict):
    key = "errors.hold_expired"


class Outdated(Conflict):
    """A form was saved elsewhere since it was read. Nothing is lost: it is shown, and saved again at the new version."""

    key = "errors.outdated"


class AlreadyCancelled(Conflict):
    key = "errors.already_cancelled"
