"""Boosted decision trees in plain arrays, run in numpy: all trees and all rows take one step down at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkreclaim.match.index import Floats

ARRAYS = ("roots", "feature", "threshold", "left", "right", "blank_left", "value")
ROWS_AT_ONCE = 512
"""Rows of one step: with 150 trees its arrays stay in a processor's cache, at some 2 MB. Our judgement."""


@dataclass(frozen=True, eq=False)
class Trees:
    """Nodes of all trees one after the other; a node whose `left` is itself is a leaf.

    A row goes left when its feature is <= the threshold, and where `blank_left` says so when it is blank.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    blank_left: NDArray[np.bool_]
    value: Floats
    depth: int

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> "Trees":
        """Trees out of the named arrays of a model file."""
        found = {name: arrays[prefix + name] for name in ARRAYS}
        return cls(**found, depth=int(arrays[prefix + "depth"]))

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The named arrays of a model file."""
        return {prefix + name: np.asarray(getattr(self, name)) for name in (*ARRAYS, "depth")}

    def scores(self, rows: Floats) -> Floats:
        """The sum of the leaves that each row (n x features, blanks as NaN) falls into: log odds."""
        codes = self._steps.codes(rows)
        parts = [self._some(codes[at : at + ROWS_AT_ONCE]) for at in range(0, len(rows), ROWS_AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _some(self, codes: NDArray[np.int32]) -> Floats:
        steps = self._steps
        flat, first = codes.ravel(), np.arange(len(codes))[:, None] * codes.shape[1]
        nodes = np.broadcast_to(self.roots.astype(np.intp), (len(codes), len(self.roots)))
        for _ in range(self.depth):
            right = flat.take(steps.column.take(nodes) + first) > steps.limit.take(nodes)
            nodes = steps.children.take(2 * nodes + right)
        return np.asarray(self.value[nodes].sum(axis=1), dtype=np.float64)

    @cached_property
    def _steps(self) -> "_Steps":
        return _Steps(self)


class _Steps:
    """The same trees over small whole numbers: how many of a feature's thresholds a value exceeds.

    A blank exceeds all of them, or in a second set of columns none, so that a step down is one comparison.
    """

    def __init__(self, trees: Trees) -> None:
        features = int(trees.feature.max(initial=0)) + 1
        self._thresholds = [np.unique(trees.threshold[trees.feature == number]) for number in range(features)]
        self.column = np.where(trees.blank_left, trees.feature + features, trees.feature).astype(np.intp)
        self.limit = np.zeros(len(trees.feature), dtype=np.int32)
        for number, thresholds in enumerate(self._thresholds):
            own = trees.feature == number
            self.limit[own] = np.searchsorted(thresholds, trees.threshold[own])
        self.children = np.stack((trees.left, trees.right), axis=1).ravel().astype(np.intp)

    def codes(self, rows: Floats) -> NDArray[np.int32]:
        """Each row's values as numbers of exceeded thresholds."""
        count = len(self._thresholds)
        codes = np.empty((len(rows), 2 * count), dtype=np.int32)
        for number, thresholds in enumerate(self._thresholds):
            values = rows[:, number]
            codes[:, number] = np.searchsorted(thresholds, values)
            codes[:, count + number] = np.where(np.isnan(values), -1, codes[:, number])
        return codes


def sigmoid(scores: Floats) -> Floats:
    """Log odds as a probability."""
    return 1.0 / (1.0 + np.exp(-np.clip(scores, -60.0, 60.0)))
