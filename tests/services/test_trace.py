"""One reference tells the whole story."""
import json
from pathlib import Path

from portal_app.core import transaction_id
from services import scheduling, trace
from tests.cast import Cast


def test_it_tells_what_was_logged_recorded_and_queued_in_order(cast: Cast, tmp_path: Path):
    with transaction_id.use() as tx:
        held = scheduling.hold(cast.alice.actor, **cast.clinic.wanted(cast.chart(cast.alice)), starts_at=cast.clinic.at(9))
        scheduling.book(cast.alice.actor, hold_id=held.id)
    line = {"at": "2099-01-01T00:00:00.000+00:00", "process": "web"}
    lines = [line | {"message": "service called", "transaction_id": tx, "ms": 4.2},
             line | {"message": "someone else's", "transaction_id": "TX-other"}]
    (tmp_path / "web.log").write_text("".join(json.dumps(line) + "\n" for line in lines) + f"no json {tx}\n")
    steps = trace.story(tx, tmp_path)
    assert [step.layer for step in steps] == ["audit", "audit", "outbox", "web"]
    assert steps[0].what.startswith("visit.held") and steps[1].what.startswith("visit.booked")
    assert steps[-1].what == "service called ms=4.2"
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_an_id_reads_well_and_sorts_by_time():
    made = [transaction_id.new() for _ in range(50)]
    assert all(transaction_id.is_valid(one) for one in made) and len(set(made)) == 50


def test_a_malformed_id_is_replaced():
    with transaction_id.use("TX-<script>") as tx:
        assert transaction_id.is_valid(tx) and transaction_id.current() == tx
    assert transaction_id.current() == ""
