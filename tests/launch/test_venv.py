"""The virtual environment is the checkout's own."""
from pathlib import Path

import pytest

from portal_app.launch import venv


@pytest.mark.parametrize("there", [True, False])
def test_a_linked_environment_is_refused_and_left_alone(tmp_path: Path, there: bool):
    other = tmp_path / "other"
    if there:
        other.mkdir()
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "requirements.txt").write_text("")
    (checkout / ".venv").symlink_to(other)
    with pytest.raises(SystemExit) as refusal:
        venv.ensure(str(checkout))
    assert "is a link to" in str(refusal.value) and "rm .venv" in str(refusal.value)
    assert not there or list(other.iterdir()) == []
