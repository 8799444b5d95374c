"""This system's own Postgres and Redis for a test run, reached as an operator's would be: by TCP, with passwords."""
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg2

from portal_app.core.embedded import make_private, postgres, spawn, stop, valkey, wait_for
from portal_app.launch.environment import free_port
from portal_app.launch.steps import LaunchError, step

OLDEST = 15
"""The oldest Postgres that the portal promises to run on."""
DEBIANS = Path("/usr/lib/postgresql")
PACKAGES = ("postgresql", "redis-server")
LONGEST_START, LONGEST_INSTALL = 30, 600  # seconds


class Unavailable(LaunchError):
    """There is no such server here, and none can be had."""


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL of servers whose data lie in `folder`. Raises Unavailable where this system has none."""
    with step("Servers") as remark, ExitStack() as starting:
        binaries, redis_server = find_or_install()
        urls = {"DATABASE_URL": starting.enter_context(_postgres(binaries, folder)),
                "REDIS_URL": starting.enter_context(_redis(redis_server, folder))}
        remark(f"Postgres {postgres.major(binaries)} and {redis_server.name}")
        started = starting.pop_all()
    with started:
        yield urls


def find_or_install() -> tuple[Path, Path]:
    """The folder of the oldest Postgres that will do, and a Redis or Valkey. Raises Unavailable."""
    if not _found() and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]):
            subprocess.run(command, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, timeout=LONGEST_INSTALL,
                           capture_output=True, stdin=subprocess.DEVNULL)
    if found := _found():
        return found
    raise Unavailable(f"This system has no Postgres {OLDEST} or newer with a Redis beside it: install {' and '.join(PACKAGES)}.")


def _found() -> tuple[Path, Path] | None:
    places = [*DEBIANS.glob("*/bin"), *_beside("initdb")]
    versions = sorted((int(postgres.major(place)), place) for place in places if (place / "postgres").exists())
    fitting = [place for version, place in versions if version >= OLDEST]
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    return (fitting[0], Path(server)) if fitting and server else None


def _beside(name: str) -> list[Path]:
    path = shutil.which(name)
    return [Path(path).resolve().parent] if path else []


@contextmanager
def _postgres(binaries: Path, folder: Path) -> Iterator[str]:
    """The address of a new database, whose owner may create roles and is no superuser."""
    data, who, port = folder / "postgres", _account(), free_port()
    make_private(data, who)
    superuser, owner = secrets.token_hex(16), secrets.token_hex(16)
    _initialise(binaries, data, superuser, who)
    address = f"127.0.0.1:{port}"
    process = spawn([binaries / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
                     "-c", "unix_socket_directories="], folder / "postgres.log", user=_become(who), cwd=Path("/"))
    try:
        url = f"postgresql://postgres:{superuser}@{address}/postgres"
        if not wait_for(lambda: process.poll() is not None or _answers(url), LONGEST_START) or process.poll() is not None:
            raise LaunchError("Postgres doesn't start:\n" + (folder / "postgres.log").read_text()[-2000:])
        _make_owner(url, owner)
        yield f"postgresql://carelane:{owner}@{address}/carelane"
    finally:
        stop(process, postgres.STOP, patience=30)


def _initialise(binaries: Path, data: Path, password: str, who: pwd.struct_passwd) -> None:
    secret = data.with_name("postgres-password")
    secret.write_text(password)
    secret.chmod(0o600)
    os.chown(secret, who.pw_uid, who.pw_gid)
    log = data.with_name("initdb.log")
    made = spawn([binaries / "initdb", "-D", data, "-U", "postgres", "--encoding=UTF8", "--locale=C", "--no-sync",
                  "--auth=scram-sha-256", "--pwfile", secret], log, user=_become(who), cwd=Path("/"))
    if made.wait():
        raise LaunchError("initdb fails:\n" + log.read_text()[-2000:])


def _make_owner(url: str, password: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE carelane LOGIN CREATEROLE PASSWORD '{password}'")
        cursor.execute("CREATE DATABASE carelane OWNER carelane")
    connection.close()


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


@contextmanager
def _redis(server: Path, folder: Path) -> Iterator[str]:
    data, who, port, password = folder / "redis", _account(), free_port(), secrets.token_hex(16)
    make_private(data, who)
    settings = data / "redis.conf"
    settings.write_text(f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {data}\nappendonly yes\nsave ""\n')
    os.chown(settings, who.pw_uid, who.pw_gid)
    url, log = f"redis://:{password}@127.0.0.1:{port}/0", folder / "redis.log"
    process = spawn([server, settings], log, user=_become(who), cwd=Path("/"))
    try:
        if not wait_for(lambda: process.poll() is not None or valkey.answers(url), LONGEST_START) or process.poll() is not None:
            raise LaunchError("Redis doesn't start:\n" + log.read_text()[-2000:])
        yield url
    finally:
        stop(process)


def _account() -> pwd.struct_passwd:
    """Who runs them: Postgres refuses root."""
    return pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("nobody")


def _become(who: pwd.struct_passwd) -> pwd.struct_passwd | None:
    return who if os.geteuid() == 0 else None
