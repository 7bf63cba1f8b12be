"""Check what every target answers now."""

from collections.abc import Sequence
from dataclasses import replace

from linkreclaim import verdict
from linkreclaim.errors import SiteBlockedError
from linkreclaim.jobs.lists.listing import UNTOLD_SHARE_0_1
from linkreclaim.jobs.looks.looking import Looker, live_page
from linkreclaim.jobs.runs.blocked_site import PAGE, BlockedSite, BlockedWatch, explain
from linkreclaim.jobs.runs.context import RunContext, work_through
from linkreclaim.model.events import Stage
from linkreclaim.model.series import HostLook
from linkreclaim.model.verdicts import UNTOLD_KINDS, Look, VerdictKind
from linkreclaim.store.tasks import Task
from linkreclaim.urls import parse

KIND = "target"
_WITHDRAWN = (VerdictKind.BLOCKED, VerdictKind.UNSURE)
"""Looks taken back when the site refuses us: the refused ones, and those that a refused sibling or home page may have
left unsure."""


async def check_targets(context: RunContext, looker: Looker) -> None:
    """Look at every target of the site that this run has not looked at, most valuable first.

    Raises:
        SiteBlockedError: the site refuses us, and the person did not ask to go on regardless.
    """
    workspace = context.workspace
    workspace.targets.refresh(context.run.site_id)
    workspace.tasks.add_by_id(context.run.id, KIND, workspace.targets.priorities(context.run.site_id))
    site = parse(f"{context.site.scheme}://{context.site.host}/")
    if site is not None:
        await looker.meet(site)
    remembering = _RememberingLooker(context, looker)
    watch = _watch(context)
    try:
        await work_through(
            context, KIND, Stage.CHECK, remembering.look, lambda answered: _save(context, watch, answered)
        )
    except* _RefusedError:
        pass
    blocked = None if watch is None else watch.tripped or watch.at_end
    if blocked is not None:
        raise _refused(context, blocked)


class _RefusedError(Exception):
    """Ends the pool: what is in flight is dropped."""


def _watch(context: RunContext) -> BlockedWatch | None:
    """The run's one watch, for the owner's own site only."""
    if context.request.foreign or context.request.keep_going:
        return None
    context.watch = context.watch or BlockedWatch(context.site)
    return context.watch


def _save(context: RunContext, watch: BlockedWatch | None, answered: Sequence[tuple[int, Look]]) -> None:
    results = [(number, seen, live_page(seen)) for number, seen in answered]
    context.workspace.looks.save(context.run.id, KIND, results)
    if watch is not None:
        for _, seen in answered:
            watch.add(seen)
        if watch.tripped:
            raise _RefusedError


def _refused(context: RunContext, blocked: BlockedSite) -> SiteBlockedError:
    """Take back what the refusals brought about, so that the same command asks it again; gives what to tell."""
    workspace, run_id, site = context.workspace, context.run.id, context.site
    looked = workspace.tasks.answered(run_id, KIND, _WITHDRAWN)
    own = [task.url_id for task in looked if (url := parse(task.url)) and site.owns(url.netloc)]
    robots = [f"robots {scheme}://{www}{site.host}" for scheme in ("http", "https") for www in ("", "www.")]
    workspace.looks.withdraw(run_id, KIND, own, ["home ", "sibling ", "sitemap ", *robots])
    request = context.request
    held_back = bool(request.settings.site_headers) and not request.site.startswith("http://")
    return SiteBlockedError(explain(blocked, site.host, http_secrets=held_back))


class _RememberingLooker:
    """Looks at targets; those of former hosts are seen beside earlier runs. Each host's past is read once."""

    def __init__(self, context: RunContext, looker: Looker) -> None:
        self._context = context
        self._looker = looker
        self._past: dict[str, list[HostLook]] = {}

    async def look(self, task: Task) -> Look:
        """A look at a target, in doubt when its former host is silent now and answered before."""
        seen = await self._looker.look(task.url)
        url = parse(seen.url)
        if not seen.verdict.former_host or url is None:
            return seen
        told = verdict.doubt_former_host(seen.verdict, self._past_of(url.netloc), seen.checked_at)
        return replace(seen, verdict=told)

    def _past_of(self, netloc: str) -> list[HostLook]:
        if netloc not in self._past:
            context = self._context
            past = self._past[netloc] = context.workspace.looks.of_host(netloc, context.run.id)
            answered = [look.looked_at for look in past if look.answered]
            if answered:
                context.warn(
                    Stage.CHECK,
                    f"the former host {netloc} answers nothing now, but did on {answered[-1]:%Y-%m-%d}:"
                    " make sure that you still hold the domain, and look again in a few days",
                )
        return self._past[netloc]


def warn_of_untold(context: RunContext) -> bool:
    """Whether more targets than `UNTOLD_SHARE_0_1` could not be told; if so, say why."""
    looks, run = context.workspace.looks, context.run
    untold, total = looks.untold_count(run.id, run.site_id, UNTOLD_KINDS)
    if untold <= UNTOLD_SHARE_0_1 * total:
        return False
    for reason, n in looks.untold_reasons(run.id, run.site_id, UNTOLD_KINDS):
        context.warn(Stage.CHECK, f"{n:,} of {total:,} targets could not be told: {reason}")
    refused = dict(looks.verdict_counts(run.id, run.site_id)).get(VerdictKind.BLOCKED, 0)
    if refused > UNTOLD_SHARE_0_1 * total and not context.request.foreign:
        context.warn(Stage.CHECK, f"{PAGE} shows how to let us in where your own site refuses")
    return True
