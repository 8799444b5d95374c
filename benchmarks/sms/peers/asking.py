"""A steady stream of urgent messages: `python -m benchmarks.sms.peers.asking NAME IN OUT`.

Reads what to do from a file and writes when each message was committed to another, both JSON.
"""
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from uuid import UUID, uuid4

from benchmarks.sms.peers import work
from portal_app.core import nudge, priority, transaction_id
from portal_app.core.actor import Actor
from portal_app.core.database import unit_of_work
from services import outbox

OURS = "carelane"
Enqueue = Callable[[str, str, str, str], None]
committed: dict[str, float] = {}


def enqueue_of(name: str) -> Enqueue:
    """How `name` is told of a committed message. The portal's own senders are woken by the commit itself."""
    if name == OURS:
        import_module("tasks.messaging")
        return lambda *_: None
    return import_module(f"benchmarks.sms.peers.{name}").enqueue


def ask(practice: UUID, enqueue: Enqueue) -> None:
    recipient, body = f"+1404{random.randrange(10**7):07d}", f"Your visit is booked. {uuid4()}"
    with transaction_id.use(), unit_of_work(Actor(None, (practice,))) as unit:
        id = outbox.queue_text(unit, tenant_id=practice, urgency=work.URGENT, kind="visit.booked", recipient=recipient,
                               body=body, dedupe_key=str(uuid4()))
    enqueue(work.URGENT, f"{practice}.{id}", recipient, body)


def _committed(told: Sequence[nudge.Ids]) -> None:
    committed.update({f"{one['tenant_id']}.{one['id']}": time.time() for one in told})


def main() -> None:
    name, given = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    nudge.register("text", _committed)  # before the wake-up, so that the clock starts at the commit
    enqueue = enqueue_of(name)
    priority.give_way(priority.PAGES)  # who asks does so on a page
    random.seed(given["seed"])
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        for n in range(int(given["steady"] * given["seconds"])):
            time.sleep(max(0, began + n / given["steady"] - time.monotonic()))
            pool.submit(ask, UUID(random.choice(given["practices"])), enqueue)
    Path(sys.argv[3]).write_text(json.dumps(committed))


if __name__ == "__main__":
    main()
