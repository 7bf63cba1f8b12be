"""Score the matcher on sites that its models never saw, beside simple baselines.

    python -m benchmarks.matching.score FOLDS_DIR [--sites DIR] [--work DIR] [--methods NAME ...]

FOLDS_DIR comes from `python -m benchmarks.matching.train --folds FOLDS_DIR`. Prepares and scores with the benchmark's
own `matches.py`: with the old text where it is known and with URLs only, each also with three tenths of the one-to-one
pairs told beforehand as redirects that work (`--known 0.3`). Prints one line per method and state, and leaves the
tables by site in the work folder.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.matching.sites import ORIGIN, home_url, read_page, read_rows, shared_folder
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer

from linkreclaim.match import Matcher, MatchModel
from linkreclaim.match.tokens import read_shape
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import DeadPage, LivePage

Known = Sequence[tuple[str, str]]
Method = Callable[[str, list[LivePage], list[DeadPage], Known], Iterable[dict[str, Any]]]
STATES = {
    "text": [],
    "URL only": ["--url-only"],
    "text, known": ["--known", "0.3"],
    "URL only, known": ["--url-only", "--known", "0.3"],
}
"""What is known, as `matches.py prepare` puts it; a method that is not told differs in the last two only."""
COLUMNS = ("top1", "hard", "top5", "mrr", "cov95", "said95_precision", "said95_macro_precision", "said95_coverage")
MORE_COLUMNS = ("said95_precision_half_none", "said95_none_ok", "ece")


def main() -> None:
    """Every method in every state."""
    arguments = _arguments()
    methods: dict[str, Method] = {
        "rapidfuzz path": nearest_path,
        "unique equal slug": unique_slug,
        "TF-IDF of path trigrams": path_trigrams,
        "TF-IDF of words": words,
        "linkreclaim, not told": fold_models(arguments.folds, told=False),
        "linkreclaim": fold_models(arguments.folds),
    }
    work = arguments.work or Path(tempfile.mkdtemp(prefix="matching-"))
    print(f"{'method':<42}" + "".join(f"{name.replace('said95_', 's95 ')[:11]:>12}" for name in COLUMNS + MORE_COLUMNS))
    for state, flags in STATES.items():
        for name, method in methods.items():
            if name not in (arguments.methods or methods):
                continue
            folder = work / f"{name} {state}".replace(" ", "-")
            figures = _score(method, arguments.sites, folder, flags)
            cells = "".join(f"{figures[column] or 0.0:>12.3f}" for column in COLUMNS + MORE_COLUMNS)
            print(f"{name + ', ' + state:<42}{cells}  worst site {figures['said95_worst_site']}", flush=True)
    print(f"tables by site: {work}")


def fold_models(folder: Path, *, told: bool = True) -> Method:
    """Our matcher, each site with the model that did not see it; not `told` of the pairs that are known."""
    files = json.loads((folder / "folds.json").read_text(encoding="utf-8"))
    models = {file: MatchModel.load(folder / file) for file in set(files.values())}

    def answer(site: str, pages: list[LivePage], dead: list[DeadPage], known: Known) -> Iterator[dict[str, Any]]:
        for match in Matcher(pages, home_url(), models[files[site]], known if told else ()).match(dead):
            yield _row(match)

    return answer


def nearest_path(_site: str, pages: list[LivePage], dead: list[DeadPage], _known: Known) -> Iterator[dict[str, Any]]:
    """What people do in a spreadsheet: the live path with the highest rapidfuzz ratio, its ratio as confidence."""
    paths = [page.url.removeprefix(ORIGIN) for page in pages]
    for one in dead:
        found = process.extract(one.url.removeprefix(ORIGIN), paths, scorer=fuzz.ratio, limit=5)
        ranked = [{"url": path, "confidence_0_1": score / 100} for path, score, _ in found]
        yield _answer(one.url, ranked)


def unique_slug(_site: str, pages: list[LivePage], dead: list[DeadPage], _known: Known) -> Iterator[dict[str, Any]]:
    """The one live page with the same last segment, at 0.95; else nothing."""
    by_slug: dict[str, list[str]] = {}
    for page in pages:
        by_slug.setdefault(read_shape(page.url).slug, []).append(page.url.removeprefix(ORIGIN))
    for one in dead:
        same = by_slug.get(read_shape(one.url).slug, [])
        yield _answer(one.url, [{"url": same[0], "confidence_0_1": 0.95}] if len(same) == 1 else [])


def path_trigrams(_site: str, pages: list[LivePage], dead: list[DeadPage], _known: Known) -> Iterator[dict[str, Any]]:
    """The live path with the highest TF-IDF cosine over characters in threes; the cosine as confidence."""
    kind = TfidfVectorizer(analyzer="char", ngram_range=(3, 3))
    yield from _nearest(kind, pages, dead, [_path(page.url) for page in pages], [_path(one.url) for one in dead])


def words(_site: str, pages: list[LivePage], dead: list[DeadPage], _known: Known) -> Iterator[dict[str, Any]]:
    """The live page with the highest TF-IDF cosine over the words of URL, title and text; the cosine as confidence."""
    live = [f"{_path(page.url)} {page.title} {page.text}" for page in pages]
    asked = [f"{_path(one.url)} {one.title} {one.text}" for one in dead]
    yield from _nearest(TfidfVectorizer(sublinear_tf=True), pages, dead, live, asked)


def _nearest(
    kind: TfidfVectorizer, pages: list[LivePage], dead: list[DeadPage], live: list[str], asked: list[str]
) -> Iterator[dict[str, Any]]:
    rows = kind.fit_transform(live)
    for one, cosines in zip(dead, kind.transform(asked) @ rows.T, strict=True):
        scores = cosines.toarray()[0]
        best = np.argsort(-scores, kind="stable")[:5].tolist()
        ranked = [{"url": _path(pages[n].url), "confidence_0_1": min(1.0, float(scores[n]))} for n in best if scores[n]]
        yield _answer(one.url, ranked)


def _path(url: str) -> str:
    return url.removeprefix(ORIGIN)


def _row(match: Match) -> dict[str, Any]:
    ranked = [
        {"url": one.url.removeprefix(ORIGIN), "confidence_0_1": one.confidence_0_1, "role": one.role.value}
        for one in match.candidates
    ]
    return _answer(match.url, ranked, answered=match.target_url is not None) | {"reason": match.reason}


def _answer(url: str, ranked: list[dict[str, Any]], *, answered: bool = True) -> dict[str, Any]:
    first = ranked[0] if ranked else {"url": None, "confidence_0_1": 0.0}
    target = first["url"] if answered else None
    confidence = first["confidence_0_1"]
    return {"url": url.removeprefix(ORIGIN), "target_url": target, "confidence_0_1": confidence, "candidates": ranked}


def _score(method: Method, sites: Path, folder: Path, flags: list[str]) -> dict[str, Any]:
    scorer = [sys.executable, str(sites.parent / "matches.py")]
    subprocess.run([*scorer, "prepare", str(sites), str(folder), *flags], check=True, capture_output=True)
    started = time.perf_counter()
    for site in sorted(path.parent for path in folder.glob("*/dead.jsonl")):
        pages = [read_page(row) for row in read_rows(site / "pages.jsonl")]
        dead = [
            DeadPage(ORIGIN + row["url"], row["title"] or "", row["text"] or "")
            for row in read_rows(site / "dead.jsonl")
        ]
        known = _read_known(site / "known.csv")
        lines = (json.dumps(row, ensure_ascii=False) for row in method(site.name, pages, dead, known))
        (site / "matches.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    took_s = time.perf_counter() - started
    told = subprocess.run(
        [*scorer, "score", str(sites), str(folder)], check=True, capture_output=True, text=True
    ).stdout
    (folder / "table.txt").write_text(f"{told}{took_s:.1f} s\n", encoding="utf-8")
    figures: dict[str, Any] = json.loads(told.splitlines()[-1])
    return figures


def _read_known(path: Path) -> Known:
    """Redirects that the site has already."""
    with open(path, encoding="utf-8", newline="") as sheet:
        return [(ORIGIN + row["source"], ORIGIN + row["target"]) for row in csv.DictReader(sheet)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folds", type=Path)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--methods", nargs="*", help="only these, by name as printed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
