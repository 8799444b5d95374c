"""Every setting, typed, read from the environment. `docs/settings.md` says what each is for."""
import getpass
import hashlib
import os
import stat
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parents[2]
DEMO_SECRET = "demo-secret-not-for-production"
SHORTEST_SECRET = 32  # characters


class SettingsError(Exception):
    """A setting can't be used. `message` is one line that names what to change."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class Settings(BaseSettings):
    """Environment names are the fields' names in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=1, le=65535)
    public_url: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    trusted_proxy_hops: int = Field(default=0, ge=0, le=10)
    data_dir: Path = Field(default_factory=lambda: default_data_dir())
    demo: bool = True
    secret_key: str = DEMO_SECRET
    database_url: str = ""
    redis_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_code_sender: str = Field(default="", pattern=r"^(\+[1-9]\d{7,14})?$")
    twilio_api_base: str = ""
    stripe_api_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_base: str = ""
    otel_exporter_otlp_endpoint: str = ""
    web_processes: int = Field(default=2, ge=1, le=64)
    sms_window: int = Field(default=2048, ge=1024, le=1_000_000)
    sms_per_second: float = Field(default=0, ge=0, le=10_000)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    sms_sandbox_url: str = ""
    pg_bin: str = ""
    chromium: str = ""

    @property
    def address(self) -> str:
        """Where people reach the portal, without a slash at the end."""
        scheme = "https" if self.tls_cert else "http"
        return self.public_url.rstrip("/") or f"{scheme}://localhost:{self.port}"

    @property
    def origins(self) -> tuple[str, ...]:
        """What a browser may name as the `Origin` of our own pages."""
        spelled = [self.address]
        if not self.public_url:
            spelled.append(self.address.replace("//localhost", "//127.0.0.1"))
        return tuple(spelled)


@lru_cache
def settings() -> Settings:
    """The settings of this process. Raises SettingsError for the first one that can't be used."""
    try:
        made = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"{str(first['loc'][0]).upper()} can't be used: {first['msg']}.") from None
    for check in (_pairs, _addresses, _secret, _texts, _public_address):
        check(made)
    return made


def default_data_dir() -> Path:
    """`.state` in the checkout, except for root with a checkout that `nobody`, who then runs Postgres, can't reach."""
    if os.geteuid() != 0 or everyone_may_enter(CHECKOUT):
        return CHECKOUT / ".state"
    return Path("/var/lib/carelane") / hashlib.sha256(bytes(CHECKOUT)).hexdigest()[:12]


def everyone_may_enter(folder: Path) -> bool:
    """Whether every account of this machine may pass through `folder` and all above it."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))


def is_this_machine(host: str) -> bool:
    """Whether `host` names the loopback interface."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _pairs(made: Settings) -> None:
    for together in (
        ("tls_cert", "tls_key"),
        ("twilio_account_sid", "twilio_auth_token", "twilio_messaging_service_sid"),
        ("stripe_api_key", "stripe_webhook_secret"),
    ):
        missing = [name.upper() for name in together if not getattr(made, name)]
        present = [name.upper() for name in together if getattr(made, name)]
        if missing and present:
            raise SettingsError(f"{' and '.join(present)} set without {' and '.join(missing)}: set all of them or none.")
    for name in ("tls_cert", "tls_key"):
        if getattr(made, name) and not os.access(getattr(made, name), os.R_OK):
            user = getpass.getuser()
            raise SettingsError(f"{name.upper()}: {getattr(made, name)} can't be read by {user}: name a readable file.")


FORMS = {
    "database_url": (("postgresql", "postgres"), "postgresql://user:password@host:5432/database"),
    "redis_url": (("redis", "rediss", "unix"), "redis://host:6379/0 or unix:///path/of/socket"),
    "public_url": (("http", "https"), "https://portal.example.org"),
    "twilio_api_base": (("http", "https"), "https://api.twilio.com"),
    "stripe_api_base": (("http", "https"), "https://api.stripe.com"),
    "otel_exporter_otlp_endpoint": (("http", "https"), "http://localhost:4318"),
}
STARTS = {
    "twilio_account_sid": ("AC",),
    "twilio_messaging_service_sid": ("MG",),
    "stripe_api_key": ("sk_", "rk_"),
    "stripe_webhook_secret": ("whsec_",),
}


def _addresses(made: Settings) -> None:
    for name, (schemes, example) in FORMS.items():
        if (value := getattr(made, name)) and urlsplit(value).scheme not in schemes:
            raise SettingsError(f"{name.upper()} must look like {example}.")
    for name, starts in STARTS.items():
        if (value := getattr(made, name)) and not value.startswith(starts):
            raise SettingsError(f"{name.upper()} must begin with {' or '.join(starts)}.")


def _secret(made: Settings) -> None:
    if made.secret_key == DEMO_SECRET:
        if not made.demo:
            raise SettingsError("SECRET_KEY must be set when DEMO=false: the demo's own is known to everyone.")
        if not is_this_machine(_host_of(made.address)):
            raise SettingsError("SECRET_KEY must be set when PUBLIC_URL isn't this machine: the demo's is known to all.")
    elif len(made.secret_key) < SHORTEST_SECRET:
        raise SettingsError(f"SECRET_KEY is too short: use at least {SHORTEST_SECRET} random characters.")


def _texts(made: Settings) -> None:
    if not made.demo and not made.twilio_account_sid:
        raise SettingsError("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_MESSAGING_SERVICE_SID must be set when DEMO=false:"
                            " without them people's codes end in the sandbox.")


def _public_address(made: Settings) -> None:
    """The session cookie is `Secure`: browsers send it over https, or to this machine itself."""
    if is_this_machine(_host_of(made.address)):
        if not made.public_url and not is_this_machine(made.host):
            raise SettingsError(f"HOST={made.host} is open to other machines: set PUBLIC_URL to the address they use.")
        return
    if not made.address.startswith("https://"):
        raise SettingsError("PUBLIC_URL must begin with https://: session cookies don't travel without TLS.")
    if not made.tls_cert and not made.trusted_proxy_hops:
        raise SettingsError(
            "PUBLIC_URL is https but nothing here speaks TLS: set TLS_CERT and TLS_KEY, or TRUSTED_PROXY_HOPS=1"
            " behind a proxy that does."
        )


def _host_of(address: str) -> str:
    return urlsplit(address).hostname or ""
