"""Whatever happens in whatever order, a message is sent once or it is known why not; never twice.

Hypothesis asks for messages, lets workers die at any line, the provider fail in every way and callbacks come at any time.
"""
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from models.text_message import TextMessage
from portal_app.core import clock, transaction_id
from portal_app.core.actor import PLATFORM, PLATFORM_TENANT
from portal_app.core.database import unit_of_work
from services import messaging, outbox
from services.messaging import consent, sending
from services.providers.ports import Accepted, Known, Later, Outcome, Outgoing, Refused, Slower, Unanswered, Unreachable
from services.urgency import URGENCIES
from tests.texts import ALICE, row

FINAL = {"accepted", "sent", "delivered", "failed", "cancelled", "expired", "unknown"}
SENT = {"accepted", "sent", "delivered"}
BEHAVIOURS = ["accepts", "accepts without an answer", "fails without an answer", "refuses", "is busy", "is down"]
LINES = 120  # more than a delivery runs through in services/messaging


class Killed(BaseException):
    """What a worker doesn't survive."""


class Provider:
    """Takes messages or not, as `behaviour` says, and can be asked about them while `answers`."""

    def __init__(self) -> None:
        self.behaviour, self.answers = "accepts", True
        self.taken: list[tuple[str, Known]] = []

    def send(self, message: Outgoing) -> Outcome:
        if self.behaviour.startswith("accepts"):
            known = Known(f"SM{uuid4().hex}", message.body, "queued", clock.now())
            self.taken.insert(0, (message.key, known))
            return Accepted(known.sid) if self.behaviour == "accepts" else Unanswered()
        return {"fails without an answer": Unanswered(), "refuses": Refused(21211), "is busy": Slower(3, 20429),
                "is down": Later(0, 20500)}[self.behaviour]

    def known(self, recipient: str) -> list[Known]:
        if not self.answers:
            raise Unreachable
        return [known for _, known in self.taken]


@contextmanager
def dying_at(line: int) -> Iterator[None]:
    """Ends whatever runs at the so-manieth line of services/messaging; 0 for never."""
    seen = 0

    def trace(frame: FrameType, event: str, _: object):
        nonlocal seen
        if "services/messaging" not in frame.f_code.co_filename:
            return None
        if event == "line":
            seen += 1
            if seen == line:
                raise Killed
        return trace

    if line:
        sys.settrace(trace)
    try:
        yield
    except Killed:
        pass
    finally:
        sys.settrace(None)


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.provider, self.messages, self.moved, self.in_the_dark = Provider(), [], 0.0, False
        self.words: dict[str, list[UUID]] = defaultdict(list)
        self.life = uuid4()
        self.patch = pytest.MonkeyPatch()
        real, steady = clock.now, clock.steady
        self.patch.setattr(clock, "now", lambda: real() + timedelta(seconds=self.moved))
        self.patch.setattr(clock, "steady", lambda: steady() + self.moved)
        self.patch.setattr(consent, "MOST_DAY", 10**6)  # all of them go to one number
        self.patch.setattr(consent, "MOST_WEEK", 10**6)
        self.patch.setattr(sending, "provider", lambda: self.provider)
        self.patch.setattr(sending.circuit, "wait", lambda: 0)
        self.patch.setattr(sending.circuit, "heard", lambda outcome: None)

    @rule(urgency=st.sampled_from(list(URGENCIES)), wait=st.sampled_from([0, 10]), words=st.sampled_from([0, 0, 1, 2]))
    def asks(self, urgency: str, wait: int, words: int) -> None:
        with transaction_id.use(), unit_of_work(PLATFORM) as work:
            body = f"hello {words} {self.life}" if words else f"hello {uuid4()}"
            id = outbox.queue_text(
                work, tenant_id=PLATFORM_TENANT, urgency=urgency, kind="test", recipient=ALICE, body=body,
                dedupe_key=str(uuid4()), due_at=clock.now() + timedelta(seconds=wait))
        self.messages.append(id)
        self.words[body].append(id)

    @rule(behaviour=st.sampled_from(BEHAVIOURS), answers=st.booleans(), chunk=st.booleans(),
          line=st.just(0) | st.integers(1, LINES), after=st.sampled_from([0, 8, 31]))
    def a_worker_comes(self, behaviour: str, answers: bool, chunk: bool, line: int, after: int) -> None:
        self.moved += after
        self.provider.behaviour, self.provider.answers = behaviour, answers
        self.in_the_dark |= not answers
        keys = [(PLATFORM_TENANT, id) for id in self.messages]
        for some in [keys] if chunk else [[key] for key in keys]:
            with dying_at(line):
                messaging.deliver(some)

    @rule(seconds=st.sampled_from([400, 8_000]))
    def time_passes(self, seconds: int) -> None:
        self.moved += seconds

    @rule(data=st.data(), status=st.sampled_from(["queued", "sent", "delivered", "undelivered"]), times=st.integers(1, 2))
    def a_callback_comes(self, data: st.DataObject, status: str, times: int) -> None:
        if self.provider.taken:
            key, known = data.draw(st.sampled_from(self.provider.taken))
            for _ in range(times):
                messaging.record_status(key, sid=known.sid, status=status)

    @rule(data=st.data())
    def it_is_withdrawn(self, data: st.DataObject) -> None:
        if self.messages:
            message = row(data.draw(st.sampled_from(self.messages)))
            with unit_of_work(PLATFORM) as work:
                outbox.withdraw(work, tenant_id=PLATFORM_TENANT, dedupe_key=message.dedupe_key)

    @invariant()
    def never_twice(self) -> None:
        """Of several with the same words it doesn't matter which is which."""
        assert all(count <= len(self.words[body]) for body, count in self._taken().items())

    def _taken(self) -> Counter[str]:
        return Counter(known.body for _, known in self.provider.taken)

    def teardown(self) -> None:
        """In the end all is well again for long enough: every message comes to an end, and to the right one."""
        try:
            self.provider.behaviour, self.provider.answers, until = "accepts", True, self.moved + 20_000
            while self.moved < until and any(row(id).status not in FINAL for id in self.messages):
                self.moved += 31
                messaging.deliver([(PLATFORM_TENANT, id) for id in self.messages])
            self.never_twice()
            for body, ids in self.words.items():
                self._end_well([row(id) for id in ids], self._taken()[body])
        finally:
            self.patch.undo()

    def _end_well(self, alike: list[TextMessage], taken: int) -> None:
        statuses = Counter(one.status for one in alike)
        assert set(statuses) <= FINAL
        known = sum(statuses[status] for status in SENT) + sum(one.status == "failed" and bool(one.provider_sid) for one in alike)
        assert known <= taken <= known + statuses["unknown"], "what was sent is known as sent, or in doubt; and nothing else is"
        assert not statuses["unknown"] or self.in_the_dark, "in doubt only where the provider could not be asked"
        assert all(one.error_code or one.provider_sid for one in alike if one.status == "failed"), "refused with a reason"
        assert all(one.lease_until is None for one in alike)


def test_whatever_happens_it_is_sent_once_or_known_why_not(queued):
    run_state_machine_as_test(Life, settings=settings(
        max_examples=150, stateful_step_count=12, deadline=None, database=None, suppress_health_check=list(HealthCheck)))
