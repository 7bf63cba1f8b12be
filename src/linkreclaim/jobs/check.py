"""Check what every target answers now."""

from collections.abc import Sequence

from linkreclaim.jobs.looking import Looker, live_page
from linkreclaim.jobs.run import RunContext, work_through
from linkreclaim.model.events import Stage
from linkreclaim.model.verdicts import Look
from linkreclaim.store.runs import Task

KIND = "target"


async def check_targets(context: RunContext, looker: Looker) -> None:
    """Look at every target of the site that this run has not looked at, most valuable first."""
    workspace = context.workspace
    workspace.findings.refresh_targets(context.run.site_id)
    workspace.runs.add_tasks_by_id(context.run.id, KIND, workspace.findings.target_priorities(context.run.site_id))

    async def ask(task: Task) -> Look:
        return await looker.look(task.url)

    def save(answered: Sequence[tuple[int, Look]]) -> None:
        results = [(number, seen, live_page(seen)) for number, seen in answered]
        workspace.runs.save_looks(context.run.id, KIND, results)

    await work_through(context, KIND, Stage.CHECK, ask, save)
