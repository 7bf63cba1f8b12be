"""Answers of vendors, kept as files in the workspace, so that what was paid for is not asked for again.

A pull is all that is asked of one vendor about one site: WORKSPACE/answers/VENDOR/SITE holds `pull.json` (when it began
and finished, what it cost) and one packed file an answer. An interrupted pull goes on from what is there.
"""

import gzip
import json
import os
import shutil
import tempfile
import zlib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from linkreclaim.errors import WorkspaceError

REUSE_FINISHED = timedelta(hours=24)
"""A finished pull this young is used again: the vendors' indexes change by the day (our judgement)."""
CONTINUE_UNFINISHED = timedelta(days=7)
"""An older one is begun anew, since the pages of its lists would no longer fit together (our judgement)."""
MAX_ANSWER_BYTES = 100_000_000
"""Of one answer, unpacked: above what a session takes."""
FOLDER = "answers"
_STATE = "pull.json"
_PACKING_LEVEL = 5


@dataclass(frozen=True, slots=True)
class PullState:
    """How far a pull is."""

    begun_at: datetime
    finished_at: datetime | None = None
    spent_units: float = 0.0

    def holds(self, now: datetime) -> bool:
        """Whether what was answered may still be used."""
        if self.finished_at is not None:
            return timedelta(0) <= now - self.finished_at < REUSE_FINISHED
        return timedelta(0) <= now - self.begun_at < CONTINUE_UNFINISHED


class PullShelf:
    """The answers of one pull; what is kept or spent is on the disk before the call returns."""

    def __init__(self, folder: Path, state: PullState) -> None:
        self.folder = folder
        self.state = state

    @property
    def spent_units(self) -> float:
        """Units that this pull has spent so far, before it was interrupted too."""
        return self.state.spent_units

    def find(self, key: str) -> bytes | None:
        """What is kept under a key (letters and digits); None also for a file that is damaged or too large."""
        try:
            with gzip.open(self._path(key)) as stream:
                content = stream.read(MAX_ANSWER_BYTES + 1)
        except (OSError, EOFError, zlib.error):  # gzip.BadGzipFile is an OSError
            return None
        return content if len(content) <= MAX_ANSWER_BYTES else None

    def spend(self, units: float) -> None:
        """Note that an answer did cost something."""
        self._change(replace(self.state, spent_units=self.state.spent_units + units))

    def keep(self, key: str, content: bytes) -> None:
        """Keep an answer. Raises WorkspaceError when it cannot be written."""
        _write_whole(self._path(key), gzip.compress(content, _PACKING_LEVEL, mtime=0))

    def finish(self, now: datetime) -> None:
        """Note that everything has been asked; the first time counts."""
        if self.state.finished_at is None:
            self._change(replace(self.state, finished_at=now))

    def _change(self, state: PullState) -> None:
        told = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(state).items()
        }
        _write_whole(self.folder / _STATE, json.dumps(told).encode())
        self.state = state

    def _path(self, key: str) -> Path:
        if not key.isalnum():
            raise ValueError(f"not a key of an answer: {key!r}")
        return self.folder / f"{key}.gz"


def read_pull(workspace: Path, vendor: str, site: str, now: datetime) -> PullState | None:
    """The pull that `open_pull` would go on with, None where it would begin a new one. Nothing is written."""
    state = _read_state(_folder(workspace, vendor, site))
    return state if state is not None and state.holds(now) else None


def open_pull(workspace: Path, vendor: str, site: str, now: datetime, fresh: bool = False) -> PullShelf:
    """The pull to go on with, or a new one in its place where it is too old, or `fresh` asks for it.

    Raises:
        WorkspaceError: the folder cannot be written.
    """
    folder = _folder(workspace, vendor, site)
    state = None if fresh else read_pull(workspace, vendor, site, now)
    if state is not None:
        return PullShelf(folder, state)
    try:
        if folder.exists():
            (folder / _STATE).unlink(missing_ok=True)  # first: what is left of a pull without it is no pull
            shutil.rmtree(folder)
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise WorkspaceError(f"cannot make {folder}: {error.strerror or error}") from error
    shelf = PullShelf(folder, PullState(now))
    shelf.spend(0.0)
    return shelf


def _folder(workspace: Path, vendor: str, site: str) -> Path:
    return workspace / FOLDER / quote(vendor, safe="") / quote(site, safe="").replace(".", "_")


def _read_state(folder: Path) -> PullState | None:
    try:
        told = json.loads((folder / _STATE).read_bytes())
        begun, finished = _moment(told["begun_at"]), told["finished_at"]
        return PullState(begun, None if finished is None else _moment(finished), float(told["spent_units"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever happens in between."""
    try:
        handle, part = tempfile.mkstemp(prefix=".part-", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except OSError as error:
        raise WorkspaceError(f"cannot write {path}: {error.strerror or error}") from error
