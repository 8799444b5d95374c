"""What must hold before anything is started. Each failure is one line that names what to change."""
import errno
import shutil
import socket
from pathlib import Path

import psycopg2
import redis

from portal_app.core.settings import CHECKOUT, Settings
from portal_app.launch.steps import LaunchError

LEAST_FREE = 500 * 2**20  # bytes: room for a build, the demo world and some days of logs
OLDEST_POSTGRES = 15
EXTENSIONS = ("btree_gist",)


def before_start(settings: Settings) -> None:
    """Raises LaunchError for the first thing that stands in the way of a start with `settings`."""
    free_space(settings.data_dir)
    free_space(CHECKOUT)
    tls_key(settings)
    free_port(settings.host, settings.port)
    if settings.database_url:
        database(settings.database_url)
    if settings.redis_url:
        valkey(settings.redis_url)


def free_space(folder: Path) -> None:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise LaunchError(
            f"The disk of {folder} has {free // 2**20} MB left and {LEAST_FREE // 2**20} MB are needed:"
            " free some space, or use another --data-dir."
        )


def free_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise LaunchError(f"Port {port} is taken: stop what uses it, or choose another with --port.") from None
        if error.errno == errno.EACCES:
            raise LaunchError(f"Port {port} isn't allowed for this account: choose one above 1023 with --port.") from None
        raise LaunchError(f"HOST={host} isn't an address of this machine: use 127.0.0.1, or 0.0.0.0 for all.") from None


def tls_key(settings: Settings) -> None:
    """Granian reads keys in PKCS#8 alone."""
    if settings.tls_key and "BEGIN PRIVATE KEY" not in Path(settings.tls_key).read_text(errors="replace"):
        raise LaunchError(
            "TLS_KEY must be an unencrypted PKCS#8 key: convert it with `openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW`."
        )


def database(url: str) -> None:
    try:
        connection = psycopg2.connect(url.replace("postgres://", "postgresql://", 1), connect_timeout=5)
    except (psycopg2.OperationalError, psycopg2.ProgrammingError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise LaunchError(f"DATABASE_URL can't be reached: {reason}") from None
    try:
        if connection.server_version < OLDEST_POSTGRES * 10_000:
            found = connection.server_version // 10_000
            raise LaunchError(f"DATABASE_URL is a Postgres {found}: Carelane needs {OLDEST_POSTGRES} or newer.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)])
            if missing := set(EXTENSIONS) - {row[0] for row in cursor.fetchall()}:
                names = ", ".join(sorted(missing))
                raise LaunchError(f"DATABASE_URL lacks the extension {names}: install Postgres's contrib package there.")
    finally:
        connection.close()


def valkey(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise LaunchError(f"REDIS_URL can't be reached: {' '.join(str(error).split())}") from None
