"""History: what a site had lost and won back at the end of each audit, from what the audits noted themselves."""

from collections.abc import Iterable

from linkreclaim.jobs.overviews.overview import group_verdicts
from linkreclaim.model.overviews import RunFigures, RunPoint
from linkreclaim.model.recovery import RecoveryPoint
from linkreclaim.store import Workspace
from linkreclaim.store.overviews import Overviews

POINTS_SHOWN = 24
"""Newest audits of a site that are told: two years of monthly ones, as the overview shows."""


def recovery_over_time(workspace: Workspace, site_id: int) -> tuple[RecoveryPoint, ...]:
    """The finished audits of a site that noted their figures, oldest first.

    Those that looked at no linked address (of the site's own links alone) tell nothing of the loss and are left out.
    Cost: one small row an audit, whatever the size of the site.
    """
    return recovery_of(Overviews(workspace.engine).runs(site_id))


def recovery_of(runs: Iterable[RunPoint]) -> tuple[RecoveryPoint, ...]:
    """The same of runs that were read already, oldest first."""
    points = []
    for point in runs:
        if point.finished_at is not None and point.figures is not None and point.figures.verdicts:
            figures = point.figures
            points.append(
                RecoveryPoint(
                    run_id=point.run_id,
                    finished_at=point.finished_at,
                    lost_pages=figures.lost.targets,
                    lost_share_0_1=figures.lost_share_0_1,
                    regained_pages=figures.recovered.targets,
                    regained_share_0_1=figures.recovered_share_0_1,
                    untold_share_0_1=_untold(figures),
                )
            )
    return tuple(points[-POINTS_SHOWN:])


def _untold(figures: RunFigures) -> float:
    return next(group.share_0_1 for group in group_verdicts(figures) if group.name == "untold")
