"""Functions and files stay short enough to be read at once. Migrations, written once and never again, are left out."""
import ast

from tests.architecture.sources import ROOT, sources

LONGEST_FUNCTION, LONGEST_FILE, SHORT = 40, 400, 150
"""Lines."""
SHARE = 0.9
"""Of the portal's files, how many are short at least."""


def lengths(*folders: str) -> dict[str, int]:
    return {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*folders)}


def test_no_function_is_long():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {lines} lines" for path in (*sources(), *sources("tests"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not found, "\n".join(found)


def test_no_file_is_long():
    found = [f"{path} has {lines} lines" for path, lines in (lengths() | lengths("tests")).items() if lines > LONGEST_FILE]
    assert not found, "\n".join(found)


def test_most_files_are_short():
    files = lengths()
    longer = sorted((lines, path) for path, lines in files.items() if lines > SHORT)
    assert len(longer) <= (1 - SHARE) * len(files), f"too many above {SHORT} lines: {longer}"
