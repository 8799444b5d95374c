"""Who signs in: global tables, reached only through the functions of the migration (SECURITY DEFINER)."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.base import moment
from portal_app.core.clock import now
from portal_app.core.ids import new_id

THEMES, TEXT_SIZES = ("device", "light", "dark"), ("normal", "large", "larger")
LANGUAGES = ("en", "es")
"""Those that text messages are written in."""
PURPOSES = ("visits", "reminders")
"""What text messages a person can turn off: those that tell of a change to a visit, and those before it."""


class User(SQLModel, table=True):
    """A person who signs in. E-mail (lower case) and mobile number (E.164) are sign-in names and nothing more.

    `name` is the legal one; `preferred_name` is how they like to be called, "" for the first part of `name`; `language` is that
    of text messages to them. Each version goes up whenever that part of the profile is saved, so that nobody saves over what
    they have not seen.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"theme IN {THEMES}", name="theme"), CheckConstraint(f"text_size IN {TEXT_SIZES}", name="text_size"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language"))
    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    email: str | None = Field(default=None, unique=True)
    mobile: str | None = Field(default=None, unique=True)
    language: str = "en"
    preferred_name: str = Field(default="", sa_column_kwargs={"server_default": ""})
    theme: str = Field(default="device", sa_column_kwargs={"server_default": "device"})
    text_size: str = Field(default="normal", sa_column_kwargs={"server_default": "normal"})
    name_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    look_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    texts_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    suspended_at: datetime | None = moment(default=None)
    created_at: datetime = moment(default_factory=now)


class Credential(SQLModel, table=True):
    """A user's password, as argon2id."""

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    password_hash: str
    changed_at: datetime = moment(default_factory=now)


class ContactPreference(SQLModel, table=True):
    """Whether a user wants text messages of a purpose; without a row they do."""

    __tablename__ = "contact_preference"
    __table_args__ = (CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),)
    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    purpose: str = Field(primary_key=True)
    wanted: bool
    changed_at: datetime = moment(default_factory=now)


class SignInChallenge(SQLModel, table=True):
    """The second step of a sign-in: a code that was sent, then a ticket that opens one session."""

    __tablename__ = "sign_in_challenge"
    id: str = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    code_hash: str
    sent_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    tries: int = 0
    sends: int = 1
    ticket_hash: str | None = Field(default=None, unique=True)
    ticket_expires_at: datetime | None = moment(default=None)
    closed_at: datetime | None = moment(default=None)


class PasswordReset(SQLModel, table=True):
    """A code that was sent to who forgot their password: right, it sets a new one."""

    __tablename__ = "password_reset"
    id: str = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    code_hash: str
    sent_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    tries: int = 0
    closed_at: datetime | None = moment(default=None)


class UserSession(SQLModel, table=True):
    """A signed-in browser. Only the SHA-256 of its cookie is stored."""

    __tablename__ = "user_session"
    token_hash: str = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    device: str = ""
    address: str = ""
    started_at: datetime = moment(default_factory=now)
    last_seen_at: datetime = moment(default_factory=now)
    expires_at: datetime = moment(index=True)
    ended_at: datetime | None = moment(default=None)


class Throttle(SQLModel, table=True):
    """How often something was tried in its running window. `key` is a hash, so no name stands here."""

    key: str = Field(primary_key=True)
    count: int
    window_ends_at: datetime = moment(index=True)
