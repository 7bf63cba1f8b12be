"""Redirects of the site that work, met while its targets were checked: what they tell of its moves, and which of them
lead to a page about something else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from linkreclaim.jobs.looks.check import KIND
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.match import Matcher
from linkreclaim.match.likeness import Unlike, find_unlike
from linkreclaim.model.events import Stage
from linkreclaim.model.pages import Capture, DeadPage, LivePage
from linkreclaim.model.verdicts import Look, RedirectShape, VerdictKind
from linkreclaim.urls import match_key, parse

LOOKS_AT_ONCE = 500
UNLIKE_CONFIDENCE_0_1 = 0.85
"""Of the verdict. Our judgement: of the redirects that owners chose fewer than 1 in 1,000 are called so, but they are
many and the wrong ones few."""
_JUDGED = frozenset({RedirectShape.OTHER, RedirectShape.PARENT})


@dataclass(frozen=True, slots=True)
class SeenRedirect:
    """A target of the site that redirects to one of the site's live pages."""

    url_id: int
    look: Look
    page: LivePage


def seen_redirects(context: RunContext, pages: Iterable[LivePage]) -> list[SeenRedirect]:
    """The run's redirects onto live pages of the inventory. Memory: a look for each redirected target."""
    live = {key: page for page in pages if (key := match_key(page.url))}
    workspace, run_id = context.workspace, context.run.id
    tasks = iter(workspace.tasks.answered(run_id, KIND, [VerdictKind.REDIRECTED]))
    found = []
    while block := [task.url_id for task in islice(tasks, LOOKS_AT_ONCE)]:
        for url_id, look in sorted(workspace.looks.of(run_id, block).items()):
            page = live.get(match_key(look.answer.final_url) or "")
            if page is not None:
                found.append(SeenRedirect(url_id, look, page))
    return found


def known_moves(redirects: Iterable[SeenRedirect]) -> list[tuple[str, str]]:
    """(old URL, new one) of the redirects that tell where pages of the site went.

    To a parent, an owner sends what has no page; to the same page on the same host, what never moved.
    """
    return [(seen.look.url, seen.page.url) for seen in redirects if _moved(seen)]


def _moved(seen: SeenRedirect) -> bool:
    shape = seen.look.verdict.shape
    return shape is RedirectShape.OTHER or (
        shape is RedirectShape.SAME_PAGE and _host(seen.look.url) != _host(seen.page.url)
    )


def _host(url: str) -> str:
    parsed = parse(url)
    return "" if parsed is None else parsed.netloc.removeprefix("www.")


def worth_comparing(seen: SeenRedirect, capture: Capture | None) -> bool:
    """Whether both pages are known: the old one by its text."""
    return capture is not None and bool(capture.text) and seen.look.verdict.shape in _JUDGED


def call_unlike(
    context: RunContext, matcher: Matcher, redirects: Sequence[SeenRedirect], captures: Mapping[int, Capture]
) -> set[int]:
    """Give the verdict `redirected_unlike` to the redirects that lead to a page about something else; their URL ids.

    A look is taken back and saved anew: killed in between, the same command asks for that target once more.
    """
    asked = [(seen, _old_page(seen, captures[seen.url_id])) for seen in redirects]
    told = find_unlike(matcher, [(dead, seen.page) for seen, dead in asked])
    changed = [
        (seen.url_id, _as_unlike(seen.look, unlike)) for (seen, _), unlike in zip(asked, told, strict=True) if unlike
    ]
    if changed:
        looks, run_id = context.workspace.looks, context.run.id
        looks.withdraw(run_id, KIND, [url_id for url_id, _ in changed])
        looks.save(run_id, KIND, [(url_id, look, None) for url_id, look in changed])
        context.tell(Stage.MATCH, f"redirects that lead to a page about something else: {len(changed):,}")
    return {url_id for url_id, _ in changed}


def _old_page(seen: SeenRedirect, capture: Capture) -> DeadPage:
    return DeadPage(seen.look.url, capture.title, capture.text, capture.headings, lang=capture.lang, ids=capture.ids)


def _as_unlike(look: Look, unlike: Unlike) -> Look:
    verdict = replace(
        look.verdict,
        kind=VerdictKind.REDIRECTED_UNLIKE,
        reason=f"sent to {unlike.final_url[:200]}, which is about something else",
        verdict_confidence_0_1=UNLIKE_CONFIDENCE_0_1,
        evidence=(*look.verdict.evidence, *unlike.evidence),
    )
    return replace(look, verdict=verdict)
