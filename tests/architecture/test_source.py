"""Rules of the house that source text alone shows."""
import re

from tests.architecture.sources import ROOT, sources


def test_every_escape_from_tenancy_is_known():
    """Each use of `unscoped` passes every wall: a new one needs a reason here as well."""
    uses = {path.relative_to(ROOT).as_posix(): path.read_text().count("unscoped(reason=") for path in sources()}
    assert {path: count for path, count in uses.items() if count} == {
        "services/audit_chain.py": 1, "services/demo_world/load.py": 2, "services/trace.py": 1}


def test_nothing_is_left_for_later():
    marks = re.compile(r"TODO|FIXME|XXX|NotImplementedError|coming soon|lorem ipsum", re.IGNORECASE)
    assert [path for path in sources() if marks.search(path.read_text())] == []


def test_dark_is_the_same_whether_device_or_person_chose_it():
    """CSS cannot say it once: a media query and an attribute share no block."""
    css = (ROOT / "assets" / "carelane.css").read_text(encoding="utf-8")
    blocks = [re.sub(r"\s+", " ", re.search(re.escape(start) + r" \{(.*?)\}", css, re.S)[1])  # type: ignore[index]
              for start in (':root:not([data-theme="light"])', ':root[data-theme="dark"]')]
    assert blocks[0] == blocks[1]
