"""The alphabet of text messages (GSM 03.38): what fits into it, and what a message costs.

A part holds 160 signs of that alphabet, and 70 as soon as one sign is none of it.
"""
import unicodedata

import gsm0338  # noqa: F401  (registers the codec "gsm03.38")

VARIANTS = "\ufe0e\ufe0f"
"""Say how an emoji is drawn."""
ONE, EACH = {True: 160, False: 70}, {True: 153, False: 67}
"""Signs in a message of one part, and in each part of several, with and without the phones' own alphabet."""
SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " "})


def plain(text: str, longest: int = 0) -> str:
    """The same in the phones' own alphabet where that can be: accents that it lacks are dropped, and so are emoji. Letters
    of other scripts stay, whatever they cost.

    With `longest`, cut there, at a word where there is one.
    """
    kept = "".join(_sign(sign) for sign in text.translate(SAME))
    kept = " ".join(kept.split()) if longest else kept
    if longest and len(kept) > longest:
        kept = kept[:longest].rsplit(" ", 1)[0].rstrip(" ,.-&")
    return kept


def _sign(sign: str) -> str:
    if is_gsm(sign):
        return sign
    bare = "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))
    if bare and is_gsm(bare):
        return bare
    return sign if unicodedata.category(sign)[0] in "LNM" and sign not in VARIANTS else ""


def is_gsm(text: str) -> bool:
    """Whether every sign is in the phones' own alphabet."""
    try:
        text.encode("gsm03.38")
    except UnicodeError:
        return False
    return True


def segments(text: str) -> int:
    """In how many parts the message travels, each of which is paid for."""
    gsm = is_gsm(text)
    length = len(text.encode("gsm03.38")) if gsm else len(text.encode("utf-16-be")) // 2
    return 1 if length <= ONE[gsm] else -(-length // EACH[gsm])
