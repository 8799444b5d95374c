"""Urgent messages first, pages next, the rest last: also where Linux shares the processors out by session."""
import subprocess
import sys
from pathlib import Path

import pytest

SAYS = """
import os
from pathlib import Path
from portal_app.core import priority
priority.give_way(priority.PAGES)
priority.give_way(priority.LATER)
priority.give_way(priority.PAGES)
group = Path("/proc/self/autogroup")
print(os.getpriority(os.PRIO_PROCESS, 0), group.read_text() if group.exists() else "")
"""


def said() -> list[str]:
    found = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True, start_new_session=True)
    return found.stdout.split()


def test_a_process_gives_way_and_never_takes_it_back():
    assert said()[0] == "15"


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel doesn't group processes by session")
def test_its_session_gives_way_too():
    assert said()[-2:] == ["nice", "15"]
