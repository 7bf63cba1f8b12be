"""The Wayback Machine: which copies it has of a page (its CDX index), and what is on them (playback).

Source: the CDX server's README (github.com/internetarchive/wayback, wayback-cdx-server) and recorded answers of both
services (test cassettes of edgi-govdata-archiving/wayback). Both are interfaces for programs with published limits;
those are kept here, and robots.txt, which speaks to crawlers, is not asked.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from linkreclaim.html import page_facts
from linkreclaim.inventory.wayback_client import CDX, PLAYBACK, NotTold, WaybackClient, says_closed
from linkreclaim.model.pages import Capture
from linkreclaim.net import Response
from linkreclaim.net.location import REDIRECT_STATUSES, read_location
from linkreclaim.urls import Url, match_key, parse, resolve

ORIGIN = "Wayback Machine"
ROWS_OF_A_HOST = 20_000
"""Index rows asked for at once, about 3 MB: few requests, each answered in time (our judgement)."""
ROWS_OF_A_PAGE = 100
"""Newest index rows of one page: enough to go back behind months of daily error pages (our judgement)."""
COPIES_TRIED = 3
"""Copies of one page that are looked at until one is good (our judgement)."""
SAME_TEXT_PAGES = 3
"""A text that stands at so many different addresses is no page of its own but an error page (our judgement)."""

_CDX_BYTES = 12_000_000
_PAGE_BYTES = 5_000_000
_ARCHIVE_HOPS = 4
_STATUS_FILTER = "statuscode:(200|301|302|303|307|308)"
_NO_PAGES_FILTER = (
    "!mimetype:((image|video|audio|font)/.*|text/css|.*javascript|application/(pdf|zip|json|octet-stream))"
)
_TIMESTAMP = re.compile(r"[0-9]{14}")
_STATUS = re.compile(r"[0-9]{3}|-")
_PLAYBACK = re.compile(r"/web/(\d{4,14})(?:[a-z]{2}_)?/(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One archived answer, as the index has it."""

    key: str  # match key of its URL
    timestamp: str  # yyyyMMddhhmmss, UTC
    url: str
    status_code: int
    digest: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One answer of the index."""

    snapshots: tuple[Snapshot, ...]
    resume_key: str = ""  # for the next page; "" when this was the last
    unread: int = 0  # lines that are no index rows: the archive has some


def read_listing(text: str, wanted: Collection[str] | None = None) -> Listing:
    """Read an answer of the CDX index in its plain form; with `wanted` only rows about those match keys are kept."""
    *above, last = text.rstrip("\n").rsplit("\n", 2)
    has_key = bool(above) and not above[-1] and " " not in last.strip()
    rows, resume = ("".join(above[:-1]), last.strip()) if has_key else (text, "")
    snapshots, unread = [], 0
    for line in rows.splitlines():
        if line.strip():
            snapshot = _read_row(line)
            unread += snapshot is None
            if snapshot is not None and (wanted is None or snapshot.key in wanted):
                snapshots.append(snapshot)
    return Listing(tuple(snapshots), resume, unread)


def _read_row(line: str) -> Snapshot | None:
    """urlkey timestamp original mimetype statuscode digest length; revisits have "-" for a status."""
    cells = line.split(" ")
    if len(cells) < 7 or not _TIMESTAMP.fullmatch(cells[1]) or not _STATUS.fullmatch(cells[4]):
        return None
    key = match_key(cells[2])
    return None if key is None else Snapshot(key, cells[1], cells[2], int(cells[4].replace("-", "0")), cells[5])


def write_listing(listing: Listing) -> str:
    """A listing in the form that `read_listing` reads, to be kept."""
    rows = (f"- {s.timestamp} {s.url} - {s.status_code or '-'} {s.digest} -\n" for s in listing.snapshots)
    return "".join(rows) + (f"\n{listing.resume_key}\n" if listing.resume_key else "")


def common_texts(snapshots: Iterable[Snapshot]) -> frozenset[str]:
    """Digests that stand at `SAME_TEXT_PAGES` different addresses or more: error pages that said 200."""
    pages: dict[str, set[str]] = {}
    for snapshot in snapshots:
        if snapshot.status_code == 200:
            pages.setdefault(snapshot.digest, set()).add(snapshot.key)
    return frozenset(digest for digest, keys in pages.items() if len(keys) >= SAME_TEXT_PAGES)


class Wayback:
    """Asks the archive; `NotTold` where it gave no answer, so that nothing is known of the page yet."""

    def __init__(self, client: WaybackClient) -> None:
        self.client = client

    async def list_page(self, url: Url) -> Listing | NotTold:
        """The newest index rows of one page: one request."""
        return await self._list({"url": url.without_fragment, "limit": f"-{ROWS_OF_A_PAGE}"}, {url.key})

    async def list_host(self, host: str, wanted: Collection[str], resume_key: str = "") -> Listing | NotTold:
        """A piece of the index of a whole host, from `resume_key` on: one request, rows in the order of URLs.

        Nothing is collapsed: the index collapses neighbouring rows, also those of different pages, and that two pages
        had the same text is what tells an error page. The home page is left out; it alone can have 100,000 rows.
        """
        asked = {"url": f"{host}/", "matchType": "host", "limit": str(ROWS_OF_A_HOST), "showResumeKey": "true"}
        if resume_key:
            asked["resumeKey"] = resume_key
        return await self._list(asked, wanted, ("!urlkey:[^)]*\\)/",))

    async def read_best(
        self, snapshots: Sequence[Snapshot], is_good: Callable[[Capture], bool], common: Collection[str] = ()
    ) -> Capture | NotTold | None:
        """The newest good copy of one page; None when there is none among the first few.

        Texts of `common` come last. Where the page was a redirect at some time, the newest one's target is kept too.
        """
        led_to = await self._read_redirect(snapshots)
        if isinstance(led_to, NotTold):
            return led_to
        for snapshot in _order(snapshots, common):
            found = await self._replay(snapshot)
            if isinstance(found, NotTold):
                return found
            if isinstance(found, Capture) and is_good(found):
                return replace(found, redirects_to=led_to)
        return Capture(snapshots[0].url, "", "", origin=ORIGIN, redirects_to=led_to) if led_to else None

    async def _list(
        self, asked: dict[str, str], wanted: Collection[str], filters: tuple[str, ...] = ()
    ) -> Listing | NotTold:
        pairs = [*asked.items(), *(("filter", f) for f in (_STATUS_FILTER, _NO_PAGES_FILTER, *filters))]
        answer = await self.client.ask(CDX, f"/cdx/search/cdx?{urlencode(pairs)}", _CDX_BYTES)
        if isinstance(answer, NotTold):
            return answer
        if says_closed(answer.body[:4_096]):
            return NotTold("the archive does not show this site (its owner asked for that)", final=True)
        if answer.status_code == 404:
            return Listing(())
        if answer.status_code != 200:
            return NotTold(f"its index answered {answer.status_code}")
        return read_listing(answer.body.decode("utf-8", "replace"), wanted)

    async def _read_redirect(self, snapshots: Sequence[Snapshot]) -> str | NotTold:
        """Where the page once redirected, by the newest such copy; "" when it did not, or to itself."""
        redirects = [snapshot for snapshot in snapshots if snapshot.status_code in REDIRECT_STATUSES]
        if not redirects:
            return ""
        found = await self._replay(max(redirects, key=lambda snapshot: snapshot.timestamp))
        return found if isinstance(found, str | NotTold) else ""

    async def _replay(self, snapshot: Snapshot) -> Capture | str | NotTold | None:
        """What a copy holds: a page, where it redirected (another URL), or nothing that can be shown.

        The archive redirects by itself to the copy nearest in time: same URL, and no `Memento-Datetime`.
        """
        path = f"/web/{snapshot.timestamp}id_/{snapshot.url}"
        for _ in range(_ARCHIVE_HOPS):
            answer = await self.client.ask(PLAYBACK, path, _PAGE_BYTES)
            if isinstance(answer, NotTold):
                return answer
            location = _led_to(answer, self.client.address)
            if location is None:
                return _page_of(answer, path, snapshot)
            following, original = location
            if match_key(original) != snapshot.key:
                return original if answer.header("memento-datetime") else None
            path = following
        return None


def _order(snapshots: Sequence[Snapshot], common: Collection[str]) -> Iterator[Snapshot]:
    """The pages to look at: newest first, each text once, texts of other pages last, at most `COPIES_TRIED`."""
    pages = [snapshot for snapshot in snapshots if snapshot.status_code == 200]
    newest = {s.digest: s for s in sorted(pages, key=lambda snapshot: snapshot.timestamp)}
    ordered = sorted(newest.values(), key=lambda s: (s.digest not in common, s.timestamp), reverse=True)
    yield from ordered[:COPIES_TRIED]


def _led_to(answer: Response, address: str) -> tuple[str, str] | None:
    """(path in the archive, archived URL) that a redirect of the archive names; None when it is none."""
    location = read_location(answer)
    base = parse(address + "/")
    if location is None or base is None:
        return None
    target = resolve(base, location)
    found = None if target is None or target.netloc != base.netloc else _PLAYBACK.search(target.href)
    if found is None:
        return None
    return f"/web/{found[1]}id_/{found[2]}", found[2]


def _page_of(answer: Response, path: str, snapshot: Snapshot) -> Capture | NotTold | None:
    if not answer.header("memento-datetime"):
        blocked = answer.status_code in (200, 403, 451) and says_closed(answer.body)
        return (
            NotTold("the archive does not show this page (its owner asked for that)", final=True) if blocked else None
        )
    kind = (answer.header("content-type") or "").split(";")[0].strip().lower()
    url = parse(snapshot.url)
    if answer.status_code != 200 or kind not in ("", "text/html", "application/xhtml+xml") or url is None:
        return None
    facts = page_facts(answer.body, answer.header("content-type") or "", url)
    found = _PLAYBACK.search(path)
    return Capture(
        url=url.without_fragment,
        title=facts.title,
        text=facts.text,
        headings=facts.headings,
        lang=facts.lang,
        ids=facts.ids,
        captured_on=_day(found[1] if found else snapshot.timestamp),
        origin=ORIGIN,
    )


def _day(timestamp: str) -> date | None:
    try:
        return date.fromisoformat(timestamp[:8])
    except ValueError:
        return None
