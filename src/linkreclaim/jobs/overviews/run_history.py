"""The audits of a site one after the other: what each found, what changed since the one before, which files it had."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from linkreclaim.errors import InputError
from linkreclaim.model.links import RowProblem
from linkreclaim.model.overviews import RunPoint
from linkreclaim.store import Workspace
from linkreclaim.store.ledger import SourceFile
from linkreclaim.store.overviews import Overviews
from linkreclaim.store.run_changes import RunChanges, find_changes

RUNS_SHOWN = 200
CHANGES_SHOWN = 50
PROBLEMS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class RunDetail:
    """One run with what stands beside it."""

    point: RunPoint
    before: RunPoint | None  # the finished run before it
    changes: RunChanges | None  # since that one; None without it, or while the run has not finished


class RunHistory:
    """Reads the runs of one workspace. Safe for threads.

    What was compared once is kept: finished runs never change.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._overviews = Overviews(workspace.engine)
        self._changes: dict[tuple[int, int], RunChanges] = {}
        self._lock = Lock()

    def runs(self, site_id: int) -> list[RunPoint]:
        """The newest runs of a site, newest first."""
        return self._overviews.runs(site_id)[: -RUNS_SHOWN - 1 : -1]

    def run(self, site_id: int, run_id: int) -> RunDetail | None:
        """One run of a site; None when it has no such run. Cost: see `find_changes`, once for each pair of runs."""
        points = self._overviews.runs(site_id)
        point = next((each for each in points if each.run_id == run_id), None)
        if point is None:
            return None
        before = _before(points, point)
        compared = before is not None and point.finished_at is not None
        changes = self._compare(site_id, before.run_id, run_id) if before is not None and compared else None
        return RunDetail(point, before, changes)

    def files(self, site_id: int) -> list[SourceFile]:
        """The source files of a site, newest first."""
        return self._workspace.ledger.files(site_id)[::-1]

    def problems(self, site_id: int, file_id: int) -> tuple[SourceFile, list[RowProblem]]:
        """A source file, and the first of its rows that could not be read, or not whole.

        Raises:
            InputError: the site has no such file.
        """
        file = next((each for each in self._workspace.ledger.files(site_id) if each.id == file_id), None)
        if file is None:
            raise InputError(f"the site has no source file {file_id}")
        return file, self._workspace.ledger.problems(file_id, PROBLEMS_SHOWN)

    def _compare(self, site_id: int, before_id: int, run_id: int) -> RunChanges:
        with self._lock:
            known = self._changes.get((before_id, run_id))
        if known is None:
            known = find_changes(self._workspace.engine, site_id, before_id, run_id, CHANGES_SHOWN)
            with self._lock:
                self._changes[before_id, run_id] = known
        return known


def _before(points: Sequence[RunPoint], point: RunPoint) -> RunPoint | None:
    earlier = [each for each in points if each.run_id < point.run_id and each.finished_at is not None]
    return earlier[-1] if earlier else None
