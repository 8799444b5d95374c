"""The codes of invitations: 50 bits of chance in signs that nobody mixes up, kept as a hash."""
import hashlib
import hmac
import secrets

from portal_app.core.settings import settings

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: https://www.crockford.com/base32.html"""
LENGTH = 10
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """Ten signs."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def hash_of(code: str) -> str:
    """What is kept of a code, however it was typed: in small letters, with spaces or dashes."""
    plain = "".join(sign for sign in code.upper().translate(ALIKE) if sign in SIGNS)
    return hmac.new(settings().secret_key.encode(), f"invitation:{plain}".encode(), hashlib.sha256).hexdigest()
