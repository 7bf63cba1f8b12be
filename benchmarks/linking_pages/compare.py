"""Whether the links that we read from saved pages are those of Chromium's DOM.

    python -m benchmarks.linking_pages.compare CORPUS [--pages 1000] [--every 1] [--program chromium]

CORPUS is a zstd file of JSON lines with a page each in `html`. A page is served in the encoding that it declares, where
it can be written in it, else as UTF-8, said in the header. Links are compared as sets of resolved address and of the
rel values that we keep. Prints a line for each page that differs and a summary; ends with 1 where any differs.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.linking_pages.chromium import Chromium, Page, open_chromium, serve

from linkreclaim.html import find_links
from linkreclaim.model.links import Rel
from linkreclaim.urls import parse

_META = re.compile(r"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.IGNORECASE)

Links = frozenset[tuple[str, Rel]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one page's two sets of links do not share."""

    number: int
    missing: Links  # Chromium's alone
    surplus: Links  # ours alone


def read_pages(corpus: Path, every: int = 1) -> Iterator[tuple[str, Page]]:
    """Name and bytes of each page of a corpus that was built as a page (no templates), every nth line."""
    text = subprocess.run(["zstd", "-dcq", corpus], capture_output=True, check=True).stdout
    for line in islice(text.split(b"\n"), 0, None, every):
        row = json.loads(line or b'{"provenance": ""}')
        if row.get("provenance", "page") == "page":
            yield str(row.get("id", "")), as_sent(row["html"])


def as_sent(html: str) -> Page:
    """A page as its server may have sent it: in the encoding that its meta tag names, else in UTF-8."""
    declared = _META.search(html[:1024])
    label = declared[1] if declared else ""
    if label and not label.lower().startswith("utf"):
        try:
            return Page(html.encode(label), "text/html")
        except (UnicodeError, LookupError):
            pass
    return Page(html.encode("utf-8", "replace"), "text/html; charset=utf-8")


def compare(chromium: Chromium, pages: Iterable[Page]) -> Iterator[Difference]:
    """Read each page both ways; a difference without content is a page that agrees."""
    served = list(pages)
    with serve(served) as address:
        for number, page in enumerate(served):
            url = address(number)
            ours, nofollow = our_links(page, url)
            theirs = frozenset((href, _rel(rel) | nofollow) for href, rel in chromium.links(url))
            yield Difference(number, theirs - ours, ours - theirs)


def our_links(page: Page, url: str) -> tuple[Links, Rel]:
    """The links of a page as we read them, and what its robots rules add to each."""
    at = parse(url)
    assert at is not None
    found = find_links(page.body, page.content_type, at, lambda link: True)
    nofollow = Rel.NOFOLLOW if found.nofollow_page else Rel.NONE
    return frozenset((link.target_url, link.rel) for link in found.links), nofollow


def _rel(tokens: str) -> Rel:
    """The values of a rel attribute that weaken a link; Google takes spaces and commas between them."""
    values = set(re.split(r"[\t\n\f\r ,]+", tokens.lower()))
    named = {"nofollow": Rel.NOFOLLOW, "ugc": Rel.UGC, "sponsored": Rel.SPONSORED}
    return Rel(sum(named[value] for value in values & named.keys()))


def main() -> int:
    """Compare a corpus; 1 where a page differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--program", default="chromium")
    args = parser.parse_args()
    program = shutil.which(args.program)
    if program is None:
        parser.error(f"{args.program} is not installed")
    rows = list(islice(read_pages(args.corpus, args.every), args.pages))
    started = time.monotonic()
    differing = 0
    with open_chromium(Path(program)) as chromium:
        for difference in compare(chromium, (page for _, page in rows)):
            if difference.missing or difference.surplus:
                differing += 1
                print(
                    json.dumps(
                        {
                            "page": rows[difference.number][0],
                            "missing": [f"{href} {rel!s}" for href, rel in sorted(difference.missing)],
                            "surplus": [f"{href} {rel!s}" for href, rel in sorted(difference.surplus)],
                        }
                    )
                )
    seconds = round(time.monotonic() - started)
    print(json.dumps({"pages": len(rows), "identical": len(rows) - differing, "seconds": seconds}))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
