"""`./portal bench web` in small: every figure is there. How fast is never a verdict of the tests."""
import json
import subprocess
import sys

from portal_app.core.settings import CHECKOUT
from tests.e2e.conftest import Portal

SMALL = ["/", "--rounds", "1", "--people", "3", "--seconds", "0.5"]


def test_it_prints_its_figures_alone_and_takes_its_bookings_away(portal: Portal):
    visits = portal.sql("SELECT count(*) FROM visit")
    command = [sys.executable, "-m", "portal_app.cli", "bench", "web", *SMALL, "--json", "--data-dir", str(portal.data_dir)]
    printed = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, check=True).stdout
    found = json.loads(printed)
    assert found["static"].keys() >= {"route", "cold_ms", "warm_ms"}
    assert found["pages"].keys() == {"/"}
    assert found["pages"]["/"].keys() == {"cold_ms", "ratio_to_static", "warm_ms", "navigation_ms", "js_kb", "spread"}
    assert found["booking"]["confirm_ms"] > 0
    assert found["events"]["per_s"] > 0 and found["events"]["people"] == 3
    assert found["events"].keys() >= {"session_kb", "answer_p50_ms", "answer_p95_ms"}
    assert portal.sql("SELECT count(*) FROM visit") == visits
