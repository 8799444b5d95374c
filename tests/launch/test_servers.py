"""Finding this system's own Postgres and Redis."""
from pathlib import Path

import pytest

from portal_app.launch import servers, testing


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system without servers, for an account that may install none. Programs in its bin folder are found."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(servers, "DEBIANS", tmp_path / "postgresql")
    return tmp_path


def program(path: Path, says: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


def test_it_takes_the_oldest_postgres_that_will_do(system: Path):
    for version in (14, 17, 15):
        program(system / "postgresql" / str(version) / "bin" / "postgres", f"postgres (PostgreSQL) {version}.4 (Debian)")
    program(system / "bin" / "redis-server")
    assert servers.find_or_install() == (system / "postgresql" / "15" / "bin", system / "bin" / "redis-server")


def test_where_there_is_none_it_says_why_and_nothing_fails(system: Path, capsys: pytest.CaptureFixture[str]):
    program(system / "postgresql" / "14" / "bin" / "postgres", "postgres (PostgreSQL) 14.4")
    assert testing.run_on_servers([]) == 0
    assert "Skipped. This system has no Postgres 15" in capsys.readouterr().out
