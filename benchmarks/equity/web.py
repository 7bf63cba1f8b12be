"""A made-up web: hosts of very different size and strength, their pages, their links, and the pages that die.

Everything is drawn from the seed. It was fixed before any constant of `linkreclaim.equity` was tried on it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOSTS = 1_600
TOPICS = 10
SITES = 20
LOST_PAGES = 60
NOFOLLOW, CHROME = 1, 2
"""Flags of a link."""
NORMAL, DIRECTORY, FORUM, FARM = range(4)
_SHARES = (0.84, 0.04, 0.06, 0.06)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Web:
    """Pages are numbers; those of a host stand together, its home page first."""

    kind: Ints  # of each host
    first: Ints  # first page of each host, and one past the last page
    host: Ints  # of each page
    depth: Ints  # of each page: 0 home, 1 section, 2 deeper
    source: Ints  # of each link
    target: Ints
    flags: Ints
    sites: Ints  # hosts that lost pages
    dead: Ints  # pages that are no more: their own links are gone
    heir: Ints  # for each of them the live page of the site that it would be redirected to
    trusted: NDArray[np.bool_]  # hosts that people know and trust


def make_web(seed: int) -> Web:
    """Draw a web."""
    draw = np.random.default_rng(seed)
    kind = draw.choice(4, HOSTS, p=_SHARES)
    size = np.minimum((draw.pareto(1.1, HOSTS) + 1) * 12, 1_500).astype(np.int64)
    size[kind == FARM] = draw.integers(20, 60, int((kind == FARM).sum()))
    fame = (draw.pareto(1.0, HOSTS) + 0.05) * np.where(kind == FARM, 0.05, 1.0) * size**0.3
    topic = draw.integers(0, TOPICS, HOSTS)
    first = np.concatenate(([0], np.cumsum(size)))
    host = np.repeat(np.arange(HOSTS), size)
    place = np.arange(len(host)) - first[host]
    sections = np.minimum(8, np.maximum(1, size // 12))
    depth = np.where(place == 0, 0, np.where(place <= sections[host], 1, 2))
    links = _Links(draw, kind, first, host, fame, topic, sections)
    source, target, flags = links.all()
    sites, dead, heir = _losses(draw, kind, first, host, depth, source, target, sections)
    own = np.isin(target, dead) & (host[source] == host[target])
    alive = ~np.isin(source, dead) & ~own  # a site drops its own links to a page that it deletes
    trusted = (draw.random(HOSTS) < 0.5) & (fame > np.quantile(fame, 0.93)) & (kind == NORMAL)
    return Web(kind, first, host, depth, source[alive], target[alive], flags[alive], sites, dead, heir, trusted)


class _Links:
    """Draws the links of all pages."""

    def __init__(
        self,
        draw: np.random.Generator,
        kind: Ints,
        first: Ints,
        host: Ints,
        fame: Floats,
        topic: Ints,
        sections: Ints,
    ) -> None:
        self.draw, self.kind, self.first, self.host, self.fame = draw, kind, first, host, fame
        self.topic, self.sections = topic, sections
        self.parts: list[tuple[Ints, Ints, int]] = []

    def all(self) -> tuple[Ints, Ints, Ints]:
        """(source, target, flags) of each link, none twice, none of a page to itself."""
        self._menus()
        self._related()
        self._articles()
        self._directories()
        self._forums()
        self._site_wide()
        self._farms()
        flags = np.concatenate([np.full(len(source), flag) for source, _, flag in self.parts])
        source = np.concatenate([source for source, _, _ in self.parts])
        target = np.concatenate([target for _, target, _ in self.parts])
        pages = len(self.host)
        _, unique = np.unique(source * pages + target, return_index=True)
        unique = unique[source[unique] != target[unique]]
        return source[unique], target[unique], flags[unique]

    def _add(self, source: Ints, target: Ints, flag: int = 0) -> None:
        self.parts.append((source, target, flag))

    def _menus(self) -> None:
        """Each page links to the home page and the sections of its host."""
        for section in range(int(self.sections.max()) + 1):
            pages = np.flatnonzero(self.sections[self.host] >= section)
            self._add(pages, self.first[self.host[pages]] + section, CHROME)

    def _related(self) -> None:
        """Each page names some others of its host; sections list many."""
        count = self.draw.integers(1, 6, len(self.host))
        section = np.isin(np.arange(len(self.host)), np.concatenate([self.first[:-1], self.first[:-1] + 1]))
        pages = np.repeat(np.arange(len(self.host)), np.where(section, 25, count))
        size = np.diff(self.first)[self.host[pages]]
        self._add(pages, self.first[self.host[pages]] + (self.draw.random(len(pages)) ** 1.5 * size).astype(np.int64))

    def _pages_of(self, hosts: Ints) -> Ints:
        """A page of each host, as strangers choose it: often the home page, else some far more than others."""
        size = np.diff(self.first)[hosts]
        deep = (self.draw.random(len(hosts)) ** 2.5 * size).astype(np.int64)
        deep = (deep * 7919) % size  # the well-known pages are spread over the host
        return self.first[hosts] + np.where(self.draw.random(len(hosts)) < 0.3, 0, deep)

    def _hosts_for(self, sources: Ints, like: float) -> Ints:
        """A host for each page that links out: by fame, and of its own topic with a chance of `like`."""
        chosen = self.draw.choice(HOSTS, len(sources), p=self.fame / self.fame.sum())
        topical = self.draw.random(len(sources)) < like
        for topic in range(TOPICS):
            of_topic = np.flatnonzero(self.topic == topic)
            wanted = np.flatnonzero(topical & (self.topic[self.host[sources]] == topic))
            weights = self.fame[of_topic] / self.fame[of_topic].sum()
            chosen[wanted] = self.draw.choice(of_topic, len(wanted), p=weights)
        return chosen

    def _out(self, sources: Ints, like: float, flag: int = 0) -> None:
        self._add(sources, self._pages_of(self._hosts_for(sources, like)), flag)

    def _of_kind(self, kind: int) -> Ints:
        return np.flatnonzero(self.kind[self.host] == kind)

    def _articles(self) -> None:
        """Pages of normal hosts cite a few others, some hosts far more than others."""
        pages = self._of_kind(NORMAL)
        habit = self.draw.gamma(1.0, 3.0, HOSTS)
        self._out(np.repeat(pages, self.draw.poisson(habit[self.host[pages]])), 0.7)
        self._out(np.repeat(pages, self.draw.random(len(pages)) < 0.05), 0.3, NOFOLLOW)

    def _directories(self) -> None:
        """Lists of 30 to 250 links on a page."""
        pages = self._of_kind(DIRECTORY)
        pages = pages[self.draw.random(len(pages)) < 0.25]
        self._out(np.repeat(pages, self.draw.integers(30, 250, len(pages))), 0.2)

    def _forums(self) -> None:
        """Threads with a few links each, most of them nofollow."""
        pages = self._of_kind(FORUM)
        count = self.draw.poisson(4.0, len(pages))
        weak = self.draw.random(len(pages)) < 0.85
        self._out(np.repeat(pages[weak], count[weak]), 0.5, NOFOLLOW)
        self._out(np.repeat(pages[~weak], count[~weak]), 0.5)

    def _site_wide(self) -> None:
        """One host in ten links to one or two pages of others from each of its pages."""
        for number in np.flatnonzero((self.kind == NORMAL) & (self.draw.random(HOSTS) < 0.1)):
            pages = np.arange(self.first[number], self.first[number + 1])
            for target in self._pages_of(self._hosts_for(np.repeat(pages[:1], 2), 0.5)):
                self._add(pages, np.full(len(pages), target), CHROME)

    def _farms(self) -> None:
        """Farms link among themselves, and a dozen customers from many of their pages."""
        farms = np.flatnonzero(self.kind == FARM)
        pages = self._of_kind(FARM)
        near = self.draw.choice(farms, len(pages) * 6)
        self._add(np.repeat(pages, 6), self._pages_of(near))
        customers = self._pages_of(self.draw.choice(HOSTS, 150))
        self._add(np.repeat(pages, 12), self.draw.choice(customers, len(pages) * 12))


def _losses(
    draw: np.random.Generator,
    kind: Ints,
    first: Ints,
    host: Ints,
    depth: Ints,
    source: Ints,
    target: Ints,
    sections: Ints,
) -> tuple[Ints, Ints, Ints]:
    """Sites that lose pages which others link to, and for each lost page a live one in its place."""
    linked = np.bincount(target[host[source] != host[target]], minlength=len(host)) > 0
    able = np.array([kind[n] == NORMAL and linked[first[n] : first[n + 1]].sum() >= 70 for n in range(HOSTS)])
    sites = draw.choice(np.flatnonzero(able), SITES, replace=False)
    dead, heirs = [], []
    for site in sites:
        pages = np.arange(first[site], first[site + 1])
        can_die = pages[linked[pages] & (depth[pages] == 2)]
        lost = draw.choice(can_die, min(LOST_PAGES, len(can_die) * 2 // 3), replace=False)
        left = np.setdiff1d(pages[1:], lost)
        dead.append(lost)
        heirs.append(draw.choice(left, len(lost)))
    return sites, np.concatenate(dead), np.concatenate(heirs)
