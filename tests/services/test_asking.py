"""Who asks for an invitation gets one at the number on file, once; who isn't there hears the same."""
import re
import secrets
from datetime import date, timedelta

import pytest
from sqlmodel import select

from models import Invitation, Patient, TextMessage
from portal_app.core import clock
from portal_app.core.database import unscoped
from portal_app.core.errors import Invalid, TooMany
from portal_app.core.ids import new_id
from services import outbox
from services.onboarding import asking, join
from tests.cast import Cast, Clinic, save

BORN = "3/14/1988"


def stranger(clinic: Clinic, **changes: object) -> Patient:
    chart = Patient(**{"tenant_id": clinic.practice.id, "id": new_id(), "given_name": "Ines", "family_name": "Costa",
                       "birth_date": date(1988, 3, 14), "mobile": f"+1480{secrets.randbelow(10**7):07d}"} | changes)
    save(chart)
    return chart


def ask(mobile: str, born: str = BORN):
    return asking.ask(mobile, born, secrets.token_hex(8))


def texts_to(mobile: str) -> list[TextMessage]:
    with unscoped(reason="a test reads the outbox") as work:
        return list(work.session.exec(select(TextMessage).where(TextMessage.recipient == mobile).order_by(TextMessage.id)))


def test_an_invitation_comes_at_once_and_opens_the_chart(cast: Cast):
    chart = stranger(cast.clinic)
    may_ask_at = ask(chart.mobile)
    assert timedelta(minutes=9) < may_ask_at - clock.now() <= asking.WITHIN
    (sent,) = texts_to(chart.mobile)
    assert (sent.urgency, sent.kind, sent.patient_id) == ("now", "invitation.asked", chart.id)
    code = re.search(r"code=(\w+)", sent.body).group(1)  # type: ignore[union-attr]
    assert join.look_up(code, BORN, secrets.token_hex(8)).given_name == "Ines"


def test_asked_five_times_it_comes_once(cast: Cast):
    chart = stranger(cast.clinic)
    for _ in range(5):
        ask(chart.mobile)
    (sent,) = texts_to(chart.mobile)
    assert sent.repeats == 4
    with unscoped(reason="a test reads invitations") as work:
        assert len(work.session.exec(select(Invitation).where(Invitation.patient_id == chart.id)).all()) == 1


def test_later_it_comes_again(cast: Cast, later):
    chart = stranger(cast.clinic)
    ask(chart.mobile)
    later(asking.WITHIN.total_seconds() + 1)
    ask(chart.mobile)
    assert len(texts_to(chart.mobile)) == 2


def test_it_overtakes_that_of_a_campaign_which_still_waits(cast: Cast):
    chart = stranger(cast.clinic)
    from portal_app.core.actor import Actor
    from portal_app.core.database import unit_of_work

    with unit_of_work(Actor(None, (chart.tenant_id,))) as work:
        outbox.queue_text(work, tenant_id=chart.tenant_id, urgency="bulk", kind="invitation", recipient=chart.mobile,
                          body="join", dedupe_key=str(new_id()), patient_id=chart.id)
    ask(chart.mobile)
    assert sorted((one.urgency, one.status) for one in texts_to(chart.mobile)) == [("bulk", "cancelled"), ("now", "waiting")]


def test_who_is_not_there_or_has_an_account_hears_the_same_and_gets_nothing(cast: Cast):
    child = stranger(cast.clinic, birth_date=clock.now().date() - timedelta(days=10 * 365))
    chart = stranger(cast.clinic)
    for mobile, born in ((f"+1480{secrets.randbelow(10**7):07d}", BORN), (cast.alice.mobile, BORN), (chart.mobile, "3/15/1988"),
                         (child.mobile, child.birth_date.isoformat())):
        before = len(texts_to(mobile))
        assert ask(mobile, born) > clock.now()
        assert len(texts_to(mobile)) == before


def test_what_is_no_number_or_date_is_said_beside_it():
    for mobile, born, field in (("nothing", BORN, "mobile"), ("", BORN, "mobile"), ("+14805550100", "soon", "birth_date")):
        with pytest.raises(Invalid) as refusal:
            ask(mobile, born)
        assert refusal.value.field == field


def test_nobody_asks_very_often(cast: Cast):
    mobile, address = stranger(cast.clinic).mobile, secrets.token_hex(8)
    with pytest.raises(TooMany):
        for _ in range(asking.NUMBER_LIMIT + 1):
            ask(mobile)
    with pytest.raises(TooMany):
        for number in range(asking.ADDRESS_LIMIT + 1):
            asking.ask(f"+1480{number:07d}", BORN, address)


def test_two_of_one_family_with_one_number_get_one_each(cast: Cast):
    first = stranger(cast.clinic)
    second = stranger(cast.clinic, mobile=first.mobile, birth_date=date(1990, 1, 2))
    ask(first.mobile)
    ask(first.mobile, "1/2/1990")
    assert [one.patient_id for one in texts_to(first.mobile)] == [first.id, second.id]
