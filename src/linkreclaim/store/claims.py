"""Claims made ready for the ledger: keyed, sorted out by site, and flattened into rows of plain values.

This half of an import needs no database, so that it can run in a process of its own beside the half that writes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from linkreclaim.model.links import Claim, MetricScale, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.store.interning import key_host
from linkreclaim.urls import match_key, registrable_domain

BATCH_ROWS = 5_000
"""Rows of one batch, and so of one transaction: 50 to 150 ms, so that readers and deciders never wait a second."""
_KEY_CACHE_MAX = 100_000
_FIRST_SEEN, _LAST_SEEN = 9, 10
"""Where a row of a batch has these days."""


class ClaimBatch(NamedTuple):
    """A piece of an export, ready to be written; plain values only, so that it passes between processes."""

    items: int  # rows and problems of the reader that went into it
    rows: list[tuple[object, ...]]  # domain, target key, then the columns of a claim from `line` on
    targets: dict[str, str]  # {match key: URL as written}
    problems: list[tuple[int, str, bool]]  # (line, reason, kept)
    off_site: int  # rows about other sites, or from the site to itself
    off_site_hosts: dict[str, int]

    @property
    def days(self) -> set[int]:
        """The days that its rows name (ordinal)."""
        found = {row[_FIRST_SEEN] for row in self.rows} | {row[_LAST_SEEN] for row in self.rows}
        return {day for day in found if isinstance(day, int)}


def make_batches(rows: Iterable[Claim | RowProblem], site: Site, skip_items: int = 0) -> Iterator[ClaimBatch]:
    """Batches of a reader's rows, the first `skip_items` left out. Memory: one batch, whatever the file's size."""
    source = islice(rows, skip_items, None)
    sorter = _Sorter(site)
    while chunk := list(islice(source, BATCH_ROWS)):
        yield sorter.sort_out(chunk)


class _Sorter:
    """Keys claims and sets those aside that are no backlinks of the site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._targets: dict[str, tuple[str | None, bool]] = {}

    def sort_out(self, chunk: list[Claim | RowProblem]) -> ClaimBatch:
        batch = ClaimBatch(len(chunk), [], {}, [], 0, {})
        off_site: Counter[str] = Counter()
        for row in chunk:
            if isinstance(row, RowProblem):
                batch.problems.append((row.line, row.reason, row.kept))
            else:
                self._take(row, batch, off_site)
        batch.rows.sort(key=_target_key)  # neighbours in the index stay neighbours in time
        return batch._replace(off_site=off_site.total(), off_site_hosts={h: n for h, n in off_site.items() if h})

    def _take(self, claim: Claim, batch: ClaimBatch, off_site: Counter[str]) -> None:
        target_key = None
        if claim.target_url is not None:
            target_key, concerned = self._target(self._absolute(claim.target_url))
            if target_key is None:
                batch.problems.append((claim.line, _no_url("target", claim.target_url), False))
                return
            if not concerned:
                off_site[key_host(target_key)] += 1
                return
        page_key, domain = None, None
        if claim.referring_page is not None:
            page_key = match_key(claim.referring_page)
            if page_key is None:
                batch.problems.append((claim.line, _no_url("linking page", claim.referring_page), False))
                return
            host = key_host(page_key)
            if not self._site.concerns(host):
                domain = registrable_domain(host)
            elif target_key is not None and claim.target_status is not None:
                page_key = None  # a link from the site to itself is no backlink, but it tells its target's status
            else:
                off_site[""] += 1
                return
        elif claim.referring_domain is not None and not self._site.concerns(claim.referring_domain):
            domain = registrable_domain(claim.referring_domain)
        if target_key is not None and claim.target_url is not None:
            batch.targets.setdefault(target_key, self._absolute(claim.target_url))
        batch.rows.append((domain, target_key, *_columns(claim, page_key)))

    def _absolute(self, target: str) -> str:
        """A path belongs to the site itself."""
        return f"{self._site.scheme or 'https'}://{self._site.host}{target}" if target.startswith("/") else target

    def _target(self, address: str) -> tuple[str | None, bool]:
        known = self._targets.get(address)
        if known is None:
            if len(self._targets) > _KEY_CACHE_MAX:
                self._targets.clear()
            key = match_key(address)
            known = (key, key is not None and self._site.concerns(key_host(key)))
            self._targets[address] = known
        return known


def _target_key(row: tuple[object, ...]) -> str:
    return str(row[1])


def _no_url(what: str, text: str) -> str:
    return f"{what} is not an http(s) URL: {text[:200]!r}"


def _columns(claim: Claim, page_key: str | None) -> tuple[object, ...]:
    domain_name = page_name = domain_value = page_value = None
    for metric in claim.metrics:
        if metric.scale is MetricScale.DOMAIN:
            domain_name, domain_value = metric.name, metric.value_0_100
        else:
            page_name, page_value = metric.name, metric.value_0_100
    return (
        claim.line,
        page_key,
        None if page_key is None or claim.referring_page == "https://" + page_key else claim.referring_page,
        claim.anchor_text,
        claim.context,
        None if claim.rel is None else int(claim.rel),
        claim.place.value,
        None if claim.first_seen is None else claim.first_seen.toordinal(),
        None if claim.last_seen is None else claim.last_seen.toordinal(),
        claim.lost_reason,
        claim.page_title,
        claim.page_status,
        claim.target_status,
        int(claim.target_soft_404),
        claim.external_links,
        claim.links_in_group,
        claim.claimed_links,
        claim.claimed_domains,
        domain_name,
        domain_value,
        page_name,
        page_value,
        claim.hits,
    )
