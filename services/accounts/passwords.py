"""What a password must be: long enough and hard to guess, and nothing else.

No rules of composition and no rotation, as NIST SP 800-63B-4, section 3.1.1.2, asks for: https://pages.nist.gov/800-63-4/sp800-63b.html
"""
from collections.abc import Sequence

from zxcvbn import zxcvbn

from portal_app.core.errors import Invalid

SHORTEST, LONGEST = 8, 256
"""Signs; the shortest that the standard allows where a second step follows."""
READ = 72
"""Signs of it that are looked at: no guess is longer."""
HARD_ENOUGH = 2
"""Of 0 to 4: not found within a million guesses."""


def check(password: str, *, about: Sequence[str] = (), field: str = "password") -> None:
    """Raises Invalid for one that is too short, too long, or easily guessed by who knows the person: `about` them are names."""
    if len(password) < SHORTEST:
        raise Invalid("password.too_short", field=field, shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("password.too_long", field=field, longest=LONGEST)
    if zxcvbn(password[:READ], user_inputs=[one for one in about if one])["score"] < HARD_ENOUGH:
        raise Invalid("password.easy", field=field)
