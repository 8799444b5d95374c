"""The data folder: taken only if it is ours, held by one, made new only when asked."""
import json
from pathlib import Path

import pytest

from portal_app.launch import checks, data_folder
from portal_app.launch.steps import LaunchError


def test_a_new_folder_says_what_it_is(place: Path):
    data_folder.open_folder(place / "data", with_postgres=True)
    assert json.loads((place / "data" / "carelane.json").read_text())["format"] == data_folder.FORMAT


@pytest.mark.parametrize("about", ['{"format": 99}', '{"format": 1, "postgres": "9"}', "torn", "{}"])
def test_a_folder_of_another_version_is_refused_and_left_alone(place: Path, about: str):
    (place / "carelane.json").write_text(about)
    with pytest.raises(LaunchError):
        data_folder.open_folder(place, with_postgres=True)
    assert (place / "carelane.json").read_text() == about


def test_a_folder_of_someone_else_is_refused_and_left_alone(place: Path):
    (place / "thesis.txt").write_text("years of work")
    mode = place.stat().st_mode
    with pytest.raises(LaunchError, match="other files"):
        data_folder.open_folder(place, with_postgres=True)
    with pytest.raises(LaunchError, match="nothing was removed"):
        data_folder.make_fresh(place)
    assert [path.name for path in place.iterdir()] == ["thesis.txt"]
    assert place.stat().st_mode == mode


def test_fresh_removes_the_database_and_keeps_the_logs(place: Path):
    data_folder.open_folder(place, with_postgres=True)
    for name in ("postgres", "valkey", "logs"):
        (place / name).mkdir()
    data_folder.make_fresh(place)
    assert {path.name for path in place.iterdir()} == {"carelane.json", "logs"}


def test_two_cannot_hold_one_folder(place: Path):
    held = data_folder.lock(place)
    assert data_folder.lock(place) is None
    assert data_folder.is_running(place)
    held.close()
    assert not data_folder.is_running(place)


def test_a_full_disk_is_told_before_anything_starts(place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "LEAST_FREE", 2**60)
    with pytest.raises(LaunchError, match="free some space"):
        checks.free_space(place / "not" / "yet")


def test_a_taken_port_is_told():
    with checks.socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(LaunchError, match="is taken"):
            checks.free_port("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/x", "postgresql://%%/x"])
def test_a_database_that_cannot_be_reached_is_told_in_one_line(url: str):
    with pytest.raises(LaunchError, match="DATABASE_URL") as refusal:
        checks.database(url)
    assert "\n" not in str(refusal.value)


def test_a_valkey_that_cannot_be_reached_is_told_in_one_line():
    with pytest.raises(LaunchError, match="REDIS_URL") as refusal:
        checks.valkey("redis://127.0.0.1:1")
    assert "\n" not in str(refusal.value)
