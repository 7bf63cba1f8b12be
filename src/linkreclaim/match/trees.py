"""Boosted decision trees in plain arrays, run in numpy: all trees and all rows take one step down at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkreclaim.match.index import Floats

ARRAYS = ("roots", "feature", "threshold", "left", "right", "blank_left", "value")
ROWS_AT_ONCE = 4_096
"""Bounds the memory of one step to about 20 MB with 150 trees."""


@dataclass(frozen=True, slots=True, eq=False)
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
        parts = [self._some(rows[at : at + ROWS_AT_ONCE]) for at in range(0, len(rows), ROWS_AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _some(self, rows: Floats) -> Floats:
        nodes = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        row = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            values = rows[row, self.feature[nodes]]
            goes_left = np.where(np.isnan(values), self.blank_left[nodes], values <= self.threshold[nodes])
            nodes = np.where(goes_left, self.left[nodes], self.right[nodes])
        return np.asarray(self.value[nodes].sum(axis=1), dtype=np.float64)


def sigmoid(scores: Floats) -> Floats:
    """Log odds as a probability."""
    return 1.0 / (1.0 + np.exp(-np.clip(scores, -60.0, 60.0)))
