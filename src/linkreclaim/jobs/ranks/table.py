"""A compact table of ranked domains: 8 bytes each, in a file that is mapped into memory and not read.

Each domain is one number: 48 bits of a hash of its name, then 16 bits of its rank's logarithm. Sorted, a look-up is one
binary search. Ranks are right to 0.04 %; of a million domains that are not in a table of ten million, fewer than one is
taken for another (10^7 / 2^48 each).
"""

import json
import os
from array import array
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from math import exp, log
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkreclaim.equity import rank_score
from linkreclaim.errors import InputError, LinkreclaimError

TABLE_NAME = "ranks.table"
KEPT = 10_000_000
"""Domains kept of a longer list: 80 MB. Beyond the ten millionth rank a domain's score is below 14, and a domain of
which nothing is known is read as 20, so that more ranks would tell nothing more (docs/value.md)."""
_MAGIC = b"linkreclaim ranks 1\n"
_HEADER_BYTES = 4_096
_NAME_BYTES = 6
_STEPS = 65_535
_LOG_TOP = log(2.0**32)
_REMEMBERED = 50_000


class RankTable:
    """An opened table; a context manager."""

    def __init__(self, path: Path) -> None:
        """Open a table. Raises InputError when the file is none, is cut off, or cannot be read."""
        self.path = path
        header = _read_header(path)
        self.source = str(header.get("source", ""))
        self.domains: int = header["domains"]  # of the whole list, kept or not
        kept: int = header["kept"]
        if path.stat().st_size != _HEADER_BYTES + 8 * kept:
            raise InputError(f"{path} is cut off or damaged: make it again with linkreclaim ranks import")
        self._packed: NDArray[np.uint64] = (
            np.memmap(path, np.dtype("<u8"), "r", _HEADER_BYTES, (kept,)) if kept else np.zeros(0, np.uint64)
        )
        self.score = lru_cache(_REMEMBERED)(self._score)

    def __enter__(self) -> "RankTable":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.score.cache_clear()
        self._packed = np.zeros(0, np.uint64)

    def __len__(self) -> int:
        return len(self._packed)

    def rank(self, domain: str) -> int | None:
        """The rank of a domain (lower case, punycode), None where the table does not have it. Cost: about 5 us."""
        name = _hash(domain)
        place = int(np.searchsorted(self._packed, np.uint64(name << 16)))
        if place == len(self._packed):
            return None
        found = int(self._packed[place])
        return _rank_of(found & _STEPS) if found >> 16 == name else None

    def _score(self, domain: str) -> float | None:
        """Its rank as a score from 0 to 100 (`equity.rank_score`), to a tenth."""
        rank = self.rank(domain)
        return None if rank is None else round(rank_score(rank, self.domains), 1)


class TableMaker:
    """Collects ranked domains and writes the table. Memory: 16 bytes for each domain."""

    def __init__(self) -> None:
        self._packed = array("Q")

    def __len__(self) -> int:
        return len(self._packed)

    def add(self, ranked: Iterable[tuple[int, str]]) -> None:
        """Take (rank, domain) pairs in any order. Cost: about 1.5 us each."""
        self._packed.extend([_hash(domain) << 16 | _step_of(rank) for rank, domain in ranked])

    def write(self, path: Path, source: str, domains: int) -> None:
        """Write the table, whole or not at all. Raises LinkreclaimError when it cannot be written."""
        packed = np.frombuffer(self._packed, np.uint64) if len(self._packed) else np.zeros(0, np.uint64)
        packed.sort()
        header = {"source": source[:1_000], "domains": domains, "kept": len(packed)}
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with draft.open("wb") as stream:
                    stream.write((_MAGIC + json.dumps(header).encode()).ljust(_HEADER_BYTES))
                    stream.write(packed.astype("<u8", copy=False).data)
                os.replace(draft, path)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise LinkreclaimError(f"cannot write {path}: {error.strerror or error}") from error


def default_place() -> Path:
    """Where the table of this user is kept: `LINKRECLAIM_CACHE`, else the user's cache folder.

    **Source:** XDG Base Directory Specification, `XDG_CACHE_HOME`.
    """
    own = os.environ.get("LINKRECLAIM_CACHE")
    if own:
        return Path(own) / TABLE_NAME
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "linkreclaim" / TABLE_NAME


def find_table(workspace: Path | None = None) -> RankTable | None:
    """The table of a workspace, else that of the user, where there is one. Raises InputError when it is damaged."""
    places = ([workspace / TABLE_NAME] if workspace else []) + [default_place()]
    found = next((place for place in places if place.is_file()), None)
    return None if found is None else RankTable(found)


def is_table(path: Path) -> bool:
    """Whether a file is such a table."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def _read_header(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            raw = stream.read(_HEADER_BYTES)
        if not raw.startswith(_MAGIC):
            raise ValueError("it begins otherwise")
        header = json.loads(raw[len(_MAGIC) :])
        return {**header, "domains": int(header["domains"]), "kept": max(0, int(header["kept"]))}
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no table of ranks: make one with linkreclaim ranks import") from error


def _hash(domain: str) -> int:
    return int.from_bytes(blake2b(domain.encode("ascii", "replace"), digest_size=_NAME_BYTES).digest(), "big")


def _step_of(rank: int) -> int:
    return round(_STEPS * log(rank) / _LOG_TOP)


def _rank_of(step: int) -> int:
    return round(exp(step / _STEPS * _LOG_TOP))
