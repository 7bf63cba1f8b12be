"""How many pages of the corpus a glance is enough for, and what a full reading says of those.

    python -m benchmarks.soft404.glance [--corpus FILE]

Built pages only. A page that a glance passes and a full reading calls not_found, blocked, maintenance or parked is a
loss; "empty" and "login" change no verdict where a random address gets a 404, which is when a glance counts.
"""

import argparse
import json
import subprocess
from collections import Counter
from pathlib import Path

from benchmarks.soft404.corpus import BODY_BYTES, default_corpus
from benchmarks.soft404.score import interval

from linkreclaim.html import page_facts
from linkreclaim.urls import parse
from linkreclaim.verdict import glance_at
from linkreclaim.verdict.reading import SAYS_NOT_FOUND, read_page_class


def main() -> None:
    """Count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=default_corpus())
    path = parser.parse_args().corpus
    at = parse("https://example.org/some/page.html")
    assert at is not None
    pages: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    otherwise: Counter[tuple[str, str]] = Counter()
    for line in subprocess.run(["zstd", "-dcq", str(path)], check=True, capture_output=True).stdout.splitlines():
        row = json.loads(line)
        if row["provenance"] != "page":
            continue
        body = row["html"].encode()[:BODY_BYTES]
        pages[row["label"]] += 1
        if glance_at(body, "text/html", at) is None:
            continue
        passed[row["label"]] += 1
        reading = read_page_class(page_facts(body, "text/html", at))
        if reading.page_class != "ok" or reading.p_not_found_0_1 >= SAYS_NOT_FOUND:
            otherwise[row["label"], reading.page_class] += 1
    for label, total in pages.most_common():
        low, high = interval(passed[label], total)
        print(f"{label:12} passed {passed[label]} of {total} ({low:.3f}-{high:.3f})")
    for (label, said), count in otherwise.most_common():
        print(f"labelled {label}, passed, but read in full {said}: {count}")


if __name__ == "__main__":
    main()
