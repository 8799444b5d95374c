"""JSON lines on standard error, each with its transaction ID, none with patient data."""
import json
import logging
import re
import sys
from datetime import UTC, datetime

from portal_app.core import transaction_id
from portal_app.core.settings import settings

LONGEST = 4096  # signs
QUOTED = re.compile(r"Event\(|Event data:|event fields|: \{")
PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One record, one line of JSON: at, level, process, logger, message, transaction_id, and what `extra` gave."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": self.process,
            "logger": record.name,
            "message": _message(record),
            "transaction_id": getattr(record, "transaction_id", "") or transaction_id.current(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in PLAIN and name not in line}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)[-LONGEST:]
        return json.dumps(line, default=str, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """What is said, at most 4 kB of it. Reflex's own complaints quote the event that came, passwords and all: cut there."""
    said = record.getMessage()
    if record.name.startswith("reflex"):
        said = QUOTED.split(said, maxsplit=1)[0]
    return said[:LONGEST]


def setup(process: str) -> None:
    """Sends every logger of this process through `JsonLines`, at the level of the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.basicConfig(handlers=[handler], level=settings().log_level, force=True)
    for noisy in ("httpx", "httpcore", "twilio", "urllib3", "huey"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get(name: str) -> logging.Logger:
    return logging.getLogger(name)
