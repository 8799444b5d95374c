"""A small server for Twilio's Messages API: `python -m services.providers.sandbox.twilio --port N`."""
import argparse
import signal
import threading
from http.server import ThreadingHTTPServer

from portal_app.core import log
from portal_app.core.settings import settings
from services.providers.sandbox.callbacks import Callbacks
from services.providers.sandbox.handler import Handler
from services.providers.sandbox.mood import Mood
from services.providers.sandbox.store import Store

logger = log.get(__name__)


class Sandbox(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 256

    def __init__(self, account: str, token: str, port: int = 0, mood: Mood | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.account, self.token, self.mood = account, token, mood or Mood()
        self.store = Store()
        self.callbacks = Callbacks(token, self.store)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def server_close(self) -> None:
        super().server_close()
        self.callbacks.stop()


def main() -> None:
    program = "python -m services.providers.sandbox.twilio"
    arguments = argparse.ArgumentParser(prog=program, description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--delay-ms", type=float, default=20, help="how long a request to send takes")
    given = arguments.parse_args()
    log.setup("sandbox")
    mood = Mood(delay=given.delay_ms / 1000)
    sandbox = Sandbox(settings().twilio_account_sid, settings().twilio_auth_token, given.port, mood)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=sandbox.shutdown).start())
    logger.info("listening", extra={"address": sandbox.address})
    try:
        sandbox.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    finally:
        sandbox.server_close()


if __name__ == "__main__":
    main()
