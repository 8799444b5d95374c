"""What the portal consists of, each part as a process to run."""
import subprocess
import sys
from pathlib import Path

from portal_app.core.embedded import postgres, valkey
from portal_app.core.settings import Settings
from portal_app.launch import front_end, reflex_build
from portal_app.launch.processes import Child, command

APP = "portal_app.portal_app:serve"
FINISH = 10  # seconds that a web process may go on with what it has begun


def postgres_child(data_dir: Path) -> Child:
    """The embedded database; `where` is its owner's address."""
    child = Child("postgres", lambda: start(), postgres.STOP, patience=60)

    def start() -> subprocess.Popen:
        server = postgres.start(data_dir / "postgres", data_dir / "logs" / "postgres.log")
        child.where = server.url
        return server.process

    return child


def valkey_child(data_dir: Path) -> Child:
    """The embedded queue and state store; `where` is its address."""
    child = Child("valkey", lambda: start(), patience=30)

    def start() -> subprocess.Popen:
        server = valkey.start(data_dir / "valkey", data_dir / "logs" / "valkey.log")
        child.where = server.url
        return server.process

    return child


def sandbox_child(port: int, env: dict[str, str], logs: Path) -> Child:
    return command("sandbox", [sys.executable, "-m", "services.providers.sandbox.twilio", "--port", str(port)], env, logs)


def consumer_children(env: dict[str, str], logs: Path) -> list[Child]:
    """The senders of urgent text messages, kept apart, and the workers of everything else."""
    return [command(name, [sys.executable, "-m", "tasks.consumer", lane], env, logs)
            for name, lane in (("urgent", "urgent"), ("consumer", "general"))]


def web_child(settings: Settings, env: dict[str, str], built: Path, logs: Path) -> Child:
    """The web server on the front end in `built`, which stays there as long as it is served."""
    parts = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--host", settings.host,
        "--port", str(settings.port), "--workers", str(settings.web_processes), "--respawn-failed-workers",
        "--respawn-interval", "0.5", "--workers-kill-timeout", f"{FINISH}s", "--log-level", "warning",
    ]
    if settings.tls_cert:
        parts += ["--ssl-certificate", settings.tls_cert, "--ssl-keyfile", settings.tls_key]
        parts += ["--ssl-protocol-min", "tls1.2"]
    env = env | reflex_build.serving_environment(built, env["REDIS_URL"])
    child = command("web", [*parts, APP], env, logs)
    child.keeps = front_end.hold(built)
    child.patience = 1  # until it serves someone: Granian's workers don't hear a stop while they start
    return child
