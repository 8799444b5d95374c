"""The source that runs, told apart from any other by its fingerprint."""
import hashlib
from collections.abc import Iterator
from pathlib import Path

from portal_app.core.settings import CHECKOUT


def fingerprint(paths: tuple[str, ...], checkout: Path = CHECKOUT) -> str:
    """Changes with any file of `paths`, its name or its content."""
    digest = hashlib.sha256()
    for file in sorted(files(paths, checkout)):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(checkout)}\0{content}\0".encode())
    return digest.hexdigest()


def files(paths: tuple[str, ...], checkout: Path) -> Iterator[Path]:
    """All that lie under `paths`, without what Python made of them."""
    for path in (checkout / name for name in paths):
        found = path.rglob("*") if path.is_dir() else [path]
        yield from (file for file in found if file.is_file() and "__pycache__" not in file.parts)
