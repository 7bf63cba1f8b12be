"""One scale for the authority of domains, where sources give it in numbers of different makers.

Raw scores of different makers are never averaged: one site gets numbers that differ by single digits up to 50 points (a
study of 150 sites). Where enough domains carry two metrics, one is read through the other: the score that a tenth of
these domains exceed by one metric stands for the score that a tenth of them exceed by the other (a quantile map).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from linkreclaim.equity.metrics import METRIC_WORDS, RANK_METRIC, describe

PAIRS_NEEDED = 30
"""Domains that must carry both metrics before one is read through the other (our judgement: the error of a quantile of
30 is about a tenth of their spread)."""
_KNOTS = 20
_PREFERRED = ("dr", RANK_METRIC)
"""What others are read through, the first that enough domains carry: DR's curve is that of our experiment, and a list
of ranks knows the most domains."""


@dataclass(frozen=True, slots=True)
class _Curve:
    """A monotone map of one metric to another, both 0 to 100, by straight lines between knots."""

    given: tuple[float, ...]
    meant: tuple[float, ...]
    domains: int  # that carry both

    def __call__(self, value: float) -> float:
        bounded = min(max(value, 0.0), 100.0)
        right = min(max(bisect_right(self.given, bounded), 1), len(self.given) - 1)
        low, high = self.given[right - 1], self.given[right]
        part = (bounded - low) / (high - low)
        return self.meant[right - 1] + part * (self.meant[right] - self.meant[right - 1])


@dataclass(frozen=True, eq=False, slots=True)
class Scale:
    """How the domain metrics of one set of sources are read; two scales are never the same one."""

    reference: str = "dr"
    curves: Mapping[str, _Curve] = field(default_factory=dict)

    def read(self, name: str, value_0_100: float) -> float:
        """A metric on the scale of the reference, or as it is where no curve was fitted for it."""
        curve = self.curves.get(name)
        return value_0_100 if curve is None else curve(value_0_100)

    def describe(self, name: str, value_0_100: float) -> str:
        """A metric in words, with what was done to it."""
        curve = self.curves.get(name)
        if curve is None:
            return describe(name, value_0_100, "DR")
        told, meant = METRIC_WORDS.get(name, name), METRIC_WORDS.get(self.reference, self.reference)
        return f"{told} {value_0_100:g} (= {meant} {curve(value_0_100):.0f} by {curve.domains:,} domains with both)"


AS_GIVEN = Scale()
"""Every metric read by the curve of DR, for want of domains that carry two."""


def fit_scale(domains: Iterable[Mapping[str, float]]) -> Scale:
    """The scale for the given domains, each with its metrics by name (0 to 100): those with two or more of them say how
    one is read through the other. Memory: the values given."""
    known = [metrics for metrics in domains if len(metrics) > 1]
    counts = Counter(name for metrics in known for name in metrics)
    reference = _reference(counts)
    if reference is None:
        return AS_GIVEN
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in counts if name != reference}
    for metrics in known:
        if reference in metrics:
            for name in metrics.keys() & pairs.keys():
                pairs[name].append((metrics[name], metrics[reference]))
    fitted = {name: _fit(values) for name, values in sorted(pairs.items()) if len(values) >= PAIRS_NEEDED}
    return Scale(reference, fitted) if fitted else AS_GIVEN


def _reference(counts: Counter[str]) -> str | None:
    for name in _PREFERRED:
        if counts[name] >= PAIRS_NEEDED:
            return name
    often = min(counts.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return often[0] if often[1] >= PAIRS_NEEDED else None


def _fit(pairs: Sequence[tuple[float, float]]) -> _Curve:
    """The quantiles of both sides beside each other; 0 stays 0 and 100 stays 100."""
    given, meant = (sorted(side) for side in zip(*pairs, strict=True))
    knots: dict[float, list[float]] = {0.0: [0.0]}
    for step in range(_KNOTS + 1):
        at = step / _KNOTS * (len(given) - 1)
        knots.setdefault(_between(given, at), []).append(_between(meant, at))
    knots.setdefault(100.0, [])
    knots[100.0] = [100.0]
    knots[0.0] = [0.0]
    places = sorted(knots)
    return _Curve(tuple(places), tuple(sum(knots[x]) / len(knots[x]) for x in places), len(pairs))


def _between(ordered: Sequence[float], at: float) -> float:
    low = min(int(at), len(ordered) - 2)
    value = ordered[low] + (at - low) * (ordered[low + 1] - ordered[low])
    return min(max(value, 0.0), 100.0)
