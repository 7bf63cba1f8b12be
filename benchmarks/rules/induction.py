"""Measure rule induction: real redirect maps, whole-site migrations made from real sites, the demo, and speed.

    python -m benchmarks.rules.induction [--sites DIR] [--pairs 100000]

Prints five tables: every real map (one-to-one pairs, then all pairs); halves of them (learned on one, asked about the
other); six migrations with noise; the demo's law firm; a large made-up map; and how well weak rules predict.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from benchmarks.matching.sites import read_rows, shared_folder

from linkreclaim.demo.scenes import read_scenes
from linkreclaim.rules import Learned, RuleSet, UrlPair, learn_rules, predict

Result = TypeVar("Result")
SEED = 20231024
NOISE = 0.07  # pages renamed in a migration, and as many deleted


@dataclass(frozen=True, slots=True)
class RealMap:
    """Redirects that a site's owners wrote, and the site's live pages."""

    name: str
    pairs: list[UrlPair]
    live: list[str]


def main() -> None:
    """All tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=Path, default=None)
    parser.add_argument("--pairs", type=int, default=100_000)
    arguments = parser.parse_args()
    folder = arguments.sites or shared_folder() / "bench" / "redirects"
    for kinds in ({"exact"}, None):
        maps = list(read_maps(folder, kinds))
        print(f"\n== real maps, {'one-to-one pairs' if kinds else 'all pairs'}")
        measure_maps(maps)
        measure_halves(maps)
    measure_predictions(maps)
    measure_migrations(folder)
    measure_demo()
    measure_speed(arguments.pairs)


def read_maps(folder: Path, kinds: set[str] | None) -> Iterator[RealMap]:
    """The benchmark's sites; `kinds` None takes every pair with a target."""
    for site in sorted(path for path in folder.iterdir() if path.is_dir()):
        cases = [row for row in read_rows(site / "cases.jsonl.gz") if row["new_url"]]
        pairs = [UrlPair(row["old_url"], row["new_url"]) for row in cases if kinds is None or row["kind"] in kinds]
        yield RealMap(site.name, pairs, [row["url"] for row in read_rows(site / "inventory.jsonl.gz")])


def measure_maps(maps: Sequence[RealMap]) -> None:
    """Lines before and after, and live pages caught."""
    print(
        f"{'site':<24}{'lines':>7}{'after':>7}{'rules':>7}{'accepted':>10}{'covered':>9}{'live caught':>13}"
        f"{'CPU ms':>8}"
    )
    totals: Counter[str] = Counter()
    for one in maps:
        learned, seconds = timed(partial(learn_rules, one.pairs, one.live))
        caught = live_caught(learned, one.live)
        totals.update(lines=len(one.pairs), after=lines_after(learned), caught=caught, rules=len(learned.rules))
        print(map_row(one.name, one.pairs, learned, caught) + f"{seconds * 1000:>8.0f}")
    print(f"{'together':<24}{totals['lines']:>7}{totals['after']:>7}{totals['rules']:>7}{'':>19}{totals['caught']:>13}")


def map_row(name: str, pairs: Sequence[UrlPair], learned: Learned, caught: int) -> str:
    """One line of a table of maps."""
    accepted = sum(rule.verdict == "accepted" for rule in learned.rules)
    covered = sum(rule.coverage_0_1 for rule in learned.rules)
    counts = f"{len(pairs):>7}{lines_after(learned):>7}{len(learned.rules):>7}{accepted:>10}"
    return f"{name:<24}{counts}{covered:>9.0%}{caught:>13}"


def lines_after(learned: Learned) -> int:
    """Rules and exact lines."""
    return len(learned.rules) + len(learned.exact)


def live_caught(learned: Learned, live: Sequence[str]) -> int:
    """Live pages that a rule answers."""
    rules = RuleSet(rule.rule for rule in learned.rules)
    return sum(rules.answer(page) is not None for page in live)


def measure_halves(maps: Sequence[RealMap]) -> None:
    """Learned on one half of each map, asked about the other, both ways."""
    counts: dict[str, Counter[str]] = {"accepted": Counter(), "proposed": Counter()}
    asked = 0
    for one in maps:
        live = set(one.live)
        for side in (0, 1):
            known = [pair for pair in one.pairs if crc32(pair.source.encode()) % 2 == side]
            learned = {rule.rule: rule for rule in learn_rules(known, one.live).rules}
            rules = RuleSet(learned)
            for pair in (pair for pair in one.pairs if crc32(pair.source.encode()) % 2 != side):
                asked += 1
                answer = rules.answer(pair.source)
                if answer:
                    right = answer[1] == pair.target
                    outcome = "right" if right else "wrong page" if answer[1] in live else "no page"
                    counts[learned[answer[0]].verdict][outcome] += 1
    for verdict, count in counts.items():
        fired = sum(count.values())
        shares = ", ".join(
            f"{outcome} {count[outcome] / max(1, fired):.3f}" for outcome in ("right", "wrong page", "no page")
        )
        print(f"held out, {verdict} rules: fire on {fired} of {asked} ({fired / asked:.1%}); {shares}")


def measure_predictions(maps: Sequence[RealMap]) -> None:
    """Every pair asked with its own vote left out; candidates that are no live page are passed over."""
    print("\n== weak rules, leave-one-out, all pairs")
    rights: list[float] = []
    seconds: list[float] = []
    for one in maps:
        predictor, live, hits = predict(one.pairs), set(one.live), 0
        for pair in one.pairs:
            answers, spent = timed(partial(predictor.targets, pair.source, without=pair))
            seconds.append(spent)
            first = next((answer.target for answer in answers if answer.target in live), None)
            hits += first == pair.target
        rights.append(hits / len(one.pairs))
    seconds.sort()
    print(f"first live prediction right: {sum(rights) / len(rights):.3f} macro over {len(rights)} sites")
    median, worst = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    print(f"ms a question: median {median * 1e3:.2f}, 99 % below {worst * 1e3:.2f}")


MIGRATIONS: dict[str, Callable[[list[str], str, random.Random], tuple[str, str]]] = {
    "permalinks": lambda _, name, rnd: (
        f"/posts/{(year := rnd.randint(2009, 2023))}-{(month := rnd.randint(10, 12))}-15-{name}.html",
        f"/{year}/{month}/{name}/",
    ),
    ".html dropped": lambda path, name, _: (f"/{'/'.join([*path, name])}.html", f"/{'/'.join([*path, name])}"),
    "/blog/ to /resources/": lambda path, name, _: (
        f"/blog/{'/'.join([*path, name])}/",
        f"/resources/{'/'.join([*path, name])}/",
    ),
    "dates removed": lambda _, name, rnd: (
        f"/{rnd.randint(2009, 2023)}/{rnd.randint(1, 12):02}/{name}/",
        f"/blog/{name}/",
    ),
    "id kept": lambda _, name, rnd: (f"/p/{(at := rnd.randint(100, 10**7))}-{name}", f"/articles/{at}"),
    "language added": lambda path, name, _: (f"/{'/'.join([*path, name])}/", f"/en/{'/'.join([*path, name])}/"),
}
"""Old and new path of a page, from its folders and its name."""


def migrate(kind: str, inventory: Sequence[str]) -> tuple[list[UrlPair], list[str], list[str]]:
    """Pairs, live pages, and dead URLs of pages that were deleted; the same for the same inventory."""
    rnd = random.Random(SEED)
    pairs, live, deleted = [], [], []
    for page in sorted(inventory):
        *folders, name = [part for part in page.removesuffix(".html").split("/") if part] or [""]
        if not name:
            continue
        old, new = MIGRATIONS[kind](folders, name, rnd)
        luck = rnd.random()
        if luck < NOISE:
            deleted.append(old)
            continue
        if luck < 2 * NOISE:
            new = f"{new.rsplit('/', 2 if new.endswith('/') else 1)[0]}/renamed-{rnd.randint(0, 10**6)}"
        pairs.append(UrlPair(old, new))
        live.append(new)
    sources = {pair.source for pair in pairs}
    return pairs, [page for page in live if page not in sources], deleted


def measure_migrations(folder: Path) -> None:
    """Six migrations of three real sites each, with 7 % of the pages renamed and 7 % deleted."""
    print(f"\n== whole-site migrations, {NOISE:.0%} renamed, {NOISE:.0%} deleted")
    print(
        f"{'migration, site':<44}{'lines':>7}{'after':>7}{'rules':>7}{'regular':>11}{'covered':>9}{'held out':>10}"
        f"{'live':>6}"
    )
    for kind in MIGRATIONS:
        for site in ("raymondcamden", "influxdata", "kittygiraudel"):
            inventory = [row["url"] for row in read_rows(folder / site / "inventory.jsonl.gz")]
            pairs, live, _ = migrate(kind, inventory)
            learned = learn_rules(pairs, live)
            regular = sum("renamed-" not in pair.target for pair in pairs) / len(pairs)
            covered = sum(rule.coverage_0_1 for rule in learned.rules)
            counts = f"{len(pairs):>7}{lines_after(learned):>7}{len(learned.rules):>7}{regular:>11.0%}{covered:>9.0%}"
            held_out = held_out_share(pairs, live)
            print(f"{kind + ', ' + site:<44}{counts}{held_out:>10.3f}{live_caught(learned, live):>6}")


def held_out_share(pairs: Sequence[UrlPair], live: Sequence[str]) -> float:
    """Share of the unrenamed pages of the second half that the rules of the first half lead to their page."""
    known, others = pairs[::2], [pair for pair in pairs[1::2] if "renamed-" not in pair.target]
    rules = RuleSet(rule.rule for rule in learn_rules(known, live).rules)
    right = sum((answer := rules.answer(pair.source)) is not None and answer[1] == pair.target for pair in others)
    return right / max(1, len(others))


def measure_demo() -> None:
    """The law firm of the demo."""
    scene = next(iter(read_scenes()))
    pairs = [UrlPair(page.was, page.path) for page in scene.pages if page.was]
    learned = learn_rules(pairs, [page.path for page in scene.pages])
    print(f"\n== the demo's law firm: {len(pairs)} lines, after {lines_after(learned)}")
    for rule in learned.rules:
        print(f"{rule.verdict}: {rule.description}: {rule.support} pages, {rule.exceptions} exceptions")


def measure_speed(count: int) -> None:
    """A made-up map of many moves."""
    pairs, live = made_up(count)
    learned, seconds = timed(partial(learn_rules, pairs, live))
    print(f"\n== speed: {count} pairs, {len(live)} live pages: {seconds:.1f} CPU s, {lines_after(learned)} lines after")


def made_up(count: int) -> tuple[list[UrlPair], list[str]]:
    """Pairs of five moves, one in ten irregular."""
    rnd = random.Random(SEED)
    words = [
        f"{word}{end}"
        for word in ["red", "blue", "tall", "wide", "new", "old", "best", "top", "fast", "slow"]
        for end in ("", "er", "ing", "s")
    ]
    pairs: dict[str, UrlPair] = {}
    for at in range(count):
        name, folder = "-".join([*rnd.choices(words, k=3), str(at)]), rnd.choice(words)
        old, new = rnd.choice(
            [
                (f"/{rnd.randint(2005, 2023)}/{rnd.randint(1, 12):02}/{name}/", f"/blog/{name}/"),
                (f"/shop/{folder}/{name}.html", f"/products/{folder}/{name}"),
                (f"/docs/v1/{folder}/{rnd.choice(words)}/{name}", f"/docs/{folder}/{name}"),
                (f"/node/{at}", f"/articles/{at}"),
                (f"/{folder}/{name}", f"/en/{folder}/{name}"),
            ]
        )
        if rnd.random() < 0.1:
            new = f"/special/{'-'.join(rnd.choices(words, k=4))}"
        pairs[old] = UrlPair(old, new)
    return list(pairs.values()), [*{pair.target for pair in pairs.values()}, *(f"/live/{at}" for at in range(count))]


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """A result and the CPU seconds it took."""
    started = time.process_time()
    return work(), time.process_time() - started


if __name__ == "__main__":
    main()
