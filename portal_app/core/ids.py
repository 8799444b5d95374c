"""Row ids: UUID version 7, so that new rows stand together in every index (RFC 9562, section 5.7)."""
import secrets
import time
from uuid import UUID

from portal_app.core.errors import NotFound


def new_id() -> UUID:
    """48 bits of milliseconds, then chance."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 7 << 76
    return UUID(int=number & ~(0x3 << 62) | 2 << 62)


def parse(text: str | UUID) -> UUID:
    """The id that a browser sent. Raises NotFound for what is none: it names nothing that exists."""
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise NotFound from None
