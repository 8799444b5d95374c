"""Passwords, codes, tickets and cookies: made here, stored only as hashes."""
import hashlib
import hmac
import secrets

from passlib.hash import argon2

from portal_app.core.settings import settings

# RFC 9106's second recommended option with fewer passes: 64 MiB, 2 passes, about 60 ms on one core.
HASHER = argon2.using(type="ID", memory_cost=65536, rounds=2, parallelism=1)
# What an unknown name's password is compared with, so that the answer takes as long as a known one's.
NOBODY = HASHER.hash(secrets.token_hex())


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def password_matches(password: str, password_hash: str | None) -> bool:
    """Always the work of one argon2id comparison, also where there is nothing to compare with."""
    right = HASHER.verify(password, password_hash or NOBODY)
    return right and password_hash is not None


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def hash_code(challenge_id: str, code: str) -> str:
    """Keyed and bound to its challenge: six digits alone would be found from a plain hash at once."""
    return hmac.new(settings().secret_key.encode(), f"{challenge_id}:{code}".encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    """256 bits, for a cookie or a ticket."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 in hex: enough for what has 256 bits of its own."""
    return hashlib.sha256(token.encode()).hexdigest()
