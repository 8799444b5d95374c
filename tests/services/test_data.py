"""The download of all that is held on a person: whole, explained, and nobody else's."""
import json
from typing import Any

import pytest
from sqlmodel import SQLModel

from models import Invitation
from portal_app.core import clock
from portal_app.core.database import pump_work
from portal_app.core.errors import NotSignedIn, TooMany
from portal_app.core.ids import new_id
from services import accounts, scheduling
from services.accounts import data
from tests.cast import Cast, Person, save, with_chart
from tests.services.test_replies import TROUBLED, say

HELD = {
    "users": "person", "credential": "person", "contact_preference": "contact_preferences", "user_session": "sign_ins",
    "sign_in_challenge": "codes", "password_reset": "password_resets", "audit_event": "record",
    "patient": "charts", "visit": "visits", "text_message": "text_messages",
    "consent_event": "consents", "text_reply": "replies", "unreachable_mobile": "unreachable",
    "staff_member": "jobs", "clinician": "clinician_entries", "invitation": "invitations",
}
"""The part of the document that holds each table with something on a person."""
WITHHELD = {
    "users": {"id", "name_version", "look_version", "texts_version"},  # how saving works
    "contact_preference": {"user_id"},
    "credential": {"user_id", "password_hash", "changed_at"},  # a secret; when it changed stands in `person`
    "user_session": {"token_hash", "user_id"},
    "sign_in_challenge": {"id", "user_id", "code_hash", "ticket_hash", "ticket_expires_at"},
    "password_reset": {"id", "user_id", "code_hash"},
    "audit_event": {"tenant_id", "user_id", "patient_id"}, "patient": {"tenant_id", "user_id"},
    "visit": data.VISIT_LINKS - {"id"},
    # How sending works, not what was sent.
    "text_message": {"tenant_id", "user_id", "patient_id", "urgency", "dedupe_key", "attempts", "repeats", "expires_at",
                     "lease_until", "attempted_at", "first_due_at", "ended_at", "provider_sid", "transaction_id", "traceparent",
                     "zone", "visit_version"},
    "consent_event": {"id"}, "text_reply": {"sid"}, "unreachable_mobile": set(),
    "staff_member": {"tenant_id", "user_id"}, "clinician": {"tenant_id", "user_id"},
    "invitation": {"tenant_id", "patient_id", "campaign_id", "code_hash"},
}
"""Columns that are secrets, or point from table to table, and tell a person nothing of themselves."""


def download(person: Person) -> dict[str, Any]:
    return json.loads("".join(accounts.download(person.actor)))


def book(cast: Cast, person: Person, hour: int) -> str:
    held = scheduling.hold(person.actor, **cast.clinic.wanted(cast.chart(person)), starts_at=cast.clinic.at(hour))
    return scheduling.book(person.actor, hold_id=held.id).id


def invite(cast: Cast, person: Person) -> None:
    save(Invitation(tenant_id=cast.clinic.practice.id, patient_id=cast.chart(person), code_hash=str(new_id()),
                    expires_at=clock.now(), closed_at=clock.now()))


@pytest.fixture
def document(cast: Cast) -> dict[str, Any]:
    """Alice's, with something in every part of it that a patient has; and Pam was there too."""
    book(cast, cast.alice, 9)
    book(cast, cast.pam, 10)
    invite(cast, cast.alice)
    invite(cast, cast.pam)
    challenge = accounts.start_sign_in(cast.alice.email, "a long enough password", "10.0.0.1")
    accounts.start_reset(cast.alice.email, "3/14/1988", "10.0.0.1")
    assert challenge.id
    accounts.set_contact(cast.alice.actor, wanted={"visits": True}, language="en", version=1)
    say(cast.alice.mobile, "STOP")
    with pump_work() as work:
        work.session.execute(TROUBLED, {"mobile": cast.alice.mobile, "at": clock.now()})
    return download(cast.alice)


def test_every_table_that_holds_something_on_a_person_is_in_it(database: str):
    tables = SQLModel.metadata.tables.items()
    found = {name for name, table in tables if {"user_id", "patient_id", "mobile"} & set(table.columns.keys())}
    assert found | {"users"} == set(HELD), "put the table into services/accounts/data.py, with words for its keys"


def test_every_column_is_in_it_or_left_out_for_a_reason(cast: Cast, document: dict[str, Any]):
    bea = download(cast.bea)
    for table, part in HELD.items():
        rows = document[part] or bea[part]
        kept = set(SQLModel.metadata.tables[table].columns.keys()) - WITHHELD[table]
        if rows:
            assert kept <= set(rows[0]), f"{table}: {kept - set(rows[0])}"


def test_every_key_is_explained(document: dict[str, Any]):
    used = {key for part in document.values() if isinstance(part, list) for row in part for key in row}
    assert used <= set(document["keys"]) and set(document) - {"keys"} <= set(document["keys"])


def test_it_holds_the_persons_own_and_nobody_elses(cast: Cast, document: dict[str, Any]):
    assert [row["given_name"] for row in document["charts"]] == ["Alice"]
    assert len(document["visits"]) == len(document["invitations"]) == 1
    assert document["visits"][0]["reason"] == "Follow-up" and document["visits"][0]["clinician"] == "Dr. Bea Okafor"
    assert [row["recipient"] for row in document["text_messages"]] == [cast.alice.mobile]
    assert {"visit.booked", "data.downloaded"} <= {row["action"] for row in document["record"]}
    for other in (cast.pam, cast.mallory):
        assert other.mobile not in json.dumps(document) and other.email not in json.dumps(document)


def test_a_stranger_gets_their_own_and_nothing_of_hers(cast: Cast, document: dict[str, Any]):
    for stranger in (cast.mallory, cast.carol, cast.bea, cast.dan):
        found = json.dumps(download(stranger))
        assert cast.alice.mobile not in found and cast.alice.email not in found and '"Alice' not in found


def test_charts_at_several_practices_are_all_in_it(cast: Cast):
    assert len(download(with_chart(cast.alice, cast.elsewhere))["charts"]) == 2


def test_it_is_indented_for_a_reader(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(data, "PAGE", 2)
    for hour in (8, 9, 10):
        book(cast, cast.alice, hour)
    whole = "".join(accounts.download(cast.alice.actor))
    assert whole == json.dumps(json.loads(whole), indent=2, ensure_ascii=False) + "\n"


def test_no_secret_is_in_it(cast: Cast, document: dict[str, Any]):
    whole = json.dumps(document)
    assert cast.alice.actor.session_hash not in whole and "argon2" not in whole


def test_many_rows_are_read_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(data, "PAGE", 2)
    for hour in (8, 9, 10, 11, 13):
        book(cast, cast.alice, hour)
    visits = download(cast.alice)["visits"]
    assert len({row["id"] for row in visits}) == len(visits) == 5


def test_it_can_be_downloaded_five_times_an_hour(cast: Cast):
    for _ in range(5):
        download(cast.alice)
    with pytest.raises(TooMany):
        accounts.download(cast.alice.actor)
    assert download(cast.pam)["person"][0]["name"] == "Pam"


def test_an_ended_session_gets_nothing(cast: Cast):
    accounts.sign_out(cast.alice.actor.session_hash)
    with pytest.raises(NotSignedIn):
        accounts.download(cast.alice.actor)
