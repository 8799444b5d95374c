"""Who acts: the one value every service call begins with."""
from dataclasses import dataclass
from uuid import UUID

PLATFORM_TENANT = UUID(int=0)
"""The tenant of what belongs to no practice: sign-in codes and their audit."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person chose for themselves. `language`: that of text messages to them; `visit_texts`: whether these tell them of
    changes to their visits; `reminder_texts`: whether they are reminded of visits. The versions are those of its three parts:
    see `Outdated`.
    """

    preferred_name: str = ""
    theme: str = "device"
    text_size: str = "normal"
    language: str = "en"
    visit_texts: bool = True
    reminder_texts: bool = True
    name_version: int = 1
    look_version: int = 1
    texts_version: int = 1


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone, or the platform itself, and where they may act.

    `tenants` are the practices whose rows the database will show; `charts` maps a practice to the person's own
    patient record there; `roles` maps a practice to the staff role held there. `name` is the legal one,
    `language` the one in which pages speak to them.
    """

    user_id: UUID | None
    tenants: tuple[UUID, ...]
    name: str = ""
    language: str = "en"
    session_hash: str = ""
    charts: tuple[tuple[UUID, UUID], ...] = ()
    roles: tuple[tuple[UUID, str], ...] = ()
    profile: Profile = Profile()

    @property
    def called(self) -> str:
        """How the person likes to be spoken to: the first part of their name unless they said otherwise."""
        return self.profile.preferred_name or self.name.partition(" ")[0]

    @property
    def role(self) -> str:
        """The highest standing, for the audit: a staff role, `patient`, or `platform`."""
        if self.user_id is None:
            return "platform"
        return self.roles[0][1] if self.roles else "patient"


PLATFORM = Actor(user_id=None, tenants=(PLATFORM_TENANT,), name="platform")
