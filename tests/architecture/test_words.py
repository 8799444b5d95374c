"""Every word comes from the catalog: none in pages or components, none missing, none unused."""
import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from portal_app.core.phone_alphabet import is_gsm, plain
from portal_app.core.words import catalog, keys

ROOT = Path(__file__).parents[2]
CODE = ("portal_app", "components", "pages", "state", "services", "tasks")
READ = {"aria_label", "placeholder", "title", "alt", "label", "hint"}
"""What is read to a person, of the keyword arguments."""
LETTERS, SENTENCE = re.compile(r"[^\W\d_]"), re.compile(r"[A-Z]|[.,!?…]( |$)")
"""In an element any letter is a word; elsewhere class names and ids are lower case, and words begin with a capital."""


def trees(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def literal(node: ast.AST, sign: re.Pattern[str]) -> bool:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) and sign.search(part.value) for part in parts)


def own_words(call: ast.Call) -> Iterator[ast.AST]:
    """What a call passes on as words, without asking the catalog."""
    element = ast.unparse(call.func).startswith("rx.el.") or called(call) == "create"
    yield from (node for node in call.args if literal(node, LETTERS if element else SENTENCE))
    yield from (keyword.value for keyword in call.keywords if keyword.arg in READ and literal(keyword.value, LETTERS))


def test_no_page_or_component_has_words_of_its_own():
    found = [f"{path.relative_to(ROOT)}:{node.lineno}" for path, tree in trees("pages", "components") for call in ast.walk(tree)
             if isinstance(call, ast.Call) and called(call) not in ("Page", "t") for node in own_words(call)]
    assert found == []


def used() -> tuple[set[str], set[str]]:
    """Keys in the source, and the beginnings of keys that are put together there."""
    whole, beginnings = set(), set()
    for _, tree in trees(*CODE):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(node.values[0].value)
    return whole, {start for start in beginnings if re.fullmatch(r"[a-z_]+\.[a-z_]*", start)}


def test_no_key_is_unused():
    whole, beginnings = used()
    assert [key for key in sorted(keys()) if key not in whole and not key.startswith(tuple(beginnings))] == []


def test_no_key_is_missing():
    whole, beginnings = used()
    tables = {key.partition(".")[0] for key in keys() if "." in key}
    looks_like_one = re.compile(rf"(?:{'|'.join(tables)})\.[a-z_0-9]+")
    asked = {ast.literal_eval(call.args[0]) for _, tree in trees(*CODE) for call in ast.walk(tree)
             if isinstance(call, ast.Call) and called(call) in {"t", "Invalid", "Conflict", "TooMany"} and call.args
             and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)}
    errors = {text for text in whole if looks_like_one.fullmatch(text) and text.startswith("errors.")}
    assert sorted((asked | errors) - keys()) == []
    ours = [start for start in beginnings if start.partition(".")[0] in tables]
    assert [start for start in ours if not any(key.startswith(start) for key in keys())] == []


def test_every_text_is_well_formed():
    for key, text in catalog("en").items():
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), key


def test_text_messages_say_nothing_about_health():
    """A phone lies on tables: a message names practice, day and time, never the reason or the clinician."""
    for key, text in [*catalog("en").items(), *catalog("es").items()]:
        if key.startswith("text_messages."):
            names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert names <= {"code", "practice", "day", "time", "zone", "phone", "link"}, key
            assert is_gsm(plain(text)), key
