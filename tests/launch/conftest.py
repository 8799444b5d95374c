"""A place that Postgres may use too, whichever account runs the tests."""
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder that every account may pass through: pytest's own is closed to `nobody`."""
    with tempfile.TemporaryDirectory(prefix="carelane-launch-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
