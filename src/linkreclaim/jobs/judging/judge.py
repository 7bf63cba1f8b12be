"""Judge: why each dead URL died, where it should go, and what should be done about it."""

from asyncio import gather
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from linkreclaim.diagnosis import DiagnosisFacts, Repair, Repairer, diagnose, vocabulary_of
from linkreclaim.jobs.judging.captures import describe_origin, find_captures
from linkreclaim.jobs.judging.diagnose_facts import Surroundings, disposition_of, moved_to, was_no_page
from linkreclaim.jobs.judging.seen_redirects import (
    SeenRedirect,
    call_unlike,
    known_moves,
    seen_redirects,
    worth_comparing,
)
from linkreclaim.jobs.looks.looking import Looker
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.match import Matcher, MatchModel
from linkreclaim.model.events import RunEvent, Stage
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.matches import Candidate, Match
from linkreclaim.model.pages import Capture, DeadPage, LivePage
from linkreclaim.model.series import PastLook
from linkreclaim.store.findings import DeadTarget, Finding
from linkreclaim.urls import Url, match_key, parse

PROPOSE_AT_0_1 = 0.5
"""A target is proposed from this confidence on; below it, the answer is "none fits", with the candidates to look at."""
LOOKS_AT_ONCE = 500
_NO_LIVE_PAGE = "No live page of the site is known to compare it with."
LOST_REDIRECT_0_1 = 0.9
"""Of a page that the site once redirected to and that is still alive. Our judgement: an owner chose it, years ago."""


async def judge_dead(context: RunContext, looker: Looker) -> None:
    """Diagnose and match every dead target of the run, and store what was found."""
    pages = [] if context.request.foreign else context.workspace.pages.live(context.run.id)
    redirects = seen_redirects(context, pages)
    dead = _dead_targets(context)
    captures = await find_captures(context, dead, [(seen.url_id, seen.look.url) for seen in redirects])
    unlike = _call_unlike(context, redirects, captures, pages)
    if unlike:
        redirects = [seen for seen in redirects if seen.url_id not in unlike]
        dead = _dead_targets(context)
    held = [captures.get(d.totals.url_id) for d in dead]
    matches = list(_match(context, dead, held, pages, known_moves(redirects)))
    judge = _Judge(context, dead, pages, matches)
    findings = [judge.finding(*parts) for parts in zip(dead, held, matches, strict=True)]
    if context.request.pages:
        findings = await _only_living(context, looker, findings)
    _warn_of_former_hosts(context, dead)
    numbered = zip((d.totals.url_id for d in dead), findings, strict=True)
    context.workspace.findings.save(context.run.id, numbered)
    context.workspace.runs.note(context.run.id, captures=sum(c is not None for c in held))


def _dead_targets(context: RunContext) -> list[DeadTarget]:
    return list(context.workspace.findings.dead_targets(context.run.site_id, context.run.id))


def _call_unlike(
    context: RunContext, redirects: Sequence[SeenRedirect], captures: Mapping[int, Capture], pages: Sequence[LivePage]
) -> set[int]:
    """Redirects to a page about something else become dead; asked with a matcher that does not know them."""
    compared = [seen for seen in redirects if worth_comparing(seen, captures.get(seen.url_id))]
    home = _home(context)
    if not compared or home is None:
        return set()
    return call_unlike(context, Matcher(pages, home, MatchModel.load(context.request.model)), compared, captures)


def _warn_of_former_hosts(context: RunContext, dead: Sequence[DeadTarget]) -> None:
    """A redirect from a former host works only while a server of the owner answers for that host."""
    hosts = Counter(url.netloc for d in dead if (url := parse(d.totals.url)) and context.site.owned(url.netloc))
    silent = {url.netloc for d in dead if d.look.verdict.former_host and (url := parse(d.totals.url))}
    for host, pages in sorted(hosts.items()):
        duty = "it answers nothing now: regain the domain (or its DNS)" if host in silent else "keep the domain"
        context.warn(
            Stage.MATCH,
            f"{pages:,} dead pages stand on the former host {host}; {duty} and point it at your server,"
            " or their redirects cannot work",
        )


def _match(
    context: RunContext,
    dead: Sequence[DeadTarget],
    held: Sequence[Capture | None],
    pages: Sequence[LivePage],
    known: Sequence[tuple[str, str]],
) -> Iterator[Match | None]:
    home = _home(context)
    if not pages or home is None:
        yield from (None for _ in dead)
        return
    matcher = Matcher(pages, home, MatchModel.load(context.request.model), known)
    asked = [_dead_page(d, capture) for d, capture in zip(dead, held, strict=True)]
    yield from matcher.match(asked, lambda done: context.sink(RunEvent(Stage.MATCH, done, len(asked))))


def _home(context: RunContext) -> Url | None:
    return parse(f"{context.site.scheme}://{context.site.host}/")


def _dead_page(dead: DeadTarget, capture: Capture | None) -> DeadPage:
    anchors = dead.totals.anchors
    if capture is None:
        return DeadPage(dead.totals.url, anchors=anchors)
    return DeadPage(dead.totals.url, capture.title, capture.text, capture.headings, anchors, capture.lang, capture.ids)


class _Judge:
    """Composes one finding of what the rooms below say."""

    def __init__(
        self,
        context: RunContext,
        dead: Sequence[DeadTarget],
        pages: Sequence[LivePage],
        matches: Sequence[Match | None],
    ) -> None:
        self._context = context
        self._repairer = Repairer(page.url for page in pages)
        self._live = {key: page.url for page in pages if (key := match_key(page.url))}
        self._home = _home(context)
        self._no_match = "" if context.request.foreign else _NO_LIVE_PAGE
        self._site = vocabulary_of(pages)
        self._repairs = {d.totals.url_id: self._repair(d.totals.url) for d in dead}
        addresses = (d.totals.url for d in dead if not was_no_page(d.totals.url, self._repairs[d.totals.url_id]))
        self._around = Surroundings(addresses, (page.url for page in pages))
        for one, match in zip(dead, matches, strict=True):
            if (target := moved_to(self._repairs[one.totals.url_id], match, PROPOSE_AT_0_1)) is not None:
                self._around.add_move(one.totals.url, target)
        self._looks = _looks_over_time(context, dead)

    def finding(self, dead: DeadTarget, capture: Capture | None, match: Match | None) -> Finding:
        """The finding for one dead target."""
        url = parse(dead.totals.url)
        if url is None:
            raise ValueError(f"not an http(s) URL: {dead.totals.url!r}")
        repair = self._repairs[dead.totals.url_id]
        cause = diagnose(self._facts(dead, url, capture, match, repair), repair)
        match = _with_lost_redirect(_with_repair(match, repair), self._lost_redirect(capture), capture)
        target = _proposed(match) if cause.may_redirect else None
        return Finding(
            cause=cause.cause,
            cause_confidence_0_1=cause.cause_confidence_0_1,
            cause_evidence=(*cause.evidence, *_history(capture)),
            old_title="" if capture is None else capture.title,
            target_url=target,
            match_confidence_0_1=0.0 if match is None else match.confidence_0_1,
            match_reason=self._no_match if match is None else match.reason,
            candidates=() if match is None else match.candidates,
            disposition=disposition_of(
                dead.totals.url,
                cause,
                target,
                dead.totals.links,
                foreign=self._context.request.foreign,
                matched=match is not None,
            ),
        )

    def _repair(self, address: str) -> Repair | None:
        url = parse(address) if self._live else None
        return None if url is None else self._repairer.repair(url)

    def _lost_redirect(self, capture: Capture | None) -> str | None:
        """The live page that the site itself once sent visitors of this URL to; the home page is none."""
        key = match_key(capture.redirects_to) if capture is not None and capture.redirects_to else None
        if capture is None or key is None or key == match_key(capture.url):
            return None
        return None if self._home is not None and key == self._home.key else self._live.get(key)

    def _facts(
        self, dead: DeadTarget, url: Url, capture: Capture | None, match: Match | None, repair: Repair | None
    ) -> DiagnosisFacts:
        address = dead.totals.url
        redirected_to = "" if capture is None else capture.redirects_to
        moved = moved_to(repair, match, PROPOSE_AT_0_1)
        return DiagnosisFacts(
            url=url,
            verdict=dead.look.verdict,
            referring_domains=dead.totals.referring_domains,
            anchors=dead.totals.anchors,
            had_capture=capture is not None and bool(capture.title or capture.text or not redirected_to),
            neighbours_dead=self._around.dead_beside(address),
            neighbours_alive=self._around.live_beside(address),
            on_old_host=self._context.site.owned(url.netloc),
            match=match,
            mapped_like=self._around.moved_like(address, moved),
            neighbours_moved=self._around.moved_beside(address, moved),
            redirected_to="" if match_key(redirected_to) == url.key else redirected_to,
            redirect_lives=self._lost_redirect(capture) is not None,
            old_title="" if capture is None else capture.title,
            content_known=capture is not None and bool(capture.title or capture.text),
            looks=self._looks.get(dead.totals.url_id, ()),
            site=self._site,
        )


def _looks_over_time(context: RunContext, dead: Sequence[DeadTarget]) -> dict[int, tuple[PastLook, ...]]:
    """Every kept look at each dead target, oldest first. Memory: one small row a look."""
    looks: dict[int, tuple[PastLook, ...]] = {}
    numbers = iter([d.totals.url_id for d in dead])
    while block := list(islice(numbers, LOOKS_AT_ONCE)):
        past = context.workspace.looks.past(context.run.id, block)
        looks.update((number, tuple(seen)) for number, seen in past.items())
    return looks


def _proposed(match: Match | None) -> str | None:
    """The page that a match is sure enough of to propose."""
    return None if match is None or match.confidence_0_1 < PROPOSE_AT_0_1 else match.target_url


def _history(capture: Capture | None) -> tuple[str, ...]:
    """What is known of the page that stood there, and from where, in words."""
    if capture is None:
        return ()
    words = []
    if capture.title or capture.text:
        words.append(f"what the page was is known from {describe_origin(capture)}")
    if capture.redirects_to:
        words.append(f"it once redirected to {capture.redirects_to[:200]} ({describe_origin(capture)})")
    return tuple(words)


def _with_repair(match: Match | None, repair: Repair | None) -> Match | None:
    """A repaired URL that is live is the answer where it is surer than the match."""
    if repair is None or match is None or match.confidence_0_1 >= repair.confidence_0_1:
        return match
    return _with_first(match, Candidate(repair.url, repair.confidence_0_1), repair.reason)


def _with_lost_redirect(match: Match | None, target: str | None, capture: Capture | None) -> Match | None:
    """Where the site itself once redirected is the answer where it is surer than the match."""
    if target is None or match is None or capture is None or match.confidence_0_1 >= LOST_REDIRECT_0_1:
        return match
    reason = f"The site itself once redirected it there ({describe_origin(capture)})."
    return _with_first(match, Candidate(target, LOST_REDIRECT_0_1), reason)


def _with_first(match: Match, first: Candidate, reason: str) -> Match:
    others = tuple(c for c in match.candidates if match_key(c.url) != match_key(first.url))
    return Match(match.url, first.url, first.confidence_0_1, (first, *others)[:5], reason)


async def _only_living(context: RunContext, looker: Looker, findings: list[Finding]) -> list[Finding]:
    """Targets that only a file vouches for are looked at; one that is not alive is not proposed."""
    proposed = {f.target_url for f in findings if f.target_url is not None}
    looks = await gather(*(looker.look(address) for address in sorted(proposed)))
    dead = {seen.url for seen in looks if seen.verdict.dead}
    return [_without_target(found) if found.target_url in dead else found for found in findings]


def _without_target(found: Finding) -> Finding:
    return Finding(
        found.cause,
        found.cause_confidence_0_1,
        found.cause_evidence,
        found.old_title,
        None,
        0.0,
        f"{found.target_url} would fit, but it is not alive; {found.match_reason}",
        found.candidates,
        Disposition.RESTORE,
    )
