"""Tables and their database rules. Importing this package registers all of them."""
from models.accounts import Credential, SignInChallenge, Throttle, User, UserSession
from models.audit import AuditEvent, AuditSeal, AuditUnsealed
from models.patient import Patient
from models.practice import Clinician, Location, Organization, Practice, StaffMember
from models.scheduling import Schedule, Visit, VisitType
from models.text_message import TextMessage

__all__ = [
    "AuditEvent", "AuditSeal", "AuditUnsealed", "Clinician", "Credential", "Location", "Organization", "Patient",
    "Practice", "Schedule", "SignInChallenge", "StaffMember", "TextMessage", "Throttle", "User", "UserSession",
    "Visit", "VisitType",
]
