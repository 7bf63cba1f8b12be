"""The trained page model: a plain array file, checked when it is read, run by a few lines of numpy."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkreclaim.array_file import read_arrays, write_arrays
from linkreclaim.verdict.features import CLASSES, FEATURE_VERSION

Floats = NDArray[np.float64]
NOT_FOUND = CLASSES.index("not_found")

_TREE_ARRAYS = ("roots", "feature", "threshold", "left", "right", "value")


@dataclass(frozen=True, slots=True, eq=False)
class PageModel:
    """Boosted trees, one set for each class and round, and a line that makes "not found" a chance.

    Nodes of all trees stand one after the other; a node whose `left` is itself is a leaf. The root of class c in round
    r is `roots[r * len(CLASSES) + c]`. A row goes left where its feature is <= the threshold. `slope` and `intercept`
    turn the log odds of not_found into a chance (Platt), fitted on sites that the trees did not see.
    """

    names: tuple[str, ...]
    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats
    depth: int
    slope: float = 1.0
    intercept: float = 0.0

    @classmethod
    def load(cls, path: Path | None = None) -> "PageModel":
        """Read a model file; the one in the package without a path.

        Raises InputError when the file is not a model, is damaged, or measures something else than this version does.
        """
        if path is not None:
            return _read_model(str(path), path)
        with files("linkreclaim.verdict").joinpath("page_model.npz").open("rb") as stream:
            return _read_model("the packaged page model", stream)

    def save(self, path: Path) -> None:
        """Write the model with its checksum; the same model gives the same bytes."""
        write_arrays(path, self._arrays(), FEATURE_VERSION)

    def scores(self, rows: Floats) -> Floats:
        """The sums of the leaves (rows x classes) that rows of measures, columns as in `names`, fall into."""
        nodes = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        at = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[at, self.feature[nodes]] <= self.threshold[nodes]
            nodes = np.where(goes_left, self.left[nodes], self.right[nodes])
        return np.asarray(self.value[nodes].reshape(len(rows), -1, len(CLASSES)).sum(axis=1), dtype=np.float64)

    def read_one(self, measures: Iterable[float]) -> tuple[list[float], float]:
        """(chance of each class, calibrated chance of not_found) of one page's measures."""
        chances = self.chances(np.array([list(measures)]))
        return chances[0].tolist(), float(self.p_not_found(chances)[0])

    def chances(self, rows: Floats) -> Floats:
        """Chance of each class (rows x classes); that of not_found is calibrated by `p_not_found`, not here."""
        scores = self.scores(rows)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)

    def p_not_found(self, chances: Floats) -> Floats:
        """Calibrated chance of not_found, of rows of `chances`."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * log_odds(chances) + self.intercept))), dtype=np.float64)

    def _arrays(self) -> dict[str, NDArray[Any]]:
        trees = {name: np.asarray(getattr(self, name)) for name in (*_TREE_ARRAYS, "depth", "slope", "intercept")}
        return {"names": np.array(self.names), **trees}


@cache
def page_model() -> PageModel:
    """The packaged model, read once."""
    return PageModel.load()


def log_odds(chances: Floats) -> Floats:
    """Log odds of not_found against all other classes, of rows of chances."""
    p = np.clip(chances[:, NOT_FOUND], 1e-9, 1 - 1e-9)
    return np.asarray(np.log(p / (1 - p)), dtype=np.float64)


def _read_model(name: str, source: Any) -> PageModel:
    arrays = read_arrays(name, source, FEATURE_VERSION)
    return PageModel(
        names=tuple(arrays["names"].tolist()),
        **{array: arrays[array] for array in _TREE_ARRAYS},
        depth=int(arrays["depth"]),
        slope=float(arrays["slope"]),
        intercept=float(arrays["intercept"]),
    )
