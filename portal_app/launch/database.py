"""Bringing a database to this version of the portal."""
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from portal_app.core.settings import CHECKOUT
from portal_app.launch.steps import LaunchError

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('carelane.migrate'))")


def migrate(url: str) -> None:
    """Runs every migration that the database at `url` (its owner's) has not had, all or none. Raises LaunchError."""
    engine = create_engine(owner_url(url))
    try:
        with engine.begin() as connection:
            connection.execute(ONE_AT_A_TIME)
            command.upgrade(config(connection), "head")
    except CommandError as error:
        raise LaunchError(
            f"The database was migrated by another version of Carelane ({error}): use that version, or another database."
        ) from None
    except DBAPIError as error:
        raise LaunchError(f"The database refused a migration: {' '.join(str(error.orig).split())}") from error
    finally:
        engine.dispose()


def config(connection: object) -> Config:
    """Alembic's configuration, with the connection that `models/migrations/env.py` uses."""
    made = Config()
    made.set_main_option("script_location", str(CHECKOUT / "models" / "migrations").replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def owner_url(url: str) -> str:
    """`url` as SQLAlchemy wants it."""
    address = make_url(url.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg2")
    return address.render_as_string(hide_password=False)
