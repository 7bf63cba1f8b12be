"""Adds requests up by target and referrer, in memory that does not grow with the log."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from sys import intern

from linkreclaim.model.logs import LogRow, LogTotals
from linkreclaim.sources.logs.crawlers import Crawlers
from linkreclaim.sources.logs.interface import Hit, ReferrerKind, Visitor
from linkreclaim.sources.logs.referrers import classify_referrer
from linkreclaim.sources.logs.scanners import is_scan
from linkreclaim.sources.logs.shapes import DEAD_STATUSES, LIVE_STATUSES
from linkreclaim.sources.logs.sites import OwnHosts
from linkreclaim.sources.memo import Memo
from linkreclaim.urls import registrable_domain

LINKING_KINDS = frozenset(
    {ReferrerKind.SITE, ReferrerKind.SEARCH, ReferrerKind.SOCIAL, ReferrerKind.ASSISTANT, ReferrerKind.APP}
)
"""Referrers that a visitor came from on a link."""
MAX_ROWS = 200_000
MAX_TEXT_CHARS = 40_000_000
"""Rows, and characters in them, that are held at once; the least-hit half goes when there are more."""
MAX_REFERRERS = 1_000
"""Of one target. A real page has few; forged referrers are endless."""
WAITING_HITS = 2_000

_KEPT_KINDS = LINKING_KINDS | {ReferrerKind.NONE, ReferrerKind.OWN}

_NONE, _OWN, _SITE = ReferrerKind.NONE, ReferrerKind.OWN, ReferrerKind.SITE
_PERSON, _CRAWLER = Visitor.PERSON, Visitor.CRAWLER
"""Members by name of their own: to look one up in its class takes as long as all else that is done with it."""

_Sums = tuple[int, int, int, int]  # hits of people, hits of crawlers, ordinals of first and last day (0: unknown)
_Table = dict[tuple[str, int], dict[str, _Sums]]  # (target, status) -> referrer -> sums


class Rows:
    """Sums by target, status and referrer; bounded."""

    def __init__(self) -> None:
        self.dropped = 0  # hits of rows that were given up
        self._table: _Table = {}
        self._count = 0
        self._chars = 0

    def add(self, target: str, status: int, referrer: str, sums: _Sums) -> None:
        """Add hits to a row."""
        referrers = self._table.get((target, status))
        known = None if referrers is None else referrers.get(referrer)
        if referrers is None or known is None:
            self._add_new(target, status, referrer, sums)
        else:
            referrers[referrer] = _joined(known, sums)

    def _add_new(self, target: str, status: int, referrer: str, sums: _Sums) -> None:
        referrers = self._table.get((target, status))
        if referrers is None:
            referrers = self._table[target, status] = {}
            self._chars += len(target)
        referrers[intern(referrer)] = sums  # many targets have the same few
        self._count += 1
        self._chars += len(referrer)
        if len(referrers) > MAX_REFERRERS:
            self._give_up([(target, status)], MAX_REFERRERS // 2)
        if self._count > MAX_ROWS or self._chars > MAX_TEXT_CHARS:
            self._give_up(list(self._table), self._count // 2)

    def merge(self, other: "Rows") -> None:
        """Add the rows of another part."""
        self.dropped += other.dropped
        for (target, status), referrers in other._table.items():
            for referrer, sums in referrers.items():
                self.add(target, status, referrer, sums)

    def __len__(self) -> int:
        return self._count

    def drain(self) -> Iterator[tuple[str, int, dict[str, _Sums]]]:
        """As `targets`, and forgets each as it is given."""
        while self._table:
            (target, status), referrers = self._table.popitem()
            yield target, status, referrers

    def targets(self) -> Iterator[tuple[str, int, dict[str, _Sums]]]:
        """Target, status, and the sums by referrer."""
        for (target, status), referrers in self._table.items():
            yield target, status, referrers

    def _give_up(self, keys: list[tuple[str, int]], kept: int) -> None:
        """Of the rows of these targets keep only so many, the most-hit ones."""
        rows = sorted(
            ((sums[0] + sums[1], key, referrer) for key in keys for referrer, sums in self._table[key].items()),
            reverse=True,
        )
        for hits, key, referrer in rows[kept:]:
            referrers = self._table[key]
            del referrers[referrer]
            self.dropped += hits
            self._count -= 1
            self._chars -= len(referrer)
            if not referrers:
                del self._table[key]
                self._chars -= len(key[0])


def _joined(one: _Sums, other: _Sums) -> _Sums:
    first = min(one[2], other[2]) or max(one[2], other[2])
    return one[0] + other[0], one[1] + other[1], first, max(one[3], other[3])


@lru_cache(maxsize=4096)
def _one_hit(by_person: bool, seen: date | None) -> _Sums:
    """Most rows have one hit only: those of a day share these sums, which is a third of the memory."""
    day = seen.toordinal() if seen else 0
    return int(by_person), int(not by_person), day, day


@lru_cache(maxsize=1024)
def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


def _is_scan(target: str, linked: bool) -> bool:
    """Scanners' paths, and what only programs that look for open proxies ask ("example.com:443", "*")."""
    return not target.startswith(("/", "http://", "https://")) or is_scan(target, 404, linked=linked)


_SCANS: Memo[str, bool] = Memo(lambda target: _is_scan(target, linked=False))
_LINKED_SCANS: Memo[str, bool] = Memo(lambda target: _is_scan(target, linked=True))
"""Remembered over all parts that a process reads: the same few targets are asked for again and again."""


Kinds = Memo[tuple[str, str], ReferrerKind]
"""(referrer, host that was asked) -> kind of the referrer."""


def referrer_kinds(own: OwnHosts) -> Kinds:
    """Kinds of referrers, remembered over all parts that a process reads."""

    def look_up(key: tuple[str, str]) -> ReferrerKind:
        referrer, asked_host = key
        return classify_referrer(referrer, lambda host: own.owns(host, asked_host))[0]

    return Memo(look_up)


class Tally:
    """What the requests of one part of a log add up to."""

    def __init__(self, own: OwnHosts, kinds: Kinds, crawlers: Crawlers, with_live: bool) -> None:
        self.rows = Rows()
        self.own_rows = Rows()
        self.totals = LogTotals()
        self._own = own
        self._crawlers = crawlers
        self._with_live = with_live
        self._kinds = kinds
        self._days: set[date] = set()
        self._waiting: list[tuple[Hit, ReferrerKind]] = []

    def add(self, hit: Hit) -> None:
        """Add one request. Those with a status that says nothing of lost pages are counted only."""
        status, target, host, referrer, _, _, day = hit
        totals = self.totals
        dead = status in DEAD_STATUSES
        if not (dead or self._with_live):
            return
        if host and not self._own.concerns(host):
            totals.other_sites += 1
            return
        totals.statuses[status] += 1
        if day:
            self._days.add(day)
        if dead:
            kind = self._kinds[referrer, host] if referrer else _NONE
            if _LINKED_SCANS[target] if kind is _SITE else _SCANS[target]:
                totals.scans += 1
            else:
                totals.kinds[kind] += 1
                self._waiting.append((hit, kind))
        elif status in LIVE_STATUSES and referrer:
            kind = self._kinds[referrer, host]
            if kind in LINKING_KINDS:
                self._waiting.append((hit, kind))
        if len(self._waiting) >= WAITING_HITS:
            self._tell_visitors()

    def finish(self, other_days: Iterable[date]) -> None:
        """Add what is not added yet. Nothing may follow."""
        self._tell_visitors()
        for day in self._days.union(other_days):
            self.totals.note_day(day)

    def _tell_visitors(self) -> None:
        """Of many requests together, because names of addresses are asked for side by side."""
        crawlers, visitors = self._crawlers, self.totals.visitors
        crawlers.look_up((hit.user_agent, hit.address) for hit, _ in self._waiting)
        for hit, kind in self._waiting:
            status, _, _, _, user_agent, address, _ = hit
            visitor = crawlers.tell(user_agent, address)
            if status in DEAD_STATUSES:
                visitors[visitor] += 1
            if (visitor is _PERSON or visitor is _CRAWLER) and kind in _KEPT_KINDS:
                self._add_row(hit, kind, visitor)
        self._waiting.clear()

    def _add_row(self, hit: Hit, kind: ReferrerKind, visitor: Visitor) -> None:
        status, target, host, referrer, _, _, seen = hit
        host = host or self._own.written
        if host and target[:1] == "/":
            target = f"https://{host}{target}"
        rows = self.own_rows if kind is _OWN else self.rows
        rows.add(target, status, referrer, _one_hit(visitor is _PERSON, seen))


def linking_rows(rows: Rows) -> list[LogRow]:
    """Rows with a referrer on another site, and those without a referrer where they say something of such a target:
    a verified crawler asked for it, or it has a row with a referrer. Most hits of people first.

    The given rows are used up, so that they are not held twice.
    """
    places = Memo(_place_of)
    found = []
    for target, status, referrers in rows.drain():
        linked = len(referrers) > ("" in referrers)
        for referrer, sums in referrers.items():
            if referrer or linked or sums[1]:
                found.append(_row(target, status, referrer, sums, places[referrer]))
    found.sort(key=_by_hits)
    return found


def internal_rows(rows: Rows) -> list[LogRow]:
    """Rows whose referrer is a page of the site itself, most hits of people first."""
    found = [
        _row(target, status, referrer, sums, (_OWN.value, _own_domain(referrer)))
        for target, status, referrers in rows.targets()
        for referrer, sums in referrers.items()
    ]
    return sorted(found, key=_by_hits)


def _by_hits(row: LogRow) -> tuple[int, int, str, int, str]:
    target, status, referrer, _, people, bots, *_ = row
    return -people, -bots, target, status, referrer


def _place_of(referrer: str) -> tuple[str, str]:
    """Kind and registrable domain of a referrer on another site, or of none."""
    if not referrer:
        return _NONE.value, ""
    kind, host = classify_referrer(referrer, lambda _: False)
    return kind.value, registrable_domain(host) if host else ""


def _own_domain(referrer: str) -> str:
    return registrable_domain(classify_referrer(referrer, lambda _: True)[1])


def _row(target: str, status: int, referrer: str, sums: _Sums, place: tuple[str, str]) -> LogRow:
    kind, domain = place
    people, bots, first, last = sums
    return LogRow(target, status, referrer, domain, people, bots, _day(first), _day(last), kind)
