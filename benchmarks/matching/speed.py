"""Time and memory of the matcher on one large made-up site.

    python -m benchmarks.matching.speed PAGES DEAD [--processes N] [--titles-only] [--sites DIR]

All sites of the benchmark become folders of one site; with more PAGES than they have, they come again under another
first folder. Dead pages are drawn evenly from all sites, old text included. All pages are in memory beforehand, as they
are in an audit; the time to make them is not counted, their memory is. Memory is the proportional share (PSS) of this
process and all below it, looked at up to four times a second (Linux only).
"""

import argparse
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from benchmarks.matching.sites import ORIGIN, BenchSite, home_url, read_sites, shared_folder

from linkreclaim.match import Matcher
from linkreclaim.model.pages import DeadPage, LivePage

LOOK_EVERY_S = 0.25
PAUSES_PER_LOOK = 30
"""The kernel goes through all memory for one look: it may take this share of the time, and no more."""


def main() -> None:
    """Read, match, print."""
    arguments = _arguments()
    sites = read_sites(arguments.sites)
    dead = _dead(sites, arguments.dead)
    pages = [page if not arguments.titles_only else _bare(page) for page in islice(_pages(sites), arguments.pages)]
    with _Memory() as memory:
        started, at_start = time.perf_counter(), _cpu_s()
        matcher = Matcher(pages, home_url(), processes=arguments.processes)
        read, at_read = time.perf_counter(), _cpu_s()
        answered = sum(match.target_url is not None for match in matcher.match(dead))
        ended, at_end = time.perf_counter(), _cpu_s()
    print(
        f"{len(pages):,} pages read in {read - started:.1f} s (CPU {at_read - at_start:.1f} s),"
        f" {len(dead):,} dead pages matched in {ended - read:.1f} s (CPU {at_end - at_read:.1f} s,"
        f" {1000 * (at_end - at_read) / max(1, len(dead)):.2f} ms each), {answered:,} answered;"
        f" wall {ended - started:.1f} s; peak memory {memory.peak_mb:,.0f} MB in all, {memory.before_mb:,.0f} MB before"
    )


class _Memory:
    """The most memory that this process and all below it took together, while inside."""

    def __enter__(self) -> "_Memory":
        self.before_mb = self.peak_mb = _memory_mb()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        pause_s = LOOK_EVERY_S
        while not self._stopped.wait(pause_s):
            started = time.perf_counter()
            self.peak_mb = max(self.peak_mb, _memory_mb())
            pause_s = max(LOOK_EVERY_S, PAUSES_PER_LOOK * (time.perf_counter() - started))


def _memory_mb() -> float:
    below = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return sum(map(_pss_mb, (str(os.getpid()), *below)))


def _pss_mb(process: str) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:  # ended meanwhile
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def _cpu_s() -> float:
    """CPU time of this process and of those that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _pages(sites: Sequence[BenchSite]) -> Iterator[LivePage]:
    for turn in count():
        for site in sites:
            front = f"{ORIGIN}/{site.name}" if turn == 0 else f"{ORIGIN}/mirror-{turn}/{site.name}"
            for page in site.pages:
                url = page.url.replace(ORIGIN, front, 1)
                yield replace(page, url=url, title=_own(page.title), text=_own(page.text))


def _own(text: str) -> str:
    """The same text in memory of its own: pages of a real site share none."""
    return text.encode().decode()


def _bare(page: LivePage) -> LivePage:
    return LivePage(page.url, page.title)


def _dead(sites: Sequence[BenchSite], wanted: int) -> list[DeadPage]:
    dead = [
        replace(case.dead, url=case.dead.url.replace(ORIGIN, f"{ORIGIN}/{site.name}", 1))
        for site in sites
        for case in site.cases
    ]
    step = max(1, len(dead) // max(1, wanted))
    return (dead[::step] * (wanted // len(dead[::step]) + 1))[:wanted]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=int)
    parser.add_argument("dead", type=int)
    parser.add_argument("--processes", type=int, help="how many may work at once; default: all usable processors")
    parser.add_argument("--titles-only", action="store_true", help="an inventory of URLs and titles")
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    return parser.parse_args()


if __name__ == "__main__":
    main()
