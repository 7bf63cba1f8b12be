"""The `impact` job: what a site loses with pages that are about to be deleted, and where their visitors could go."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.judging.match_inputs import PageNames, home_of, read_live_pages
from linkreclaim.jobs.lists.outputs import check_out
from linkreclaim.jobs.valuing.value_list import ValueRequest, value_links
from linkreclaim.match import Matcher
from linkreclaim.model.events import EventSink
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import DeadPage, LivePage
from linkreclaim.model.values import ImpactRow, ValueRow
from linkreclaim.report.row_files import write_rows
from linkreclaim.report.values import IMPACTS
from linkreclaim.urls import Url, match_key, parse, resolve

RowSink = Callable[[Iterable[ImpactRow]], None]


@dataclass(frozen=True, slots=True)
class ImpactRequest:
    """What a person asked for: every option of `linkreclaim impact`."""

    named: tuple[str, ...]  # URLs, or one file of them
    links: tuple[Path, ...]
    pages: Path | None = None  # the site's pages; None: no new home is looked for
    ranks: Path | None = None
    site: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    out: Path | None = None  # None: rows go to the sink as they come


@dataclass(slots=True)
class ImpactSummary:
    """What would be lost."""

    pages: int = 0
    pages_with_links: int = 0
    links: int = 0
    equity_share: float = 0.0  # of what all links of the exports are worth
    without_home: int = 0  # pages with links for which no page that stays fits
    unreadable: list[str] = field(default_factory=list)

    def add(self, row: ImpactRow) -> None:
        """Count one page."""
        self.pages += 1
        self.pages_with_links += row.value.links > 0
        self.links += row.value.links
        self.equity_share = row.value.running_share_0_1
        homeless = row.match is not None and row.match.target_url is None
        self.without_home += row.value.links > 0 and homeless


def weigh_deletion(request: ImpactRequest, sink: EventSink, rows_to: RowSink) -> ImpactSummary:
    """Value the pages named and match each with the pages that stay, most valuable first: to `rows_to` or to a file.

    Shares are those of the value of all links of the exports. Memory: the pages named, and all pages of the list.

    Raises:
        UsageError: no page is named, or the file to write is neither .csv nor .jsonl.
        InputError: no export, or not the pages, could be read.
        LinkreclaimError: the file cannot be written.
    """
    check_out(request.out)
    summary = ImpactSummary()
    values = _values(request, summary, sink)
    matches = _matches(request.pages, values, sink) if request.pages is not None else [None] * len(values)
    rows = [ImpactRow(value, match) for value, match in zip(values, matches, strict=True)]
    for row in rows:
        summary.add(row)
    if request.out is None:
        rows_to(rows)
    else:
        write_rows(request.out, IMPACTS, rows)
    return summary


def _values(request: ImpactRequest, summary: ImpactSummary, sink: EventSink) -> list[ValueRow]:
    if not request.named:
        raise UsageError("name the pages that are to be deleted: URLs, or a file of them")
    found: list[ValueRow] = []
    from_file = len(request.named) == 1 and Path(request.named[0]).is_file()
    if not from_file:
        _check_named(request.named)
    with TemporaryDirectory(prefix="linkreclaim-") as folder:
        targets = Path(request.named[0])
        if not from_file:
            targets = Path(folder) / "named.txt"
            targets.write_text("\n".join(request.named) + "\n", encoding="utf-8")
        asked = ValueRequest(
            links=request.links,
            targets=targets,
            of_all=True,
            ranks=request.ranks,
            site=request.site,
            columns=request.columns,
        )
        told = value_links(asked, lambda event: sink(event) if folder not in event.message else None, found.extend)
    summary.unreadable.extend(told.unreadable)
    if not found:
        raise InputError("no page was named that could be read; give URLs, or a file of them")
    return found


def _check_named(named: Sequence[str]) -> None:
    for name in named:
        if parse(name) is None and not name.startswith("/"):
            raise InputError(f"{name}: there is no such file, and it is no http(s) URL and no path such as /old-page")


def _matches(pages: Path, values: Sequence[ValueRow], sink: EventSink) -> list[Match]:
    """The best page that stays for each, by what the list of pages says of the one that goes."""
    home = home_of(None, pages)
    names = PageNames(home)
    going = {_key(row.url, home): row for row in values}
    known: dict[str, LivePage] = {}

    def staying() -> Iterator[LivePage]:
        for page in read_live_pages(pages, home, names, sink):
            key = _path(match_key(page.url) or page.url)
            if key in going:
                known[key] = page
            else:
                yield page

    matcher = Matcher(staying(), home)
    dead = [_dead(row, key, known.get(key), home) for key, row in going.items()]
    found = dict(zip(going, matcher.match(dead), strict=True))
    return [_named(found[_key(row.url, home)], names) for row in values]


def _key(url: str, home: Url) -> str:
    """A page within its site: lists of pages may name another host than links do."""
    full = resolve(home, url)
    return _path(full.key) if full is not None else url


def _path(key: str) -> str:
    return "/" + key.partition("/")[2]


def _dead(row: ValueRow, key: str, page: LivePage | None, home: Url) -> DeadPage:
    if page is None:
        return DeadPage(home.origin + key, anchors=row.anchors)
    text = " ".join(part for part in (page.description, page.text) if part)
    return DeadPage(home.origin + key, page.title, text, page.headings, row.anchors, page.lang, page.ids)


def _named(match: Match, names: PageNames) -> Match:
    target = None if match.target_url is None else names.of(match.target_url)
    return Match(match.url, target, match.confidence_0_1, match.candidates, match.reason)
