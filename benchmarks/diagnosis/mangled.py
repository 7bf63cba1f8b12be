"""Measure repairs: live URLs of real sites, damaged in each documented way, and dead pages that must be left alone.

    python -m benchmarks.diagnosis.mangled [--sites DIR] [--each 20] [--show wrong]

Per kind of damage: how many were asked about, repaired to the very URL, left alone, and repaired to another URL; then
held-out pages, which are no damaged form of anything, so that every repair of one is wrong; real old URLs of the sites,
which their owners redirected (most of them moved, so that most are left to the matcher); and scanner requests.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.diagnosis.mangling import MANGLES, expected
from benchmarks.matching.sites import read_rows, shared_folder

from linkreclaim.diagnosis import Repairer
from linkreclaim.urls import match_key

SEED = 20261122
HELD_OUT_0_1 = 0.1
HELD_OUT = "held-out page"
OLD = "real old URL"
SCANNED = "scanner request"
_SCANS = (
    *(
        "/xmlrpc.php",
        "/.env",
        "/.git/config",
        "/wp-login.php",
        "/wp-admin/install.php",
        "/backup.zip",
        "/admin.php.bak",
    ),
    *("/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/cgi-bin/luci", "/phpmyadmin/", "/?id=1+UNION+SELECT+1"),
)


def main() -> None:
    """The table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=Path, default=None)
    parser.add_argument("--each", type=int, default=20, help="URLs of each site and kind")
    parser.add_argument("--show", default="", help="print these: wrong, left, or e.g. 'wrong case'")
    arguments = parser.parse_args()
    folder = arguments.sites or shared_folder() / "bench" / "redirects"
    counts: Counter[tuple[str, str]] = Counter()
    for site in sorted(path for path in folder.iterdir() if path.is_dir()):
        host = f"https://{site.name}.example"
        urls = [host + row["url"] for row in read_rows(site / "inventory.jsonl.gz")]
        draw = Random(f"{SEED} {site.name}")
        cases = [case for case in read_rows(site / "cases.jsonl.gz") if case["new_url"]]
        old = measure_old(urls, draw.sample(cases, min(len(cases), 5 * arguments.each)), host)
        for kind, outcome, words in chain(measure(urls, arguments.each, draw), old):
            counts[kind, outcome] += 1
            if arguments.show and arguments.show in (outcome, f"{outcome} {kind}"):
                print(kind, *words)
    print_table(counts)


def measure(urls: Sequence[str], each: int, draw: Random) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """(kind, outcome, what it was repaired to) of damaged URLs of one site."""
    held = set(draw.sample(list(urls), int(len(urls) * HELD_OUT_0_1)))
    live = [url for url in urls if url not in held]
    keys = {match_key(url) for url in live}
    repairer = Repairer(live)
    for kind, mangle in MANGLES.items():
        for url in draw.sample(live, min(each, len(live))):
            damaged = mangle(url, draw)
            if damaged is not None and match_key(damaged.rstrip(".…")) not in keys:
                yield kind, *judge(repairer, damaged, expected(url, kind))
    for url in sorted(held)[: each * 3]:
        yield HELD_OUT, *judge(repairer, url, "")
    for path in _SCANS:
        yield SCANNED, *judge(repairer, live[0].split("/", 3)[0] + "//" + live[0].split("/")[2] + path, "")


def measure_old(
    urls: Sequence[str], cases: Sequence[dict[str, Any]], host: str
) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """The same of real old URLs; any page that is as good as the owner's target is right."""
    repairer = Repairer(urls)
    keys = {match_key(url) for url in urls}
    for case in cases:
        if match_key(host + case["old_url"]) not in keys:
            found = [judge(repairer, host + case["old_url"], host + new) for new in (case["new_url"], *case["also_ok"])]
            yield OLD, *next((each for each in found if each[0] == "right"), found[0])


def judge(repairer: Repairer, damaged: str, meant: str) -> tuple[str, tuple[str, str]]:
    """How a repair ended."""
    repair = repairer.repair_text(damaged)
    got = "" if repair is None else repair.url
    right = got == meant or (
        bool(got) and match_key(got) == match_key(meant) and got.partition("#")[2] == meant.partition("#")[2]
    )
    outcome = "right" if right else "left" if repair is None else "wrong"
    return outcome, (damaged, f"-> {got} ({'' if repair is None else repair.kind})")


def print_table(counts: Counter[tuple[str, str]]) -> None:
    """A line a kind, and sums."""
    print(f"{'damage':<22}{'asked':>7}{'right':>7}{'left':>7}{'wrong':>7}{'right %':>9}{'wrong %':>9}")
    kinds = [*MANGLES, OLD, HELD_OUT, SCANNED]
    for kind in kinds:
        print_line(kind, [counts[kind, outcome] for outcome in ("right", "left", "wrong")])
    sums = [sum(counts[kind, outcome] for kind in MANGLES) for outcome in ("right", "left", "wrong")]
    print_line("all damaged", sums)


def print_line(name: str, numbers: Sequence[int]) -> None:
    """One line of the table."""
    asked = sum(numbers)
    right, left, wrong = numbers
    shares = f"{100 * right / asked:>9.1f}{100 * wrong / asked:>9.1f}" if asked else ""
    print(f"{name:<22}{asked:>7}{right:>7}{left:>7}{wrong:>7}{shares}")


if __name__ == "__main__":
    main()
