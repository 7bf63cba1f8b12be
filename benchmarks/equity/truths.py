"""Four answers to what a redirect really regains, since nobody outside knows how search engines count.

A site's rank is the sum over its pages of the rank r = (1 - a) t + a r W. Redirecting a dead page d to the live page h
sends what flows into d on to h, and h passes it on within the site: the gain is in(d) x f(h), with f the adjoint
f = [page of the site] + a W f. `check` compares that with ranks worked out again after the redirect.
"""

from collections.abc import Iterator

import numpy as np
from benchmarks.equity.web import CHROME, NOFOLLOW, Floats, Ints, Web
from scipy.sparse import csr_array

DAMPING = 0.85
ROUNDS = 60


def truths(web: Web) -> Iterator[tuple[str, Floats]]:
    """(name, gain of each dead page)."""
    pages = len(web.host)
    even = np.full(pages, 1 / pages)
    nofollow, chrome = (web.flags & NOFOLLOW) > 0, (web.flags & CHROME) > 0
    plain = _matrix(web, np.where(nofollow, 0.0, 1.0))
    surfer = _matrix(web, np.where(chrome, 0.1, 1.0) * np.where(nofollow, 0.1, 1.0))
    trusted = web.trusted[web.host] & (web.depth == 0)
    onwards = _onwards(web, surfer)
    yield "T1", _inflow(web, plain, even) * _onwards(web, plain)
    yield "T2", _inflow(web, surfer, even) * onwards
    yield "T3", _inflow(web, surfer, trusted / trusted.sum()) * onwards
    yield "T4", _votes(web) * onwards


def rank(matrix: csr_array, teleport: Floats) -> Floats:
    """The rank of each page; what flows into a page without links is lost."""
    back = matrix.T.tocsr()
    ranks = teleport.copy()
    for _ in range(ROUNDS):
        ranks = (1 - DAMPING) * teleport + DAMPING * (back @ ranks)
    return ranks


def plain_rank(web: Web) -> Floats:
    """PageRank over followed links, as a vendor's page metric follows it."""
    pages = len(web.host)
    return rank(_matrix(web, np.where(web.flags & NOFOLLOW, 0.0, 1.0)), np.full(pages, 1 / pages))


def domain_rank(web: Web) -> Floats:
    """PageRank over hosts, where each host that links with a followed link has one vote for another."""
    hosts = len(web.kind)
    pairs = _host_pairs(web)
    source, target = pairs // hosts, pairs % hosts
    weights = 1 / np.bincount(source, minlength=hosts)[source]
    return rank(csr_array((weights, (source, target)), shape=(hosts, hosts)), np.full(hosts, 1 / hosts))


def check(web: Web, number: int) -> tuple[float, float]:
    """(gain by the adjoint, gain by working everything out again) of one dead page under T1."""
    pages = len(web.host)
    even = np.full(pages, 1 / pages)
    matrix = _matrix(web, np.where(web.flags & NOFOLLOW, 0.0, 1.0))
    told = _inflow(web, matrix, even) * _onwards(web, matrix)
    of_site = web.host == web.host[web.dead[number]]
    live = of_site.copy()
    live[web.dead] = False
    moved = matrix.tolil()
    moved[web.dead[number], web.heir[number]] = 1 / DAMPING  # a redirect loses nothing
    before, after = rank(matrix, even)[live].sum(), rank(moved.tocsr(), even)[live].sum()
    teleported = even[web.dead[number]] * (1 - DAMPING) * _onwards(web, matrix)[number]
    return float(told[number]), float(after - before - teleported)


def _matrix(web: Web, weights: Floats) -> csr_array:
    """Row d to column e: the share of d's rank that its link to e carries. Links without weight count as places."""
    pages = len(web.host)
    total = np.bincount(web.source, np.maximum(weights, (weights == 0) * 1.0), minlength=pages)
    return csr_array((weights / total[web.source], (web.source, web.target)), shape=(pages, pages))


def _inflow(web: Web, matrix: csr_array, teleport: Floats) -> Floats:
    """What flows into each dead page."""
    inflow: Floats = DAMPING * (matrix.T.tocsr() @ rank(matrix, teleport))
    return inflow[web.dead]


def _onwards(web: Web, matrix: csr_array) -> Floats:
    """How much rank the live pages of its site gain from one unit at the heir of each dead page."""
    ones = np.stack([web.host == site for site in web.sites], axis=1).astype(float)
    ones[web.dead] = 0.0
    value = ones
    for _ in range(ROUNDS):
        value = ones + DAMPING * (matrix @ value)
    column = {int(site): place for place, site in enumerate(web.sites)}
    places = [column[int(web.host[page])] for page in web.dead]
    gains: Floats = value[web.heir, places]
    return gains


def _host_pairs(web: Web) -> Ints:
    """Pairs of hosts with a followed link between them, as one number each."""
    hosts = len(web.kind)
    source, target = web.host[web.source], web.host[web.target]
    kept = (source != target) & ((web.flags & NOFOLLOW) == 0)
    pairs: Ints = np.unique(source[kept] * hosts + target[kept])
    return pairs


def _votes(web: Web) -> Floats:
    """One vote a domain: each host that links to a dead page gives what it gives to every host that it links to."""
    hosts, pages = len(web.kind), len(web.host)
    given = np.bincount(_host_pairs(web) // hosts, minlength=hosts)
    source, target = web.host[web.source], web.target
    kept = (source != web.host[target]) & ((web.flags & NOFOLLOW) == 0)
    pairs = np.unique(source[kept] * pages + target[kept])
    voters, voted = pairs // pages, pairs % pages
    weights = (domain_rank(web) / np.maximum(given, 1))[voters]
    votes = np.bincount(voted, weights, minlength=pages).astype(np.float64)
    return votes[web.dead]
