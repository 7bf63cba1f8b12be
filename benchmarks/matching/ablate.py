"""What each group of measures is worth: rankers trained without it, asked about sites that they did not see.

    python -m benchmarks.matching.ablate [--sites DIR] [--cache DIR]

Prints the share of right first answers, mean over sites, with the old text and with URLs only, nothing refused. The
cache is that of `benchmarks.matching.train`.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks.matching.samples import STATES, Samples, read_samples
from benchmarks.matching.sites import FOLDS, folds, read_sites, shared_folder
from benchmarks.matching.train import train_ranker

from linkreclaim.match.index import Floats

GROUPS = {
    "contrast among candidates": ("contrast", "foreign"),
    "headings": ("heading_ratio",),
    "hubs and parents": ("folders_in", "candidates_below", "is_ancestor", "children", "parent_ratio"),
    "word sets and numbers": ("set_ratio", "numbers_new", "numbers_gone"),
    "moves of other pages": ("front_support", "front_share", "folder_support", "folder_share"),
    "leads over other candidates": ("_lead",),
    "title": ("title_", "heading_"),
    "text": ("text_cosine", "text_in_text", "text_of_"),
}
"""Parts of the names of the measures that are dropped."""


def main() -> None:
    """A line for all measures, and one without each group."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    parser.add_argument("--cache", type=Path)
    arguments = parser.parse_args()
    sites = read_sites(arguments.sites)
    fold_of = folds(sites)
    by_fold: list[list[Samples]] = [[] for _ in range(FOLDS)]
    for site in sites:
        by_fold[fold_of[site.name]].append(read_samples(site, sites, arguments.cache))
    for name, parts in {"all measures": (), **GROUPS}.items():
        told = top1([[without(one, parts) for one in fold] for fold in by_fold])
        print(f"{name:<30}" + "".join(f"{state} {share:.3f}  " for state, share in told.items()), flush=True)


def without(samples: Samples, parts: Sequence[str]) -> Samples:
    """The samples with the measures blank whose names hold one of the parts."""
    dropped = [any(part in name for part in parts) for name in samples.names]
    return replace(samples, measures=np.where(dropped, np.float32(np.nan), samples.measures))


def top1(by_fold: Sequence[Sequence[Samples]]) -> dict[str, float]:
    """Share of right first answers in the first two states of knowledge, mean over sites."""
    shares: dict[str, list[float]] = {state: [] for state in STATES[:2]}
    for fold, unseen in enumerate(by_fold):
        ranker = train_ranker([one for n, samples in enumerate(by_fold) if n != fold for one in samples])
        for one in unseen:
            first = _first_right(one, np.asarray(ranker.predict(one.measures, raw_score=True)))
            for state, told in enumerate(shares.values()):
                told.append(float(first[(one.state == state) & (one.real == 1) & (one.has_target == 1)].mean()))
    return {state: float(np.mean(told)) for state, told in shares.items()}


def _first_right(samples: Samples, scores: Floats) -> Floats:
    best = [int(part.argmax()) for part in np.split(scores, samples.starts[1:-1])]
    return np.asarray(samples.right[samples.starts[:-1] + np.array(best)], dtype=np.float64)


if __name__ == "__main__":
    main()
