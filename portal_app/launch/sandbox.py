"""`./portal sandbox`: how the running sandbox fares, and setting it."""
import argparse
from typing import Any

import httpx
import psutil

from portal_app.core.settings import Settings
from portal_app.launch import data_folder
from portal_app.launch.steps import LaunchError


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Sets what was given and prints how the sandbox fares now. Raises LaunchError where none runs, or for what can't be."""
    given = {name: getattr(asked, name) for name in asked.settable if getattr(asked, name) is not None}
    wanted = ({name: str(start) for name, (start, _) in asked.settable.items()} if asked.well else {}) | given
    for name, value in _ask(settings, wanted).items():
        print(f"{name.replace('_', '-'):<13}{value:<9g}{asked.settable[name][1]}")
    return 0


def _ask(settings: Settings, wanted: dict[str, str]) -> dict[str, Any]:
    processes = (data_folder.read_running(settings.data_dir) or {}).get("processes", {})
    if "sandbox" not in processes or not data_folder.is_running(settings.data_dir):
        raise LaunchError("No text message sandbox runs here.")
    try:
        run_with = psutil.Process(processes["sandbox"]["pid"]).environ()  # the account is made up for each run
        account = run_with["TWILIO_ACCOUNT_SID"], run_with["TWILIO_AUTH_TOKEN"]
        answer = httpx.request("POST" if wanted else "GET", run_with["SMS_SANDBOX_URL"] + "/mood", auth=account,
                               data=wanted or None, trust_env=False)
    except (psutil.Error, KeyError, httpx.HTTPError):
        raise LaunchError("The text message sandbox doesn't answer: see ./portal logs sandbox.") from None
    if answer.status_code != 200:
        raise LaunchError(answer.json()["message"])
    return dict(answer.json())
