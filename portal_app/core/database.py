"""Engines by role, and the unit of work: one transaction, one tenant context, commit or rollback."""
import functools
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import ParamSpec, TypeVar

import psycopg2
from sqlalchemy import URL, Engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

from portal_app.core import nudge, telemetry, transaction_id
from portal_app.core.actor import Actor
from portal_app.core.errors import Unavailable
from portal_app.core.settings import settings

P = ParamSpec("P")
R = TypeVar("R")
APP_ROLE, PUMP_ROLE = "carelane_app", "carelane_pump"
OUTAGES = (OperationalError, InterfaceError, NoConnectionFree)
"""What the driver raises while the database can't be reached, answers too late, or serves as many as it can."""
# One statement opens a transaction's context: who may see which practices, and the ID that pg_stat_activity shows.
CONTEXT = text(
    "SELECT set_config('carelane.tenants', :tenants, true), set_config('carelane.user', :user, true),"
    " set_config('application_name', :transaction_id, true),"
    " set_config('synchronous_commit', coalesce(nullif(:commit, ''), current_setting('synchronous_commit')), true)"
)


# How many statements the current event has sent; the list is shared by the threads that work for it.
_statements: ContextVar[list[int] | None] = ContextVar("statements", default=None)


@contextmanager
def counting() -> Iterator[list[int]]:
    """Counts the SQL statements sent inside, in the first element of the list."""
    counter = [0]
    token = _statements.set(counter)
    try:
        yield counter
    finally:
        _statements.reset(token)


def _count(*_: object) -> None:
    counter = _statements.get()
    if counter is not None:
        counter[0] += 1


@dataclass
class Work:
    """An open transaction and what shall be told once it is committed."""

    session: Session
    actor: Actor | None = None
    nudges: dict[str, list[nudge.Ids]] = field(default_factory=dict)

    def nudge(self, kind: str, **ids: str) -> None:
        """Tells `kind` after the commit; nothing is told on a rollback."""
        self.nudges.setdefault(kind, []).append(ids)

    def tell(self, topic: str, id: str = "") -> None:
        """Wakes the screens that watch `topic`, after the commit."""
        self.nudge("live", topic=topic, id=id)


def password_of(role: str) -> str:
    """The password of one of our own roles, derived from the secret key, so that one URL is all there is to set."""
    return hmac.new(settings().secret_key.encode(), role.encode(), hashlib.sha256).hexdigest()


def url_of(role: str, owner_url: str = "") -> URL:
    """The address of the same database for another role. By unix socket the server knows us by peer: no password."""
    url = make_url(owner_url or settings().database_url).set(drivername="postgresql+psycopg2", username=role)
    return url if "host" in url.query else url.set(password=password_of(role))


@cache
def engine(role: str = APP_ROLE) -> Engine:
    """This process's engine for `role`: at most 20 connections, checked after a rest so that a restart is survived."""
    made = create_engine(
        url_of(role), pool_size=10, max_overflow=10, pool_timeout=5,
        hide_parameters=True,  # an error must not carry names or numbers into the log
        connect_args={"connect_timeout": 5, "options": "-c statement_timeout=10000 -c timezone=UTC"},
    )
    event.listen(made, "before_cursor_execute", _count)
    event.listen(made, "checkin", _rests)
    event.listen(made, "checkout", _checked)
    telemetry.instrument(made)
    return made


RESTED = 1.0
"""Seconds of rest after which a connection is asked whether it still stands: no server is restarted in less."""


def _rests(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["since"] = time.monotonic()


def _checked(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Raises DisconnectionError for one that is gone: the pool makes another."""
    if time.monotonic() - record.info.get("since", float("inf")) > RESTED and not _stands(connection):
        raise DisconnectionError


def _stands(connection: DBAPIConnection) -> bool:
    try:
        connection.cursor().execute("SELECT 1")
        connection.rollback()
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        return False
    return True


@contextmanager
def unit_of_work(actor: Actor) -> Iterator[Work]:
    """One transaction for `actor`, who sees the rows of their practices and no other; who belongs to none sees none.

    Commits when the block ends, rolls back when it raises. Raises Unavailable where the database doesn't
    answer, is shutting down, or has no room left.
    """
    with _transaction(APP_ROLE, actor, ",".join(map(str, actor.tenants))) as work:
        yield work


DEADLOCK, TRIES = "40P01", 3
"""Postgres' code for a transaction that it ended because two waited for each other, and how often one is begun in all.
https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS"""


def begun_again(service: Callable[P, R]) -> Callable[P, R]:
    """A service that is one transaction, run again where Postgres ended it for another one's sake: nothing of it was done."""

    @functools.wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(TRIES - 1):
            try:
                return service(*args, **kwargs)
            except Unavailable as refusal:
                if getattr(getattr(refusal.__cause__, "orig", None), "pgcode", "") != DEADLOCK:
                    raise
        return service(*args, **kwargs)

    return run


@contextmanager
def nobody_work() -> Iterator[Work]:
    """One transaction without any tenant, for the global functions (sign-in, sessions) alone: no row is visible."""
    with _transaction(APP_ROLE, None, "") as work:
        yield work


@contextmanager
def pump_work(*, durable: bool = True) -> Iterator[Work]:
    """One transaction in the pump's role: every practice's text messages, and nothing else.

    One that needn't be `durable` may be lost with the database server in the half second after its commit.
    """
    with _transaction(PUMP_ROLE, None, "", durable) as work:
        yield work


@contextmanager
def unscoped(reason: str) -> Iterator[Work]:
    """One transaction as the owner, past every wall: for the operator's own command line, with the reason said."""
    with Session(_owner_engine(), expire_on_commit=False) as session:
        yield Work(session)
        session.commit()


@cache
def _owner_engine() -> Engine:
    return create_engine(make_url(settings().database_url).set(drivername="postgresql+psycopg2"), pool_size=1,
                         hide_parameters=True)


@contextmanager
def _transaction(role: str, actor: Actor | None, tenants: str, durable: bool = True) -> Iterator[Work]:
    try:
        with Session(engine(role), expire_on_commit=False) as session:
            work = Work(session, actor)
            user = str(actor.user_id or "") if actor else ""
            session.execute(CONTEXT, {"tenants": tenants, "user": user, "transaction_id": transaction_id.current(),
                                      "commit": "" if durable else "off"})
            yield work
            session.commit()
    except OUTAGES as error:
        raise Unavailable from error
    for kind, told in work.nudges.items():
        nudge.fire(kind, told)
