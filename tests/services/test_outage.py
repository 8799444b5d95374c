"""What a person is told while the database doesn't answer, and that it passes with its cause."""
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, TimeoutError

from portal_app.core.database import unit_of_work
from portal_app.core.errors import Unavailable
from services import scheduling
from tests.cast import Cast


def test_a_connection_that_is_cut_is_told_plainly_and_the_next_one_works(cast: Cast):
    with pytest.raises(Unavailable), unit_of_work(cast.alice.actor) as work:
        work.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert scheduling.visits(cast.alice.actor, past=False).items == []


@pytest.mark.parametrize("fault", [OperationalError("", {}, Exception("No space left")), TimeoutError("no connection free")])
def test_a_full_disk_or_pool_is_told_like_an_outage(cast: Cast, fault: Exception):
    with pytest.raises(Unavailable) as told, unit_of_work(cast.alice.actor):
        raise fault
    assert told.value.__cause__ is fault


def test_statements_that_take_too_long_are_cut_off(cast: Cast):
    with pytest.raises(Unavailable), unit_of_work(cast.alice.actor) as work:
        work.session.execute(text("SET LOCAL statement_timeout = 50"))
        work.session.execute(text("SELECT pg_sleep(5)"))
