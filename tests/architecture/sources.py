"""The portal's own Python, for tests that read it."""
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("portal_app", "components", "pages", "state", "services", "models", "tasks")


def sources(*folders: str) -> list[Path]:
    """Every module in `folders`, all of the portal's where none is named, without the versions of migrations."""
    found = [path for folder in folders or CODE for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if path.parent.name != "versions"]
