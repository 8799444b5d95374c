"""Signing in as its page does it, and what a browser may send instead."""
import pytest
from sqlmodel import col, select

from models import TextMessage
from portal_app.core.addresses import same_site
from portal_app.core.database import pump_work
from services import messaging
from state.account import Account
from state.sign_in import SignIn
from tests.cast import PASSWORD, Cast, Person
from tests.state.tab import Tab, target


@pytest.fixture
def tab(cast: Cast) -> Tab:
    return Tab(address="/sign-in?next=/visits")


def code_of(person: Person) -> str:
    with pump_work() as work:
        wanted = select(col(TextMessage.body)).where(TextMessage.recipient == person.mobile).order_by(col(TextMessage.id).desc())
        return work.session.exec(wanted).first()[:6]


def test_it_goes_from_password_to_code_to_ticket(tab: Tab, cast: Cast):
    tab.do(SignIn.load)
    sign_in = tab.state(SignIn)
    tab.do(SignIn.start, {"name": cast.alice.email, "password": PASSWORD})
    assert sign_in.step == 2 and cast.alice.mobile[-4:] in sign_in.sent_to
    tab.do(SignIn.check, {"code": code_of(cast.alice)})
    assert sign_in.ticket and sign_in.next == "/visits"


def test_who_waits_for_a_code_sees_it_arrive(tab: Tab, cast: Cast):
    tab.do(SignIn.start, {"name": cast.alice.email, "password": PASSWORD})
    sign_in = tab.state(SignIn)
    assert "on its way" in sign_in.delivery
    with pump_work() as work:
        message = work.session.exec(select(TextMessage).where(TextMessage.recipient == cast.alice.mobile)).one()
    messaging.record_status(f"{message.tenant_id}.{message.id}", sid=f"SM{message.id.hex}", status="delivered")
    tab.do(SignIn.look)
    assert "arrived" in sign_in.delivery


def test_a_code_that_cannot_be_delivered_says_what_to_do(tab: Tab, cast: Cast):
    tab.do(SignIn.start, {"name": cast.alice.email, "password": PASSWORD})
    with pump_work() as work:
        message = work.session.exec(select(TextMessage).where(TextMessage.recipient == cast.alice.mobile)).one()
    messaging.record_status(f"{message.tenant_id}.{message.id}", sid=f"SM{message.id.hex}", status="undelivered",
                            error_code=30005)
    tab.do(SignIn.look)
    assert "call your practice" in tab.state(SignIn).delivery


def test_a_wrong_password_is_told_beside_the_field(tab: Tab, cast: Cast):
    tab.do(SignIn.start, {"name": cast.alice.email, "password": "wrong"})
    sign_in = tab.state(SignIn)
    assert sign_in.step == 1 and list(sign_in.errors) == ["password"]


def test_a_wrong_code_gives_no_ticket(tab: Tab, cast: Cast):
    tab.do(SignIn.start, {"name": cast.alice.email, "password": PASSWORD})
    right = code_of(cast.alice)
    tab.do(SignIn.check, {"code": "000000" if right != "000000" else "111111"})
    sign_in = tab.state(SignIn)
    assert not sign_in.ticket and list(sign_in.errors) == ["code"]


def test_a_code_that_was_tried_too_often_is_still_said_to_be_after_a_reload(tab: Tab, cast: Cast):
    tab.do(SignIn.start, {"name": cast.alice.email, "password": PASSWORD})
    right = code_of(cast.alice)
    for _ in range(6):
        tab.do(SignIn.check, {"code": "000000" if right != "000000" else "111111"})
    tab.do(SignIn.load)
    sign_in = tab.state(SignIn)
    assert sign_in.step == 2 and "Too many wrong codes" in sign_in.errors["code"]
    tab.do(SignIn.begin_again)
    tab.do(SignIn.load)
    assert sign_in.step == 1 and not sign_in.errors


@pytest.mark.parametrize(("asked", "said"), [("?next=/visits", True), ("?next=%2F", False), ("", False)])
def test_only_who_asked_for_a_page_is_told_to_sign_in_for_it(cast: Cast, asked: str, said: bool):
    tab = Tab(address=f"/sign-in{asked}")
    tab.do(SignIn.load)
    assert bool(tab.state(SignIn).notice) == said


def test_asking_again_at_once_says_that_a_code_is_on_its_way(tab: Tab, cast: Cast):
    tab.do(SignIn.start, {"name": cast.alice.email, "password": PASSWORD})
    tab.do(SignIn.resend)
    assert "less than a minute" in tab.state(SignIn).told


def test_anything_may_be_sent_in_place_of_a_form(tab: Tab):
    for form in (None, [], "name", {"name": 7, "password": ["x"]}, {}):
        tab.do(SignIn.start, form)
        tab.do(SignIn.check, form)
    sign_in = tab.state(SignIn)
    assert sign_in.step == 1 and not sign_in.ticket and not sign_in.alert


def test_who_is_signed_in_goes_on(cast: Cast):
    assert target(Tab(cast.alice).opens("/sign-in?next=/account", SignIn.load)) == "/account"


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/\\evil.example", "visits", "", "/a\nb"])
def test_it_never_leads_to_another_site(address: str):
    assert same_site(address) == "/"


def test_the_account_lists_sessions_and_ends_them_all(cast: Cast):
    tab = Tab(cast.alice)
    tab.opens("/account", Account.load)
    account = tab.state(Account)
    assert account.email == cast.alice.email and [row.current for row in account.sessions] == [True]
    tab.do(Account.leave_everywhere)
    assert account.leaving
    assert target(tab.opens("/account", Account.load)).startswith("/sign-in")
    assert account.email == ""
