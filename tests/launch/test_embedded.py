"""The servers of our own: what is written stays, whatever is done to their processes."""
import os
import time
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from portal_app.core.embedded import EmbeddedError, postgres, socket_folder, valkey

SMALL = {"shared_buffers": "16MB"}


def rows(url: str, statement: str) -> list[tuple]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_postgres_keeps_what_was_committed_when_it_is_killed(place: Path):
    server = postgres.start(place / "postgres", place / "log", SMALL)
    postgres.create_database(server.url)
    rows(server.url, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
    server.process.kill()
    server.process.wait()
    with postgres.running(place / "postgres", SMALL) as url:
        assert rows(url, "SELECT n FROM kept") == [(1,)]


def test_postgres_left_behind_is_taken_over(place: Path):
    left = postgres.start(place / "postgres", place / "log", SMALL)
    server = postgres.start(place / "postgres", place / "log", SMALL)
    assert left.process.wait(10) == 0
    postgres.stop(server)


def test_postgres_listens_on_no_port_and_shows_its_folder_to_nobody_else(place: Path):
    with postgres.running(place / "postgres", SMALL) as url:
        assert rows(url, "SHOW listen_addresses") == [("",)]
        assert (place / "postgres").stat().st_mode & 0o077 == 0


def test_postgres_is_reached_in_a_folder_with_a_long_name(place: Path):
    with postgres.running(place / ("long" * 30) / "postgres", SMALL) as url:
        assert rows(url, "SELECT 1") == [(1,)]


def test_postgres_of_another_version_is_refused_and_left_alone(place: Path):
    with postgres.running(place / "postgres", SMALL):
        pass
    (place / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match="written by Postgres 9"):
        postgres.start(place / "postgres", place / "log", SMALL)
    assert (place / "postgres" / "base").is_dir()


def test_postgres_stops_when_who_started_it_is_killed(place: Path):
    starter = os.fork()
    if starter == 0:
        postgres.start(place / "postgres", place / "log", SMALL)
        os.kill(os.getpid(), 9)
    os.waitpid(starter, 0)
    until = time.monotonic() + 10
    while (place / "postgres" / "postmaster.pid").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not (place / "postgres" / "postmaster.pid").exists()


def test_valkey_keeps_what_was_written(place: Path):
    with valkey.running(place / "valkey") as url, redis.Redis.from_url(url) as client:
        client.set("kept", "1")
    with valkey.running(place / "valkey") as url, redis.Redis.from_url(url) as client:
        assert client.get("kept") == b"1"


def test_valkey_keeps_all_but_the_last_second_when_it_is_killed(place: Path):
    server = valkey.start(place / "valkey", place / "log")
    with redis.Redis.from_url(server.url) as client:
        client.set("kept", "1")
    time.sleep(1.2)
    server.process.kill()
    server.process.wait()
    with valkey.running(place / "valkey") as url, redis.Redis.from_url(url) as client:
        assert client.get("kept") == b"1"


def test_valkey_listens_on_no_port(place: Path):
    server = valkey.start(place / "valkey", place / "log")
    try:
        listening = [one for one in psutil.Process(server.process.pid).net_connections() if one.status == "LISTEN"]
        assert not listening
    finally:
        valkey.stop(server)


def test_a_short_folder_that_someone_else_made_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    monkeypatch.setattr("portal_app.core.embedded.os.geteuid", lambda: 12345)
    owner = postgres.pwd.getpwnam("root" if os.getuid() else "nobody")
    long = place / ("long" * 40)
    with pytest.raises(EmbeddedError, match="belongs to someone else"):
        for _ in range(2):
            socket_folder(long, "socket", owner)
