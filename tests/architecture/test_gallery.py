"""The gallery shows every component: who adds one adds an example of it."""
import ast
import re

from tests.architecture.sources import ROOT, sources

ELSEWHERE = {"shell", "plain_shell", "t", "theme", "page_link"}
"""What stands around a page, and what has no looks."""


def components() -> set[str]:
    trees = [ast.parse(path.read_text()) for path in sources("components")]
    found = {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {name for name in found if not name.startswith("_")} - ELSEWHERE


def shown() -> set[str]:
    """The names of the gallery's examples, each of which calls what it is named after."""
    names = set()
    for path in (ROOT / "pages" / "gallery").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "example":
                name = ast.literal_eval(call.args[0])
                assert re.search(rf"\b{name}\(", path.read_text()), f"the example {name} does not show it"
                names.add(name)
    return names


def test_every_component_is_in_the_gallery_and_nothing_else():
    assert shown() == components()
