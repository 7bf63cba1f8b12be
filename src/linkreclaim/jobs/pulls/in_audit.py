"""Pulls as stages of an audit: most vendors are asked before anything is checked, those that are asked about one dead
URL after the other once it is known which are dead."""

from collections.abc import Sequence

from linkreclaim.jobs.pulls.pull import PullIntake, run_pulls
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.sources.apis.secrets import open_secrets

AFTER_CHECK = frozenset(("gsc",))
"""Search Console's API names no links of a site, only referrers of a URL that one asks about."""


def asks_after_check(request: AuditRequest) -> bool:
    """Whether a vendor waits for the dead URLs of the run."""
    return not AFTER_CHECK.isdisjoint(request.vendors)


def pull_before_check(context: RunContext) -> list[str]:
    """Ask the vendors that list a site's links; returns those that gave nothing, each with its reason.

    Raises:
        InputError: the config file with the keys is broken.
    """
    return _pull(context, [name for name in context.request.vendors if name not in AFTER_CHECK])


def pull_after_check(context: RunContext) -> list[str]:
    """Ask the vendors that are asked URL by URL about what the run found dead; returns as `pull_before_check`."""
    return _pull(context, [name for name in context.request.vendors if name in AFTER_CHECK])


def _pull(context: RunContext, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    request = context.request
    intake = PullIntake(
        *(context.workspace, context.run.site_id, context.site, context.sink, context.warn, context.clock),
        origins=request.api_origins,
        run_id=context.run.id,
    )
    outcomes = run_pulls(intake, names, open_secrets(), request.budgets, request.fresh)
    return [f"{outcome.name}: {outcome.cut_by}" for outcome in outcomes if outcome.cut_by and not outcome.rows]
