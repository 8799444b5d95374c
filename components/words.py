"""The words of pages and components, all from the catalog."""
from typing import Any

from portal_app.core.words import say


def t(key: str, **params: Any) -> str:
    """The text of `key`. Variables of state may be among `params`: the browser fills them in.

    English is the only language now. With a second one this answers `rx.match(Me.language, …)` over the catalogs, and
    no page changes.
    """
    return say("en", key, **params)
