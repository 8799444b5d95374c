"""What the portal's processes find in their environment. They never know which servers are embedded."""
import os
import secrets
import socket
import sys
from pathlib import Path

from portal_app.core.settings import Settings

SETTINGS = tuple(name.upper() for name in Settings.model_fields)
FOREIGN = ("REFLEX_", "__REFLEX_", "GRANIAN_", "PYTHONPATH", "PYTHONHOME")


def clean() -> dict[str, str]:
    """This process's environment without any setting of the portal, nor another program's for the same libraries."""
    return {
        name: value for name, value in os.environ.items()
        if name not in SETTINGS and not name.startswith(FOREIGN)
    }


def for_children(settings: Settings, database_url: str, redis_url: str) -> dict[str, str]:
    """The environment of every process of a portal."""
    given = {name.upper(): str(value) for name, value in settings.model_dump().items() if value != ""}
    given |= {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "DEMO": str(settings.demo).lower()}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return clean() | given | {"PATH": path, "PYTHONUNBUFFERED": "1"}


def for_sandbox(port: int) -> dict[str, str]:
    """What makes the one Twilio adapter speak to the sandbox on `port`: an account made up for this run."""
    address = f"http://127.0.0.1:{port}"
    return {
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_MESSAGING_SERVICE_SID": "MG" + secrets.token_hex(16),
        "TWILIO_CODE_SENDER": "+15005550010",  # beside the sandbox's other number, one of Twilio's own for tests
        "TWILIO_API_BASE": address,
        "SMS_SANDBOX_URL": address,
    }


def free_port() -> int:
    """A port on the loopback interface that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
