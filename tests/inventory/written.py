"""Files as the tests of this room write them, and the site that relative addresses in them belong to."""

from collections.abc import Callable
from pathlib import Path

from linkreclaim.urls import Url, parse

SITE = "https://www.example.org"
Write = Callable[[str | bytes], Path]


def origin() -> Url:
    parsed = parse(f"{SITE}/")
    assert parsed is not None
    return parsed


def write_file(folder: Path, content: str | bytes) -> Path:
    path = folder / "any.dat"  # the name must not matter
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
