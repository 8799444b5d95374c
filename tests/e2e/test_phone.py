"""Writing back from the demo's phone: what a person answers has its effect, and is answered."""
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from services.accounts.demo import DemoPerson
from services.messaging import phone_id
from tests.e2e.conftest import Portal

ASK = """
INSERT INTO text_message (tenant_id, id, created_at, urgency, kind, user_id, patient_id, recipient, body, dedupe_key, zone,
  visit_id, visit_version, status, reason, attempts, repeats, due_at, expires_at, accepted_at, transaction_id, traceparent)
SELECT v.tenant_id, %s, now(), 'notice', 'visit.reminder', p.user_id, p.id, p.mobile, 'asked', %s, '',
  v.id, v.version, 'delivered', '', 1, 0, now(), now() + interval '1 day', now(), '', ''
FROM visit v JOIN patient p ON p.tenant_id = v.tenant_id AND p.id = v.patient_id
WHERE p.mobile = %s AND v.status = 'booked' AND v.starts_at > now() ORDER BY v.starts_at LIMIT 1 RETURNING visit_id
"""


@pytest.fixture(autouse=True)
def nothing_said(portal: Portal):
    yield
    portal.sql("UPDATE visit SET confirmed_version = NULL WHERE confirmed_version IS NOT NULL")
    portal.sql("DELETE FROM consent_event")


def write(page, person: DemoPerson, body: str) -> None:
    page.goto(f"/demo/phone?of={phone_id(person.mobile)}")
    page.get_by_label("Message", exact=True).fill(body)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".texts .own .bubble").first).to_have_text(body)
    expect(page.get_by_label("Message", exact=True)).to_have_value("")


def test_c_confirms_the_visit_and_the_screens_say_so(open_page, portal: Portal, alice: DemoPerson):
    began = datetime.now(UTC)
    ((visit_id,),) = portal.sql(ASK, str(uuid4()), str(uuid4()), alice.mobile)
    visit = open_page(alice)
    visit.goto(f"/visits/visit?visit={visit_id}")
    expect(visit.get_by_role("heading", level=1)).not_to_have_text("Your visit")
    phone = open_page()
    write(phone, alice, "c.")
    assert portal.wait_for_text(alice.mobile, "thank you. See you", after=began)
    expect(phone.locator(".texts li:not(.own) .bubble").first).to_contain_text("thank you. See you")
    visit.reload()
    expect(visit.get_by_text("You told us that you’re coming.")).to_be_visible()


def test_stop_is_confirmed_on_the_phone_and_start_too(open_page, portal: Portal, alice: DemoPerson):
    began, phone = datetime.now(UTC), open_page()
    for said, answer in (("Stop!", "any more texts"), ("start", "texts from this number again"), ("HELP", "call your practice")):
        write(phone, alice, said)
        assert portal.wait_for_text(alice.mobile, answer, after=began)


def test_writing_nothing_is_refused_beside_the_field(open_page, alice: DemoPerson):
    page = open_page()
    page.goto(f"/demo/phone?of={phone_id(alice.mobile)}")
    page.get_by_label("Message", exact=True).fill(" ")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#body-error")).to_have_text("Write something first.")
