"""Time and memory of the matcher on one large made-up site.

    python -m benchmarks.matching.speed PAGES DEAD [--sites DIR]

All sites of the benchmark become folders of one site; with more PAGES than they have, they come again under another
first folder. Dead pages are drawn evenly from all sites, old text included.
"""

import argparse
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from benchmarks.matching.sites import ORIGIN, BenchSite, home_url, read_sites, shared_folder

from linkreclaim.match import Matcher
from linkreclaim.model.pages import DeadPage, LivePage


def main() -> None:
    """Read, match, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=int)
    parser.add_argument("dead", type=int)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    arguments = parser.parse_args()
    sites = read_sites(arguments.sites)
    dead = _dead(sites, arguments.dead)
    started = time.process_time()
    matcher = Matcher(islice(_pages(sites), arguments.pages), home_url())
    read = time.process_time()
    answered = sum(match.target_url is not None for match in matcher.match(dead))
    matched = time.process_time()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{arguments.pages:,} pages read in {read - started:.1f} s, {len(dead):,} dead pages matched in "
        f"{matched - read:.1f} s ({1000 * (matched - read) / len(dead):.2f} ms each, CPU time of one core), "
        f"{answered:,} answered; peak memory {peak_mb:,.0f} MB, the benchmark's own data included"
    )


def _pages(sites: Sequence[BenchSite]) -> Iterator[LivePage]:
    for turn in count():
        for site in sites:
            front = f"{ORIGIN}/{site.name}" if turn == 0 else f"{ORIGIN}/mirror-{turn}/{site.name}"
            yield from (replace(page, url=page.url.replace(ORIGIN, front, 1)) for page in site.pages)


def _dead(sites: Sequence[BenchSite], wanted: int) -> list[DeadPage]:
    dead = [
        replace(case.dead, url=case.dead.url.replace(ORIGIN, f"{ORIGIN}/{site.name}", 1))
        for site in sites
        for case in site.cases
    ]
    step = max(1, len(dead) // wanted)
    return (dead[::step] * (wanted // len(dead[::step]) + 1))[:wanted]


if __name__ == "__main__":
    main()
