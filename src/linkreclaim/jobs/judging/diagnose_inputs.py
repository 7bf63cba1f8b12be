"""What the `diagnose` command is given: dead URLs as they were found, and the links that name them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.inventory.dead_pages import anchors_of, read_dead_texts
from linkreclaim.jobs.lists.listing import PROBLEMS_TOLD
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.pages import DeadPage
from linkreclaim.model.verdicts import Verdict, VerdictKind
from linkreclaim.sources.source import open_sources
from linkreclaim.urls import Url, match_key, parse, registrable_domain

DOMAINS_KEPT = 50
ANCHORS_KEPT = 50
MAX_DOMAINS = 1_000
"""Referring domains of one URL that are told apart; more are counted as so many."""
FORMER_MIN_PAGES = 3
FORMER_SHARE_0_1 = 0.5
"""So many dead URLs of a host, and at least this share, whose path is live on the site make it a former host. Our
judgement: single paths (`/about`) are shared by chance."""
_KIND_OF_STATUS = {404: VerdictKind.NOT_FOUND, 410: VerdictKind.GONE}
_SAID_CONFIDENCE_0_1 = 0.9
_REFUSALS = frozenset({401, 403, 429, 999})


@dataclass(frozen=True, slots=True)
class FoundUrl:
    """A dead URL of the list: its spelling, the text that is repaired, and what its row knows."""

    name: str
    text: str  # absolute where it was a path of the site
    url: Url | None  # None: the text is no URL as it stands
    page: DeadPage  # what is known of the page that stood there
    verdict: Verdict | None
    redirected_to: str
    referring_domains: int | None


@dataclass(slots=True)
class FoundList:
    """The dead URLs in the order of the file, each once."""

    urls: list[FoundUrl] = field(default_factory=list)
    problems: int = 0  # rows that name nothing


@dataclass(slots=True)
class UrlLinks:
    """The links to exactly one URL."""

    domains: set[str] = field(default_factory=set)
    claimed_domains: int = 0
    anchors: Counter[str] = field(default_factory=Counter)

    @property
    def referring_domains(self) -> int:
        """Domains that link to it, as counted here or as a source counts them."""
        return max(len(self.domains), self.claimed_domains)


def read_found(path: Path, home: Url, sink: EventSink) -> FoundList:
    """The dead URLs of a file; a row that names one again is left out. Raises InputError like `read_dead_pages`."""
    found, seen, repeated = FoundList(), set[str](), 0
    for row in read_dead_texts(path):
        if isinstance(row, RowProblem):
            found.problems += 1
            if found.problems <= PROBLEMS_TOLD:
                _warn(sink, f"{path}: line {row.line:,}: {row.reason}")
        elif row[0] in seen:
            repeated += 1
        else:
            seen.add(row[0])
            found.urls.append(_found_url(row[0], row[1], home))
    if found.problems > PROBLEMS_TOLD:
        _warn(sink, f"{path}: {found.problems - PROBLEMS_TOLD:,} more lines could not be read")
    again = f"; {repeated:,} more rows name one of them again" if repeated else ""
    sink(RunEvent(Stage.GATHER, message=f"{path}: {len(found.urls):,} dead URLs{again}"))
    return found


def read_links(
    paths: Sequence[Path], found: Sequence[FoundUrl], home: Url, unreadable: list[str], sink: EventSink
) -> "Links":
    """The links to each dead URL; a file that cannot be read goes into `unreadable` and the rest goes on."""
    links = Links(found, home)
    for path in paths:
        try:
            for source in open_sources(path):
                named = sum(links.add(claim) for claim in source.rows() if isinstance(claim, Claim))
                told = f"{path.name}: {source.info.tool} {source.info.report}, {named:,} links to the dead URLs"
                sink(RunEvent(Stage.GATHER, message=told))
        except InputError as error:
            unreadable.append(str(error))
            _warn(sink, str(error))
    return links


class Links:
    """Links to the URLs of a list. Memory: at most `MAX_DOMAINS` domains and as many anchors a URL."""

    def __init__(self, found: Sequence[FoundUrl], home: Url) -> None:
        self._home = home
        self._of: dict[str, UrlLinks] = defaultdict(UrlLinks)
        self._wanted = {key: one.name for one in reversed(found) for key in _keys(one)}

    def add(self, claim: Claim) -> bool:
        """Count a claim that names one of the URLs, exactly as it is spelled or as the same request."""
        target = claim.target_url
        if target is not None and target.startswith("/"):  # a log of the site itself names paths
            target = self._home.origin + target
        name = None if target is None else self._wanted.get(target) or self._wanted.get(match_key(target) or "")
        if name is None:
            return False
        known = self._of[name]
        known.claimed_domains = max(known.claimed_domains, claim.claimed_domains or 0)
        domain = _domain_of(claim)
        if domain and len(known.domains) < MAX_DOMAINS:
            known.domains.add(domain)
        if claim.anchor_text and (claim.anchor_text in known.anchors or len(known.anchors) < MAX_DOMAINS):
            known.anchors[claim.anchor_text] += 1
        return True

    def of(self, found: FoundUrl) -> UrlLinks:
        """The links to a URL of the list."""
        return self._of.get(found.name) or UrlLinks()


def former_hosts(found: Sequence[FoundUrl], live_keys: Mapping[str, str], home: Url) -> frozenset[str]:
    """Hosts of the list whose pages are live on the site of today under their old paths."""
    asked: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    for url in (one.url for one in found):
        host = "" if url is None else url.netloc.removeprefix("www.")
        if url is None or host == home.netloc.removeprefix("www.") or url.path == "/":
            continue
        asked[host] += 1
        moved[host] += match_key(home.origin + url.request_target) in live_keys
    return frozenset(
        host for host, pages in moved.items() if pages >= FORMER_MIN_PAGES and pages >= FORMER_SHARE_0_1 * asked[host]
    )


def _found_url(name: str, fields: Mapping[str, Sequence[str]], home: Url) -> FoundUrl:
    text = home.origin + name if name.startswith("/") and not name.startswith("//") else name
    url = parse("https:" + name if name.startswith("//") else text)
    first = {key: values[0].strip() for key, values in fields.items()}
    old_text = " ".join(filter(None, (first.get("description"), first.get("text"))))
    page = DeadPage(
        text if url is None else url.href,
        first.get("title", "")[:500],
        old_text[:4_000],
        tuple(heading.strip() for heading in fields.get("headings", ()))[:25],
        anchors_of(fields),
        first.get("lang", "")[:35],
    )
    domains = first.get("referring_domains", "").replace(",", "")
    return FoundUrl(
        name,
        text,
        url,
        page,
        _verdict(first),
        first.get("redirects_to", ""),
        int(domains) if domains.isascii() and domains.isdigit() and len(domains) < 12 else None,
    )


def _verdict(first: Mapping[str, str]) -> Verdict | None:
    """What the row says of the answer: an audit's verdict, else a status code."""
    kind = next((kind for kind in VerdictKind if kind.value == first.get("verdict", "").casefold()), None)
    status = first.get("status", "")
    if kind is None and status.isascii() and status.isdigit():
        kind = _kind_of(int(status[:4]))
    if kind is None:
        return None
    return Verdict(kind, f"the list says {first.get('verdict') or status}", _SAID_CONFIDENCE_0_1)


def _kind_of(status: int) -> VerdictKind | None:
    if status in _REFUSALS:
        return VerdictKind.BLOCKED
    return VerdictKind.SERVER_ERROR if 500 <= status < 600 else _KIND_OF_STATUS.get(status)


def _keys(found: FoundUrl) -> Iterator[str]:
    yield found.name
    yield found.text
    if found.url is not None:
        yield found.url.key


def _domain_of(claim: Claim) -> str:
    page = parse(claim.referring_page) if claim.referring_page else None
    host = page.netloc if page is not None else (claim.referring_domain or "").casefold()
    return registrable_domain(host) if host else ""


def _warn(sink: EventSink, text: str) -> None:
    sink(RunEvent(Stage.GATHER, message=text, warning=True))
