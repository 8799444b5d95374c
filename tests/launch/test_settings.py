"""Every setting is documented, and one that can't be used is answered by one line that names it."""
import re
from pathlib import Path

import pytest

from portal_app.core.settings import CHECKOUT, DEMO_SECRET, Settings, SettingsError, settings

SECRET = "x" * 32
BAD = [
    ({"PORT": "99999"}, "PORT"),
    ({"WEB_PROCESSES": "0"}, "WEB_PROCESSES"),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
    ({"DEMO": "perhaps"}, "DEMO"),
    ({"TLS_CERT": "/etc/hostname"}, "TLS_KEY"),
    ({"TLS_CERT": "/nowhere", "TLS_KEY": "/nowhere"}, "TLS_CERT"),
    ({"TWILIO_AUTH_TOKEN": "t"}, "TWILIO_ACCOUNT_SID"),
    ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}, "TWILIO_MESSAGING_SERVICE_SID"),
    ({"TWILIO_ACCOUNT_SID": "1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_MESSAGING_SERVICE_SID": "MG1"}, "TWILIO_ACCOUNT_SID"),
    ({"STRIPE_API_KEY": "sk_1"}, "STRIPE_WEBHOOK_SECRET"),
    ({"STRIPE_API_KEY": "pk_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}, "STRIPE_API_KEY"),
    ({"DATABASE_URL": "mysql://host/db"}, "DATABASE_URL"),
    ({"REDIS_URL": "host:6379"}, "REDIS_URL"),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost"}, "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ({"DEMO": "false"}, "SECRET_KEY"),
    ({"DEMO": "false", "SECRET_KEY": "x" * 32}, "TWILIO_ACCOUNT_SID"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ({"PUBLIC_URL": "https://portal.example.org", "TRUSTED_PROXY_HOPS": "1"}, "SECRET_KEY"),
    ({"PUBLIC_URL": "http://portal.example.org", "SECRET_KEY": SECRET, "TRUSTED_PROXY_HOPS": "1"}, "PUBLIC_URL"),
    ({"PUBLIC_URL": "https://portal.example.org", "SECRET_KEY": SECRET}, "TLS_CERT"),
    ({"HOST": "0.0.0.0"}, "PUBLIC_URL"),
]
GOOD = [
    {},
    {"PUBLIC_URL": "https://portal.example.org", "SECRET_KEY": SECRET, "TRUSTED_PROXY_HOPS": "1", "HOST": "0.0.0.0"},
    {"PUBLIC_URL": "http://localhost:8080", "HOST": "0.0.0.0"},
    {"DEMO": "false", "SECRET_KEY": SECRET, "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t",
     "TWILIO_MESSAGING_SERVICE_SID": "MG1"},
    {"DATABASE_URL": "postgresql://u:p@db.example.org/carelane", "REDIS_URL": "redis://cache.example.org/3"},
]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch):
    """The settings with only these names set."""

    def read(environment: dict[str, str]) -> Settings:
        for name in Settings.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return settings()

    yield read
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(("environment", "named"), BAD, ids=lambda value: str(value)[:60])
def test_it_refuses_in_one_line_that_names_what_to_change(given, environment, named):
    with pytest.raises(SettingsError) as refusal:
        given(environment)
    assert named in refusal.value.message
    assert "\n" not in refusal.value.message


@pytest.mark.parametrize("environment", GOOD, ids=str)
def test_it_takes_what_fits_together(given, environment):
    assert given(environment)


def test_an_empty_setting_is_an_unset_one(given):
    assert given({"PORT": "", "SECRET_KEY": ""}).secret_key == DEMO_SECRET


def test_every_setting_is_documented_and_nothing_else():
    rows = [line for line in (CHECKOUT / "docs" / "settings.md").read_text().splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert documented == {name.upper() for name in Settings.model_fields}


def test_every_requirement_is_pinned_with_its_reason_or_as_needed_in_turn():
    direct, in_turn = (CHECKOUT / "requirements.txt").read_text().split("# What those need in turn.")
    for line in direct.splitlines():
        assert not line or line.startswith("#") or re.fullmatch(r"[a-z0-9-]+==[\w.]+ +# \S.+", line), line
    for line in in_turn.split():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", line), line


def test_the_lock_file_names_no_registry():
    lock = Path(CHECKOUT / "reflex.lock" / "package-lock.json")
    assert '"resolved"' not in lock.read_text()
