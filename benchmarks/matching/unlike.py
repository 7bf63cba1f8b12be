"""How often a redirect is called unlike: those that owners chose, and pages picked at random in their place.

    python -m benchmarks.matching.unlike [--folds DIR] [--sites DIR]

Old pages with known text only. Without --folds the packaged model answers, which was trained on these sites, too; with
it, each site gets the model that did not see it (`python -m benchmarks.matching.train --folds DIR`).
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.matching.sites import ORIGIN, Case, home_url, page_key, read_rows, read_site, shared_folder

from linkreclaim.match import Matcher, MatchModel
from linkreclaim.match.likeness import MIN_TEXT_CHARS, find_unlike
from linkreclaim.model.pages import DeadPage, LivePage

RANDOM_PAGES = 2
Asked = tuple[str, DeadPage, LivePage]  # kind, old page, where its redirect leads


def main() -> None:
    """All sites, one line for each kind of redirect; the called ones among the owners' own are listed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench" / "redirects")
    arguments = parser.parse_args()
    models = _models(arguments.folds)
    asked, called = Counter[str](), Counter[str]()
    for folder in sorted(path.parent for path in arguments.sites.glob("*/cases.jsonl.gz")):
        pages = read_site(folder).pages
        rows = list(_redirects(folder, pages))
        matcher = Matcher(pages, home_url(), MatchModel.load(models.get(folder.name)))
        told = find_unlike(matcher, [(dead, final) for _, dead, final in rows])
        for (kind, dead, final), unlike in zip(rows, told, strict=True):
            asked[kind] += 1
            called[kind] += unlike is not None
            if unlike is not None and kind == "chosen by the owner":
                print(f"{folder.name}: {_path(dead.url)} -> {_path(final.url)}, better {_path(unlike.better_url)}")
    for kind, count in asked.items():
        print(f"{kind:<24} {called[kind]:>6,} of {count:,} called unlike")


def _models(folds: Path | None) -> dict[str, Path]:
    if folds is None:
        return {}
    files: dict[str, str] = json.loads((folds / "folds.json").read_text(encoding="utf-8"))
    return {site: folds / name for site, name in files.items()}


def _redirects(folder: Path, pages: tuple[LivePage, ...]) -> Iterator[Asked]:
    """Pairs whose texts are both long enough, the random ones drawn anew in the same way each time."""
    by_key = {page_key(page.url): page for page in pages}
    chosen = {row["id"]: row["new_url"] for row in read_rows(folder / "cases.jsonl.gz")}
    drawn = Random(folder.name)
    for case in read_site(folder).cases:
        target = chosen[case.id]
        kind = "random, a page fits" if target else "random, none fits"
        finals = [("chosen by the owner", by_key.get(page_key(ORIGIN + target)))] if target else []
        finals += [(kind, page) for page in drawn.choices(pages, k=RANDOM_PAGES) if _wrong(case, page)]
        for named, final in finals:
            if final is not None and min(len(case.dead.text), len(final.text)) >= MIN_TEXT_CHARS:
                yield named, case.dead, final


def _wrong(case: Case, page: LivePage) -> bool:
    return page_key(page.url) not in case.right


def _path(url: str) -> str:
    return url.removeprefix(ORIGIN)


if __name__ == "__main__":
    main()
