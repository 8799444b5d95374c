"""One database and one Valkey for the whole run; each test makes practices of its own in them.

Tenancy keeps tests apart: nobody sees another practice's rows, so nothing needs to be undone.
"""
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from portal_app.core.embedded import postgres
from portal_app.core.embedded import valkey as embedded_valkey
from portal_app.core.settings import settings
from tests.canary import assert_silent
from tests.cast import Cast, make_cast

pytest_plugins = ["tests.texts"]


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL for this run: as set in the environment, else servers of our own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="carelane-test-")))
        folder.chmod(0o755)
        yield {
            "DATABASE_URL": os.environ.get("DATABASE_URL")
            or stack.enter_context(postgres.running(folder / "postgres", {"fsync": "off"})),
            "REDIS_URL": os.environ.get("REDIS_URL") or stack.enter_context(embedded_valkey.running(folder / "valkey")),
        }


@pytest.fixture(scope="session", autouse=True)
def environment(request: pytest.FixtureRequest) -> Iterator[None]:
    """The settings of the run: the demo's, and the servers above for whoever asks for them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PUBLIC_URL", "TLS_CERT", "TLS_KEY", "DEMO", "SECRET_KEY", "SMS_SANDBOX_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"):
            patch.delenv(name, raising=False)
        settings.cache_clear()
        yield


@pytest.fixture(scope="session")
def valkey(servers: dict[str, str]) -> Iterator[str]:
    """The address of a running Valkey, in the settings too."""
    os.environ["REDIS_URL"] = servers["REDIS_URL"]
    settings.cache_clear()
    yield servers["REDIS_URL"]


@pytest.fixture(scope="session")
def database(servers: dict[str, str]) -> Iterator[str]:
    """The owner's address of a migrated database, in the settings too. At the end, no text message in it tells of health."""
    from portal_app.core.database import unscoped
    from portal_app.launch.database import migrate

    os.environ["DATABASE_URL"] = servers["DATABASE_URL"]
    settings.cache_clear()
    migrate(servers["DATABASE_URL"])
    yield servers["DATABASE_URL"]
    with unscoped(reason="all messages of the run are looked through") as work:
        assert_silent(list(work.session.execute(text("SELECT body FROM text_message")).scalars()))


@pytest.fixture
def cast(database: str) -> Cast:
    """Alice and the others, in two fresh practices that nobody else has."""
    return make_cast()
