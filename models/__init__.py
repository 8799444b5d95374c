"""Tables and their database rules. Importing this package registers all of them."""
from models.accounts import ContactPreference, Credential, PasswordReset, SignInChallenge, Throttle, User, UserSession
from models.audit import AuditEvent, AuditSeal, AuditUnsealed
from models.clock_mark import ClockMark
from models.consent import ConsentEvent, ReminderSweep, TextReply, UnreachableMobile
from models.invitation import Campaign, Invitation
from models.patient import Patient
from models.practice import Clinician, Location, Organization, Practice, StaffMember
from models.scheduling import Schedule, Visit, VisitType
from models.text_figure import TextFigure
from models.text_message import TextMessage

__all__ = [
    "AuditEvent", "AuditSeal", "AuditUnsealed", "Campaign", "Clinician", "ClockMark", "ConsentEvent", "ContactPreference",
    "Credential", "Invitation", "Location", "Organization", "PasswordReset", "Patient", "Practice", "ReminderSweep", "Schedule",
    "SignInChallenge", "StaffMember", "TextFigure", "TextMessage", "TextReply", "Throttle", "UnreachableMobile", "User",
    "UserSession", "Visit", "VisitType",
]
