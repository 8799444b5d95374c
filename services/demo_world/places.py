"""Two organizations, four practices in four time zones, what they offer and who works there."""
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from services.accounts.demo import COAST, DESERT, HARBOR, LAKE


def made_id(*names: object) -> UUID:
    """The same id for the same names, always."""
    return uuid5(NAMESPACE_URL, "carelane-demo/" + "/".join(map(str, names)))


@dataclass(frozen=True)
class Place:
    """`locations` are name, street, city, state, postal code, and how to get in."""

    name: str
    organization: str
    phone: str
    zone: str
    patients: int
    locations: tuple[tuple[str, str, str, str, str, str], ...]
    clinicians: tuple[tuple[str, str], ...]

    @property
    def id(self) -> UUID:
        return made_id("practice", self.name)


FAMILY, INTERNAL, NURSE, HEART, CHILD = (
    "Family medicine", "Internal medicine", "Nurse practitioner", "Heart care", "Children's health")

PLACES = (
    Place(DESERT, "Sunrise Health Partners", "+1 602-555-0190", "America/Phoenix", 2000, (
        ("Desert Ridge, Suite 200", "21001 N Tatum Blvd", "Phoenix", "AZ", "85050",
         "Park in the garage on Tatum Blvd: the first two hours are free. Take the elevator to floor 2."),
        ("Downtown clinic", "340 E Monroe St", "Phoenix", "AZ", "85004",
         "The light rail stops at Van Buren, a three-minute walk away. There is no parking at the clinic."),
    ), (("Dr. Bea Okafor", FAMILY), ("Dr. Luis Herrera", FAMILY), ("Dr. Anita Rao", INTERNAL), ("Dr. Samuel Stone", FAMILY),
        ("Nora Field, NP", NURSE), ("Dr. June Park", CHILD), ("Dr. Omar Haddad", HEART), ("Tess Boyle, NP", NURSE))),
    Place(LAKE, "Sunrise Health Partners", "+1 312-555-0191", "America/Chicago", 1200, (
        ("Lakeside main office", "600 N Lake Shore Dr", "Chicago", "IL", "60611",
         "Bus 151 stops in front of the door. Patients park behind the building; ring at the gate."),
    ), (("Dr. Irene Novak", FAMILY), ("Dr. Paul Adeyemi", HEART), ("Dr. Rosa Lind", FAMILY), ("Dr. Kevin Walsh", INTERNAL),
        ("Maya Torres, NP", NURSE), ("Dr. Ella Brooks", CHILD), ("Dr. Henry Cho", FAMILY), ("Ivy Marsh, NP", NURSE))),
    Place(HARBOR, "Harbor Medical Group", "+1 617-555-0192", "America/New_York", 1000, (
        ("Harborview, 3rd floor", "88 Atlantic Ave", "Boston", "MA", "02110",
         "Aquarium station is two minutes away. Show your name at the front desk downstairs, then take elevator B."),
    ), (("Dr. Claire Dubois", INTERNAL), ("Dr. Amir Nasser", INTERNAL), ("Dr. Hannah Levy", FAMILY), ("Dr. Thomas Reed", HEART),
        ("Lena Fox, NP", NURSE), ("Dr. Peter Kim", INTERNAL), ("Dr. Sofia Marin", FAMILY))),
    Place(COAST, "Harbor Medical Group", "+1 619-555-0193", "America/Los_Angeles", 800, (
        ("Pacific Coast, Mission Hills", "4077 Fifth Ave", "San Diego", "CA", "92103",
         "Free parking behind the building, in from Washington St. The ramp is on the left of the main door."),
    ), (("Dr. Noah Silva", FAMILY), ("Dr. Priya Menon", CHILD), ("Dr. Walter Gray", FAMILY), ("Dr. Mei Tanaka", INTERNAL),
        ("Ruth Bell, NP", NURSE), ("Dr. Diego Castro", FAMILY), ("Dr. Eva Lund", HEART))),
)

# name, description, preparation, minutes, buffer after, step
VISIT_TYPES = (
    ("Follow-up", "Talk about how things are going since your last visit.",
     "Bring a list of your medicines. Write down what you’d like to ask.", 20, 0, 20),
    ("New problem", "Something new is bothering you.", "Write down when it began and what makes it better or worse.", 20, 0, 20),
    ("Yearly check-up", "A full look at your health once a year.",
     "Don’t eat for 8 hours before, so that we can draw blood. Drink water and take your medicines as usual.", 40, 20, 20),
    ("Medicine review", "Go through your medicines together.",
     "Bring all your medicines in their boxes, also what you buy without a prescription.", 20, 0, 20),
    ("Vaccine", "Get a shot you need.", "Wear a shirt with loose sleeves. Stay home and call us if you have a fever.", 10, 0, 10),
)
