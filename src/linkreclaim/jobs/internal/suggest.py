"""Where the site's own links should lead instead."""

from collections.abc import Iterator

from linkreclaim.diagnosis import Repair, Repairer
from linkreclaim.jobs.judging.judge import PROPOSE_AT_0_1
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.match import Matcher, MatchModel
from linkreclaim.model.decisions import Decision, DecisionState, is_by_threshold
from linkreclaim.model.internal_links import InternalKind, LinkGroup, Suggestion
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import DeadPage
from linkreclaim.store.internal_links import InternalLinks
from linkreclaim.urls import match_key, parse

PERMANENT = frozenset({301, 308})
"""Redirects after which links should be changed. Source: RFC 9110, 15.4.2 and 15.4.9; after 302, 303 and 307 the first
URL stays the one to link to (15.4.3, 15.4.4, 15.4.8)."""
NOTHING_FITS = Suggestion(None, 0.0, "")


class Suggestions:
    """A suggestion for every group of links; made once all targets are looked at.

    A dead URL that has backlinks keeps the target that the audit, or a person, found for it. Memory: the pages of the
    inventory, as in the audit's own matching, and the dead URLs.
    """

    def __init__(self, context: RunContext, links: InternalLinks) -> None:
        self._of_broken = _known(context)
        dead = [
            DeadPage(url, anchors=links.anchors(number))
            for number, url in links.broken_urls()
            if match_key(url) not in self._of_broken
        ]
        gone = {match_key(url) for _, url in links.broken_urls()}
        for page, suggestion in zip(dead, _matched(context, dead, gone), strict=True):
            self._of_broken[match_key(page.url)] = suggestion

    def of(self, group: LinkGroup) -> Suggestion:
        """What a group's links should lead to."""
        if group.look.kind is InternalKind.BROKEN:
            return self._of_broken.get(match_key(group.target_url), NOTHING_FITS)
        if group.look.kind is InternalKind.REDIRECT:
            return _past_redirect(group)
        return NOTHING_FITS


def _past_redirect(group: LinkGroup) -> Suggestion:
    codes = [code for code in group.look.status_codes if 300 <= code < 400]
    if not all(code in PERMANENT for code in codes):
        return Suggestion(None, 0.0, "works, but through a temporary redirect: change it only if that one is to stay")
    detour = f"{len(codes)} redirects" if len(codes) > 1 else "a redirect" if codes else "a page that refreshes at once"
    reason = f"works, but through {detour}: link to it directly"
    return Suggestion(group.look.final_url, group.look.verdict_confidence_0_1, reason)


def _known(context: RunContext) -> dict[str | None, Suggestion]:
    """{match key: suggestion} of the dead targets of backlinks."""
    run = context.run
    decisions = context.workspace.decisions.latest(run.site_id)
    known: dict[str | None, Suggestion] = {}
    for dead in context.workspace.findings.dead_targets(run.site_id, run.id):
        decision, found = decisions.get(dead.totals.url_id), dead.finding
        if decision is not None and not is_by_threshold(decision.decided_by):
            known[match_key(dead.totals.url)] = _decided(decision)
        elif found is not None:
            suggestion = Suggestion(found.target_url, found.match_confidence_0_1, found.match_reason)
            known[match_key(dead.totals.url)] = suggestion
    return known


def _decided(decision: Decision) -> Suggestion:
    accepted = decision.target_url if decision.state is DecisionState.ACCEPTED else None
    return Suggestion(accepted, 0.0 if accepted is None else 1.0, f"{decision.state.value} by {decision.decided_by}")


def _matched(context: RunContext, dead: list[DeadPage], gone: set[str | None]) -> Iterator[Suggestion]:
    """The surer of repair and match for each dead page; pages that are dead themselves are never suggested."""
    home = parse(f"{context.site.scheme}://{context.site.host}/")
    pages = [page for page in context.workspace.pages.live(context.run.id) if match_key(page.url) not in gone]
    if not dead or not pages or home is None:
        yield from (NOTHING_FITS for _ in dead)
        return
    repairer = Repairer(page.url for page in pages)
    matcher = Matcher(pages, home, MatchModel.load(context.request.model))
    for page, match in zip(dead, matcher.match(dead), strict=True):
        url = parse(page.url)
        yield _surer(None if url is None else repairer.repair(url), match)


def _surer(repair: Repair | None, match: Match) -> Suggestion:
    if repair is not None and repair.confidence_0_1 > max(match.confidence_0_1, PROPOSE_AT_0_1):
        return Suggestion(repair.url, repair.confidence_0_1, repair.reason)
    fits = match.confidence_0_1 >= PROPOSE_AT_0_1
    return Suggestion(match.target_url if fits else None, match.confidence_0_1, match.reason)
