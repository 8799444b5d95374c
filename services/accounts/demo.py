"""The people anyone may sign in as, in the demo alone."""
from dataclasses import dataclass

from portal_app.core.errors import NotFound
from portal_app.core.settings import settings

PASSWORD = "carelane-demo"


@dataclass(frozen=True)
class DemoPerson:
    """`role` is `patient` or a staff role; `mobile` is where their texts go, on the demo's phone."""

    name: str
    role: str
    practice: str
    email: str
    mobile: str
    password: str = PASSWORD


DESERT, LAKE = "Desert Ridge Family Medicine", "Lakeside Family Health"
HARBOR, COAST = "Harborview Internal Medicine", "Pacific Coast Clinic"


def _person(name: str, role: str, practice: str, number: int) -> DemoPerson:
    return DemoPerson(name, role, practice, f"{name.split()[0].lower()}@example.com", f"+160255501{number:02d}")


CAST = (
    _person("Alice Moreno", "patient", DESERT, 1),
    _person("Pam Moreno", "patient", DESERT, 2),
    _person("Victor Reyes", "patient", COAST, 3),
    _person("Grace Chen", "patient", LAKE, 4),
    _person("Mallory Quinn", "patient", HARBOR, 5),
    _person("Bea Okafor", "clinician", DESERT, 6),
    _person("Carol Jensen", "front_desk", DESERT, 7),
    _person("Ben Castillo", "biller", DESERT, 8),
    _person("Dan Whitaker", "practice_admin", DESERT, 9),
    _person("Olivia Hart", "organization_admin", LAKE, 10),
)
OPERATOR = _person("Otis Blake", "operator", "Platform", 11)


def demo_people() -> list[DemoPerson]:
    """The people of the demo with their sign-in. Raises NotFound outside of the demo."""
    if not settings().demo:
        raise NotFound
    return [*CAST, OPERATOR]
