"""The labelled pages of the soft-404 corpus, read as the program reads pages, and how they are divided.

A site is in one fold only. One site in ten (by the hash of its name) is kept apart: neither the trees nor their
calibration see it. 65,536 bytes of a page are read, as in a check.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linkreclaim.html import page_facts
from linkreclaim.model.verdicts import PageFacts
from linkreclaim.urls import parse
from linkreclaim.verdict.features import CLASSES, Signs, measure, read_signs
from linkreclaim.verdict.page_model import Floats

FOLDS = 5
BODY_BYTES = 65_536
MADE_UP_WEIGHT = 0.5
"""Weight in training of pages that are no built pages (stripped templates, translations put into plain HTML)."""

LIVE_WEIGHT = 3.0
"""Weight in training of live pages: calling one dead is the worse mistake."""

GROUPS = {
    "English": "en",
    "German, Dutch, Nordic": "de nl sv da no nb nn fi is",
    "Romance": "fr es pt it ro ca gl",
    "Slavic": "ru uk be bg mk sr hr bs sl pl cs sk",
    "Chinese, Japanese, Korean": "zh ja ko",
    "Arabic, Persian, Hebrew, Urdu": "ar fa he ur",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One labelled page."""

    label: str
    language: str
    site: str
    path: str
    hard: tuple[str, ...]
    built: bool
    facts: PageFacts
    signs: Signs

    @property
    def group(self) -> str:
        """Its group of languages, "other" where it belongs to none of the large ones."""
        return next((name for name, codes in GROUPS.items() if self.language in codes.split()), "other")

    @property
    def apart(self) -> bool:
        """Whether its site is kept out of training and tuning."""
        return _hash("apart", self.site) % 10 == 0

    @property
    def fold(self) -> int:
        """Its site's fold."""
        return _hash("fold", self.site) % FOLDS


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Pages with their measures, labels as columns of CLASSES (-1: parked), and weights."""

    pages: Sequence[Page]
    names: tuple[str, ...]
    measures: Floats
    labels: NDArray[np.int64]
    weights: Floats
    folds: NDArray[np.int64]

    @property
    def trainable(self) -> NDArray[np.bool_]:
        """Rows that a model learns from: no parked pages, none that is judged without the model, none kept apart."""
        plain = [not page.signs.silent and not page.apart for page in self.pages]
        return np.array(plain) & (self.labels >= 0)


def read_pages(path: Path) -> list[Page]:
    """Read the corpus. Cost: about 15 s; needs the zstd program."""
    at = parse("https://example.org/some/page.html")
    assert at is not None
    pages = []
    for line in subprocess.run(["zstd", "-dcq", str(path)], check=True, capture_output=True).stdout.splitlines():
        row = json.loads(line)
        facts = page_facts(row["html"].encode()[:BODY_BYTES], "text/html", at)
        hard = tuple(row["hard"] or ())
        built = row["provenance"] == "page"
        signs = read_signs(facts)
        pages.append(Page(row["label"], row["lang"], row["site"], row["path"], hard, built, facts, signs))
    return pages


def tabulate(pages: Sequence[Page]) -> Table:
    """The measures of all pages."""
    rows = [measure(page.facts, page.signs) for page in pages]
    labels = [CLASSES.index(page.label) if page.label in CLASSES else -1 for page in pages]
    return Table(
        pages=pages,
        names=tuple(rows[0]),
        measures=np.array([list(row.values()) for row in rows]),
        labels=np.array(labels),
        weights=np.array([_weight(page) for page in pages]),
        folds=np.array([page.fold for page in pages]),
    )


def _weight(page: Page) -> float:
    return (1.0 if page.built else MADE_UP_WEIGHT) * (LIVE_WEIGHT if page.label == "ok" else 1.0)


def default_corpus() -> Path:
    """Where the corpus lies: in LINKRECLAIM_SHARED, or in `shared` beside the repository."""
    shared = os.environ.get("LINKRECLAIM_SHARED", Path(__file__).resolve().parents[3] / "shared")
    return Path(shared) / "bench/soft404/soft404_dev.jsonl.zst"


def _hash(salt: str, site: str) -> int:
    return int.from_bytes(sha256(f"{salt} {site}".encode()).digest()[:8], "big")
