"""The measurements in small: what doesn't depend on the clock holds under a flood, and while processes are killed."""
import pytest

from benchmarks.sms.storm import Sizes, storm
from portal_app.core.settings import settings

SMALL = Sizes(waiting=6_000, practices=60, people=60, seconds=10)
pytestmark = pytest.mark.e2e  # a minute of work for the whole machine: not among the fast ones


@pytest.mark.parametrize("kill", [False, True])
def test_none_is_lost_and_none_doubled(kill):
    found = storm(SMALL, kill=kill)
    assert (found.settled, found.lost, found.doubled, found.unknown) == (True, 0, 0, 0)
    assert 0 < found.most_in_window <= settings().sms_window
    assert found.urgent > SMALL.people
    if not kill:
        assert found.suppressed > 0 and found.failed_requests == 0
        assert found.urgent == 50 * SMALL.seconds + SMALL.people, "each person's ten questions cost one code"
