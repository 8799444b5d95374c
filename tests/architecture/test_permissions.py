"""The table of permissions: current in its document, and asked by someone."""
import re

from portal_app.core.settings import CHECKOUT
from services.permissions import PERMISSIONS, ROLES, as_markdown


def test_the_document_is_current():
    assert (CHECKOUT / "docs" / "permissions.md").read_text() == as_markdown(), "run ./portal permissions > docs/permissions.md"


def test_every_permission_names_known_roles_and_is_asked_for():
    asked = {name for file in (CHECKOUT / "services").rglob("*.py") if file.name != "permissions.py"
             for name in re.findall(r'"([a-z_]+\.[a-z_]+)"', file.read_text())}
    for one in PERMISSIONS.values():
        assert set(one.roles) <= set(ROLES), one.name
        assert one.roles == ("patient",) or one.name in asked, f"nothing asks for {one.name}"
