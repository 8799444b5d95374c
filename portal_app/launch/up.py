"""`./portal up`: every step from nothing to an answering portal, then watching over it until told to stop."""
import os
import threading
import time
from collections.abc import Callable

from portal_app.core import settings as settings_module
from portal_app.core.embedded import postgres
from portal_app.core.errors import NotAllowed
from portal_app.core.settings import Settings, settings
from portal_app.launch import checks, control, data_folder, database, environment, front_end, health, parts, stopping
from portal_app.launch.processes import Child, look_after, stop_all, turn_over
from portal_app.launch.steps import LaunchError, step

ROUND = 0.5  # seconds between two looks at the processes
ASK = 5  # seconds between two questions to /health


def up(*, fresh: bool = False) -> int:
    """Runs the portal of the settings in the foreground. Returns the exit code; raises for what can't be."""
    chosen = settings()
    folder = chosen.data_dir
    if fresh and not control.make_fresh(chosen):
        return 1
    checks.free_space(folder)
    data_folder.open_folder(folder, with_postgres=not chosen.database_url)
    if (held := data_folder.lock(folder)) is None:
        address = data_folder.read_running(folder).get("address", "an address that it is about to print")
        print(f"Already running at {address}; ./portal down stops it.")
        return 1
    with held, stopping.by_signals():
        return _run(chosen)


def _run(chosen: Settings) -> int:
    children: list[Child] = []
    try:
        _start(chosen, children)
        _watch(chosen, children)
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
    finally:
        stopping.ignore_signals()
        stop_all(children)
        data_folder.write_running(chosen.data_dir, {})
    print("Stopped.")
    return 0


def _start(chosen: Settings, children: list[Child]) -> None:
    """Every step in turn; `children` gets each process before it starts."""
    began, logs = time.monotonic(), chosen.data_dir / "logs"

    def run(child: Child) -> Child:
        children.append(child)
        child.run()
        _tell(chosen, children)
        return child

    with step("Settings"):
        control.end_strays(chosen.data_dir)
        checks.before_start(chosen)
    env = environment.for_children(chosen, *_servers(chosen, run))
    _prepare(chosen, env)
    with step("Front end") as remark:
        built, is_new = front_end.ready()
        remark("built" if is_new else "unchanged")
    if not chosen.twilio_account_sid:
        with step("Text message sandbox"):
            port = environment.free_port()
            env |= environment.for_sandbox(port)
            run(parts.sandbox_child(port, env, logs))
    with step("Task consumers"):
        for child in parts.consumer_children(env, logs):
            run(child)
    with step("Web"):
        web = run(parts.web_child(chosen, env, built, logs))
        health.wait(chosen, children, logs)
        web.patience = parts.FINISH + 5
    _tell(chosen, children, ready=True)
    _show(chosen, time.monotonic() - began)


def _servers(chosen: Settings, run: Callable[[Child], Child]) -> tuple[str, str]:
    """The addresses of Postgres and Valkey: the ones set, else of those we start here."""
    database_url, redis_url = chosen.database_url, chosen.redis_url
    if not database_url:
        with step("Postgres"):
            database_url = run(parts.postgres_child(chosen.data_dir)).where
            postgres.create_database(database_url)
    if not redis_url:
        with step("Valkey"):
            redis_url = run(parts.valkey_child(chosen.data_dir)).where
    return database_url, redis_url


def _prepare(chosen: Settings, env: dict[str, str]) -> None:
    """Tables and demo people. From here on this process, too, reads the settings that its children get."""
    os.environ.update(env)
    settings_module.settings.cache_clear()
    with step("Tables"):
        database.migrate(env["DATABASE_URL"])
    if chosen.demo:
        from services import demo_world

        with step("Demo world"):
            try:
                demo_world.load()
            except NotAllowed:
                raise LaunchError("The database holds practices that aren't the demo's: set DEMO=false.") from None


def _watch(chosen: Settings, children: list[Child]) -> None:
    """Until a signal comes."""
    ended = threading.Event()
    threading.Thread(target=_ask_health, args=(chosen, ended), daemon=True).start()
    try:
        while True:
            time.sleep(ROUND)
            turn_over(chosen.data_dir / "logs")
            if look_after(children, _say):
                _tell(chosen, children, ready=True)
    finally:
        ended.set()


def _ask_health(chosen: Settings, ended: threading.Event) -> None:
    """Says when a part no longer answers though its process lives, the disk fills up, and when all is well again."""
    before = ""
    while not ended.wait(ASK):
        said = health.ask(chosen)
        if said != before and not ended.is_set():
            _say(f"not well: {said}" if said else "all is well again")
        before = said


def _say(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, flush=True)


def _tell(chosen: Settings, children: list[Child], *, ready: bool = False) -> None:
    data_folder.write_running(chosen.data_dir, {
        "pid": os.getpid(), "address": chosen.address, "ready": ready,
        "listens": {"host": chosen.host, "port": chosen.port, "tls_cert": chosen.tls_cert},
        "processes": {child.name: child.about() for child in children},
    })


def _show(chosen: Settings, seconds: float) -> None:
    print(f"\nCarelane is ready after {seconds:.1f} s: {chosen.address}")
    if chosen.demo:
        from services import accounts

        print("\nThe demo's people:")
        for person in accounts.demo_people():
            print(f"  {person.name:<20} {person.role:<18} {person.email:<32} {person.password}")
        if not chosen.twilio_account_sid:
            print(f"\nTheir text messages: {chosen.address}/demo/phone")
    print("\nCtrl-C stops it.", flush=True)
