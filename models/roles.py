"""The two roles the portal works as. Neither owns a table nor can bypass row-level security."""
from sqlalchemy import Connection, text

from portal_app.core.database import APP_ROLE, PUMP_ROLE, password_of

# Roles belong to the whole server: two databases set up at once must take turns.
TURN = text("SELECT pg_advisory_xact_lock(hashtext('carelane roles'))")


def ensure(connection: Connection) -> None:
    """Makes both roles where they are missing and sets their passwords to today's secret key."""
    connection.execute(TURN)
    for role in (APP_ROLE, PUMP_ROLE):
        exists = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar()
        verb = "ALTER" if exists else "CREATE"
        connection.exec_driver_sql(f"{verb} ROLE {role} LOGIN NOINHERIT PASSWORD '{password_of(role)}'")
