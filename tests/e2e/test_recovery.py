"""Each part killed with -9 while people work: whole again by itself, and nothing that was acknowledged is lost."""
import asyncio
import os
import re
import signal
import time
from contextlib import suppress

import httpx
import psutil
import pytest
import redis
from playwright.sync_api import expect

from services.health import HEARTBEAT
from services.messaging.leases import LEASE
from tests.e2e.conftest import Portal, person
from tests.e2e.journeys import open_first_visit
from tests.e2e.people import Record, Worker, at_work, hire

LONGEST = 15  # seconds
WAITING = "SELECT count(*) FROM text_message WHERE status IN ('waiting', 'sending') AND due_at < now()"
PEOPLE, KILLS = int(os.environ.get("RECOVERY_PEOPLE", "5")), int(os.environ.get("RECOVERY_KILLS", "1"))
STOPPED = float(os.environ.get("RECOVERY_STOPPED", "18"))  # seconds; longer than the longest click may take


@pytest.fixture(scope="module")
def workers(portal: Portal) -> list[Worker]:
    return hire(portal, PEOPLE)


def kill(portal: Portal, part: str) -> None:
    """Kill -9, its own children too: what an out-of-memory killer or a power cut to one container leaves."""
    signal_all(portal, part, signal.SIGKILL)


def signal_all(portal: Portal, part: str, what: signal.Signals) -> None:
    process = psutil.Process(portal.process(part)["pid"])
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(what)


def works_anew(portal: Portal, part: str, killed: int) -> bool:
    """Whether another process does the part's work. A consumer's sign of life outlives it, so that one has to be its own."""
    pid = portal.process(part)["pid"]
    if pid == killed:
        return False
    lane = {"urgent": "urgent", "consumer": "general"}.get(part)
    if lane is None:
        return True
    with redis.Redis.from_url(portal.process("valkey")["where"]) as valkey:
        return valkey.get(HEARTBEAT.format(lane)) == str(pid).encode()


async def whole_again(portal: Portal, record: Record, since: float, part: str = "", killed: int = 0) -> float:
    """Seconds until every part answers, that which was killed too, and someone at work got what they asked for."""
    while time.monotonic() - since < 60:
        await asyncio.sleep(0.1)
        if await asyncio.to_thread(portal.is_well) and (not part or works_anew(portal, part, killed)):
            well = time.monotonic()
            while time.monotonic() - since < 60:
                await asyncio.sleep(0.05)
                if record.answers and record.answers[-1] > well:
                    return time.monotonic() - since
    pytest.fail("not whole again within a minute")


def check_kept(portal: Portal, record: Record) -> None:
    """What people were told has happened, has; nobody was signed out; every text message that is due goes."""
    rows = dict(portal.sql("SELECT id::text, status FROM visit WHERE id::text = ANY(%s)", list(record.booked)))
    assert set(rows) == record.booked and set(rows.values()) <= {"booked", "cancelled"}
    assert all(rows[one] == "cancelled" for one in record.cancelled)
    assert record.signed_out == 0
    until = time.monotonic() + LEASE.total_seconds() + LONGEST  # what a killed sender had in hand, the next one asks about
    while (left := portal.sql(WAITING)[0][0]) and time.monotonic() < until:
        time.sleep(0.2)
    assert left == 0, "text messages that nobody sends"


@pytest.mark.parametrize("part", ["web", "urgent", "consumer", "postgres", "valkey"])
def test_a_killed_part_is_back_by_itself_and_nothing_acknowledged_is_lost(portal: Portal, workers: list[Worker], part: str):
    took: list[float] = []

    async def deed(record: Record) -> None:
        await asyncio.sleep(2)
        for _ in range(KILLS):
            since, killed = time.monotonic(), portal.process(part)["pid"]
            kill(portal, part)
            took.append(await whole_again(portal, record, since, part, killed))
            await asyncio.sleep(1)

    record = asyncio.run(at_work(portal, workers, deed))
    print(f"\n{part:<9} whole again after {', '.join(f'{one:.1f}' for one in took)} s;"
          f" {len(record.booked)} booked, {len(record.cancelled)} cancelled, {len(record.answers)} answers")
    check_kept(portal, record)
    assert max(took) <= LONGEST and record.booked


def test_a_database_that_stands_still_is_said_and_all_goes_on_once_it_moves(portal: Portal, workers: list[Worker]):
    took: list[float] = []

    async def deed(record: Record) -> None:
        await asyncio.sleep(1)
        began = time.monotonic()
        signal_all(portal, "postgres", signal.SIGSTOP)
        await asyncio.sleep(4)
        said = (await asyncio.to_thread(httpx.get, f"{portal.address}/health")).json()
        assert said == {"database": "down", "valkey": "ok", "consumer": "ok", "disk": "ok"}
        await asyncio.sleep(began + STOPPED - time.monotonic())
        since = time.monotonic()
        signal_all(portal, "postgres", signal.SIGCONT)
        took.append(await whole_again(portal, record, since))

    try:
        record = asyncio.run(at_work(portal, workers, deed))
    finally:
        signal_all(portal, "postgres", signal.SIGCONT)
    print(f"\nstopped   whole again after {took[0]:.1f} s; {len(record.booked)} booked, {len(record.answers)} answers")
    check_kept(portal, record)
    assert took[0] <= LONGEST


def test_whoever_clicks_or_comes_while_the_database_stands_still_is_told_so_with_a_reference(portal: Portal, open_page):
    clicks, comes = open_page(person("Alice")), open_page(person("Pam"))
    clicks.goto("/visits")
    expect(clicks.get_by_text("Change or cancel").first).to_be_visible()
    signal_all(portal, "postgres", signal.SIGSTOP)
    try:
        comes.goto("/visits")
        clicks.get_by_role("link", name="Past", exact=True).click()
        for page in (clicks, comes):
            expect(page.get_by_text(re.compile("TX-[A-Z0-9-]+")).first).to_be_visible(timeout=20_000)
    finally:
        signal_all(portal, "postgres", signal.SIGCONT)
    for page in (clicks, comes):
        page.goto("/visits")
        expect(page.get_by_text("Change or cancel").first).to_be_visible(timeout=LONGEST * 1000)


@pytest.mark.parametrize("part", ["web", "postgres", "valkey", "the state"])
def test_what_was_being_typed_is_still_there_and_the_next_click_works(open_page, portal: Portal, part: str):
    page = open_page(person("Alice"))
    open_first_visit(page)
    page.get_by_role("button", name="Cancel visit").click()
    page.get_by_label("In your own words").fill("I have a cold, and")
    stranger = open_page(None)
    stranger.goto("/sign-in")
    expect(stranger.get_by_text("who do you want to be")).to_be_visible()
    stranger.get_by_label("Email or mobile number").fill(person("Pam").email)
    stranger.get_by_label("Password").fill(person("Pam").password)
    lose(portal, part)
    expect(stranger.get_by_label("Email or mobile number")).to_have_value(person("Pam").email)
    stranger.get_by_role("button", name="Sign in", exact=True).click()
    expect(stranger.get_by_label("Six-digit code")).to_be_visible(timeout=LONGEST * 1000)
    expect(page.get_by_label("In your own words")).to_have_value("I have a cold, and")
    page.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_text("Your visit is canceled.")).to_be_visible(timeout=LONGEST * 1000)


@pytest.mark.parametrize("part", ["web", "valkey"])
def test_a_click_at_the_very_moment_of_a_kill_is_done_once_the_part_is_back(open_page, portal: Portal, part: str):
    page = open_page(person("Pam"))
    page.goto("/account")
    page.get_by_label("What should we call you?").fill(f"Pam of {part}")
    kill(portal, part)
    page.get_by_role("button", name="Save name", exact=True).first.click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=LONGEST * 1000)
    expect(page.get_by_label("What should we call you?")).to_have_value(f"Pam of {part}")
    assert portal.sql("SELECT preferred_name FROM users WHERE email = %s", person("Pam").email) == [(f"Pam of {part}",)]
    portal.sql("UPDATE users SET preferred_name = '' WHERE email = %s", person("Pam").email)


def lose(portal: Portal, part: str) -> None:
    """Kills the part, or empties Valkey, and waits until every part answers."""
    if part == "the state":
        with redis.Redis.from_url(portal.process("valkey")["where"]) as valkey:
            valkey.flushall()
        return
    kill(portal, part)
    until = time.monotonic() + LONGEST
    time.sleep(0.5)
    while time.monotonic() < until and not portal.is_well():
        time.sleep(0.1)
