"""The disk runs full while people work, and is freed: said plainly, nothing acknowledged lost, mended by itself."""
import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psycopg2
import pytest

from portal_app.launch.running import running
from tests.e2e.conftest import Portal
from tests.e2e.people import Record, at_work, hire
from tests.e2e.test_recovery import LONGEST, check_kept, whole_again

SIZE = 1200  # MB of the small disk; a start wants 500 free


@pytest.fixture(scope="module")
def small() -> Iterator[Portal]:
    """A portal on a disk of its own."""
    with tempfile.TemporaryDirectory(prefix="carelane-disk-") as folder, mounted(Path(folder)):
        os.chmod(folder, 0o755)
        with running(Path(folder) / "state") as address:
            yield Portal(address, Path(folder) / "state")


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "carelane-test", folder]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def full(portal: Portal) -> Iterator[None]:
    """Nothing more can be written until the block ends."""
    ballast = portal.data_dir.parent / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(2**20)):
            pass
    try:
        yield
    finally:
        ballast.unlink()


def break_database(portal: Portal) -> None:
    """Uses up what Postgres had put aside."""
    for _ in range(50):
        try:
            portal.sql("CREATE TABLE IF NOT EXISTS ballast (a text); INSERT INTO ballast SELECT repeat(md5(n::text), 50)"
                       " FROM generate_series(1, 20000) n")
        except psycopg2.Error:
            return
    pytest.fail("the database still writes")


def test_a_full_disk_is_said_and_everything_goes_on_once_there_is_room(small: Portal):
    took: list[float] = []

    async def deed(record: Record) -> None:
        await asyncio.sleep(1)
        with full(small):
            await asyncio.to_thread(break_database, small)
            await asyncio.sleep(5)
            said = (await asyncio.to_thread(httpx.get, f"{small.address}/health", timeout=5)).json()
            assert said["disk"] == "down"
            since = time.monotonic()
        took.append(await whole_again(small, record, since))

    record = asyncio.run(at_work(small, hire(small, 3), deed))
    print(f"\ndisk full whole again after {took[0]:.1f} s; {len(record.booked)} booked")
    check_kept(small, record)
    assert took[0] <= LONGEST and record.booked
