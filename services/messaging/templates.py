"""The text messages' wording: practice, day and time, never a reason or a clinician; one part where possible.

A part holds 160 signs of the phones' own alphabet (GSM 03.38), and 70 as soon as one sign is none of it.
"""
import unicodedata
from datetime import datetime

import gsm0338  # noqa: F401  (registers the codec "gsm03.38")

from portal_app.core import display, words

VARIANTS = "\ufe0e\ufe0f"
"""Say how an emoji is drawn."""
ONE, EACH = {True: 160, False: 70}, {True: 153, False: 67}
"""Signs in a message of one part, and in each part of several, with and without the phones' own alphabet."""
LONGEST_NAME, BRAND = 40, "Carelane"
SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " "})


def about_visit(language: str, name: str, *, practice: str, phone: str, starts_at: datetime, zone: str) -> str:
    """The message `text_messages.<name>` about a visit at `starts_at`, told in its `zone`."""
    said = {"day": display.short_day(starts_at, zone, language), "time": display.clock_time(starts_at, zone, language),
            "zone": display.zone_name(starts_at, zone, "en")}  # MST, in Spanish too: the places are American
    return _say(language, name, practice=plain(practice, LONGEST_NAME) or BRAND, phone=phone, **said)


def code(language: str, code: str) -> str:
    return _say(language, "sign_in_code", code=code)


def reply(language: str, name: str) -> str:
    """What `text_messages.reply_<name>` says to somebody who wrote to us."""
    return _say(language, f"reply_{name}")


def _say(language: str, name: str, **params: str) -> str:
    return " ".join(plain(words.say(language, f"text_messages.{name}", **params)).split())


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
