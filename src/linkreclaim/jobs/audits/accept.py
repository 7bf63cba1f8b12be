"""Accept: what `--accept` decides at the end of an audit or beside a sheet, and what such acceptances lose."""

from collections.abc import Iterable
from datetime import datetime

from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.decisions import THRESHOLD_OPTION
from linkreclaim.model.events import Stage
from linkreclaim.store.threshold_decisions import ThresholdAct


def settle_acceptances(context: RunContext) -> None:
    """Accept the run's proposals at the threshold that it was given, and make older acceptances of a threshold that
    have no ground any more proposals again. People's decisions stay.

    Beside an audit of somebody else's site nothing is done: it proposes no redirects.
    """
    if context.request.foreign:
        return
    run, least = context.run, context.request.accept_0_1
    thresholds, now = context.workspace.threshold_decisions, context.clock()
    if least is not None:
        accepted = thresholds.accept(run.site_id, run.id, ThresholdAct(least, now, run.started_at))
        context.tell(Stage.DELIVER, f"{accepted:,} redirects newly accepted by {THRESHOLD_OPTION} {least:g}")
    lost = thresholds.take_back(run.site_id, run.id, least, now)
    if lost and least is None:
        context.warn(
            Stage.DELIVER,
            f"{lost:,} redirects that {THRESHOLD_OPTION} had accepted are proposals again and in no file, because this"
            f" audit was given no {THRESHOLD_OPTION}: give it again, or accept them yourself",
        )
    elif lost:
        context.tell(Stage.DELIVER, f"{lost:,} redirects that {THRESHOLD_OPTION} had accepted are proposals again")


def accept_beside_sheet(context: RunContext, sheet: str, left_otherwise: Iterable[str], asked_at: datetime) -> None:
    """Accept the last audit's proposals at the threshold, where one was given with a sheet.

    `left_otherwise`: URLs that the sheet leaves proposed with another target, so that neither of the two is meant. What
    a person had taken back before `asked_at` is open again: they ask for it here.
    """
    least, run, workspace = context.request.accept_0_1, context.run, context.workspace
    if least is not None:
        but = {workspace.urls.id_of(url) or 0 for url in left_otherwise}
        act = ThresholdAct(least, context.clock(), asked_at, sheet, but)
        workspace.threshold_decisions.accept(run.site_id, run.id, act)
