"""Semrush's API, version 3 (Analytics v1): dead pages of the site, the links to them, and the site's strongest links.

Sources: developer.semrush.com/api/v3/analytics/backlinks (page as of 2025-04-14: parameters, prices, answers of
`backlinks` and `backlinks_pages`), .../api/v3/get-started/api-units-balance (where the key stands). The filter
`+|responsecode|Eq|404` of `backlinks_pages`: tests of Adobe's SEO client, on answers of April 2026. Error numbers: the
list of the former API page, in several public clients. Version 4 (early access in 2026) takes other keys.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from linkreclaim.sources.apis.asker import show_units
from linkreclaim.sources.apis.http_statuses import check_status, said
from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
    ApiError,
    ApiReport,
    Ask,
    Call,
    Estimate,
    KeyRefusedError,
    QuotaSpentError,
    SecretSpec,
    TryLaterError,
    Vendor,
    Want,
)
from linkreclaim.sources.apis.rows import (
    DEAD_STATUSES,
    AskedHost,
    ClaimReader,
    PulledReport,
    Rows,
    asked_hosts,
    dead_urls,
)
from linkreclaim.sources.cells import show
from linkreclaim.sources.tools.semrush import BACKLINKS, INDEXED_PAGES

URL = "https://api.semrush.com/analytics/v1/"
UNIT = "API units"
UNITS_PER_LINE = 40
"""Of both reports. Source: "Price: 40 API units per line", page above. A header without lines costs nothing (ours)."""

PAGE_LINES = 100
"""Lines of a request: small, so that a small budget buys something."""
MOST_DEAD_PAGES = 500
"""Of each status and host, those with most linking domains first (our judgement)."""
MOST_ASKED_PAGES = 100
LINES_PER_ASKED_PAGE = 50
"""Dead pages whose links are asked for, and the strongest links of each (our judgement: 100 x 50 lines are 200,000
units, as much as `MOST_LINES`)."""
MOST_LINES = 5_000

_PAGE_COLUMNS = "source_url,response_code,backlinks_num,domains_num,last_seen"
_LINK_COLUMNS = (
    "source_url,target_url,page_ascore,external_num,nofollow,sponsored,ugc,response_code,first_seen,last_seen,lostlink,"
    "anchor"
)
"""The anchor last, and no other free text: cells are not quoted, so a semicolon in it would move what follows."""

_ERROR = re.compile(r"\s*ERROR\s+(\d{1,4})\s*::\s*(.*)", re.DOTALL)
_NOTHING_FOUND = 50
_WRONG_KEY = frozenset((70, 120, 121, 122))
_NOT_ALLOWED = frozenset((130, 133, 135))
_TOO_FAST = 131
_SPENT = frozenset((132, 134))
_KEY_ADVICE = (
    "copy the key from Subscription info, API units; keys of version 4 (they begin with semrtkn) do not open this API"
)


class Table(NamedTuple):
    """An answer's lines."""

    header: tuple[str, ...]
    rows: list[list[str]]


def _dead_pages(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(INDEXED_PAGES)
    for host in asked_hosts(want.site):
        for page_filter in _page_filters(host):
            params = {
                **_about(host),
                "type": "backlinks_pages",
                "export_columns": _PAGE_COLUMNS,
                "display_sort": "domains_num_desc",
                **page_filter,
            }
            for table in _tables("dead pages", params, MOST_DEAD_PAGES, ask):
                yield from reader.read_table(*table)


def _page_filters(host: AskedHost) -> list[dict[str, str]]:
    """One request each; none for a former host, whose pages may give no answer at all."""
    if host.former:
        return [{}]
    return [{"display_filter": f"+|responsecode|Eq|{status}"} for status in sorted(DEAD_STATUSES)]


def _links_of_dead_pages(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(BACKLINKS)
    for url in dead_urls(want, _dead_pages(want, ask), MOST_ASKED_PAGES):
        params = {**_LINKS, "target": url, "target_type": "url"}
        for table in _tables(f"links to {show(url)}", params, LINES_PER_ASKED_PAGE, ask):
            yield from reader.read_table(*table)


def _strongest_links(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(BACKLINKS)
    for host in asked_hosts(want.site):
        for table in _tables("links", {**_LINKS, **_about(host)}, MOST_LINES, ask):
            yield from reader.read_table(*table)


_LINKS = {"type": "backlinks", "export_columns": _LINK_COLUMNS, "display_sort": "page_ascore_desc"}


def _about(host: AskedHost) -> dict[str, str]:
    return {"target": host.name, "target_type": "root_domain" if host.whole_domain else "domain"}


def _tables(report: str, params: Mapping[str, str], most_lines: int, ask: Ask) -> Iterator[Table]:
    """Page after page. `display_limit` counts from the first line, those left out included (page above)."""
    for offset in range(0, most_lines, PAGE_LINES):
        lines = min(PAGE_LINES, most_lines - offset)
        paging = {"display_limit": str(offset + lines)} | ({"display_offset": str(offset)} if offset else {})
        table: Table = ask(Call(report, URL, {**params, **paging}, most_units=lines * UNITS_PER_LINE))
        if table.rows:
            yield table
        if len(table.rows) < lines:
            return


def _at_most(lines: int, what: str) -> Estimate:
    units = lines * UNITS_PER_LINE
    words = f"at most {lines:,} lines ({what}), {UNITS_PER_LINE} API units each: {show_units(units, UNIT)}"
    return Estimate(units, words)


def _dead_pages_cost(want: Want) -> Estimate:
    lists = sum(len(_page_filters(host)) for host in asked_hosts(want.site))
    former = ", and of former hosts" if want.site.old_hosts else ""
    return _at_most(lists * MOST_DEAD_PAGES, f"pages of the site that answer 404 or 410{former}")


def _links_of_dead_pages_cost(want: Want) -> Estimate:
    what = f"{LINES_PER_ASKED_PAGE} links to each of {MOST_ASKED_PAGES} dead pages"
    return _at_most(MOST_ASKED_PAGES * LINES_PER_ASKED_PAGE, what)


def _strongest_links_cost(want: Want) -> Estimate:
    return _at_most(len(asked_hosts(want.site)) * MOST_LINES, "the strongest links to the site")


class Semrush:
    """See the module."""

    name = "semrush"
    title = "Semrush"
    unit = UNIT
    secrets: tuple[SecretSpec, ...] = (
        SecretSpec("SEMRUSH_API_KEY", "API key of version 3 (Subscription info, API units)"),
    )
    reports: tuple[ApiReport, ...] = (
        PulledReport("Indexed pages (API)", _dead_pages_cost, _dead_pages),
        PulledReport("Backlinks of dead pages (API)", _links_of_dead_pages_cost, _links_of_dead_pages),
        PulledReport("Backlinks (API)", _strongest_links_cost, _strongest_links),
    )

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        """The key is a parameter."""
        return replace(call, params={**call.params, "key": secrets["SEMRUSH_API_KEY"]}), {"Accept": "text/csv, */*"}

    def read(self, call: Call, answer: Answer) -> Table:
        """The lines of an answer; errors come as text, with HTTP 200 or 403."""
        error = _error_of(answer)
        if error is not None:
            if error[0] == _NOTHING_FOUND:
                return Table((), [])
            _raise_error(*error)
        check_status(self.title, answer, _KEY_ADVICE)
        lines = _lines(answer)
        if ";" not in lines[0] or lines[0].lstrip().startswith("<"):  # a page of a proxy or of maintenance
            raise AnswerError(f"{self.title}: the answer ({call.report}) has no header line: {said(answer)}")
        header = tuple(_cells(lines[0]))
        return Table(header, [_cells(line, len(header)) for line in lines[1:] if line.strip()])

    def units(self, call: Call, answer: Answer) -> float:
        """Its lines, as published; errors cost nothing."""
        try:
            return float(len(self.read(call, answer).rows) * UNITS_PER_LINE)
        except ApiError:
            return 0.0


def _lines(answer: Answer) -> list[str]:
    return answer.body.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")


def _cells(line: str, width: int = 0) -> list[str]:
    """The cells of a line; what is over belongs to the last one. Quoted only where the line begins with a quote."""
    if line.startswith('"'):
        with suppress(csv.Error):
            return next(csv.reader([line.replace("\r", " ")], delimiter=";"))
    return line.split(";", width - 1) if width else line.split(";")


def _error_of(answer: Answer) -> tuple[int, str] | None:
    found = _ERROR.match(answer.body[:1_000].decode("utf-8", "replace"))
    return (int(found[1]), show(found[2].strip(), 200)) if found else None


def _raise_error(number: int, words: str) -> None:
    told = f"ERROR {number}: {words}"
    if number in _SPENT or "UNITS BALANCE" in words.upper():
        raise QuotaSpentError(
            f"Semrush: the account has too few API units left ({told}): buy more under Subscription info, API units;"
            " what was answered is kept, and the same command goes on from there"
        )
    if number in _WRONG_KEY:
        raise KeyRefusedError(f"Semrush refuses the key ({told}): {_KEY_ADVICE}")
    if number in _NOT_ALLOWED:
        raise KeyRefusedError(f"Semrush does not open its API to this account ({told}): it needs a plan with API units")
    if number == _TOO_FAST:
        raise TryLaterError(f"Semrush asks to slow down ({told})")
    raise AnswerError(f"Semrush does not take the request ({told}): its interface may have changed; use an export")


VENDOR: Vendor = Semrush()
