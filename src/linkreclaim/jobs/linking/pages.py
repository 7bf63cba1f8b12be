"""Read linking pages: what do they link to, and is a claimed link still there?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from linkreclaim import html, verdict
from linkreclaim.jobs.looks.looking import META_REFRESH_HOPS, is_html, read_fetched
from linkreclaim.jobs.runs.context import RunContext, work_through
from linkreclaim.model.events import Stage
from linkreclaim.model.links import PageLook, PageOutcome
from linkreclaim.model.verdicts import DEAD_KINDS, Answer, FailureKind, PageFacts, RedirectShape, VerdictKind
from linkreclaim.net import Fetched, Fetcher
from linkreclaim.store.tasks import Task
from linkreclaim.urls import Url, match_key, parse

KIND = "linking page"
READ_STATUSES = frozenset({200, 203})
TARGETS_AT_ONCE = 500
PAGES_AT_ONCE = 5_000
MAX_LINKS_KEPT = 500
"""Links into the site that an audit keeps of one page; a page with more is a sitemap or a scraper."""
_TITLE_CHARS = 500
_NOT_SHOWN: Mapping[verdict.PageClass, tuple[PageOutcome, str]] = {
    "not_found": (PageOutcome.GONE, "the page says that its content is gone"),
    "login": (PageOutcome.BLOCKED, "a form to sign in stands before the page"),
    "blocked": (PageOutcome.BLOCKED, "the page refuses programs"),
    "maintenance": (PageOutcome.FAILED, "the page speaks of maintenance or an error of its server"),
    "empty": (PageOutcome.FAILED, "the page is empty"),
}
"""What the words of a page without a wanted link make of it, by their class (docs/verdicts.md)."""


async def read_untargeted_pages(context: RunContext) -> None:
    """Read the pages that sources name without saying what they link to."""
    pages = context.workspace.sightings.pages_without_target(context.run.site_id)
    while block := list(islice(pages, PAGES_AT_ONCE)):
        context.workspace.tasks.add_prioritised(context.run.id, KIND, dict.fromkeys(block, 0.0))
    await _read_pages(context)


async def read_pages_of_dead(context: RunContext) -> None:
    """Read the pages that are said to link to dead targets, those of the most valuable targets first."""
    workspace, run = context.workspace, context.run
    dead = [(d.totals.url_id, d.totals.value) for d in workspace.findings.dead_targets(run.site_id, run.id)]
    for start in range(0, len(dead), TARGETS_AT_ONCE):
        values = dict(dead[start : start + TARGETS_AT_ONCE])
        pairs = workspace.sightings.linking_pages(run.site_id, list(values))
        workspace.tasks.add_prioritised(run.id, KIND, {page: values[target] for page, target in pairs})
    await _read_pages(context)


async def _read_pages(context: RunContext) -> None:
    reader = PageReader(
        fetcher=context.fetcher,
        wanted=lambda link: context.site.concerns(link.netloc),
        max_page_bytes=context.request.settings.max_page_bytes,
        clock=context.clock,
        max_links=MAX_LINKS_KEPT,
    )

    async def ask(task: Task) -> PageLook:
        return await reader.read(task.url)

    def save(answered: Sequence[tuple[int, PageLook]]) -> None:
        context.workspace.sightings.save_page_looks(context.run.id, KIND, answered)

    await work_through(context, KIND, Stage.READ_PAGES, ask, save)


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads linking pages for the links that are `wanted`."""

    fetcher: Fetcher
    wanted: Callable[[Url], bool]
    max_page_bytes: int
    clock: Callable[[], datetime]
    max_links: int | None = None  # None: all that `html.find_links` returns

    async def read(self, address: str) -> PageLook:
        """Read one linking page: its wanted links, or why it could not be read.

        A page that answers 200 and shows a wanted link was read, whatever its words sound like. A page without one
        that refreshes to another at once is followed there, as its readers are (Search Central, "Redirects and Google
        Search": an instant refresh is a permanent redirect).
        """
        asked = parse(address)
        if asked is None:
            raise ValueError(f"not an http(s) URL: {address!r}")
        followed = {asked.without_fragment}
        while True:
            fetched = await self.fetcher.fetch(asked, max_body_bytes=self.max_page_bytes)
            found = self._find(fetched)
            if found is not None and found.links:
                return self._look(address, fetched, PageOutcome.READ, _read_reason(fetched), found)
            answer = read_fetched(fetched)
            following = None if answer.page is None else parse(answer.page.meta_refresh)
            if following is None or following.without_fragment in followed or len(followed) > META_REFRESH_HOPS:
                return self._look(address, fetched, *judge_linkless(fetched, answer, found), found)
            asked = following
            followed.add(asked.without_fragment)

    def _find(self, fetched: Fetched) -> html.PageLinks | None:
        """Links of an answer that is a page, None when it is none."""
        response = fetched.response
        if fetched.failure is not None or response is None or response.status_code not in READ_STATUSES:
            return None
        content_type = response.header("content-type") or ""
        if not is_html(content_type, response.body):
            return None
        robots = response.header("x-robots-tag") or ""
        return html.find_links(response.body, content_type, fetched.final, self.wanted, robots)

    def _look(
        self, address: str, fetched: Fetched, outcome: PageOutcome, reason: str, found: html.PageLinks | None
    ) -> PageLook:
        status = fetched.hops[-1].status_code if fetched.hops else None
        if outcome is not PageOutcome.READ or found is None:
            return PageLook(address, outcome, status, reason, self.clock(), fetched.final.href)
        return PageLook(
            page_url=address,
            outcome=outcome,
            status_code=status,
            reason=reason,
            seen_at=self.clock(),
            final_url=fetched.final.href,
            title=found.title[:_TITLE_CHARS],
            noindex=found.noindex,
            nofollow=found.nofollow_page,
            canonical="" if match_key(found.canonical) == fetched.final.key else found.canonical,
            external_links=found.external_links,
            internal_links=found.internal_links,
            links=found.links[: self.max_links],
        )


def judge_linkless(fetched: Fetched, answer: Answer, found: html.PageLinks | None) -> tuple[PageOutcome, str]:
    """Whether a page without a wanted link was read, with the reason. Only an honest "not here" makes it gone."""
    judged = verdict.judge(answer, verdict.Context(site=None, sibling=None, home=None, host_resolves=None))
    if fetched.failure is FailureKind.DNS or judged.kind in DEAD_KINDS:
        return PageOutcome.GONE, judged.reason
    if judged.kind is VerdictKind.BLOCKED:
        return PageOutcome.BLOCKED, judged.reason
    if judged.kind is VerdictKind.SKIPPED:
        return PageOutcome.SKIPPED, judged.reason
    response = fetched.response
    if fetched.failure is not None or response is None or response.status_code not in READ_STATUSES:
        return PageOutcome.FAILED, judged.reason
    if found is None:
        return PageOutcome.SKIPPED, f"not a web page ({response.header('content-type') or 'no content type'})"
    if found.needs_script:
        return PageOutcome.NEEDS_SCRIPT, "an empty page that a script would fill"
    if response.truncated:
        return PageOutcome.FAILED, "no link to the site up to the size limit, and the page goes on"
    if verdict.redirect_shape(fetched.url, fetched.final) is RedirectShape.LOGIN:
        return PageOutcome.BLOCKED, "sent to a sign-in page: what is behind it cannot be seen"
    return _judge_words(answer.page, found) or (PageOutcome.READ, _read_reason(fetched))


def _judge_words(page: PageFacts | None, found: html.PageLinks) -> tuple[PageOutcome, str] | None:
    """What a page says that shows something else than it was asked for; None where it is a page like any other."""
    if page is None:
        return None
    told = verdict.page_class(page)
    if told == "empty" and (found.external_links or found.internal_links):
        return None
    return _NOT_SHOWN.get(told)


def _read_reason(fetched: Fetched) -> str:
    response = fetched.response
    return "read up to the size limit" if response is not None and response.truncated else "read"
