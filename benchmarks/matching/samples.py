"""Training samples: every case of a site in several states of knowledge, its candidates with their measures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benchmarks.matching.sites import BenchSite, Case, draw, junk, masked_text, opaque, page_key, rough, typos, url_only

from linkreclaim.match.index import Floats, Ints
from linkreclaim.match.search import Search
from linkreclaim.match.site import SiteTable
from linkreclaim.model.pages import LivePage

FEW = 15
"""Dead pages of a small audit: the other dead pages then tell little of how the site moved."""
STATES = ("text", "url", "few", "bare", "opaque")


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Candidates of many cases, one after the other; case n has rows `starts[n]` to `starts[n + 1]`."""

    names: tuple[str, ...]
    measures: Floats
    right: Ints
    starts: Ints
    has_target: Ints
    weights: Floats  # of the cases
    state: Ints
    real: Ints  # 0 for made-up cases


def read_samples(site: BenchSite, others: Sequence[BenchSite], cache: Path | None) -> Samples:
    """The samples of one site; kept in the folder `cache` when one is given."""
    stored = cache / f"{site.name}.npz" if cache else None
    if stored and stored.exists():
        with np.load(stored, allow_pickle=False) as found:
            return Samples(tuple(found["names"].tolist()), *(found[name] for name in Samples.__slots__[1:]))
    samples = _read(site, others)
    if stored:
        np.savez(stored, allow_pickle=False, **{name: np.asarray(getattr(samples, name)) for name in Samples.__slots__})
    return samples


def _read(site: BenchSite, others: Sequence[BenchSite]) -> Samples:
    told = SiteTable(site.pages, site.home)
    bare = SiteTable([LivePage(page.url, lang=page.lang) for page in site.pages], site.home)
    extra = [*junk(site, others), *typos(site, 0.05)]
    text = [*masked_text(site), *extra]
    part = [case for case in rough(site) if draw(case.id, "part") < 0.5]
    groups = [(told, text, 0), (told, [url_only(case) for case in text], 1), (told, opaque(site), 4)]
    for at in range(0, len(part), FEW):
        table, state = (bare, 3) if (at // FEW) % 3 == 2 else (told, 2)
        groups.append((table, part[at : at + FEW], state))
    return _joined([row for group in groups for row in _looked(*group)], site)


Row = tuple[tuple[str, ...], Floats, Ints, bool, int, bool]


def _looked(table: SiteTable, cases: Sequence[Case], state: int) -> Iterable[Row]:
    pages = [case.dead for case in cases]
    for case, found in zip(cases, Search(table, pages), strict=True):
        if not len(found.rows):
            continue
        right = [page_key(table.urls[row]) in case.right for row in found.rows.tolist()]
        measures = np.stack(list(found.measures.values()), axis=1)
        yield tuple(found.measures), measures, np.array(right, np.int64), bool(case.right), state, ":" not in case.id


def _joined(rows: Sequence[Row], site: BenchSite) -> Samples:
    lengths = [len(row[2]) for row in rows]
    weight = min(1.0, (100.0 / len(site.cases)) ** 0.5)
    return Samples(
        names=rows[0][0],
        measures=np.concatenate([row[1] for row in rows]).astype(np.float32),
        right=np.concatenate([row[2] for row in rows]),
        starts=np.concatenate(([0], np.cumsum(lengths))),
        has_target=np.array([row[3] for row in rows], dtype=np.int64),
        weights=np.full(len(rows), weight),
        state=np.array([row[4] for row in rows], dtype=np.int64),
        real=np.array([row[5] for row in rows], dtype=np.int64),
    )
