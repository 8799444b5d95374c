"""Asking for an invitation by oneself: it goes to the number on file, and nobody learns whether there is such a patient."""
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from models import Invitation, Patient
from portal_app.core import clock
from portal_app.core.actor import Actor
from portal_app.core.database import nobody_work, unit_of_work
from portal_app.core.errors import Invalid
from portal_app.core.ids import new_id
from services import audit, outbox
from services.accounts import names, throttle
from services.accounts.birth_dates import day_of
from services.messaging import templates
from services.onboarding.codes import hash_of, new_code
from services.onboarding.inviting import KIND, LIFETIME, born_by, link_of

WITHIN = timedelta(minutes=10)
"""Asking again so soon sends nothing new."""
ADDRESS_LIMIT, ADDRESS_WINDOW = 10, 900
"""Questions from one network address in a window of seconds."""
NUMBER_LIMIT, NUMBER_WINDOW = 6, 24 * 3600
"""Questions about one number in a window of seconds, whether anyone has it or not."""
FIND = text("SELECT * FROM invitation_find(:mobile, :born, :adult)")


def ask(mobile: str, birth_date: str, address: str) -> datetime:
    """Sends an invitation to an adult patient without an account; answers when it may be asked for again.

    The answer is the same for everyone. How long it takes is not: whoever gives it to a browser waits the same for all.
    Raises Invalid for what is no number or date, TooMany by address and by number.
    """
    number, born = names.mobile(mobile), day_of(birth_date)
    if not number:
        raise Invalid("join.no_mobile", field="mobile")
    throttle.count_try("invitation asked from", address, limit=ADDRESS_LIMIT, seconds=ADDRESS_WINDOW, field="mobile")
    throttle.count_try("invitation asked for", number, limit=NUMBER_LIMIT, seconds=NUMBER_WINDOW, field="mobile")
    with nobody_work() as work:
        found = work.session.execute(FIND, {"mobile": number, "born": born, "adult": born_by()}).first()
    if found is not None:
        _send(Actor(None, (found.tenant_id,)), found.patient_id, number, found.practice, found.language)
    return clock.now() + WITHIN


def _send(actor: Actor, patient_id: UUID, mobile: str, practice: str, language: str) -> None:
    tenant_id, id, code = actor.tenants[0], new_id(), new_code()
    with unit_of_work(actor) as work:
        told = outbox.queue_once(
            work, within=WITHIN, recipient=mobile, kind=f"{KIND}.asked", tenant_id=tenant_id, urgency="now",
            patient_id=patient_id, body=templates.invitation(language, practice=practice, link=link_of(code)),
            dedupe_key=f"{KIND}:{id}")
        if told.repeated:
            return
        # One from a campaign may still wait; and none shall come after this one.
        outbox.withdraw(work, tenant_id=tenant_id, recipient=mobile, patient_id=patient_id, kind=KIND)
        work.session.get_one(Patient, (tenant_id, patient_id)).invited_at = clock.now()
        work.session.add(Invitation(tenant_id=tenant_id, id=id, patient_id=patient_id, code_hash=hash_of(code),
                                    expires_at=clock.now() + LIFETIME))
        audit.record(work, "invitation.asked", tenant_id=tenant_id, patient_id=patient_id)
