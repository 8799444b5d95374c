"""Signing in and out, sessions, and a person's own account."""
from services.accounts.account import AccountView, SessionView, account
from services.accounts.contact import PracticePhone, TextTrouble, practices, text_troubles
from services.accounts.data import download
from services.accounts.delivery import code_delivery, code_topic
from services.accounts.demo import DemoPerson, demo_people
from services.accounts.password_change import change_password
from services.accounts.password_reset import finish_reset, start_reset
from services.accounts.profile import set_contact, set_look, set_preferred_name
from services.accounts.sessions import actor_of, open_session, sign_out, sign_out_everywhere, sign_out_one
from services.accounts.sign_in import Challenge, check_code, resend_code, start_sign_in

__all__ = [
    "AccountView", "Challenge", "DemoPerson", "PracticePhone", "SessionView", "TextTrouble", "account", "actor_of",
    "change_password", "check_code", "code_delivery", "code_topic", "demo_people", "download", "finish_reset", "open_session",
    "practices", "resend_code", "set_contact", "set_look", "set_preferred_name", "sign_out", "sign_out_everywhere",
    "sign_out_one", "start_reset", "start_sign_in", "text_troubles",
]
