"""Which role may do what: one table, rendered by `./portal permissions`. It is asked through `access` alone."""
from dataclasses import dataclass

from models.practice import ROLES as STAFF_ROLES

ROLES = ("patient", *STAFF_ROLES)
ADMINS = ("practice_admin", "organization_admin")
DESK = ("front_desk", "clinician", "practice_admin", "organization_admin")


@dataclass(frozen=True)
class Permission:
    """Something that a role allows at a practice. `means` is for readers of docs/permissions.md."""

    name: str
    means: str
    roles: tuple[str, ...]


PERMISSIONS = {one.name: one for one in (
    Permission("visits.own", "See, book and change visits on one's own chart", ("patient",)),
    Permission("day.read", "See the practice's visits of today", DESK),
    Permission("messages.read", "See how text messages go, without their words; the platform's operators, those of all practices",
               (*ADMINS, "operator")),
    Permission("invitations.send", "Invite the practice's patients to make an account", ADMINS),
    Permission("reminders.set", "Say when the practice's patients are reminded of visits", ADMINS),
    Permission("messages.send_again", "Send a text message again that could not be delivered", (*ADMINS, "operator")),
)}


def as_markdown() -> str:
    """The table as docs/permissions.md shows it."""
    head = ["permission", "what it allows", *(role.replace("_", " ") for role in ROLES)]
    lines = [head, ["---", "---", *(":-:" for _ in ROLES)]]
    for one in PERMISSIONS.values():
        lines.append([f"`{one.name}`", one.means, *("yes" if role in one.roles else "" for role in ROLES)])
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    return f"""# Permissions

Which role may do what, at the practices where it is held. Made by `./portal permissions`; a test keeps it current.

{table}
"""
