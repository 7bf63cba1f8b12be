"""Redirects that work by now: their pages are not dead any more, and a server's files have to go on holding them."""

from collections.abc import Iterator

from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.urls import match_key, parse


def line_of(made: Decision, site: Site, confidence_0_1: float) -> RedirectLine | None:
    """The line that an accepted decision stands for, None where it is none (a page to be restored, no target).

    `confidence_0_1` is that of its proposal; only what a threshold accepted is shown with it.
    """
    url = parse(made.source_url)
    if url is None:
        return None
    source = url.without_fragment if site.owned(url.netloc) else url.request_target
    if made.disposition is Disposition.GONE:
        return RedirectLine(source, None, 410)
    if made.disposition is not Disposition.REDIRECT or made.target_url is None:
        return None
    by_threshold = made.decided_by.startswith("--accept")
    return RedirectLine(source, made.target_url, confidence_0_1=confidence_0_1 if by_threshold else None)


def standing_lines(context: RunContext) -> Iterator[RedirectLine]:
    """Accepted lines of pages that the run does not find dead, and with `--accept` what earlier runs proposed at that
    confidence, where the page leads to just that target today.

    Without them, files written after the second audit would take back what those of the first one put right.
    """
    workspace, site_id, run_id = context.workspace, context.run.site_id, context.run.id
    decided = workspace.decisions.latest(site_id)
    settled = workspace.standing.settled(run_id, decided)
    for url_id, made in sorted(decided.items()):
        line = line_of(made, context.site, 0.0) if made.state is DecisionState.ACCEPTED else None
        if line is not None and url_id not in settled:
            yield line
    if context.request.accept_0_1 is not None:
        for found in workspace.standing.proposed_before(site_id, run_id, context.request.accept_0_1):
            url = parse(found.url)
            if found.url_id in decided or url is None or match_key(found.target_url) != match_key(found.leads_to):
                continue
            source = url.without_fragment if context.site.owned(url.netloc) else url.request_target
            yield RedirectLine(source, found.target_url, confidence_0_1=found.confidence_0_1)
