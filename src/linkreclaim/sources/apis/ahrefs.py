"""Ahrefs API v3: the dead pages that have links, then the broken links themselves.

What answers here is what Ahrefs saw dead at its own last look. Links to a page that it still believes alive (a soft
404, a redirect to the home page, a page deleted since) are in its report all-backlinks only, which is every link of the
site: the Backlinks export, given with `--links`, is the way to those.

**Sources**: docs.ahrefs.com/api, "Limits consumption", "Filter syntax" and "API keys" (as stored in 2026), and the
OpenAPI documents of Site Explorer of 2026-08-12 (in api-evangelist/ahrefs). They name no `offset` for these reports
(deprecated 2024-05-31): pages follow one another by `where` on the columns that the rows are sorted by. Both sort
columns are whole numbers and dates, which compare the same here and there. Names of the rows' columns:
`sources.tools.ahrefs`, which reads the same names in exports.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
    ApiReport,
    Ask,
    Call,
    Estimate,
    KeyRefusedError,
    QuotaSpentError,
    SecretSpec,
    TryLaterError,
    Want,
)
from linkreclaim.sources.apis.owned import need, read_document
from linkreclaim.sources.apis.rows import DEAD_STATUSES, ClaimReader, asked_hosts
from linkreclaim.sources.cells import show
from linkreclaim.sources.interface import Report
from linkreclaim.sources.tools.ahrefs import BACKLINKS, BEST_BY_LINKS

BASE_URL = "https://api.ahrefs.com/v3/site-explorer"
PAGE_ROWS = 100
"""What the smallest plan with API access gives in one request (ahrefs.com/pricing, 2026-08-12: 100, 250, 500, any).
More would cost no less: a request costs 50 units at least, which 100 rows pass many times over."""
MIN_UNITS = 50
COSTLY_FIELDS: Mapping[str, int] = {"refdomains_target": 5}
"""Units of a column in a row, where not 1 ("Limits consumption", and the columns' own descriptions)."""
BUSY_WAIT_S = 20.0
"""After a 429, which stands for more than 60 requests a minute or for a busy Ahrefs, and comes without Retry-After."""
_SEEN = "first_seen_link"
_MAX_PLACE_CHARS = 40
_CROWDED = f"more than {PAGE_ROWS} rows may have this rank and date, and Ahrefs gives no way to the rest of them"
_KEYS_PAGE = "https://app.ahrefs.com/account/api-keys"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page of a sorted list ends: the sort columns of its last row."""

    rank: int
    seen: str

    def follows(self, other: "_Place", descending: bool) -> bool:
        ours, theirs = (-self.rank, -other.rank) if descending else (self.rank, other.rank)
        return (ours, self.seen) > (theirs, other.seen)


@dataclass(slots=True)
class _Listing:
    """A report that is a sorted list: what it is asked for, and how its pages follow one another."""

    name: str
    path: str
    rows_key: str  # of the answer
    report: Report
    columns: tuple[str, ...]
    rank_column: str  # a whole number: the best rows first
    descending: bool
    row_word: str

    @property
    def units_a_row(self) -> int:
        """The columns of the answer, of `where` and of `order_by`, each once; here the first hold all of them."""
        return sum(COSTLY_FIELDS.get(column, 1) for column in self.columns)

    def estimate(self, want: Want) -> Estimate:
        """Ahrefs tells no number of rows before it is asked, and asking costs."""
        hosts = len(asked_hosts(want.site))
        least = f"at least {hosts * MIN_UNITS:,}" + (f" for {hosts} hosts" if hosts > 1 else "")
        return Estimate(
            None,
            f"{self.units_a_row} API units for each {self.row_word}, {least}; how many there are is not known before"
            f" (1,000 would cost {1_000 * self.units_a_row:,})",
        )

    def pull(self, want: Want, ask: Ask) -> Iterator[Claim | RowProblem]:
        """Page after page, the most valuable rows first."""
        reader = ClaimReader(self.report)
        for host in asked_hosts(want.site):
            for rows, crowded in self._pages(want.site, host.name, ask):
                last = None
                for last in reader.read_objects(rows):
                    yield last
                if crowded and last is not None:
                    yield RowProblem(last.line, f"{_CROWDED}: give an export with --links for them", kept=True)

    def _pages(self, site: Site, host: str, ask: Ask) -> Iterator[tuple[list[Any], bool]]:
        """(rows of a page that the pages before did not have, whether more may stand where all of them stand)."""
        place: _Place | None = None
        known: set[str] = set()  # rows that stand at `place`
        crowded = False
        while True:
            rows = ask(self._call(site, host, place, past=crowded))
            new = [row for row in rows if _identity(row) not in known]
            if len(rows) < PAGE_ROWS:
                yield new, False
                return
            last = self._place_of(rows[-1])
            known = {_identity(row) for row in rows if self._stands_at(row, last)}
            was_crowded, crowded = crowded, all(self._stands_at(row, last) for row in rows)
            stays = last == place and crowded and not was_crowded
            if place is not None and not stays and not last.follows(place, self.descending):
                raise AnswerError(
                    f"Ahrefs: the rows of {self.path} do not follow those before: its sorting has changed"
                )
            yield new, crowded
            place = last

    def _call(self, site: Site, host: str, place: _Place | None, past: bool) -> Call:
        conditions = [*_of_host(site, host), *self._dead_only(site, host)]
        if place is not None:
            conditions.append(self._from(place, past))
        params = {
            "target": host,
            "mode": "subdomains",
            "select": ",".join(self.columns),
            "order_by": f"{self.rank_column}:{'desc' if self.descending else 'asc'},{_SEEN}:asc",
            "limit": str(PAGE_ROWS),
            "output": "json",
        }
        if conditions:
            params["where"] = json.dumps({"and": conditions}, separators=(",", ":"))
        most_units = max(MIN_UNITS, PAGE_ROWS * self.units_a_row)
        return Call(self.path, f"{BASE_URL}/{self.path}", params, most_units=most_units)

    def _dead_only(self, site: Site, host: str) -> Iterator[dict[str, Any]]:
        """Best pages are all pages; of a former host, whose server may be gone, each is wanted."""
        if self.report is BEST_BY_LINKS and not site.owned(host):
            yield {"or": [_is("http_code_target", "eq", status) for status in sorted(DEAD_STATUSES)]}

    def _from(self, place: _Place, past: bool) -> dict[str, Any]:
        later = _is(self.rank_column, "lt" if self.descending else "gt", place.rank)
        level = [_is(self.rank_column, "eq", place.rank), _is(_SEEN, "gt" if past else "gte", place.seen)]
        return {"or": [later, {"and": level}]}

    def _stands_at(self, row: Any, place: _Place) -> bool:
        return isinstance(row, dict) and (row.get(self.rank_column), row.get(_SEEN)) == (place.rank, place.seen)

    def _place_of(self, row: Any) -> _Place:
        rank, seen = (row.get(self.rank_column), row.get(_SEEN)) if isinstance(row, dict) else (None, None)
        for name, value, kind in ((self.rank_column, rank, int), (_SEEN, seen, str)):
            if not isinstance(value, kind) or isinstance(value, bool) or len(str(value)) > _MAX_PLACE_CHARS:
                raise AnswerError(
                    f"Ahrefs: a row of {self.path} has no {name} that is a {'number' if kind is int else 'date'}, so"
                    " the next page cannot be asked for: the interface has changed; give an export with --links"
                )
        return _Place(rank, seen)  # type: ignore[arg-type]


def _identity(row: Any) -> str:
    return json.dumps([row.get("url_from"), row.get("url_to")] if isinstance(row, dict) else row)


def _is(field: str, operator: str, value: str | int) -> dict[str, Any]:
    return {"field": field, "is": [operator, value]}


def _of_host(site: Site, host: str) -> Iterator[dict[str, Any]]:
    """Leaves out the subdomains of a site that does not want them: `url_to` is paid for already."""
    if not site.with_subdomains:
        bare = host.removeprefix("www.")
        starts = [f"{scheme}://{www}{bare}/" for scheme in ("https", "http") for www in ("", "www.")]
        yield {"or": [_is("url_to", "prefix", start) for start in starts]}


DEAD_PAGES = _Listing(
    name="Best by links, dead (API)",
    path="pages-by-backlinks",
    rows_key="pages",
    report=BEST_BY_LINKS,
    columns=("url_to", "http_code_target", "links_to_target", "refdomains_target", _SEEN),
    rank_column="refdomains_target",
    descending=True,
    row_word="dead page with links",
)
BROKEN_LINKS = _Listing(
    name="Broken backlinks (API)",
    path="broken-backlinks",
    rows_key="backlinks",
    report=BACKLINKS,
    columns=(
        *("url_from", "url_to", "anchor", "is_nofollow", "is_ugc", "is_sponsored", "is_content", _SEEN, "last_visited"),
        *("links_external", "link_group_count", "http_code_target", "domain_rating_source", "url_rating_source"),
        "ahrefs_rank_source",
    ),
    rank_column="ahrefs_rank_source",
    descending=False,
    row_word="broken link",
)
"""Similar links of one site are one row (`aggregation` similar_links, the default). Left out for their price: title,
context and status of the linking page, which an audit reads for itself."""

_LISTINGS = {listing.path: listing for listing in (DEAD_PAGES, BROKEN_LINKS)}


class Ahrefs:
    """The client; see the module."""

    name = "ahrefs"
    title = "Ahrefs"
    unit = "API units"
    secrets: tuple[SecretSpec, ...] = (
        SecretSpec("AHREFS_API_KEY", f"an API v3 key, made by an owner or admin of the workspace at {_KEYS_PAGE}"),
    )
    reports: tuple[ApiReport, ...] = (DEAD_PAGES, BROKEN_LINKS)

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        """A bearer token in a header ("API keys creation and management")."""
        return call, {"Authorization": f"Bearer {secrets['AHREFS_API_KEY']}"}

    def read(self, call: Call, answer: Answer) -> list[Any]:
        """The rows.

        Raises:
            KeyRefusedError, QuotaSpentError, TryLaterError, AnswerError: what Ahrefs said instead.
        """
        _check(call, answer)
        rows: list[Any] = need(
            self.title, call, read_document(self.title, call, answer), _LISTINGS[call.report].rows_key, list
        )
        return rows

    def units(self, call: Call, answer: Answer) -> float:
        """`x-api-units-cost-total-actual`: 0 for an answer from Ahrefs' cache; without it, what a full page costs."""
        told = answer.headers.get("x-api-units-cost-total-actual", "").strip()
        return float(told) if told.isascii() and told.isdigit() else call.most_units


def _check(call: Call, answer: Answer) -> None:
    """Statuses as the OpenAPI documents declare them (400, 401, 403, 429, 500), each with one free text, `error`.

    A 403 is told apart by its text: "API units limit reached. Expected usage: 50, API units left: 0" and "Insufficient
    plan" are what people report.
    """
    status = answer.status_code
    if status == 200:
        return
    text = _said(answer)
    if status == 401:
        raise KeyRefusedError(
            f"Ahrefs refuses the key (HTTP 401: {text}): keys end after a year, and with their maker's access to the"
            f" workspace; make a new one at {_KEYS_PAGE}"
        )
    if status == 403 and "limit" in text.casefold():
        raise QuotaSpentError(
            f"Ahrefs: the API units of this month, or of this key, are used up (HTTP 403: {text}); the same command"
            " goes on from here when there are more: Account settings, Limits & usage"
        )
    if status == 403:
        raise KeyRefusedError(f"Ahrefs: the subscription does not include this report (HTTP 403: {text})")
    if status == 429 or status >= 500:
        raise TryLaterError(
            f"Ahrefs is busy (HTTP {status})",
            BUSY_WAIT_S if status == 429 and "retry-after" not in answer.headers else None,
        )
    raise AnswerError(f"Ahrefs does not take the request for {call.report} (HTTP {status}: {text})")


def _said(answer: Answer) -> str:
    """The text of an error; what is none is shown as it came."""
    text = answer.body[:2_000].decode("utf-8", "replace")
    try:
        return show(str(json.loads(text)["error"]), 200)
    except (ValueError, LookupError, TypeError, RecursionError):
        return show(text.strip(), 200) or "nothing said"


VENDOR = Ahrefs()
