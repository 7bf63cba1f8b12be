"""The `diagnose` job: why each dead URL of a list broke, and which live URL a damaged one meant."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from linkreclaim.diagnosis import DiagnosisFacts, Repair, Repairer, diagnose, is_scanner_noise, vocabulary_of
from linkreclaim.errors import InputError
from linkreclaim.jobs.judging.diagnose_facts import Surroundings, disposition_of, moved_to, was_no_page
from linkreclaim.jobs.judging.diagnose_inputs import (
    ANCHORS_KEPT,
    DOMAINS_KEPT,
    FoundList,
    FoundUrl,
    Links,
    former_hosts,
    read_found,
    read_links,
)
from linkreclaim.jobs.judging.judge import PROPOSE_AT_0_1
from linkreclaim.jobs.judging.match_inputs import NO_HOST, PageNames, home_of, read_live_pages
from linkreclaim.jobs.lists.listing import UNTOLD_SHARE_0_1
from linkreclaim.jobs.lists.outputs import check_out
from linkreclaim.match import Matcher, MatchModel
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.judgements import Cause, DiagnosedUrl, Disposition
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import LivePage
from linkreclaim.report.diagnoses import DIAGNOSES
from linkreclaim.report.row_files import write_rows
from linkreclaim.urls import Url, match_key, parse, parse_lenient

RowSink = Callable[[Iterable[DiagnosedUrl]], None]


@dataclass(frozen=True, slots=True)
class DiagnoseRequest:
    """What a person asked for: every option of `linkreclaim diagnose`."""

    pages: Path
    dead: Path
    links: tuple[Path, ...] = ()
    home: str | None = None  # None: told by the page list
    old_hosts: tuple[str, ...] = ()
    out: Path | None = None  # None: rows go to the sink as they come


@dataclass(slots=True)
class DiagnoseSummary:
    """What a diagnosis found."""

    pages: int = 0
    dead: int = 0
    repaired: int = 0  # with the URL that was meant
    unsure: int = 0
    recoverable: int = 0  # to redirect, to restore, or to have put right at the source
    causes: dict[str, int] = field(default_factory=dict)  # most frequent first
    bad_rows: int = 0  # rows of the dead list that name nothing
    unreadable: list[str] = field(default_factory=list)  # exports that could not be used, each with its reason

    @property
    def partial(self) -> bool:
        """A whole export, or more than `UNTOLD_SHARE_0_1` of the rows, could not be read."""
        return bool(self.unreadable) or self.bad_rows > UNTOLD_SHARE_0_1 * (self.dead + self.bad_rows)

    def add(self, row: DiagnosedUrl) -> None:
        """Count one answer."""
        cause = row.diagnosis.cause
        self.repaired += row.diagnosis.repaired_url is not None
        self.unsure += cause is Cause.UNSURE
        self.recoverable += row.disposition in _RECOVERABLE
        counted = Counter(self.causes)
        counted[cause.value] += 1
        self.causes = dict(counted.most_common())


_RECOVERABLE = frozenset({Disposition.REDIRECT, Disposition.RESTORE, Disposition.FIX_AT_SOURCE})


def diagnose_list(request: DiagnoseRequest, sink: EventSink, rows_to: RowSink) -> DiagnoseSummary:
    """Diagnose every dead URL and give the answers in their order: to `rows_to`, called once, or to a file.

    URLs are named as the input spells them. Memory: all pages and dead URLs. Cost: about 3 ms a URL that has no
    repair, most of it for the match; under 1 ms one that has.

    Raises:
        UsageError: the file to write is neither .csv nor .jsonl.
        InputError: the pages or the dead URLs cannot be read, or no live page is named.
        LinkreclaimError: the file cannot be written.
    """
    check_out(request.out)
    home = home_of(request.home, request.pages)
    if home.origin == NO_HOST:
        home = _home_of_dead(request.dead, home, sink)
    names = PageNames(home)
    pages = list(read_live_pages(request.pages, home, names, sink))
    if not pages:
        raise InputError(f"{request.pages}: names no live page, so that there is nothing to compare with")
    found = read_found(request.dead, home, sink)
    summary = DiagnoseSummary(pages=len(names), dead=len(found.urls), bad_rows=found.problems)
    links = read_links(request.links, found.urls, home, summary.unreadable, sink) if request.links else None
    diagnoser = _Diagnoser(request, home, pages, names, found, links)
    rows = _counted(diagnoser.rows(sink), summary)
    if request.out is None:
        rows_to(rows)
    else:
        write_rows(request.out, DIAGNOSES, rows)
    return summary


def _home_of_dead(path: Path, nowhere: Url, sink: EventSink) -> Url:
    """Of pages given as paths, the host is the one that the dead URLs name most; damaged ones do not count."""
    urls = (one.url for one in read_found(path, nowhere, lambda event: None).urls)
    origins = Counter(url.origin for url in urls if url is not None and url.origin != NO_HOST)
    home = parse(origins.most_common(1)[0][0] + "/") if origins else None
    if home is not None:
        sink(RunEvent(Stage.GATHER, message=f"the pages name no host: taken to be {home.origin}"))
    return home or nowhere


def _counted(rows: Iterable[DiagnosedUrl], summary: DiagnoseSummary) -> Iterator[DiagnosedUrl]:
    for row in rows:
        summary.add(row)
        yield row


class _Diagnoser:
    """Puts together what is known of each dead URL."""

    def __init__(
        self,
        request: DiagnoseRequest,
        home: Url,
        pages: Sequence[LivePage],
        names: PageNames,
        found: FoundList,
        links: Links | None,
    ) -> None:
        self._home = home
        self._pages = pages
        self._names = names
        self._found = found.urls
        self._links = links
        self._repairer = Repairer(page.url for page in pages)
        self._live = {key: page.url for page in pages if (key := match_key(page.url))}
        self._site = vocabulary_of(pages)
        given = {url.netloc.removeprefix("www.") for host in request.old_hosts if (url := parse_lenient(host))}
        self._former = former_hosts(found.urls, self._live, home) | given
        self._repairs = [self._repair(one) for one in found.urls]
        pairs = zip(found.urls, self._repairs, strict=True)
        pages_once = (one.text for one, repair in pairs if not was_no_page(one.text, repair))
        self._around = Surroundings(pages_once, self._live.values())

    def rows(self, sink: EventSink) -> Iterator[DiagnosedUrl]:
        """The diagnosis of every URL, in order."""
        matches = self._match()
        cases = list(zip(self._found, self._repairs, matches, strict=True))
        for one, repair, match in cases:
            if (target := moved_to(repair, match, PROPOSE_AT_0_1)) is not None:
                self._around.add_move(one.text, target)
        for done, (one, repair, match) in enumerate(cases, 1):
            sink(RunEvent(Stage.MATCH, done, len(cases)))
            yield self._row(one, repair, match)

    def _repair(self, one: FoundUrl) -> Repair | None:
        if one.url is not None and self._is_former(one.url):
            return self._repairer.repair_on(one.url, self._home)
        repair = self._repairer.repair_text(one.text)
        if repair is None and one.url is None:
            return self._repairer.repair_relative(one.text, self._home)
        return repair

    def _match(self) -> list[Match | None]:
        """Matches of the URLs that no repair explains; of strangers' hosts and scanners' requests none."""
        asked = [
            place
            for place, (one, repair) in enumerate(zip(self._found, self._repairs, strict=True))
            if repair is None and self._worth_matching(one.url)
        ]
        matches: list[Match | None] = [None] * len(self._found)
        if asked:
            matcher = Matcher(self._pages, self._home, MatchModel.load(None))
            for place, match in zip(asked, matcher.match([self._found[n].page for n in asked]), strict=True):
                matches[place] = match
        return matches

    def _worth_matching(self, url: Url | None) -> bool:
        if url is None or is_scanner_noise(url) or self._repairer.is_live(url):
            return False
        return self._is_former(url) or self._is_home(url)

    def _row(self, one: FoundUrl, repair: Repair | None, match: Match | None) -> DiagnosedUrl:
        links = None if self._links is None else self._links.of(one)
        facts = self._facts(one, repair, match)
        told = diagnose(facts, repair)
        if told.repaired_url is not None:
            told = replace(told, repaired_url=self._spelled(told.repaired_url))
        known = facts.referring_domains
        target = told.repaired_url or self._target(facts, match)
        disposition = disposition_of(one.text, told, target, 1 if known is None else known)
        if disposition is Disposition.REDIRECT and not self._can_redirect(one.url):
            disposition = Disposition.FIX_AT_SOURCE
        if disposition is Disposition.RESTORE and (links is None and known is None):
            disposition = Disposition.REVIEW
        return DiagnosedUrl(one.name, told, disposition)

    def _facts(self, one: FoundUrl, repair: Repair | None, match: Match | None) -> DiagnosisFacts:
        links = None if self._links is None else self._links.of(one)
        counted = None if links is None else links.referring_domains
        known = counted if one.referring_domains is None else max(counted or 0, one.referring_domains)
        anchors = one.page.anchors or (
            () if links is None else tuple(a for a, _ in links.anchors.most_common(ANCHORS_KEPT))
        )
        url = one.url or parse(f"{self._home.origin}/{one.text}") or self._home
        redirect_key = match_key(one.redirected_to) if one.redirected_to else None
        moved = moved_to(repair, match, PROPOSE_AT_0_1)
        return DiagnosisFacts(
            url=url,
            verdict=one.verdict,
            referring_domains=known,
            anchors=anchors,
            had_capture=bool(one.page.title or one.page.text),
            content_known=bool(one.page.title or one.page.text),
            neighbours_dead=self._around.dead_beside(one.text),
            neighbours_alive=self._around.live_beside(one.text),
            on_old_host=self._is_former(url),
            match=match,
            mapped_like=self._around.moved_like(one.text, moved),
            neighbours_moved=self._around.moved_beside(one.text, moved),
            redirected_to=one.redirected_to,
            redirect_lives=redirect_key in self._live and redirect_key != self._home.key,
            listed_live=one.url is not None and repair is None and self._repairer.is_live(one.url),
            old_title=one.page.title,
            domains=() if links is None else tuple(sorted(links.domains)[:DOMAINS_KEPT]),
            site=self._site,
        )

    def _target(self, facts: DiagnosisFacts, match: Match | None) -> str | None:
        """A live page that the evidence names, where no repair does."""
        if facts.redirect_lives:
            return facts.redirected_to
        return match.target_url if match is not None and match.confidence_0_1 >= PROPOSE_AT_0_1 else None

    def _spelled(self, repaired: str) -> str:
        """The repaired URL as the page list spells it."""
        address, mark, fragment = repaired.partition("#")
        return self._names.of(address) + mark + fragment

    def _can_redirect(self, url: Url | None) -> bool:
        """Whether a visitor's request reaches the site at all: what is no URL, or of another host, never does."""
        return url is not None and (self._is_home(url) or self._is_former(url))

    def _is_home(self, url: Url) -> bool:
        return url.netloc.removeprefix("www.") == self._home.netloc.removeprefix("www.")

    def _is_former(self, url: Url) -> bool:
        return url.netloc.removeprefix("www.") in self._former
