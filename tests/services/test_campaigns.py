"""Many are invited at a practice's own pace; nobody twice, nobody who shouldn't be, and a pause holds at once."""
import secrets
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import select

from models import Campaign, Invitation, Patient, TextMessage, Visit
from portal_app.core import clock
from portal_app.core.database import unscoped
from portal_app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal_app.core.ids import new_id
from services import messaging
from services.messaging import consent
from services.onboarding import asking, campaigns, feeding
from tests.cast import Cast, Clinic, make_patient, make_staff, save
from tests.services.test_replies import say


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the clinic is."""
    real, today = clock.now, clock.now().astimezone(ZoneInfo("America/Phoenix")).date()
    moved = datetime(today.year, today.month, today.day, 12, tzinfo=ZoneInfo("America/Phoenix")) - real()
    monkeypatch.setattr(clock, "now", lambda: real() + moved)


@pytest.fixture(autouse=True)
def no_other_campaign(database: str) -> None:
    with unscoped(reason="a test starts where nothing runs") as work:
        for one in work.session.exec(select(Campaign).where(Campaign.status == "running")):
            one.status = "stopped"


def people(clinic: Clinic, count: int, **changes: object) -> list[Patient]:
    like = {"tenant_id": clinic.practice.id, "given_name": "Ines", "family_name": "Costa", "birth_date": date(1988, 3, 14)}
    made = [Patient(**like | {"id": new_id(), "mobile": f"+1480{secrets.randbelow(10**7):07d}"} | changes) for _ in range(count)]
    save(*made)
    return made


def begin(cast: Cast, audience: str = "all") -> str:
    practice_id = str(cast.clinic.practice.id)
    campaigns.start(cast.dan.actor, practice_id=practice_id, audience=audience)
    return practice_id


def texts(clinic: Clinic, *statuses: str) -> list[TextMessage]:
    with unscoped(reason="a test reads the outbox") as work:
        found = work.session.exec(select(TextMessage).where(TextMessage.tenant_id == clinic.practice.id,
                                                            TextMessage.kind == "invitation")).all()
        return [one for one in found if not statuses or one.status in statuses]


def are_sent(clinic: Clinic) -> None:
    with unscoped(reason="a test plays the provider") as work:
        for one in work.session.exec(select(TextMessage).where(TextMessage.tenant_id == clinic.practice.id)):
            one.status = "accepted" if one.status == "waiting" else one.status


def campaign(cast: Cast) -> campaigns.CampaignView | None:
    return campaigns.overview(cast.dan.actor).open


def test_it_invites_each_adult_with_a_number_and_no_account_once(cast: Cast):
    wanted = people(cast.clinic, 3)
    people(cast.clinic, 1, mobile="")
    people(cast.clinic, 1, birth_date=clock.now().date() - timedelta(days=17 * 365))
    people(cast.clinic, 1, invited_at=clock.now())
    people(cast.elsewhere, 2)
    shown = campaigns.overview(cast.dan.actor)
    assert [(one.audience, one.people) for one in shown.choices] == [("all", 3), ("coming", 0)]
    assert shown.segments == 1 and cast.clinic.practice.name in shown.body
    begin(cast)
    assert (feeding.feed(), feeding.feed()) == (3, 0)
    sent = texts(cast.clinic)
    assert sorted(one.recipient for one in sent) == sorted(one.mobile for one in wanted)
    assert {(one.urgency, one.status) for one in sent} == {("bulk", "waiting")}
    assert len({one.body for one in sent}) == 3 and all("/join?code=" in one.body for one in sent)
    are_sent(cast.clinic)
    feeding.feed()
    ended = campaigns.overview(cast.dan.actor)
    assert ended.open is None and [(one.status, one.people, one.sent) for one in ended.ended] == [("done", 3, 3)]
    assert [one.people for one in ended.choices] == [0, 0]


def test_those_with_a_visit_coming_can_be_chosen(cast: Cast):
    coming, _ = people(cast.clinic, 2)
    starts = cast.clinic.at(9)
    save(Visit(tenant_id=cast.clinic.practice.id, id=new_id(), patient_id=coming.id, clinician_id=cast.clinic.bea.id,
               location_id=cast.clinic.location.id, visit_type_id=cast.clinic.follow_up.id, status="booked", starts_at=starts,
               ends_at=starts + timedelta(minutes=20), occupied_from=starts, occupied_to=starts + timedelta(minutes=20)))
    begin(cast, "coming")
    feeding.feed()
    assert [one.patient_id for one in texts(cast.clinic)] == [coming.id]


def test_a_pause_takes_back_what_waits_and_resuming_invites_them_then(cast: Cast):
    people(cast.clinic, 4)
    practice_id = begin(cast)
    feeding.feed()
    with unscoped(reason="a test plays a sender at work") as work:
        first = work.session.exec(select(TextMessage).where(TextMessage.tenant_id == cast.clinic.practice.id)).first()
        first.status = "sending"
    campaigns.pause(cast.dan.actor, practice_id=practice_id)
    assert len(texts(cast.clinic, "waiting")) == 0 and len(texts(cast.clinic, "cancelled")) == 3
    assert feeding.feed() == 0
    paused = campaign(cast)
    assert paused and (paused.status, paused.people, paused.sent) == ("paused", 4, 1)
    campaigns.resume(cast.dan.actor, practice_id=practice_id)
    assert feeding.feed() == 3
    with unscoped(reason="a test reads invitations") as work:
        open_ones = work.session.exec(select(Invitation).where(Invitation.tenant_id == cast.clinic.practice.id,
                                                               Invitation.closed_at.is_(None))).all()
    assert len({one.patient_id for one in open_ones}) == len(open_ones) == 4


def test_a_stop_ends_it_and_leaves_the_others_for_later(cast: Cast):
    people(cast.clinic, 3)
    practice_id = begin(cast)
    feeding.feed()
    campaigns.stop(cast.dan.actor, practice_id=practice_id)
    shown = campaigns.overview(cast.dan.actor)
    assert shown.open is None and shown.ended[0].status == "stopped" and shown.ended[0].sent == 0
    assert shown.choices[0].people == 3
    for change in (campaigns.pause, campaigns.resume, campaigns.stop):
        with pytest.raises(Conflict):
            change(cast.dan.actor, practice_id=practice_id)


def test_few_wait_in_the_outbox_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeding, "AHEAD", 5)
    people(cast.clinic, 12)
    begin(cast)
    assert [feeding.feed(), feeding.feed()] == [5, 0]
    for expected in (5, 2, 0):
        are_sent(cast.clinic)
        assert feeding.feed() == expected
    assert len(texts(cast.clinic, "accepted")) == 12 and campaign(cast) is None


def test_a_practice_has_one_at_a_time_and_none_for_nobody(cast: Cast):
    with pytest.raises(Invalid, match="campaign.nobody"):
        begin(cast)
    people(cast.clinic, 1)
    begin(cast)
    with pytest.raises(Conflict, match="campaign.under_way"):
        begin(cast)
    with pytest.raises(Invalid):
        begin(cast, "everybody")


def test_at_night_they_wait_for_the_morning_where_the_clinic_is(cast: Cast, later):
    people(cast.clinic, 1)
    later(10 * 3600)
    assert campaigns.overview(cast.dan.actor).waits_until is not None
    begin(cast)
    feeding.feed()
    due = texts(cast.clinic)[0].due_at.astimezone(ZoneInfo("America/Phoenix"))
    assert (due.hour, due.minute) == (8, 0)


def test_only_those_with_the_right_do_it_and_only_at_home(cast: Cast):
    people(cast.clinic, 1)
    practice_id = str(cast.clinic.practice.id)
    admin_elsewhere = make_staff(cast.elsewhere, "Nell", "practice_admin")
    for person in (cast.alice, cast.bea, cast.carol, cast.max):
        with pytest.raises(NotAllowed):
            campaigns.overview(person.actor)
        for act in (campaigns.pause, campaigns.resume, campaigns.stop):
            with pytest.raises(NotAllowed):
                act(person.actor, practice_id=practice_id)
        with pytest.raises(NotAllowed):
            campaigns.start(person.actor, practice_id=practice_id, audience="all")
    with pytest.raises(NotFound):
        campaigns.overview(admin_elsewhere.actor, practice_id)
    with pytest.raises(NotFound):
        campaigns.start(admin_elsewhere.actor, practice_id=practice_id, audience="all")
    for forged in ("", "nonsense", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotFound):
            campaigns.start(cast.dan.actor, practice_id=forged, audience="all")


def test_who_says_stop_in_the_middle_gets_none(cast: Cast, queued: object):
    stopping, other = people(cast.clinic, 2)
    begin(cast)
    feeding.feed()
    say(stopping.mobile, "STOP")
    messaging.deliver([(one.tenant_id, one.id) for one in texts(cast.clinic)])
    assert {one.recipient: (one.status, one.reason) for one in texts(cast.clinic)} == {
        stopping.mobile: ("refused", "stopped"), other.mobile: ("accepted", "")}


def test_a_number_that_many_share_gets_ten_a_day(cast: Cast, queued: object, later, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(consent, "MOST_DAY", 10)
    people(cast.clinic, 12, mobile=f"+1602{secrets.randbelow(10**7):07d}")
    begin(cast)
    feeding.feed()
    for one in texts(cast.clinic):
        messaging.deliver([(one.tenant_id, one.id)])
    left = texts(cast.clinic, "waiting")
    assert len(left) == 2 and len(texts(cast.clinic, "accepted")) == 10
    assert all(timedelta(hours=23) < one.due_at - clock.now() <= timedelta(hours=25) for one in left)
    later(24.5 * 3600)
    messaging.deliver([(one.tenant_id, one.id) for one in left])
    assert not texts(cast.clinic, "waiting")


def test_who_joins_is_counted(cast: Cast):
    from services.onboarding import join

    people(cast.clinic, 1, mobile=make_patient(cast.elsewhere, "Una").mobile.replace("+1602", "+1480"))
    begin(cast)
    feeding.feed()
    code = texts(cast.clinic)[0].body.split("code=")[1].split()[0]
    join.accept(code, "3/14/1988", email="", password="correct horse battery", address=str(new_id()))
    shown = campaign(cast)
    assert shown and shown.joined == 1


def test_a_pause_leaves_what_a_person_asked_for_themselves(cast: Cast):
    (one,) = people(cast.clinic, 1)
    practice_id = begin(cast)
    feeding.feed()
    with unscoped(reason="a test adds what was asked for") as work:
        work.session.add(Invitation(tenant_id=one.tenant_id, id=new_id(), patient_id=one.id, code_hash=secrets.token_hex(),
                                    expires_at=clock.now() + timedelta(days=1)))
    campaigns.pause(cast.dan.actor, practice_id=practice_id)
    with unscoped(reason="a test reads invitations") as work:
        found = work.session.exec(select(Invitation).where(Invitation.patient_id == one.id)).all()
        assert sorted((one.campaign_id is None, one.closed_at is None) for one in found) == [(False, False), (True, True)]


def test_who_asked_for_an_invitation_is_in_no_campaign(cast: Cast):
    (one,) = people(cast.clinic, 1)
    asking.ask(one.mobile, "3/14/1988", secrets.token_hex(8))
    assert [choice.people for choice in campaigns.overview(cast.dan.actor).choices] == [0, 0]


def test_a_practice_that_cannot_be_fed_keeps_no_other_waiting(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    people(cast.clinic, 2)
    begin(cast)
    real, broken = feeding._feed, new_id()
    monkeypatch.setattr(feeding, "text", lambda _: text(
        f"SELECT * FROM (VALUES (uuid '{broken}'), (uuid '{cast.clinic.practice.id}')) x"))

    def feed_one(tenant_id):
        if tenant_id == broken:
            raise ValueError("a zone that is none")
        return real(tenant_id)

    monkeypatch.setattr(feeding, "_feed", feed_one)
    assert feeding.feed() == 2
