"""The same export read row by row and in bulk."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from linkreclaim.bulk import NotPlainError
from linkreclaim.jobs.gathering.reading import Export, read_plain
from linkreclaim.model.sites import Site
from linkreclaim.store.claims import ClaimBatch

pytest.importorskip("duckdb", reason="needs the extra `bulk`")

SITE = Site("example.com", "https", old_hosts=("old.example",))


@pytest.fixture(scope="session", autouse=True)
def _small_pieces() -> Iterator[None]:
    """Batches of 3 rows and pieces of 6, so that small files have several of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("linkreclaim.bulk.batches.PIECE_LINES", 6)
        patch.setattr("linkreclaim.store.claims.BATCH_ROWS", 3)
        patch.setattr("linkreclaim.jobs.gathering.reading.BATCH_ROWS", 3)
        yield


@pytest.fixture(scope="session")
def export_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Export]:
    """Saves content as an export of the site."""
    folder, numbers = tmp_path_factory.mktemp("exports"), count()

    def save(content: str | bytes, skip_items: int = 0) -> Export:
        path = folder / f"{next(numbers)}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Export(path, {}, SITE, skip_items)

    return save


@pytest.fixture(scope="session")
def both_ways(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Export], str | None]:
    """Asserts that both ways give the same batches; returns why bulk gave up, None when it read the whole file."""
    folder = tmp_path_factory.mktemp("pieces")

    def compare(export: Export) -> str | None:
        expected = [shown(batch) for batch in export.batches()]
        assert [shown(batch) for batch in export.bulk_batches(folder)] == expected
        assert not list(folder.iterdir()), "temporary files are left"
        try:
            for _ in read_plain(export.open(), export.site, folder, export.skip_items):
                pass
        except NotPlainError as error:
            return str(error)
        return None

    return compare


def shown(batch: ClaimBatch) -> tuple[Any, ...]:
    """A batch such that 1, 1.0 and True differ, and that the order of a dict does not matter."""
    return tuple(repr(sorted(part.items())) if isinstance(part, dict) else repr(part) for part in batch)
