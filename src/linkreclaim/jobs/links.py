"""Read linking pages: what do they link to, and is a claimed link still there?"""

from collections.abc import Sequence
from itertools import islice

from linkreclaim import html, verdict
from linkreclaim.jobs.looking import is_html, read_fetched
from linkreclaim.jobs.run import RunContext, work_through
from linkreclaim.model.events import Stage
from linkreclaim.model.links import PageLook, PageOutcome
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import DEAD_KINDS, FailureKind, VerdictKind
from linkreclaim.net import Fetched
from linkreclaim.store.runs import Task
from linkreclaim.urls import parse

KIND = "linking page"
READ_STATUSES = frozenset({200, 203})
TARGETS_AT_ONCE = 500
PAGES_AT_ONCE = 5_000
MAX_LINKS_KEPT = 500
"""Links into the site kept of one page; a page with more is a sitemap or a scraper."""


async def read_untargeted_pages(context: RunContext) -> None:
    """Read the pages that sources name without saying what they link to."""
    pages = context.workspace.sightings.pages_without_target(context.run.site_id)
    while block := list(islice(pages, PAGES_AT_ONCE)):
        context.workspace.runs.add_prioritised(context.run.id, KIND, dict.fromkeys(block, 0.0))
    await _read_pages(context)


async def read_pages_of_dead(context: RunContext) -> None:
    """Read the pages that are said to link to dead targets, those of the most valuable targets first."""
    workspace, run = context.workspace, context.run
    dead = [(d.totals.url_id, d.totals.value) for d in workspace.findings.dead_targets(run.site_id, run.id)]
    for start in range(0, len(dead), TARGETS_AT_ONCE):
        values = dict(dead[start : start + TARGETS_AT_ONCE])
        pairs = workspace.sightings.linking_pages(run.site_id, list(values))
        workspace.runs.add_prioritised(run.id, KIND, {page: values[target] for page, target in pairs})
    await _read_pages(context)


async def _read_pages(context: RunContext) -> None:
    async def ask(task: Task) -> PageLook:
        return await read_page(context, task.url)

    def save(answered: Sequence[tuple[int, PageLook]]) -> None:
        context.workspace.sightings.save_page_looks(context.run.id, KIND, answered)

    await work_through(context, KIND, Stage.READ_PAGES, ask, save)


async def read_page(context: RunContext, address: str) -> PageLook:
    """Read one linking page: its links into the site, or why it could not be read.

    A page that answers 200 and shows a link into the site was read, whatever its words sound like.
    """
    asked = parse(address)
    if asked is None:
        raise ValueError(f"not an http(s) URL: {address!r}")
    fetched = await context.fetcher.fetch(asked, max_body_bytes=context.request.settings.max_page_bytes)
    found = _links(fetched, context.site)
    outcome, reason = (PageOutcome.READ, "read") if found is not None and found.links else page_outcome(fetched)
    status = fetched.hops[-1].status_code if fetched.hops else None
    if outcome is not PageOutcome.READ or found is None:
        return PageLook(address, outcome, status, reason, context.clock(), fetched.final.href)
    return PageLook(
        page_url=address,
        outcome=outcome,
        status_code=status,
        reason=reason,
        seen_at=context.clock(),
        final_url=fetched.final.href,
        title=found.title[:500],
        noindex=found.noindex,
        external_links=found.external_links,
        links=found.links[:MAX_LINKS_KEPT],
    )


def _links(fetched: Fetched, site: Site) -> html.PageLinks | None:
    """Links of an answer that is a page, None when it is none."""
    response = fetched.response
    if fetched.failure is not None or response is None or response.status_code not in READ_STATUSES:
        return None
    content_type = response.header("content-type") or ""
    if not is_html(content_type, response.body):
        return None
    robots = response.header("x-robots-tag") or ""
    return html.find_links(response.body, content_type, fetched.final, lambda link: site.concerns(link.netloc), robots)


def page_outcome(fetched: Fetched) -> tuple[PageOutcome, str]:
    """Whether a linking page could be read, with the reason. Only an honest "not here" makes it gone."""
    judged = verdict.judge(
        read_fetched(fetched), verdict.Context(site=None, sibling=None, home=None, host_resolves=None)
    )
    if fetched.failure is FailureKind.DNS or judged.kind in DEAD_KINDS:
        return PageOutcome.GONE, judged.reason
    if judged.kind is VerdictKind.BLOCKED:
        return PageOutcome.BLOCKED, judged.reason
    if judged.kind is VerdictKind.SKIPPED:
        return PageOutcome.SKIPPED, judged.reason
    response = fetched.response
    if fetched.failure is not None or response is None or response.status_code not in READ_STATUSES:
        return PageOutcome.FAILED, judged.reason
    content_type = response.header("content-type") or ""
    if not is_html(content_type, response.body):
        return PageOutcome.SKIPPED, f"not a web page ({content_type or 'no content type'})"
    return PageOutcome.READ, "read" if not response.truncated else "read up to the size limit"
