"""Train the match model.

    python -m benchmarks.matching.train [--sites DIR] [--out FILE] [--folds DIR] [--cache DIR]

Reads the redirect benchmark (default: LINKRECLAIM_SHARED or ../shared, bench/redirects) and writes
src/linkreclaim/match/model.npz. With --folds it also writes one model per fold into DIR (fold_0.npz, ...) and
folds.json, which names for each site the model that saw neither it nor another site of its publisher.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from benchmarks.matching.samples import Samples, read_samples
from benchmarks.matching.sites import FOLDS, folds, read_sites, shared_folder
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from linkreclaim.match.index import Floats
from linkreclaim.match.model import MatchModel, summary
from linkreclaim.match.trees import Trees

PACKAGED = Path(__file__).resolve().parents[2] / "src/linkreclaim/match/model.npz"
ROUNDS = 150
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 31,
    "max_depth": 8,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "num_threads": 1,
    "verbosity": -1,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
}
HARD = 8
EASY_SHARE = 0.2
"""Of each case's wrong candidates the eight nearest are kept, and a fifth of the others with five times the weight."""
MADE_UP_WEIGHT = 0.5


def main() -> None:
    """Read, train, write."""
    arguments = _arguments()
    sites = read_sites(arguments.sites)
    if arguments.cache:
        arguments.cache.mkdir(parents=True, exist_ok=True)
    fold_of = folds(sites)
    by_fold: list[list[Samples]] = [[] for _ in range(FOLDS)]
    for site in sites:
        by_fold[fold_of[site.name]].append(read_samples(site, sites, arguments.cache))
    trainer = Trainer(by_fold)
    if arguments.folds:
        arguments.folds.mkdir(parents=True, exist_ok=True)
        for fold in range(FOLDS):
            trainer.model(fold).save(arguments.folds / f"fold_{fold}.npz")
        told = {name: f"fold_{fold}.npz" for name, fold in sorted(fold_of.items())}
        (arguments.folds / "folds.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    trainer.model().save(arguments.out)


class Trainer:
    """Models of the samples of all folds but one, or of all; a ranker is trained once however often it is needed."""

    def __init__(self, by_fold: Sequence[Sequence[Samples]]) -> None:
        self._by_fold = by_fold
        self._rankers: dict[frozenset[int], lgb.Booster] = {}

    def model(self, unseen: int | None = None) -> MatchModel:
        """A ranker, and the confidence fitted on what rankers said of folds that they had not seen."""
        left_out = frozenset(() if unseen is None else (unseen,))
        answers = [
            _answers(one, np.asarray(self._ranker(left_out | {fold}).predict(one.measures, raw_score=True)))
            for fold, samples in enumerate(self._by_fold)
            for one in samples
            if fold not in left_out
        ]
        slopes, intercept = fit_confidence(*(np.concatenate(parts) for parts in zip(*answers, strict=True)))
        names = self._by_fold[0][0].names
        return MatchModel(names, read_trees(self._ranker(left_out)), slopes, intercept)

    def _ranker(self, left_out: frozenset[int]) -> lgb.Booster:
        if left_out not in self._rankers:
            seen = [one for fold, samples in enumerate(self._by_fold) if fold not in left_out for one in samples]
            self._rankers[left_out] = train_ranker(seen)
            print(f"trained {len(self._rankers)}: without folds {sorted(left_out)}", flush=True)
        return self._rankers[left_out]


def train_ranker(samples: Sequence[Samples]) -> lgb.Booster:
    """Boosted trees for "this candidate is right"."""
    kept = [_thinned(one, np.random.default_rng(number)) for number, one in enumerate(samples)]
    measures, right, weights = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return lgb.train(PARAMETERS, lgb.Dataset(measures, right, weight=weights), ROUNDS)


def fit_confidence(summaries: Floats, right: NDArray[Any], weights: Floats) -> tuple[Floats, float]:
    """Slopes and intercept of a logistic line, for summaries as they are."""
    mean, spread = summaries.mean(axis=0), summaries.std(axis=0)
    line = LogisticRegression(C=1.0).fit((summaries - mean) / spread, right, weights)
    slopes = line.coef_[0] / spread
    return slopes, float(line.intercept_[0] - slopes @ mean)


def read_trees(booster: lgb.Booster) -> Trees:
    """A booster's trees as plain arrays."""
    nodes: list[tuple[int, float, int, int, bool, float]] = []
    roots, depth = [], 0
    for tree in booster.dump_model()["tree_info"]:
        roots.append(len(nodes))
        depth = max(depth, _add_node(nodes, tree["tree_structure"]))
    feature, threshold, left, right, blank_left, value = zip(*nodes, strict=True)
    return Trees(
        roots=np.array(roots, dtype=np.int32),
        feature=np.array(feature, dtype=np.int32),
        threshold=np.array(threshold),
        left=np.array(left, dtype=np.int32),
        right=np.array(right, dtype=np.int32),
        blank_left=np.array(blank_left, dtype=np.bool_),
        value=np.array(value),
        depth=depth,
    )


def _add_node(nodes: list[tuple[int, float, int, int, bool, float]], node: dict[str, Any]) -> int:
    """Append a node and all below it; returns the steps to its deepest leaf."""
    at = len(nodes)
    nodes.append((0, 0.0, at, at, True, float(node.get("leaf_value", 0.0))))
    if "leaf_value" in node:
        return 0
    left = len(nodes)
    left_depth = _add_node(nodes, node["left_child"])
    right = len(nodes)
    right_depth = _add_node(nodes, node["right_child"])
    threshold = float(node["threshold"])
    blank_left = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0.0
    nodes[at] = (int(node["split_feature"]), threshold, left, right, blank_left, 0.0)
    return 1 + max(left_depth, right_depth)


def _thinned(samples: Samples, random: np.random.Generator) -> tuple[Floats, NDArray[Any], Floats]:
    names = samples.names
    near = sum(
        np.nan_to_num(samples.measures[:, names.index(name)]) for name in ("path_ratio", "label_cosine", "text_cosine")
    )
    lengths = np.diff(samples.starts)
    weights = np.repeat(samples.weights, lengths)
    rank = np.concatenate([np.argsort(np.argsort(-part)) for part in np.split(near, samples.starts[1:-1])])
    easy = (rank >= HARD) & (samples.right == 0)
    kept = ~easy | (random.random(len(easy)) < EASY_SHARE)
    return samples.measures[kept], samples.right[kept], np.where(easy, weights / EASY_SHARE, weights)[kept]


def _answers(samples: Samples, scores: Floats) -> tuple[Floats, NDArray[Any], Floats]:
    """For each case the summary of its scores, whether its best candidate is right, and its weight."""
    parts = np.split(scores, samples.starts[1:-1])
    best = samples.starts[:-1] + np.array([int(part.argmax()) for part in parts])
    weights = samples.weights * np.where(samples.real == 1, 1.0, MADE_UP_WEIGHT)
    return np.stack([summary(part) for part in parts]), samples.right[best], weights


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    parser.add_argument("--out", type=Path, default=PACKAGED)
    parser.add_argument("--folds", type=Path, help="also write one model per fold into this folder")
    parser.add_argument("--cache", type=Path, help="keep the candidates of each site here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
