"""The trained model: a plain array file, checked when it is read, run by a few lines of numpy."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from linkreclaim.array_file import read_arrays, write_arrays
from linkreclaim.match.features import FEATURE_VERSION
from linkreclaim.match.index import Floats
from linkreclaim.match.trees import Trees, sigmoid

ALONE = -8.0
"""Log odds that stand for a second or third candidate where there is none (a chance of 1 in 3,000)."""


@dataclass(frozen=True, slots=True, eq=False)
class MatchModel:
    """Two steps: trees that give each candidate its own log odds, and a line that gives the best one its confidence.

    The second step looks at the best candidate's log odds, its lead over the second and the third, and how much all
    candidates promise together. It is fitted on answers for sites that the trees did not see.
    """

    names: tuple[str, ...]
    ranker: Trees
    slopes: Floats
    intercept: float

    @classmethod
    def load(cls, path: Path | None = None) -> "MatchModel":
        """Read a model file; the one in the package without a path.

        Raises InputError when the file is not a model, is damaged, or measures something else than this version does.
        """
        if path is not None:
            return _read_model(str(path), path)
        packaged = files("linkreclaim.match").joinpath("model.npz")
        with packaged.open("rb") as stream:
            return _read_model("the packaged match model", stream)

    def save(self, path: Path) -> None:
        """Write the model with its checksum."""
        write_arrays(path, self._arrays(), FEATURE_VERSION)

    def candidate_scores(self, measures: Floats) -> Floats:
        """Log odds of each candidate (rows of measures, columns as in `names`)."""
        return self.ranker.scores(measures)

    def confidence(self, summaries: Floats) -> Floats:
        """Chance that the best candidate is right, of `summary` rows."""
        return sigmoid(summaries @ self.slopes + self.intercept)

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "names": np.array(self.names),
            "slopes": self.slopes,
            "intercept": np.array(self.intercept),
            **self.ranker.arrays("ranker_"),
        }


def summary(scores: Floats) -> Floats:
    """What the confidence is made of: the best log odds, the leads over second and third, the log of all chances
    together, and the best one's share of them."""
    best = np.concatenate((np.sort(scores)[::-1][:3], np.full(3, ALONE)))[:3]
    chances = sigmoid(scores)
    total = float(chances.sum()) + 1e-6
    return np.array([best[0], best[0] - best[1], best[0] - best[2], np.log(total), float(chances.max()) / total])


def _read_model(name: str, source: Path | BinaryIO | Any) -> MatchModel:
    arrays = read_arrays(name, source, FEATURE_VERSION)
    return MatchModel(
        names=tuple(arrays["names"].tolist()),
        ranker=Trees.from_arrays(arrays, "ranker_"),
        slopes=arrays["slopes"],
        intercept=float(arrays["intercept"]),
    )
