"""What the records of an old system (`--old`) give to matching.

    python -m benchmarks.old_site [--folds DIR] [--sites DIR] [--limit N] [--only SYSTEM]

Each relaunch is written as the old system's own export, read back with `read_old_pages`, and matched three times: by
the dead URL alone, with what the export says of the page, and with its ids as well. The pages are real (old text and
the page that replaced it, of the redirect benchmark) and made up (shops whose goods differ in a word); the old
addresses, ids and exports are made up. With `--folds` (made by benchmarks.matching.train) each real site is matched by
a model that never saw it. Prints, for each system and each way in which the new site shows ids, the right first
answers, and precision and coverage of what is stated at 0.95 or above.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from benchmarks.matching.sites import home_url, page_key, shared_folder
from benchmarks.old_site.records import SYSTEMS, OldSystem
from benchmarks.old_site.stories import REAL_SITES, Relaunch, relaunches

from linkreclaim.inventory.old_pages import read_old_pages
from linkreclaim.match import Matcher, MatchModel
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import Capture, DeadPage, LivePage
from linkreclaim.urls import match_key

WAYS = ("none", "kept", "messy", "anew")
"""How the new site shows ids: not at all; those of the old one; those with errors (a tenth of the pages without, a
twentieth with another's, lists of twelve goods, pairs sold as one); numbers that begin again."""
KNOWN = ("URL alone", "--old without ids", "--old")


@dataclass
class Tally:
    """Counts of one line of the table."""

    with_target: int = 0
    right: int = 0
    said95: int = 0
    said95_right: int = 0
    gone: int = 0
    gone_said95: int = 0

    def add(self, match: Match, right: frozenset[str]) -> None:
        """Count one answer."""
        hit = match.target_url is not None and page_key(match.target_url) in right
        said = match.target_url is not None and match.confidence_0_1 >= 0.95
        self.with_target += bool(right)
        self.right += hit
        self.said95 += said
        self.said95_right += said and hit
        self.gone += not right
        self.gone_said95 += said and not right

    def row(self) -> str:
        """The figures of the line."""
        cells = (
            (self.right, self.with_target),
            (self.said95_right, self.said95),
            (self.said95_right, self.with_target),
            (self.gone - self.gone_said95, self.gone),
        )
        shares = "".join(f"{part / whole:>10.3f}" if whole else f"{'-':>10}" for part, whole in cells)
        return f"{self.with_target:>8}{self.gone:>6}{shares}"


def main() -> None:
    """The whole table."""
    arguments = _arguments()
    models = _fold_models(arguments.folds)
    shipped = MatchModel.load()
    told = list(relaunches(arguments.sites, REAL_SITES, arguments.limit))
    print(
        f"{'system':<15}{'pages':<9}{'ids':<7}{'known':<19}{'target':>8}{'gone':>6}{'top1':>10}{'said95':>10}", end=""
    )
    print(f"{'coverage':>10}{'none_ok':>10}")
    for system in [arguments.only] if arguments.only else SYSTEMS:
        for real in (True, False):
            chosen = [one for one in told if one.site.startswith("shop-") is not real]
            for way in WAYS:
                tallies = {known: Tally() for known in KNOWN}
                for one in chosen:
                    measure(system, way, one, models.get(one.site, shipped), tallies)
                for known in KNOWN if way == "none" else KNOWN[2:]:
                    print(f"{system:<15}{'real' if real else 'made up':<9}{way:<7}{known:<19}{tallies[known].row()}")


def measure(system: str, way: str, relaunch: Relaunch, model: MatchModel, tallies: dict[str, Tally]) -> None:
    """Match one relaunch in every state of knowledge (URL and words only where the new site shows no ids)."""
    random = Random(f"{system} {relaunch.site}")
    old = SYSTEMS[system](relaunch.stories, random)
    matcher = Matcher(with_ids(way, old, relaunch, random), home_url(), model)
    captures = read_back(old)
    full = [dead_page(url, captures.get(match_key(url) or "")) for url in old.urls]
    states = {"--old": full}
    if way == "none":
        states |= {"URL alone": [DeadPage(url) for url in old.urls]}
        states |= {"--old without ids": [replace(one, ids=()) for one in full]}
    for known, dead in states.items():
        for match, story in zip(matcher.match(dead), relaunch.stories, strict=True):
            tallies[known].add(match, story.right)


def read_back(old: OldSystem) -> dict[str, Capture]:
    """The captures of an export by match key, as an audit would look them up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "old.export"
        path.write_text(old.export, encoding="utf-8")
        rows = [row for row in read_old_pages(path, home_url()) if isinstance(row, Capture)]
    return {match_key(row.url) or "": row for row in reversed(rows)}


def dead_page(url: str, capture: Capture | None) -> DeadPage:
    """A dead page as an audit asks for it."""
    if capture is None:
        return DeadPage(url)
    return DeadPage(url, capture.title, capture.text, capture.headings, lang=capture.lang, ids=capture.ids)


def with_ids(way: str, old: OldSystem, relaunch: Relaunch, random: Random) -> list[LivePage]:
    """The new site's pages with the ids that they show."""
    shown: dict[str, list[str]] = {}
    for story, own in zip(relaunch.stories, old.ids, strict=True):
        for key in sorted(story.right)[:1]:
            shown.setdefault(key, []).append(own)
    if way == "messy":
        shown = dict(_spoilt(shown, old.ids, sorted(page_key(page.url) for page in relaunch.live), random))
    elif way == "anew":
        numbers = random.sample(sorted(old.ids), k=len(old.ids))
        shown = {page_key(page.url): [one] for page, one in zip(relaunch.live, numbers, strict=False)}
    elif way == "none":
        shown = {}
    return [replace(page, ids=tuple(shown.get(page_key(page.url), ()))) for page in relaunch.live]


def _spoilt(
    shown: dict[str, list[str]], ids: Sequence[str], pages: Sequence[str], random: Random
) -> Iterator[tuple[str, list[str]]]:
    for key, own in shown.items():
        kind = random.random()
        if kind >= 0.1:
            swapped = [random.choice(ids)] if kind < 0.15 else own
            yield key, [*swapped, random.choice(ids)] if kind > 0.9 else swapped
    for key in random.sample(pages, k=max(1, len(pages) // 20)):
        if key not in shown:
            yield key, random.sample(sorted(ids), k=min(12, len(ids)))


def _fold_models(folder: Path | None) -> dict[str, MatchModel]:
    if folder is None:
        return {}
    files = json.loads((folder / "folds.json").read_text(encoding="utf-8"))
    loaded = {file: MatchModel.load(folder / file) for file in set(files.values())}
    return {site: loaded[file] for site, file in files.items()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    parser.add_argument("--limit", type=int, default=120, help="old pages of each site")
    parser.add_argument("--only", choices=sorted(SYSTEMS))
    return parser.parse_args()


if __name__ == "__main__":
    main()
