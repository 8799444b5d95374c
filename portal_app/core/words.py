"""Every word the portal says, by key and language, from `portal_app/words/*.toml`."""
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "words"
FALLBACK = "en"


@cache
def catalog(language: str) -> dict[str, str]:
    """Flat `table.key` → text of one language."""
    return dict(_flatten(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))))


def _flatten(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in table.items():
        rows += _flatten(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, value)]
    return rows


@cache
def languages() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def page_language(wanted: str) -> str:
    """The language in which pages speak to who wants `wanted`: that one once its catalog is whole, until then English."""
    return wanted if wanted in languages() and keys() <= catalog(wanted).keys() else FALLBACK


def keys() -> set[str]:
    return set(catalog(FALLBACK))


def say(language: str, key: str, **params: Any) -> str:
    """The text of `key` in `language` (English where that language has none) with `{name}`s filled in.

    Raises KeyError for a key that doesn't exist, which a test looks for.
    """
    known = catalog(language) if language in languages() else {}
    return (known.get(key) or catalog(FALLBACK)[key]).format(**params)
