"""Everything a measurement needs, in a folder that goes with it: database, Valkey, provider, consumers."""
import json
import os
import random
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import psycopg2

from portal_app.core import database, live
from portal_app.core.embedded import postgres, wait_for
from portal_app.core.settings import settings
from portal_app.launch import environment, parts
from portal_app.launch.database import migrate
from portal_app.launch.processes import Child, command, look_after, stop_all
from services.providers.twilio import provider

PROVIDER_MS = 20


class Stand:
    """The running parts. `children` by name; `env` is what every process of ours gets."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.children, self.address = folder, dict[str, Child](), ""
        self.env: dict[str, str] = {}

    def start(self, child: Child) -> Child:
        self.children[child.name] = child
        child.run()
        return child

    def start_servers(self) -> None:
        database_url = self.start(parts.postgres_child(self.folder)).where
        postgres.create_database(database_url)
        valkey = self.start(parts.valkey_child(self.folder)).where
        port = environment.free_port()
        self.env = environment.clean() | environment.for_sandbox(port) | {
            "DATABASE_URL": database_url, "REDIS_URL": valkey, "LOG_LEVEL": "WARNING", "DATA_DIR": str(self.folder),
            "PATH": os.environ.get("PATH", os.defpath)}
        del self.env["SMS_SANDBOX_URL"]
        self.address = self.env["TWILIO_API_BASE"]
        self.start(command("provider", [sys.executable, "-m", "benchmarks.sms.provider", str(port), str(PROVIDER_MS)],
                           self.env, self.folder))
        migrate(database_url)

    def start_consumers(self) -> None:
        for child in parts.consumer_children(self.env, self.folder):
            self.start(child)

    def look_after(self) -> None:
        """Starts again who was killed, as `./portal up` does."""
        look_after(list(self.children.values()), lambda line: print(line, file=sys.stderr))

    def kill(self, name: str) -> None:
        process = self.children[name].process
        if process:
            process.kill()

    def sql(self, statement: str, *values: object) -> list[tuple]:
        """In a transaction of its own, as the owner."""
        with closing(psycopg2.connect(self.env["DATABASE_URL"])) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []

    def accepted(self) -> dict[str, list[float]]:
        """When the provider took each message, `<tenant>.<id>`, as seconds since 1970."""
        with urllib.request.urlopen(f"{self.address}/accepted", timeout=120) as answer:
            return json.load(answer)

    def count(self) -> int:
        """How many messages the provider has taken, each counted once."""
        with urllib.request.urlopen(f"{self.address}/count", timeout=120) as answer:
            return json.load(answer)

    def processor_seconds(self) -> float:
        """What the portal's senders, Postgres and Valkey have used so far; not the provider, nor those who ask."""
        return sum(_seconds(child) for name, child in self.children.items() if name != "provider")

    def wait(self, seconds: float, what) -> bool:
        def done() -> bool:
            self.look_after()
            return what()

        return wait_for(done, seconds, pause=0.2)


def _seconds(child: Child) -> float:
    total = 0.0
    with_children = psutil.Process(child.process.pid) if child.process else None
    for one in [with_children, *with_children.children(recursive=True)] if with_children else []:
        try:
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
        except psutil.NoSuchProcess:
            pass
    return total


@contextmanager
def standing(seed: int = 4) -> Iterator[Stand]:
    """A stand for the length of the block; this process's settings are its own meanwhile."""
    random.seed(seed)
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="carelane-bench-") as folder:
        Path(folder).chmod(0o755)
        stand = Stand(Path(folder))
        try:
            stand.start_servers()
            _use(stand.env)
            yield stand
        finally:
            stop_all(list(stand.children.values()))
            os.environ.clear()
            _use(before)


def _use(env: dict[str, str]) -> None:
    os.environ.update(env)
    for cached in (settings, live.valkey, database.engine, provider):
        cached.cache_clear()
