"""Which order of lost pages regains most: counts, vendors' metrics, and what linkreclaim makes of them.

    python -m benchmarks.equity.experiment [--seeds 101,102,103,104,105] [--check]

Made-up webs, in which the true gain of each redirect can be worked out under four ideas of how search engines count
(`truths`). A cell: NDCG@10 / Kendall's tau-b / share of the ten best gains that the ten chosen pages bring, means over
the sites. Needs scipy (of the `train` tools). `--check` compares some gains with a whole re-run after the redirect.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, stdev

import numpy as np
from benchmarks.equity.export import Row, make_export, partly_read
from benchmarks.equity.methods import METHODS, Score, rows_by_page
from benchmarks.equity.truths import check, truths
from benchmarks.equity.web import Floats, Ints, Web, make_web
from scipy.stats import kendalltau

SEEDS = (101, 102, 103, 104, 105)
"""Drawn once; constants were tried on seeds 1 to 4 only."""
TOP = 10
PARTLY_READ_0_1 = 0.5

Cell = tuple[float, float, float]
Table = Mapping[str, Mapping[str, Sequence[Cell]]]
"""method -> truth -> a cell for each site."""


def run(seeds: Sequence[int], methods: Mapping[str, Score], read_0_1: float = 1.0) -> Table:
    """Try the methods on all sites of some webs."""
    table: dict[str, dict[str, list[Cell]]] = {name: defaultdict(list) for name in ("random", *methods)}
    for seed in seeds:
        web = make_web(seed)
        rows = rows_by_page(partly_read(make_export(web, seed), read_0_1, seed))
        gains = dict(truths(web))
        for name, site_scores in _scores(web, rows, methods, seed):
            for truth, of_all in gains.items():
                for places, scores in site_scores:
                    table[name][truth].append(measure(of_all[places], scores))
    return table


def _scores(
    web: Web, rows: Mapping[int, list[Row]], methods: Mapping[str, Score], seed: int
) -> list[tuple[str, list[tuple[Ints, Floats]]]]:
    """Of each method and site: the places of its dead pages, and their scores with ties broken by lot."""
    draw = np.random.default_rng((seed, 3))
    lots = draw.random(len(web.dead))
    sites = [np.flatnonzero(web.host[web.dead] == site) for site in web.sites]

    def of(score: Callable[[int], float]) -> list[tuple[Ints, Floats]]:
        values = np.array([score(number) for number in range(len(web.dead))])
        spread = np.argsort(np.lexsort((lots, values))).astype(float)
        return [(places, np.stack([values[places], spread[places]])) for places in sites]

    found = [("random", of(lambda number: float(lots[number])))]
    for name, method in methods.items():
        found.append((name, of(lambda number, method=method: float(method(rows.get(number, []))))))  # type: ignore[misc]
    return found


def measure(gains: Floats, scores: Floats) -> Cell:
    """(NDCG@10, tau-b, share of the ten best gains) of one site; the second row of scores has no ties."""
    values, order = scores[0], np.argsort(-scores[1])
    discount = 1 / np.log2(np.arange(TOP) + 2)
    best = np.sort(gains)[::-1][:TOP]
    chosen = gains[order][:TOP]
    cut = discount[: len(best)]
    tau = kendalltau(values, gains).statistic
    return (
        float((chosen * cut).sum() / (best * cut).sum()),
        0.0 if np.isnan(tau) else float(tau),
        float(chosen.sum() / best.sum()),
    )


def show(table: Table) -> None:
    """Print a table as Markdown."""
    names = list(next(iter(table.values())))
    print(f"| method | {' | '.join(names)} | worst NDCG@10 |")
    print("|---" * (len(names) + 2) + "|")
    for method, cells in table.items():
        means = [[fmean(column) for column in zip(*cells[name], strict=True)] for name in names]
        words = " | ".join(f"{ndcg:.2f} / {tau:.2f} / {share:.0%}" for ndcg, tau, share in means)
        print(f"| {method} | {words} | {min(mean[0] for mean in means):.2f} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)))
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    seeds = [int(seed) for seed in args.seeds.split(",")]
    if args.check:
        web = make_web(seeds[0])
        for number in range(0, len(web.dead), len(web.dead) // 5):
            told, again = check(web, number)
            print(f"gain {told:.4e}, worked out again {again:.4e}")
    table = run(seeds, METHODS)
    show(table)
    cells = [cell[0] for cell in table["ours, read, DR and UR"]["T1"]]
    print(f"\n{len(cells)} sites; standard error of an NDCG@10: {stdev(cells) / len(cells) ** 0.5:.3f}")
    print(f"\nWhere {PARTLY_READ_0_1:.0%} of the linking pages could be read:\n")
    show(run(seeds, {name: score for name, score in METHODS.items() if "read" in name}, PARTLY_READ_0_1))


if __name__ == "__main__":
    main()
