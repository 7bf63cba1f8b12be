"""Train the page model.

    python -m benchmarks.soft404.train [--corpus FILE] [--out FILE]

Reads the labelled pages (default: LINKRECLAIM_SHARED or ../shared, bench/soft404) and writes
src/linkreclaim/verdict/page_model.npz. Sites kept apart (benchmarks/soft404/corpus.py) are not seen.
"""

import argparse
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from benchmarks.soft404.corpus import Table, default_corpus, read_pages, tabulate
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from linkreclaim.verdict.features import CLASSES
from linkreclaim.verdict.page_model import NOT_FOUND, Floats, PageModel, log_odds

PACKAGED = Path(__file__).resolve().parents[2] / "src/linkreclaim/verdict/page_model.npz"
ROUNDS = 60
PARAMETERS = {
    "objective": "multiclass",
    "num_class": len(CLASSES),
    "learning_rate": 0.1,
    "num_leaves": 8,
    "max_depth": 4,
    "min_data_in_leaf": 10,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 3,
    "num_threads": 1,
    "verbosity": -1,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
}


def main() -> None:
    """Read, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=default_corpus())
    parser.add_argument("--out", type=Path, default=PACKAGED)
    arguments = parser.parse_args()
    table = tabulate(read_pages(arguments.corpus))
    train_model(table, table.trainable).save(arguments.out)


def train_model(table: Table, rows: NDArray[np.bool_]) -> PageModel:
    """Trees of the given rows; the chance of not_found is fitted on what trees said of folds they had not seen."""
    slope, intercept = _fit_chance(table, rows)
    return read_model(train_trees(table, rows), table.names, slope, intercept)


def train_trees(table: Table, rows: NDArray[np.bool_]) -> lgb.Booster:
    """Boosted trees for the six classes."""
    data = lgb.Dataset(table.measures[rows], table.labels[rows], weight=table.weights[rows])
    return lgb.train(PARAMETERS, data, ROUNDS)


def read_model(booster: lgb.Booster, names: tuple[str, ...], slope: float = 1.0, intercept: float = 0.0) -> PageModel:
    """A booster's trees as plain arrays."""
    nodes: list[tuple[int, float, int, int, float]] = []
    roots, depth = [], 0
    for tree in booster.dump_model()["tree_info"]:
        roots.append(len(nodes))
        depth = max(depth, _add_node(nodes, tree["tree_structure"]))
    feature, threshold, left, right, value = zip(*nodes, strict=True)
    return PageModel(
        names=names,
        roots=np.array(roots, dtype=np.int32),
        feature=np.array(feature, dtype=np.int32),
        threshold=np.array(threshold),
        left=np.array(left, dtype=np.int32),
        right=np.array(right, dtype=np.int32),
        value=np.array(value),
        depth=depth,
        slope=slope,
        intercept=intercept,
    )


def unseen_chances(table: Table, rows: NDArray[np.bool_]) -> Floats:
    """For each of the rows the chances that trees give which saw the other folds of them."""
    chances = np.zeros((len(table.labels), len(CLASSES)))
    for fold in np.unique(table.folds[rows]):
        here = rows & (table.folds == fold)
        chances[here] = np.asarray(train_trees(table, rows & ~here).predict(table.measures[here]))
    return chances


def _fit_chance(table: Table, rows: NDArray[np.bool_]) -> tuple[float, float]:
    """Platt's line on the log odds of not_found. Built pages only: they are what a check sees."""
    built = rows & np.array([page.built for page in table.pages])
    odds = log_odds(unseen_chances(table, rows)[built])[:, None]
    line = LogisticRegression(C=100.0).fit(odds, table.labels[built] == NOT_FOUND)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def _add_node(nodes: list[tuple[int, float, int, int, float]], node: dict[str, Any]) -> int:
    """Append a node and all below it; returns the steps to its deepest leaf."""
    at = len(nodes)
    nodes.append((0, 0.0, at, at, float(node.get("leaf_value", 0.0))))
    if "leaf_value" in node:
        return 0
    left = len(nodes)
    left_depth = _add_node(nodes, node["left_child"])
    right = len(nodes)
    right_depth = _add_node(nodes, node["right_child"])
    nodes[at] = (int(node["split_feature"]), float(node["threshold"]), left, right, 0.0)
    return 1 + max(left_depth, right_depth)


if __name__ == "__main__":
    main()
