"""/health answers in time, whatever hangs."""
import time

import pytest
from starlette.applications import Starlette

from portal_app.api import health
from services import health as service
from tests.api.asking import Asking


def test_a_part_that_hangs_is_down_and_the_others_are_not(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "PATIENCE", 0.1)
    well = dict.fromkeys(service.CHECKS, lambda: True)
    monkeypatch.setattr(service, "CHECKS", well | {"database": lambda: time.sleep(1) or True, "disk": lambda: False})
    began = time.monotonic()
    answer = Asking(Starlette(routes=health.routes)).get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"database": "down", "valkey": "ok", "consumer": "ok", "disk": "down"}
    assert time.monotonic() - began < 0.9
