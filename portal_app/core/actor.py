"""Who acts: the one value every service call begins with."""
from dataclasses import dataclass
from uuid import UUID

PLATFORM_TENANT = UUID(int=0)
"""The tenant of what belongs to no practice: sign-in codes and their audit."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone, or the platform itself, and where they may act.

    `tenants` are the practices whose rows the database will show; `charts` maps a practice to the person's own
    patient record there; `roles` maps a practice to the staff role held there.
    """

    user_id: UUID | None
    tenants: tuple[UUID, ...]
    name: str = ""
    language: str = "en"
    session_hash: str = ""
    charts: tuple[tuple[UUID, UUID], ...] = ()
    roles: tuple[tuple[UUID, str], ...] = ()

    @property
    def role(self) -> str:
        """The highest standing, for the audit: a staff role, `patient`, or `platform`."""
        if self.user_id is None:
            return "platform"
        return self.roles[0][1] if self.roles else "patient"


PLATFORM = Actor(user_id=None, tenants=(PLATFORM_TENANT,), name="platform")
