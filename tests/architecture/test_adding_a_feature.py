"""docs/adding-a-feature.md at its word: its page, added to a copy of the portal, passes that copy's tests."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal_app.launch import environment
from tests.architecture.sources import ROOT

DOCUMENT = (ROOT / "docs" / "adding-a-feature.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`|In `(?P<known>[^`]+)`, (?:after the line `(?P<line>[^`]+)`|at the end)):\n\n"
    r"```\w+\n(?P<code>.*?)^```",
    re.DOTALL | re.MULTILINE)
MATRIX = "tests/state/test_who_may.py"
TESTS = (
    "tests/services/test_practices.py", "tests/state/test_practices.py", "tests/architecture",
    f"{MATRIX}::test_every_handler_is_in_the_table",
    f"{MATRIX}::test_a_handler_does_for_each_person_what_the_table_says[Practices.load practices]")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The portal's files, and what the type checker already knows."""
    folder = tmp_path / "portal"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "__pycache__", "node_modules"))
    if (ROOT / ".mypy_cache").exists():
        shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")
    return folder


def follow(folder: Path) -> None:
    """Does what the document says, in its order."""
    for step in BLOCK.finditer(DOCUMENT):
        if step["new"]:
            (folder / step["new"]).write_text(step["code"], encoding="utf-8")
        else:
            insert(folder / step["known"], step["line"], step["code"])
    for program, options in re.findall(r"^\.venv/bin/(\w+) (.*)$", DOCUMENT, re.MULTILINE):
        subprocess.run([Path(sys.executable).with_name(program), *options.split()], cwd=folder, check=True)


def insert(path: Path, line: str | None, code: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    found = [number for number, text in enumerate(lines, 1) if line and text.strip() == line.strip()]
    assert line is None or len(found) == 1, f"{path.name} has {len(found)} lines that read {line}"
    place = found[0] if found else len(lines)
    path.write_text("".join([*lines[:place], "" if found else "\n", code, *lines[place:]]), encoding="utf-8")


def test_a_page_added_by_the_document_passes_every_check(copy: Path, servers: dict[str, str]):
    follow(copy)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *TESTS, "--ignore", "tests/architecture/test_adding_a_feature.py"],
        cwd=copy, env=environment.clean() | servers, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]


def test_it_leads_to_files_that_exist():
    named = set(re.findall(r"`((?:tests|services|state|pages|models|tasks|components|portal_app|docs)/[\w./-]+)`", DOCUMENT))
    new = {step["new"] for step in BLOCK.finditer(DOCUMENT)}
    assert [path for path in sorted(named - new) if not (ROOT / path).exists()] == []


def test_every_link_between_documents_leads_somewhere():
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
        assert [link for link in links if not (document.parent / link).exists()] == [], document.name
