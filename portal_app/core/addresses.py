"""Addresses that a browser names and that we are asked to go to."""
from urllib.parse import urlsplit


def same_site(address: str) -> str:
    """`address` if it is a path of this portal, else the home page: a link must not lead a signed-in person away."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain and address.isprintable() and not parts.scheme and not parts.netloc else "/"
