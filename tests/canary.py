"""What no text message may say: anything that tells of somebody's health. The whole run's messages are looked through."""
import re

from services.demo_world.places import PLACES, VISIT_TYPES

CLINICIANS = {name for place in PLACES for name, _ in place.clinicians} | {"Dr. Bea Okafor", "Dr. Noor Aziz"}
SPECIALTIES = {field for place in PLACES for _, field in place.clinicians} | {"cardiology", "oncology", "psychiatry"}
REASONS = {name for name, *_ in VISIT_TYPES} | {"vaccine", "medicine", "check-up", "prescription", "therapy", "exam", "blood"}
TERMS = {"diabetes", "cancer", "HIV", "depression", "pregnancy", "asthma", "result", "diagnosis", "medication", "doctor"}
FAMILY_NAMES = {re.split(r"[ ,]+", name.removeprefix("Dr. "))[1] for name in CLINICIANS}
ALL = sorted(CLINICIANS | SPECIALTIES | REASONS | TERMS | FAMILY_NAMES)
PRACTICES = re.compile("|".join(re.escape(place.name) for place in PLACES))
"""The practice's own name stands in each message, whatever it is called."""
TELLING = re.compile("|".join(rf"\b{re.escape(one)}" for one in ALL), re.IGNORECASE)


def assert_silent(bodies: list[str]) -> None:
    """None of the messages says anything about health."""
    telling = sorted({f"{found[0]!r} in {body!r}" for body in bodies if (found := TELLING.search(PRACTICES.sub("", body)))})
    assert not telling, telling
