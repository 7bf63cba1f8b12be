"""Check what every target answers now."""

from collections.abc import Sequence

from linkreclaim.jobs.looking import Looker, live_page
from linkreclaim.jobs.run import RunContext, work_through
from linkreclaim.model.events import Stage
from linkreclaim.model.verdicts import UNTOLD_KINDS, Look

KIND = "target"
UNTOLD_SHARE_0_1 = 0.2
"""Above this share of targets that could not be told, the audit is partial (exit code 4)."""


async def check_targets(context: RunContext, looker: Looker) -> None:
    """Look at every target of the site that this run has not looked at, most valuable first."""
    workspace = context.workspace
    workspace.findings.refresh_targets(context.run.site_id)
    workspace.runs.add_tasks_by_id(context.run.id, KIND, workspace.findings.target_priorities(context.run.site_id))
    await work_through(
        context, KIND, Stage.CHECK, lambda task: looker.look(task.url), lambda answered: _save(context, answered)
    )


def _save(context: RunContext, answered: Sequence[tuple[int, Look]]) -> None:
    results = [(number, seen, live_page(seen)) for number, seen in answered]
    context.workspace.runs.save_looks(context.run.id, KIND, results)


def warn_of_untold(context: RunContext) -> bool:
    """Whether more targets than `UNTOLD_SHARE_0_1` could not be told; if so, say why."""
    runs, run = context.workspace.runs, context.run
    untold, total = runs.untold_count(run.id, run.site_id, UNTOLD_KINDS)
    if untold <= UNTOLD_SHARE_0_1 * total:
        return False
    for reason, n in runs.untold_reasons(run.id, run.site_id, UNTOLD_KINDS):
        context.warn(Stage.CHECK, f"{n:,} of {total:,} targets could not be told: {reason}")
    return True
