"""People who ask for codes, again and again, and practices with something urgent: `python -m benchmarks.sms.asking IN OUT`.

Reads what to do from a file and writes when each message was committed to another, both JSON.
"""
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from portal_app.core import nudge, priority, transaction_id
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT, Actor
from portal_app.core.database import unit_of_work
from services import outbox

WITHIN = timedelta(seconds=60)
committed: dict[str, float] = {}
answers: Counter[str] = Counter()


def plan(people: int, steady: int, seconds: float) -> list[tuple[float, int]]:
    """When each person asks: number and moment; -1 for the steady stream of other urgent messages."""
    asked = [(random.uniform(0, seconds), person) for person in range(people) for _ in range(random.randint(1, 10))]
    return sorted([*asked, *((n / steady, -1) for n in range(int(seconds * steady)))])


def ask(person: int, practices: list[str]) -> None:
    try:
        with transaction_id.use():
            _code(person) if person >= 0 else _now(UUID(random.choice(practices)))
    except Exception as error:  # a server was killed: the person sees that, and nothing was promised
        answers[type(error).__name__] += 1


def _code(person: int) -> None:
    with unit_of_work(PLATFORM) as work:
        told = outbox.queue_once(
            work, within=WITHIN, alone=True, tenant_id=PLATFORM_TENANT, urgency="code", kind="sign_in.code",
            recipient=f"+1303{person:07d}", user_id=UUID(int=person + 1),
            body=f"{random.randrange(10**6):06d} is your code", dedupe_key=str(uuid4()))
    answers["suppressed" if told.repeated else "asked"] += 1


def _now(practice: UUID) -> None:
    with unit_of_work(Actor(None, (practice,))) as work:
        outbox.queue_text(work, tenant_id=practice, urgency="now", kind="visit.booked", recipient=_number(),
                          body=f"Your visit is booked. {uuid4()}", dedupe_key=str(uuid4()))
    answers["asked"] += 1


def _number() -> str:
    return f"+1404{random.randrange(10**7):07d}"


def _committed(told: Sequence[nudge.Ids]) -> None:
    committed.update({f"{one['tenant_id']}.{one['id']}": time.time() for one in told})


def main() -> None:
    nudge.register("text", _committed)  # before the wake-up, so that the clock starts at the commit
    from tasks import messaging  # noqa: F401  registers the wake-up

    priority.give_way(priority.PAGES)  # who asks does so on a page
    given = json.loads(Path(sys.argv[1]).read_text())
    random.seed(given["seed"])
    moments, began = plan(given["people"], given["steady"], given["seconds"]), time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        for at, person in moments:
            time.sleep(max(0, began + at - time.monotonic()))
            pool.submit(ask, person, given["practices"])
    Path(sys.argv[2]).write_text(json.dumps({"committed": committed, "answers": answers}))


if __name__ == "__main__":
    main()
