"""Small files written and read back, for all tests of this room."""

import os
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources.interface import SourceInfo
from linkreclaim.sources.source import open_source


class Reading(NamedTuple):
    """Everything one file gave."""

    info: SourceInfo
    claims: list[Claim]
    problems: list[RowProblem]


Save = Callable[..., Path]
ReadBack = Callable[..., Reading]


@pytest.fixture(scope="session")
def save(tmp_path_factory: pytest.TempPathFactory) -> Save:
    """Writes text or bytes to a new file whose name says nothing of its content."""
    folder, numbers = tmp_path_factory.mktemp("exports"), count()

    def write(content: str | bytes, encoding: str = "utf-8") -> Path:
        path = folder / f"{next(numbers)}.bin"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture(scope="session")
def read_back(save: Save) -> ReadBack:
    """Saves content and reads it as an export."""

    def read(content: str | bytes | Path, columns: Mapping[str, str] | None = None) -> Reading:
        path = content if isinstance(content, Path) else save(content)
        source = open_source(path, columns)
        rows = list(source.rows())
        claims = [row for row in rows if isinstance(row, Claim)]
        return Reading(source.info, claims, [row for row in rows if isinstance(row, RowProblem)])

    return read


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real exports, where this machine has them."""
    root = Path(os.environ.get("LINKRECLAIM_SHARED") or Path(__file__).parents[3] / "shared")
    folder = root / "samples" / "exports"
    if not folder.is_dir():
        pytest.skip("the real sample exports are not on this machine")
    return folder
