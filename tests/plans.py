"""How many rows the database looked at to answer."""
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from portal_app.core.database import APP_ROLE, engine


@contextmanager
def rows_read(table: str) -> Iterator[list[int]]:
    """Runs what people's services ask of `table` inside once more with EXPLAIN; the list says how many of its rows each read."""
    found: list[int] = []

    def explain(connection: Any, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if f"FROM {table}" in statement:
            cursor = connection.connection.cursor()
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            plan = cursor.fetchone()[0]
            found.append(_read((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"], table))

    event.listen(engine(APP_ROLE), "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(engine(APP_ROLE), "before_cursor_execute", explain)


def _read(node: dict[str, Any], table: str) -> int:
    own = 0
    if node.get("Relation Name") == table:
        each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        own = round(each * node["Actual Loops"])
    return own + sum(_read(child, table) for child in node.get("Plans", ()))
