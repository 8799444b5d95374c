"""Alembic's entry: whoever migrates gives the connection."""
from alembic import context
from sqlmodel import SQLModel

import models  # noqa: F401 (registers the tables)
from models import roles


def run() -> None:
    connection = context.config.attributes["connection"]
    roles.ensure(connection)
    context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run()
