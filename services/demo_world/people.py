"""The demo's patients, by a seeded die."""
from datetime import date, timedelta
from random import Random
from typing import Any

from services.accounts.demo import CAST, LAKE, DemoPerson
from services.demo_world.places import PLACES, Place, made_id

GIVEN = (
    "Ada", "Amir", "Ana", "Ben", "Bianca", "Carlos", "Chloe", "Daniel", "Deepa", "Diego", "Elena", "Emma", "Ethan",
    "Fatima", "Felix", "Gina", "Hassan", "Hugo", "Ines", "Ivan", "Jada", "James", "Jia", "Jonas", "Kai", "Karen",
    "Leah", "Liam", "Lucia", "Marcus", "Maria", "Maya", "Miguel", "Mina", "Nadia", "Noah", "Nora", "Olga", "Omar",
    "Paula", "Quinn", "Rafael", "Rosa", "Ruth", "Samir", "Sara", "Sofia", "Tariq", "Tomas", "Uma", "Vera", "Viktor",
    "Wen", "Yara", "Yusuf", "Zoe",
)
FAMILY = (
    "Abbott", "Alvarez", "Baker", "Banerjee", "Bennett", "Brown", "Carter", "Chavez", "Chen", "Cohen", "Costa", "Cruz",
    "Davis", "Diaz", "Evans", "Flores", "Foster", "Garcia", "Gomez", "Green", "Gupta", "Hall", "Harris", "Hernandez",
    "Hill", "Ito", "Jackson", "Johnson", "Jones", "Khan", "Kim", "King", "Kowalski", "Lee", "Lewis", "Lopez", "Martin",
    "Mendez", "Miller", "Moore", "Nguyen", "Novak", "Okoye", "Ortiz", "Patel", "Perez", "Price", "Ramos", "Reed",
    "Rivera", "Rossi", "Ruiz", "Sanchez", "Schmidt", "Shah", "Silva", "Smith", "Sullivan", "Tran", "Turner", "Vargas",
    "Walker", "Ward", "White", "Wong", "Young",
)

AREAS = (
    201, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231, 234, 239, 240, 248,
    251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304, 305, 307, 308, 309, 310, 312, 313, 314, 315)

def charts() -> list[dict[str, Any]]:
    """Every patient row: the named people's own, then as many as each practice has."""
    rows = [_own(person, place) for person in CAST if person.role == "patient" for place in PLACES if _goes(person, place)]
    for place in PLACES:
        die = Random(place.name)
        missing = place.patients - sum(row["tenant_id"] == place.id for row in rows)
        rows += [_someone(place, number, die) for number in range(missing)]
    return rows


def _mobile(place: Place, number: int) -> str:
    """One that nobody has: of each area, 555-0100 to 555-0199 are kept for stories. None is anyone's of the cast."""
    nobody = sum(other.patients for other in PLACES[:PLACES.index(place)]) + number
    return f"+1{AREAS[nobody // 100]}55501{nobody % 100:02d}"


def _goes(person: DemoPerson, place: Place) -> bool:
    return place.name == person.practice or (person.name == "Alice Moreno" and place.name == LAKE)


def _own(person: DemoPerson, place: Place) -> dict[str, Any]:
    given, family = person.name.split()
    born = date(1988, 3, 14) + timedelta(days=97 * CAST.index(person))
    return {"tenant_id": place.id, "id": made_id("patient", place.name, person.email), "user_id": made_id("user", person.email),
            "given_name": given, "family_name": family, "birth_date": born, "mobile": person.mobile, "email": person.email}


def _someone(place: Place, number: int, die: Random) -> dict[str, Any]:
    given, family = die.choice(GIVEN), die.choice(FAMILY)
    born = date(1938, 1, 1) + timedelta(days=die.randrange(31000))
    return {"tenant_id": place.id, "id": made_id("patient", place.name, number), "user_id": None, "given_name": given,
            "family_name": family, "birth_date": born, "mobile": _mobile(place, number),
            "email": f"{given}.{family}.{number}@example.com".lower()}


