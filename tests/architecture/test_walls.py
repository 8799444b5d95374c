"""The database's own walls: what the application's roles cannot see or do, whatever the code above them does."""
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel, col, select

from models import AuditEvent, Patient, Practice, TextFigure, TextMessage, Visit
from models.base import TenantRow
from portal_app.core.actor import Actor
from portal_app.core.database import nobody_work, pump_work, unit_of_work, unscoped
from tests.cast import Cast

GLOBAL = ("organization", "users", "credential", "contact_preference", "sign_in_challenge", "password_reset", "user_session",
          "throttle",
          "audit_unsealed", "audit_seal", "consent_event", "text_reply", "unreachable_mobile", "reminder_sweep", "clock_mark")


def tenant_tables() -> list[str]:
    return [name for name, table in SQLModel.metadata.tables.items() if "tenant_id" in table.columns]


def test_the_migrations_make_what_the_models_say(database: str):
    from alembic import command
    from sqlalchemy import create_engine

    from portal_app.launch.database import config, owner_url

    with create_engine(owner_url(database)).begin() as connection:
        command.check(config(connection))


def test_every_table_has_row_level_security(database: str):
    with unscoped(reason="a test reads the catalog") as work:
        secured = set(work.session.execute(text("SELECT relname FROM pg_class WHERE relrowsecurity")).scalars())
    assert secured == set(SQLModel.metadata.tables)


def test_every_tenant_key_begins_with_the_tenant(database: str):
    for name in tenant_tables():
        assert list(SQLModel.metadata.tables[name].primary_key.columns.keys())[0] == "tenant_id", name
    assert issubclass(Visit, TenantRow)


def test_our_roles_own_nothing_and_bypass_nothing(database: str):
    with unscoped(reason="a test reads the catalog") as work:
        roles = work.session.execute(text(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname LIKE 'carelane\\_%'")).all()
        owned = work.session.execute(text(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE rolname LIKE 'carelane\\_%'")).scalar()
    assert [tuple(role) for role in roles] == [(False,) * 4] * 2 and owned == 0


def test_nothing_is_seen_where_nobody_said_who_acts(cast: Cast):
    for name in {*tenant_tables(), "practice"} - {*GLOBAL}:
        with nobody_work() as work:
            assert work.session.execute(text(f"SELECT count(*) FROM {name}")).scalar() == 0, name


def test_another_practices_rows_are_not_seen(cast: Cast):
    for actor in (cast.mallory.actor, cast.max.actor):
        with unit_of_work(actor) as work:
            assert {patient.tenant_id for patient in work.session.exec(select(Patient))} == {cast.elsewhere.practice.id}
            assert [practice.id for practice in work.session.exec(select(Practice))] == [cast.elsewhere.practice.id]


def test_a_row_cannot_be_written_into_another_practice(cast: Cast):
    event = AuditEvent(tenant_id=cast.clinic.practice.id, role="patient", action="forged", transaction_id="")
    with pytest.raises(ProgrammingError, match="row-level security"), unit_of_work(cast.mallory.actor) as work:
        work.session.add(event)
        work.session.flush()


@pytest.mark.parametrize("table", GLOBAL)
def test_global_tables_are_closed_to_both_roles(cast: Cast, table: str):
    for opened in (nobody_work, pump_work):
        with pytest.raises(ProgrammingError, match="permission denied"), opened() as work:
            work.session.execute(text(f"SELECT * FROM {table}"))


def test_the_audit_cannot_be_rewritten(cast: Cast):
    for statement in ("UPDATE audit_event SET action = 'nothing'", "DELETE FROM audit_event", "TRUNCATE audit_event"):
        with pytest.raises(ProgrammingError, match="permission denied"), unit_of_work(cast.dan.actor) as work:
            work.session.execute(text(statement))


def test_the_pump_sees_text_messages_their_figures_and_nothing_else(cast: Cast):
    with pump_work() as work:
        work.session.exec(select(col(TextMessage.id)).limit(1)).all()
        work.session.exec(select(col(TextFigure.urgency)).limit(1)).all()
    for name in {*tenant_tables(), "practice"} - {"text_message", "text_figure"}:
        with pytest.raises(ProgrammingError, match="permission denied"), pump_work() as work:
            work.session.execute(text(f"SELECT * FROM {name}"))


def test_who_belongs_to_no_practice_sees_nothing(cast: Cast):
    with unit_of_work(Actor(cast.alice.user_id, ())) as work:
        for name in {*tenant_tables(), "practice"} - {*GLOBAL}:
            assert work.session.execute(text(f"SELECT count(*) FROM {name}")).scalar() == 0, name


def test_a_transactions_context_does_not_outlive_it(cast: Cast):
    with unit_of_work(cast.alice.actor) as work:
        assert work.session.exec(select(Patient)).all()
    for _ in range(25):  # more than the pool holds: every connection is used again
        with nobody_work() as work:
            assert work.session.exec(select(Patient)).all() == []
