"""What the first page about a site shows as pictures: the loss over time, and where the lost folders should lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linkreclaim.jobs.overviews.history import recovery_of
from linkreclaim.model.overviews import Overview
from linkreclaim.report.pictures import Flow, FolderFlows, Ink, Picture, draw_flows
from linkreclaim.report.recovery import draw_recovery, say_partial
from linkreclaim.store import Workspace

if TYPE_CHECKING:  # a page that only reads need not wait until all parts of a run are imported
    from linkreclaim.jobs.runs.context import RunContext

FOLDERS = "folders"
"""Name of the note in a run's state: a row for each flow, as `Flow` has its fields."""


@dataclass(frozen=True, slots=True)
class OverviewPictures:
    """Drawings, None where there is nothing to draw."""

    trend: Picture | None = None  # from two audits on
    trend_note: str = ""  # what its hollow dots mean
    folders: Picture | None = None  # as the newest audit proposed it; audits of an older linkreclaim kept none


def note_folders(context: "RunContext", counted: FolderFlows) -> None:
    """Note with a run that ended from which folders its lost pages should lead to which."""
    context.workspace.runs.note(context.run.id, **{FOLDERS: [list(flow) for flow in counted.flows()]})


def draw_overview(workspace: Workspace, overview: Overview) -> OverviewPictures:
    """The pictures of a site that was read. Cost: one small query and some milliseconds of drawing."""
    if overview.latest is None:
        return OverviewPictures()
    points = recovery_of(overview.runs)
    noted = workspace.runs.state(overview.latest.run_id)
    return OverviewPictures(
        trend=draw_recovery(points) if len(points) > 1 else None,
        trend_note=say_partial(points) if len(points) > 1 else "",
        folders=draw_flows(FOLDERS, _flows(noted)),
    )


def _flows(noted: Mapping[str, Any]) -> list[Flow]:
    rows = noted.get(FOLDERS, ())
    return [Flow(source, target, share, pages, Ink(ink)) for source, target, share, pages, ink in rows]
