"""Whether two versions of the matcher say the same: answers, candidates and measures on the benchmark's real sites.

    PYTHONPATH=OTHER/src python -m benchmarks.matching.same save FILE    # what another checkout says
    python -m benchmarks.matching.same compare FILE                      # ends with 1 when this one says otherwise

For changes that are to make the matcher quicker and nothing else: a measure may differ by rounding (1e-9).
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.matching.sites import BenchSite, masked_text, read_sites, shared_folder

from linkreclaim.match import Matcher
from linkreclaim.match.search import Search

ROUNDING = 1e-9
Said = Mapping[str, Any]


def main() -> None:
    """Save, or compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("save", "compare"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    parser.add_argument("--only", nargs="*", help="names of sites; default: all")
    arguments = parser.parse_args()
    sites = [site for site in read_sites(arguments.sites) if not arguments.only or site.name in arguments.only]
    said = {key: value for site in sites for key, value in _said(site)}
    if arguments.task == "save":
        np.savez_compressed(arguments.file, allow_pickle=False, **said)
        return
    with np.load(arguments.file, allow_pickle=False) as before:
        same = [_same(site, before, said) for site in sites]
    sys.exit(0 if all(same) else 1)


def _said(site: BenchSite) -> Iterator[tuple[str, Any]]:
    """All that the matcher says of a site, as named arrays."""
    dead = [case.dead for case in masked_text(site)]
    matcher = Matcher(site.pages, site.home)
    found = list(Search(matcher.site, dead))
    yield f"{site.name}/answers", np.array([json.dumps(astuple(match)) for match in matcher.match(dead)])
    yield f"{site.name}/rows", np.concatenate([one.rows for one in found])
    yield f"{site.name}/counts", np.array([len(one.rows) for one in found])
    yield f"{site.name}/names", np.array(list(found[0].measures))
    yield f"{site.name}/measures", np.concatenate([np.stack(list(one.measures.values()), axis=1) for one in found])


def _same(site: BenchSite, before: Said, now: Said) -> bool:
    pairs = {
        name: (before[f"{site.name}/{name}"], now[f"{site.name}/{name}"]) for name in ("answers", "rows", "counts")
    }
    same = {name: np.array_equal(*pair) for name, pair in pairs.items()}
    apart = _apart(before, now, site.name) if same["rows"] else np.inf
    other = int((pairs["answers"][0] != pairs["answers"][1]).sum())
    print(f"{site.name}: {other} of {len(pairs['answers'][0])} answers differ, measures by {apart:.1e} at most")
    return all(same.values()) and apart <= ROUNDING


def _apart(before: Said, now: Said, site: str) -> float:
    if before[f"{site}/names"].tolist() != now[f"{site}/names"].tolist():
        return float("inf")
    one, other = before[f"{site}/measures"], now[f"{site}/measures"]
    apart = np.where(np.isnan(one) & np.isnan(other), 0.0, np.abs(one - other))
    return float(np.nan_to_num(apart, nan=np.inf).max())


if __name__ == "__main__":
    main()
