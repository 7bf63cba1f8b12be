"""What a vendor's export says of the links to the lost pages, and what reading the linking pages shows."""

from dataclasses import dataclass, replace

import numpy as np
from benchmarks.equity.truths import domain_rank, plain_rank
from benchmarks.equity.web import CHROME, NOFOLLOW, Floats, Web

from linkreclaim.model.judgements import BacklinkFacts
from linkreclaim.model.links import Rel

SEEN_0_1 = 0.75
"""Share of the links that the export has."""
GONE_0_1 = 0.15
"""Share of its rows whose link is no more."""
NOISE = 5.0
"""Standard deviation of the noise of DR and UR, in points."""
UNRANKED_0_1 = 0.1
"""Share of the hosts that the list of ranks does not have."""
DEPTHS = ("", "a/", "a/b/c.html")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what the export says, and what its page says."""

    dead: int  # its place among the dead pages
    claimed: BacklinkFacts
    read: BacklinkFacts
    links_on_page: int
    rank_0_100: float | None  # of the linking host in a list of ranks


def make_export(web: Web, seed: int) -> list[Row]:
    """The rows about all dead pages."""
    draw = np.random.default_rng((seed, 1))
    return list(_Exporter(web, draw).rows())


class _Exporter:
    def __init__(self, web: Web, draw: np.random.Generator) -> None:
        self.web, self.draw = web, draw
        hosts, pages = len(web.kind), len(web.host)
        strength = domain_rank(web)
        self.dr = _noisy(_log_scale(strength), draw)
        self.ur = _noisy(_log_scale(plain_rank(web)), draw)
        place = np.argsort(np.argsort(-strength)) + 1
        ranked = draw.random(hosts) >= UNRANKED_0_1
        self.rank = np.where(ranked, 100 * (1 - np.log10(place) / np.log10(hosts)), np.nan)
        outside = web.host[web.source] != web.host[web.target]
        self.external = np.bincount(web.source[outside], minlength=pages)
        self.internal = np.bincount(web.source[~outside], minlength=pages)
        self.linking = np.flatnonzero(np.bincount(web.source[outside], minlength=pages) > 0)
        self.to_dead = np.flatnonzero(outside & np.isin(web.target, web.dead))

    def rows(self) -> list[Row]:
        place = {int(page): number for number, page in enumerate(self.web.dead)}
        seen = self.to_dead[self.draw.random(len(self.to_dead)) < SEEN_0_1]
        rows = [
            self._row(place[int(self.web.target[link])], int(self.web.source[link]), int(self.web.flags[link]), True)
            for link in seen
        ]
        gone = int(len(seen) * GONE_0_1 / (1 - GONE_0_1))
        copied = self.draw.choice(seen, gone)  # links that are gone go to the pages that others link to
        pages = self.draw.choice(self.linking, gone)
        flags = np.where(self.draw.random(gone) < 0.2, NOFOLLOW, 0)
        for link, page, flag in zip(copied, pages, flags, strict=True):
            rows.append(self._row(place[int(self.web.target[link])], int(page), int(flag), False))
        return rows

    def _row(self, dead: int, page: int, flags: int, live: bool) -> Row:
        host = int(self.web.host[page])
        claimed = BacklinkFacts(
            referring_domain=f"h{host}.test",
            referring_page=f"https://h{host}.test/{DEPTHS[int(self.web.depth[page])]}",
            rel=int(Rel.NOFOLLOW if flags & NOFOLLOW else Rel.NONE),
            content=None,
            domain_metric=("dr", round(float(self.dr[host]))),
            page_metric=("ur", round(float(self.ur[page]))),
            external_links=int(self.external[page]) + (not live),
            present=None,
            last_seen_years=float(self.draw.random() * 2),
        )
        content, internal = not flags & CHROME, int(self.internal[page])
        read = claimed._replace(present=live, content=content, internal_links=internal)
        rank = None if np.isnan(self.rank[host]) else float(self.rank[host])
        return Row(dead, claimed, read, int(self.external[page]) + internal, rank)


def partly_read(rows: list[Row], share_0_1: float, seed: int) -> list[Row]:
    """The same rows where only some of the pages could be read."""
    draw = np.random.default_rng((seed, 2))
    read = draw.random(len(rows)) < share_0_1
    return [row if found else replace(row, read=row.claimed) for row, found in zip(rows, read, strict=True)]


def _log_scale(values: Floats) -> Floats:
    """Values as vendors show theirs: logarithms from 0 to 100."""
    logs = np.log(values)
    scaled: Floats = 100 * (logs - logs.min()) / (logs.max() - logs.min())
    return scaled


def _noisy(values: Floats, draw: np.random.Generator) -> Floats:
    return np.clip(values + draw.normal(0, NOISE, len(values)), 0, 100)
