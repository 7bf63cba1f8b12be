"""Listing: the end of a run, where its dead pages and its inventory are made ready for browsing."""

from linkreclaim.errors import WorkspaceError
from linkreclaim.jobs.findings.rows import numbered_rows
from linkreclaim.jobs.planning.learned_rules import keep_rules
from linkreclaim.model.sites import Site
from linkreclaim.store import Workspace
from linkreclaim.store.runs import Run


def list_dead_pages(workspace: Workspace, run: Run, site: Site) -> None:
    """List the dead pages of a finished run, in place of those of the run before, and enter its pages for completion.

    Nothing here is a decision: what people decided meanwhile holds. Cost: about 0.3 ms a dead page, 0.04 ms a page
    of the inventory.
    """
    for _ in workspace.dead_pages.list_run(run.site_id, run.id, numbered_rows(workspace, run, site)):
        pass
    for _ in workspace.completion.index_pages(run.id):
        pass
    keep_rules(workspace, run, site)


def listed_run(workspace: Workspace, site_id: int) -> Run | None:
    """The run whose dead pages are listed: the newest finished one, unless it is being listed; None without any.

    A finished run that was never listed (its process was killed, or it is of an older linkreclaim) is listed now,
    unless another run is working in the workspace.

    Raises:
        WorkspaceError: nothing is listed yet, and another run is working in the workspace.
    """
    newest, listed = workspace.runs.latest(site_id), workspace.dead_pages.listed_run(site_id)
    if newest is None or newest.id == listed:
        return newest
    held = None if listed is None else workspace.runs.get(listed)
    try:
        with workspace.only_run():
            list_dead_pages(workspace, newest, site_of(workspace, newest))
    except WorkspaceError:
        if held is None:
            raise
        return held
    return newest


def site_of(workspace: Workspace, run: Run) -> Site:
    """The site as the run knew it, former hosts included."""
    values = workspace.runs.state(run.id)["site"]
    return Site(**values | {"old_hosts": tuple(values["old_hosts"])})
