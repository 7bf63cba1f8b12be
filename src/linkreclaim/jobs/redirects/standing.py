"""Redirects that work by now: their pages are not dead any more, and a server's files have to go on holding them."""

from collections.abc import Iterator
from itertools import islice

from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.decisions import Decision, is_by_threshold
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.urls import parse

_AT_ONCE = 500


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
    by_threshold = is_by_threshold(made.decided_by)
    return RedirectLine(source, made.target_url, confidence_0_1=confidence_0_1 if by_threshold else None)


def standing_lines(context: RunContext) -> Iterator[RedirectLine]:
    """Accepted lines of pages that the run finds neither dead nor alive: those of people, then those of a threshold.

    Without them, files written after the second audit would take back what those of the first one put right.
    """
    workspace, site_id, run_id = context.workspace, context.run.site_id, context.run.id
    by_threshold: list[RedirectLine] = []
    decided = workspace.decisions.accepted(site_id)
    while block := dict(islice(decided, _AT_ONCE)):
        settled = workspace.standing.settled(run_id, block)
        proposed = workspace.standing.proposed_before(site_id, run_id, block)
        for url_id, made in block.items():
            confidence = proposed[url_id].confidence_0_1 if url_id in proposed else 0.0
            line = None if url_id in settled else line_of(made, context.site, confidence)
            if line is not None and is_by_threshold(made.decided_by):
                by_threshold.append(line)
            elif line is not None:
                yield line
    yield from by_threshold
