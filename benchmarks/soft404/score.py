"""Score the page model, cross-validated by site, beside its baselines.

    python -m benchmarks.soft404.score [--corpus FILE] [--without-tfidf]

Every figure is out of fold: a page is scored by a model that saw no page of its site; chance and thresholds come from
folds inside the others. "Wordings struck out" leaves out every wording that no page of the other folds uses: a
pessimistic estimate of how the list of wordings does on pages that its writers did not see. Built pages only.
"""

import argparse
import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from benchmarks.soft404.baselines import hand_score, tfidf_scores
from benchmarks.soft404.corpus import FOLDS, Page, Table, default_corpus, read_pages, tabulate
from benchmarks.soft404.train import train_model, unseen_chances
from numpy.typing import NDArray

from linkreclaim.verdict.features import read_signs
from linkreclaim.verdict.page_model import NOT_FOUND, Floats, PageModel
from linkreclaim.verdict.phrases import PhraseBook, read_phrases
from linkreclaim.verdict.reading import SAYS_NOT_FOUND, PageReading, read_with
from linkreclaim.verdict.walls import find_wall_words

VETOES = ("blocked", "login", "maintenance", "empty")
Mask = NDArray[np.bool_]


def main() -> None:
    """Read, train a model a fold, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=default_corpus())
    parser.add_argument("--without-tfidf", action="store_true", help="leave out the slow baseline (some 2 minutes)")
    arguments = parser.parse_args()
    table = tabulate(read_pages(arguments.corpus))
    judged = Judged(table)
    print_systems(judged, not arguments.without_tfidf)
    print_parts(judged)
    print_apart(table, train_model(table, table.trainable))


class Judged:
    """Out-of-fold readings of all pages that are not kept apart."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.asked = np.array([page.built and not page.apart for page in table.pages])
        self.readings: dict[int, PageReading] = {}
        self.struck: dict[int, PageReading] = {}
        self.best_threshold = np.zeros(FOLDS)
        for fold in range(FOLDS):
            self._judge_fold(fold)

    def _judge_fold(self, fold: int) -> None:
        table = self.table
        seen = table.trainable & (table.folds != fold)
        model = train_model(table, seen)
        book = _known_wordings(table, fold)
        for number in np.flatnonzero(self.asked & (table.folds == fold)).tolist():
            page = table.pages[number]
            self.readings[number] = _read(model, page, None)
            self.struck[number] = _read(model, page, book)
        built = seen & np.array([page.built for page in table.pages])
        inner = model.p_not_found(unseen_chances(table, seen)[built])
        self.best_threshold[fold] = best_threshold(inner, table.labels[built] == NOT_FOUND)[0]

    def scores(self, readings: dict[int, PageReading]) -> Floats:
        """p_not_found of every page (0 of those not asked)."""
        found = np.zeros(len(self.table.pages))
        for number, reading in readings.items():
            found[number] = reading.p_not_found_0_1
        return found


def print_systems(judged: Judged, with_tfidf: bool) -> None:
    """One line a system: its best F1, and what it does at its own threshold."""
    table, asked = judged.table, judged.asked
    systems = {
        "page model": judged.scores(judged.readings),
        "  wordings struck out": judged.scores(judged.struck),
        "hand-set weights": np.array([hand_score(page) if page.built else 0.0 for page in table.pages]),
    }
    if with_tfidf:
        systems["TF-IDF, logistic regression"] = _tfidf(judged)
    nested = judged.scores(judged.readings) >= judged.best_threshold[table.folds]
    print(f"{'not_found against the rest':30} best F1 (at)    | at .5: P    R     F1    live called dead")
    for name, scores in systems.items():
        at, f1 = best_threshold(scores[asked], table.labels[asked] == NOT_FOUND)
        print(f"{name:30} {f1:.4f} ({at:.2f})  | {_line(table, asked, scores >= SAYS_NOT_FOUND)}")
    print(f"{'page model, nested threshold':30} {'':14} | {_line(table, asked, nested)}")


def print_parts(judged: Judged) -> None:
    """Folds, groups of languages, classes, and pages that are easily mistaken."""
    table, asked = judged.table, judged.asked
    dead = judged.scores(judged.readings) >= SAYS_NOT_FOUND
    for fold in range(FOLDS):
        here = asked & (table.folds == fold)
        print(f"fold {fold}: best threshold inside {judged.best_threshold[fold]:.2f}; {_line(table, here, dead)}")
    pages = table.pages
    for group in sorted({page.group for page in pages}):
        here = asked & np.array([page.group == group for page in pages])
        print(f"{group:30} {_line(table, here, dead)}")
    for language in sorted({page.language for page in pages}):
        here = asked & np.array([page.language == language for page in pages]) & (table.labels == NOT_FOUND)
        if here.any():
            print(f"  {language}: recall {int((here & dead).sum())} of {int(here.sum())}", end=";")
    print()
    for tag in ("title_like_404", "mentions_404", "short", "no_results_or_out_of_stock"):
        print(f"live, {tag:28} {_share(dead[_tagged(pages, asked, tag)])}")
    for label in (*VETOES, "parked"):
        print(f"called dead of {label:15} {_share(dead[asked & _labelled(pages, (label,))])}")
    print(f"called dead of blocked, login, maintenance, empty: {_share(dead[asked & _labelled(pages, VETOES)])}")
    print_classes(judged)
    print_calibration(judged)
    _print_mistakes(judged, dead)


def print_classes(judged: Judged) -> None:
    """Recall and precision of each class."""
    told = {number: reading.page_class for number, reading in judged.readings.items()}
    for name in ("ok", "not_found", *VETOES, "parked"):
        labelled = {number for number in told if judged.table.pages[number].label == name}
        called = {number for number, page_class in told.items() if page_class == name}
        hits = len(labelled & called)
        print(f"{name:12} recall {hits}/{len(labelled)}, precision {hits}/{len(called)}")


def print_calibration(judged: Judged) -> None:
    """What was promised against what was so, in bins of p_not_found."""
    edges = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 1.01)
    scores, right = judged.scores(judged.readings), judged.table.labels == NOT_FOUND
    for low, high in pairwise(edges):
        here = judged.asked & (scores >= low) & (scores < high)
        if here.any():
            print(f"p {low:.2f}-{min(high, 1):.2f}: {here.sum()} pages, promised {scores[here].mean():.3f}, ", end="")
            print(f"were {right[here].mean():.3f}")


def print_apart(table: Table, model: PageModel) -> None:
    """Sites that neither training nor calibration saw, scored by a model of all the others."""
    here = np.array([page.built and page.apart for page in table.pages])
    scores = np.zeros(len(table.pages))
    for number in np.flatnonzero(here).tolist():
        scores[number] = _read(model, table.pages[number], None).p_not_found_0_1
    sites = len({page.site for page in table.pages if page.built and page.apart})
    print(f"kept apart, {sites} sites: {_line(table, here, scores >= SAYS_NOT_FOUND)}")
    vetoed = here & _labelled(table.pages, VETOES)
    print(f"kept apart, blocked, login, maintenance, empty: {_share((scores >= SAYS_NOT_FOUND)[vetoed])}")


def best_threshold(scores: Floats, right: Mask) -> tuple[float, float]:
    """The threshold with the best F1, and that F1."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + right.sum())
    last_of_ties = np.append(np.diff(scores[order]) != 0, True)
    best = int(np.where(last_of_ties, f1, -1.0).argmax())
    return float(scores[order][best]), float(f1[best])


def interval(count: int, total: int, confidence_0_1: float = 0.95) -> tuple[float, float]:
    """Clopper-Pearson's interval of a share (Biometrika 1934), two-sided."""
    tail = (1 - confidence_0_1) / 2
    low = 0.0 if count == 0 else _bisect(lambda p: 1 - _below(count - 1, total, p) > tail)
    high = 1.0 if count == total else _bisect(lambda p: _below(count, total, p) < tail)
    return low, high


def _below(count: int, total: int, p: float) -> float:
    """Chance of at most `count` in `total`."""
    if not 0 < p < 1:
        return float(p <= 0)
    logs = math.lgamma(total + 1), math.log(p), math.log1p(-p)
    return sum(
        math.exp(logs[0] - math.lgamma(k + 1) - math.lgamma(total - k + 1) + k * logs[1] + (total - k) * logs[2])
        for k in range(count + 1)
    )


def _bisect(reached: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _read(model: PageModel, page: Page, book: PhraseBook | None) -> PageReading:
    if find_wall_words(page.facts) is not None:
        return PageReading("blocked", 0.0)
    return read_with(model, page.facts, page.signs if book is None else read_signs(page.facts, book))


def _known_wordings(table: Table, unseen: int) -> PhraseBook:
    used = {
        hit.phrase
        for page in table.pages
        if page.fold != unseen and not page.apart
        for line in page.signs.lines
        for hit in line.hits
    }
    return PhraseBook(phrase for phrase in read_phrases() if phrase in used)


def _tfidf(judged: Judged) -> Floats:
    table, scores = judged.table, np.zeros(len(judged.table.pages))
    inside = np.array([not page.apart for page in table.pages])
    for fold in range(FOLDS):
        here = judged.asked & (table.folds == fold)
        scores[here] = tfidf_scores(table, inside & (table.folds != fold), here)
    return scores


def _line(table: Table, here: Mask, dead: Mask) -> str:
    right, live = table.labels == NOT_FOUND, _labelled(table.pages, ("ok",))
    hits, called = int((here & dead & right).sum()), int((here & dead).sum())
    total = int((here & right).sum())
    precision, recall = hits / max(called, 1), hits / max(total, 1)
    f1 = 2 * hits / max(called + total, 1)
    return f"P {precision:.3f} R {recall:.3f} ({hits}/{total}) F1 {f1:.4f}, live {_share(dead[here & live])}"


def _share(dead: Mask) -> str:
    low, high = interval(int(dead.sum()), len(dead)) if len(dead) else (0.0, 1.0)
    return f"{int(dead.sum())}/{len(dead)} (95 % {low:.3%} to {high:.3%})"


def _labelled(pages: Iterable[Page], labels: Sequence[str]) -> Mask:
    return np.array([page.label in labels for page in pages])


def _tagged(pages: Sequence[Page], asked: Mask, tag: str) -> Mask:
    return np.array([page.label == "ok" and tag in page.hard for page in pages]) & asked


def _print_mistakes(judged: Judged, dead: Mask) -> None:
    for number, reading in judged.readings.items():
        page = judged.table.pages[number]
        if dead[number] != (page.label == "not_found"):
            print(
                f"wrong: {page.label} {page.language} {page.path[-50:]} p {reading.p_not_found_0_1:.2f} {reading.said}"
            )


if __name__ == "__main__":
    main()
