"""The text messages' wording: practice, day and time, never a reason or a clinician; one part where possible."""
from datetime import datetime

from models.accounts import LANGUAGES
from portal_app.core import display, words
from portal_app.core.phone_alphabet import plain

LONGEST_NAME, BRAND = 40, "Carelane"


def about_visit(language: str, name: str, *, practice: str, phone: str, starts_at: datetime, zone: str) -> str:
    """The message `text_messages.<name>` about a visit at `starts_at`, told in its `zone`."""
    language = written(language)
    said = {"day": display.short_day(starts_at, zone, language), "time": display.clock_time(starts_at, zone, language),
            "zone": display.zone_name(starts_at, zone, "en")}  # MST, in Spanish too: the places are American
    return _say(language, name, practice=plain(practice, LONGEST_NAME) or BRAND, phone=phone, **said)


def code(language: str, code: str) -> str:
    return _say(language, "sign_in_code", code=code)


def password_code(language: str, code: str) -> str:
    return _say(language, "password_code", code=code)


def password_changed(language: str) -> str:
    return _say(language, "password_changed")


def invitation(language: str, *, practice: str, link: str) -> str:
    """An invitation to make an account at `link`."""
    return _say(language, "invitation", practice=plain(practice, LONGEST_NAME) or BRAND, link=link)


def reply(language: str, name: str) -> str:
    """What `text_messages.reply_<name>` says to somebody who wrote to us."""
    return _say(language, f"reply_{name}")


def written(language: str) -> str:
    """The language that a person of `language` is written in: English unless it is one that texts are in."""
    return language if language in LANGUAGES else "en"


def _say(language: str, name: str, **params: str) -> str:
    return " ".join(plain(words.say(written(language), f"text_messages.{name}", **params)).split())
