"""A portal with its demo world to measure: one of our own, gone afterwards, or one that already runs."""
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2

from portal_app.core import clock
from portal_app.core.settings import CHECKOUT
from portal_app.launch import data_folder, stopping
from portal_app.launch.running import running
from portal_app.launch.steps import LaunchError

COOKIE = "__Host-session"


@dataclass(frozen=True)
class Stand:
    """`processes` as `running.json` has them."""

    address: str
    processes: dict[str, Any]

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """As the database's owner."""
        with closing(psycopg2.connect(self.processes["postgres"]["where"])) as connection:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []

    def session(self, email: str) -> str:
        """The value of a cookie that signs someone in, for an hour."""
        token, now = secrets.token_urlsafe(32), clock.now()
        self.sql("INSERT INTO user_session (token_hash, user_id, device, address, started_at, last_seen_at, expires_at)"
                 " SELECT %s, id, 'a measurement', '', %s, %s, %s FROM users WHERE email = %s",
                 hashlib.sha256(token.encode()).hexdigest(), now, now, now + timedelta(hours=1), email)
        return token

    def next_visit(self, email: str) -> str:
        """The id of their next visit."""
        return self.sql("SELECT v.id::text FROM visit v JOIN patient p ON (p.tenant_id, p.id) = (v.tenant_id, v.patient_id)"
                        " WHERE p.email = %s AND v.starts_at > now() ORDER BY v.starts_at LIMIT 1", email)[0][0]


@contextmanager
def standing(data_dir: Path | None) -> Iterator[Stand]:
    """The portal that runs on `data_dir`; without one, a portal in a temporary folder. Raises LaunchError."""
    if data_dir:
        yield _found(data_dir)
        return
    with stopping.by_signals(), tempfile.TemporaryDirectory(prefix="carelane-bench-") as name:
        Path(name).chmod(0o711 if os.geteuid() == 0 else 0o700)  # as root, Postgres runs as another account
        folder = Path(name) / "state"
        with running(folder):
            yield _found(folder)


def _found(data_dir: Path) -> Stand:
    told = data_folder.read_running(CHECKOUT / data_dir)
    if not told.get("ready"):
        raise LaunchError(f"No portal runs on {data_dir}: start it with ./portal up --data-dir {data_dir}.")
    return Stand(told["address"], told["processes"])
