"""Score the matcher on sites that its models never saw, beside two simple baselines.

    python -m benchmarks.matching.score FOLDS_DIR [--sites DIR] [--work DIR]

FOLDS_DIR comes from `python -m benchmarks.matching.train --folds FOLDS_DIR`. Prepares and scores with the benchmark's
own `matches.py`, once with the old text where it is known and once with URLs only; prints one line per method and
state, and leaves the tables by site in the work folder.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.matching.sites import ORIGIN, home_url, read_page, read_rows, shared_folder
from rapidfuzz import fuzz, process

from linkreclaim.match import Matcher, MatchModel
from linkreclaim.match.tokens import read_shape
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import DeadPage, LivePage

Method = Callable[[str, list[LivePage], list[DeadPage]], Iterable[dict[str, Any]]]
COLUMNS = ("top1", "hard", "top5", "mrr", "cov95", "said95_precision", "said95_macro_precision", "said95_coverage")
MORE_COLUMNS = ("said95_precision_half_none", "said95_none_ok", "ece")


def main() -> None:
    """Every method in both states."""
    arguments = _arguments()
    methods: dict[str, Method] = {
        "rapidfuzz path": nearest_path,
        "unique equal slug": unique_slug,
        "linkreclaim": fold_models(arguments.folds),
    }
    work = arguments.work or Path(tempfile.mkdtemp(prefix="matching-"))
    print(f"{'method':<28}" + "".join(f"{name.replace('said95_', 's95 ')[:11]:>12}" for name in COLUMNS + MORE_COLUMNS))
    for state, flags in (("text", []), ("URL only", ["--url-only"])):
        for name, method in methods.items():
            folder = work / f"{name} {state}".replace(" ", "-")
            figures = _score(method, arguments.sites, folder, flags)
            cells = "".join(f"{figures[column] or 0.0:>12.3f}" for column in COLUMNS + MORE_COLUMNS)
            print(f"{name + ', ' + state:<28}{cells}  worst site {figures['said95_worst_site']}", flush=True)
    print(f"tables by site: {work}")


def fold_models(folder: Path) -> Method:
    """Our matcher, each site with the model that did not see it."""
    files = json.loads((folder / "folds.json").read_text(encoding="utf-8"))
    models = {file: MatchModel.load(folder / file) for file in set(files.values())}

    def answer(site: str, pages: list[LivePage], dead: list[DeadPage]) -> Iterator[dict[str, Any]]:
        for match in Matcher(pages, home_url(), models[files[site]]).match(dead):
            yield _row(match)

    return answer


def nearest_path(_site: str, pages: list[LivePage], dead: list[DeadPage]) -> Iterator[dict[str, Any]]:
    """What people do in a spreadsheet: the live path with the highest rapidfuzz ratio, its ratio as confidence."""
    paths = [page.url.removeprefix(ORIGIN) for page in pages]
    for one in dead:
        found = process.extract(one.url.removeprefix(ORIGIN), paths, scorer=fuzz.ratio, limit=5)
        ranked = [{"url": path, "confidence_0_1": score / 100} for path, score, _ in found]
        yield _answer(one.url, ranked)


def unique_slug(_site: str, pages: list[LivePage], dead: list[DeadPage]) -> Iterator[dict[str, Any]]:
    """The one live page with the same last segment, at 0.95; else nothing."""
    by_slug: dict[str, list[str]] = {}
    for page in pages:
        by_slug.setdefault(read_shape(page.url).slug, []).append(page.url.removeprefix(ORIGIN))
    for one in dead:
        same = by_slug.get(read_shape(one.url).slug, [])
        yield _answer(one.url, [{"url": same[0], "confidence_0_1": 0.95}] if len(same) == 1 else [])


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
        lines = (json.dumps(row, ensure_ascii=False) for row in method(site.name, pages, dead))
        (site / "matches.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    took_s = time.perf_counter() - started
    told = subprocess.run(
        [*scorer, "score", str(sites), str(folder)], check=True, capture_output=True, text=True
    ).stdout
    (folder / "table.txt").write_text(f"{told}{took_s:.1f} s\n", encoding="utf-8")
    figures: dict[str, Any] = json.loads(told.splitlines()[-1])
    return figures


def _read_dead(row: dict[str, Any]) -> DeadPage:
    return DeadPage(ORIGIN + row["url"], row["title"] or "", row["text"] or "", anchors=tuple(row["anchors"]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folds", type=Path)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    parser.add_argument("--work", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
