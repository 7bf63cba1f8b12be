"""What `linkreclaim logs` says of what it read, in plain words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from linkreclaim.jobs.gathering.logs import LogsSummary
from linkreclaim.model.logs import LogTotals
from linkreclaim.report.escape import make_visible
from linkreclaim.report.figures import show_count
from linkreclaim.sources.logs.read import FileReading, LogReading

UNREAD_TOLD = 20
"""Unread lines told one by one; the totals in JSON hold more of them, and all are counted."""
ORIGINS = (
    "Browsers send only the origin of a page on another site (https://site.example/), so most rows name the site that"
    " links and not the page."
)
CLAIMS = (
    "A referrer can be forged: a row is a claim until the linking page has been seen (`linkreclaim audit SITE --links"
    " LOG` goes on)."
)
CRAWLERS = (
    "Crawlers that ask for lost pages waste no crawl budget: Google says that 404 and 410 do not use it up, and that"
    " soft 404s do. It shows that they still know the address."
)
"""**Source:** Google, "Large site owner's guide to managing your crawl budget" ("4xx status codes (except 429) do not
waste crawl budget") and Search Off the Record, August 2022."""


def tell_logs(summary: LogsSummary) -> Iterator[str]:
    """The result in sentences: files, unread lines, whose site it is, totals, and what they mean."""
    reading, totals = summary.reading, summary.totals
    for file in reading.files:
        yield from _tell_file(file)
    yield from _tell_unread(reading)
    yield _own_hosts(reading)
    yield _sum_up(totals)
    if totals.dead:
        yield _dropped(totals)
        yield _visitors(totals)
    if totals.other_sites:
        yield f"{show_count(totals.other_sites, 'request')} to hosts other than --site are left out."
    if totals.dropped:
        yield (
            f"! There were more targets and referrers than memory is given for: the least-asked rows were given up,"
            f" {show_count(totals.dropped, 'hit')} in all. Read fewer files at once to have them all."
        )
    yield _rows(summary)
    if any(row.referrer for row in reading.rows):
        yield f"{ORIGINS} {CLAIMS}"
    if totals.visitors["crawler"] or totals.visitors["claimed"]:
        yield CRAWLERS


def totals_of(summary: LogsSummary) -> dict[str, Any]:
    """The same as plain JSON values."""
    reading, totals = summary.reading, summary.totals
    return {
        "rows": len(reading.rows),
        "internal_rows": len(reading.own_rows),
        "dead_targets_with_links": summary.dead_linked,
        "first_day": _day(totals.first_day),
        "last_day": _day(totals.last_day),
        "lines": totals.lines,
        "requests": totals.requests,
        "unread": totals.unread,
        "statuses": {str(status): count for status, count in sorted(totals.statuses.items())},
        "all_statuses": reading.full,
        "dead_by_visitor": dict(sorted(totals.visitors.items())),
        "dead_by_referrer": dict(sorted(totals.kinds.items())),
        "scans": totals.scans,
        "other_sites": totals.other_sites,
        "dropped": totals.dropped,
        "own_domains": sorted(reading.own.domains),
        "own_domains_told": reading.own.told,
        "files": [
            {
                "name": file.name,
                "format": file.format_title,
                "lines": file.lines,
                "requests": file.requests,
                "unread": file.unread,
                "notes": file.notes,
            }
            for file in reading.files
        ],
        "unread_lines": [{"file": line.file, "line": line.line, "reason": line.reason} for line in reading.unread],
        "unreadable": summary.unreadable,
    }


def _tell_file(file: FileReading) -> Iterator[str]:
    told = f"{file.name}: {file.format_title}, {show_count(file.lines, 'line')}"
    yield make_visible(f"{told}, {file.unread:,} of them unread" if file.unread else told)
    for note in file.notes:
        yield make_visible(f"  {note}")


def _tell_unread(reading: LogReading) -> Iterator[str]:
    for line in reading.unread[:UNREAD_TOLD]:
        yield make_visible(f"! {line.file}, line {line.line:,}: {line.reason}")
    more = reading.totals.unread - UNREAD_TOLD
    if more > 0:
        yield f"! and {show_count(more, 'more unread line')} (--json with --out lists them)"


def _own_hosts(reading: LogReading) -> str:
    own = ", ".join(sorted(reading.own.domains))
    if reading.own.told:
        return f"Own site: {own}, with its subdomains."
    if own:
        return f"Own site: taken to be {own}, the commonest referrer; say otherwise with --site."
    if any(file.names_host for file in reading.files):
        return "Own site: of each line the host that it names; say otherwise with --site."
    return "Own site: nothing tells it, so that its own links may be among the rows; name it with --site."


def _sum_up(totals: LogTotals) -> str:
    first, last = totals.first_day, totals.last_day
    window = "" if first is None or last is None else f", {_show_day(first)} to {_show_day(last)}"
    dead = f"{show_count(totals.dead, 'request')} for lost pages"
    codes = f"404: {totals.statuses[404]:,}, 410: {totals.statuses[410]:,}"
    return f"{show_count(totals.requests, 'request')}{window}: {dead} ({codes})."


def _dropped(totals: LogTotals) -> str:
    kinds = totals.kinds
    linked = ", ".join(
        f"{kinds[kind]:,} {words}"
        for kind, words in (
            ("site", "from other sites"),
            ("search", "from search engines"),
            ("social", "from networks"),
            ("assistant", "from assistants"),
            ("app", "from apps"),
            ("own", "from your own pages"),
            ("none", "without a referrer"),
        )
        if kinds[kind]
    )
    left_out = (
        f"{totals.scans:,} of scanners, {kinds['spam']:,} of referrer spam, {kinds['junk']:,} from no public site"
    )
    return f"Of these: {linked or 'none that counts'}; left out: {left_out}."


def _visitors(totals: LogTotals) -> str:
    visitors = totals.visitors
    told = f"Scanners apart, people made {visitors['person']:,} of them, verified crawlers {visitors['crawler']:,}"
    told += f", other programs {visitors['program']:,}"
    if not visitors["claimed"]:
        return f"{told}."
    return (
        f"{told}; {visitors['claimed']:,} say that they are a crawler and are not proved to be: --bot-ranges or"
        " --reverse-dns proves them."
    )


def _rows(summary: LogsSummary) -> str:
    reading = summary.reading
    told = f"{show_count(summary.dead_linked, 'lost page')} with a link from elsewhere"
    told += f"; {show_count(len(reading.rows), 'row')}"
    if not reading.full:
        told += " (--all adds soft 404s and redirects to look at)"
    if reading.own_rows:
        told += f"; {show_count(len(reading.own_rows), 'row')} from your own pages (--internal-out)"
    return f"{told}."


def _show_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
