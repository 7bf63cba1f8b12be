"""Rows of an answer as the claims that an export of the same report would give."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from linkreclaim import urls
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.interface import AnswerError, Ask, Estimate, Want
from linkreclaim.sources.cells import show
from linkreclaim.sources.claims import ToClaim, claim_ragged, compile_row
from linkreclaim.sources.header import find_columns, show_header
from linkreclaim.sources.interface import Layout, Report
from linkreclaim.sources.json_rows import MAX_COLUMNS, flatten

Rows = Iterator[Claim | RowProblem]

DEAD_STATUSES = frozenset((404, 410))
"""What a vendor's own look at a page of the site must have shown for its links to be asked for (RFC 9110, 15.5.5 and
15.5.11); servers that failed at that look (5xx) may be up again."""

_BREAKS = re.compile(r"\r\n|[\r\n]")


@dataclass(slots=True)
class PulledReport:
    """A report of a vendor, made of the function that tells its cost and the one that pulls it."""

    name: str
    tell_cost: Callable[[Want], Estimate]
    pull_rows: Callable[[Want, Ask], Rows]

    def estimate(self, want: Want) -> Estimate:
        """What it costs at most."""
        return self.tell_cost(want)

    def pull(self, want: Want, ask: Ask) -> Rows:
        """Its rows."""
        return self.pull_rows(want, ask)


class ClaimReader:
    """Reads the rows of one report, however many answers they come in: lines are counted through all of them."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._line = 0
        self._header: tuple[str, ...] = ()
        self._layout: Layout | None = None
        self._to_claim: ToClaim | None = None

    def read_table(self, header: Sequence[str], rows: Iterable[list[str]]) -> Rows:
        """The claims of rows of cells.

        Raises AnswerError when the header lacks a column without which the report is none.
        """
        layout, to_claim = self._compiled(tuple(header))
        for cells in rows:
            self._line += 1
            whole = [_BREAKS.sub(" ", cell) for cell in cells]
            if len(whole) == layout.width:
                yield to_claim(self._line, whole)
            else:
                yield from claim_ragged(self._line, whole, layout, to_claim)

    def read_objects(self, items: Sequence[Any]) -> Rows:
        """The claims of JSON objects; nested keys are joined by a point, as in an export."""
        flat = [dict(flatten(item)) if isinstance(item, dict) else None for item in items]
        header = list(dict.fromkeys(name for row in flat if row for name in row))[:MAX_COLUMNS]
        for item, row in zip(items, flat, strict=True):
            if row is None:
                self._line += 1
                yield RowProblem(self._line, f"this row is no JSON object: {show(str(item))}")
            else:
                yield from self.read_table(header, ([row.get(name, "") for name in header],))

    def _compiled(self, header: tuple[str, ...]) -> tuple[Layout, ToClaim]:
        if self._layout is None or self._to_claim is None or header != self._header:
            columns = find_columns(self._report, header)
            self._check(columns, header)
            self._header, self._layout = header, Layout(self._report, columns, len(header))
            self._to_claim = compile_row(self._layout)
        return self._layout, self._to_claim

    def _check(self, columns: Collection[str], header: tuple[str, ...]) -> None:
        missing = [" / ".join(self._report.aliases[name]) for name in self._report.required if name not in columns]
        if missing:
            raise AnswerError(
                f"{self._report.title}: the rows of the answer have no field {' and none '.join(missing)}; they have:"
                f" {show_header(header, '')}. Their form may have changed: use an export instead, and report this"
            )


@dataclass(frozen=True, slots=True)
class AskedHost:
    """A host to ask a vendor about."""

    name: str  # without a port, which no vendor of links knows
    whole_domain: bool  # it is a registrable domain: `www.` and its subdomains are asked for along with it
    former: bool = False  # all its pages may be dead, whatever answers there now, or nothing


def asked_hosts(site: Site) -> tuple[AskedHost, ...]:
    """The site's host and its former ones, once each.

    A registrable domain is asked for with its subdomains even for a site without them: links go to `www.` as well, and
    what belongs to others is set aside when the links are imported.
    """
    today, *former = (host.partition(":")[0] for host in (site.host, *site.old_hosts))
    names = {today: False} | dict.fromkeys((name for name in former if name != today), True)
    return tuple(AskedHost(name, urls.registrable_domain(name) == name, is_former) for name, is_former in names.items())


def dead_urls(want: Want, rows: Iterable[Claim | RowProblem], most: int) -> Iterator[str]:
    """The dead URLs whose links are worth asking for: those known before, then those that the vendor itself saw dead.

    `rows` are read one by one, as their URLs are asked for: where the budget ends them, it did for the first of them.
    """
    seen = (row.target_url for row in rows if isinstance(row, Claim) and _seen_dead(row, want.site))
    given: set[str] = set()
    for url in chain(want.dead_urls, seen):
        if url and url not in given:
            given.add(url)
            yield url
        if len(given) == most:  # before the next row, which may cost an answer
            return


def _seen_dead(claim: Claim, site: Site) -> bool:
    """Whether the vendor saw the target dead: a former host may have given no answer at all."""
    if claim.target_status is not None or claim.target_url is None:
        return claim.target_status in DEAD_STATUSES
    url = urls.parse(claim.target_url)
    return url is not None and site.owned(url.netloc)
