"""The benchmark's sites, and the ways in which an audit may know less of them than the benchmark does."""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from linkreclaim import urls
from linkreclaim.model.pages import DeadPage, LivePage
from linkreclaim.urls import Url

ORIGIN = "https://site.example"
FOLDS = 5
PUBLISHERS = {
    "canonical-com": "canonical",
    "ubuntu-server": "canonical",
    "azure-dev-docs-de": "microsoft",
    "defender-identity-docs": "microsoft",
    "dynamics365-ops-it": "microsoft",
}
"""Sites of one publisher are one group: a model that saw one of them has seen all."""
JUNK = Path(__file__).with_name("junk.txt").read_text(encoding="utf-8").splitlines()
"""What scanners ask for and what hacked sites carried: nothing fits them on any site."""


@dataclass(frozen=True, slots=True)
class Case:
    """A dead page with every live page that is right for it (none: nothing fits)."""

    id: str
    dead: DeadPage
    right: frozenset[str]  # page keys


@dataclass(frozen=True, slots=True)
class BenchSite:
    """One site of the benchmark."""

    name: str
    pages: tuple[LivePage, ...]
    cases: tuple[Case, ...]
    text_rate: float  # share of the cases with a target whose old text is known

    @property
    def group(self) -> str:
        """Publisher, or the site itself."""
        return PUBLISHERS.get(self.name, self.name)

    @property
    def home(self) -> Url:
        """The site's home page."""
        return home_url()


def home_url() -> Url:
    """The home page that all benchmark sites are given."""
    home = urls.parse(ORIGIN + "/")
    assert home is not None
    return home


def shared_folder() -> Path:
    """Where the benchmark is: LINKRECLAIM_SHARED, or ../shared beside the repository."""
    return Path(os.environ.get("LINKRECLAIM_SHARED") or Path(__file__).resolve().parents[3] / "shared")


def read_sites(folder: Path) -> list[BenchSite]:
    """Every site folder, by name."""
    return [read_site(path.parent) for path in sorted(folder.glob("*/cases.jsonl.gz"))]


def read_site(folder: Path) -> BenchSite:
    """One site folder."""
    pages = tuple(read_page(row) for row in read_rows(folder / "inventory.jsonl.gz"))
    rows = list(read_rows(folder / "cases.jsonl.gz"))
    having = [row for row in rows if row["new_url"] is not None]
    rate = sum(bool(row.get("old_text")) for row in having) / max(1, len(having))
    return BenchSite(folder.name, pages, tuple(map(_read_case, rows)), rate)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """JSON lines, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def read_page(row: dict[str, Any]) -> LivePage:
    """A line of an inventory."""
    return LivePage(
        url=ORIGIN + row["url"],
        title=row.get("title") or "",
        description=row.get("description") or "",
        headings=tuple(row.get("headings") or ()),
        text=row.get("text") or "",
        lang=row.get("lang") or "",
    )


def page_key(url: str) -> str:
    """A page without its slash, fragment and index file: what the benchmark's scorer compares."""
    path = url.removeprefix(ORIGIN).split("#")[0]
    for tail in ("index.html", "index.htm"):
        if path.endswith("/" + tail):
            path = path.removesuffix(tail)
    return path.rstrip("/") or "/"


def draw(case_id: str, salt: str) -> float:
    """A number from 0 to 1 that depends on the case alone; with the salt "text" it is the one of the scorer."""
    return int(hashlib.sha256(f"{salt}:{case_id}".encode()).hexdigest()[:8], 16) / 2**32


def folds(sites: Sequence[BenchSite]) -> dict[str, int]:
    """A fold for each site: groups by falling number of cases, each into the fold with the fewest so far."""
    sizes: dict[str, int] = {}
    for site in sites:
        sizes[site.group] = sizes.get(site.group, 0) + len(site.cases)
    load, fold_of = [0] * FOLDS, {}
    for group in sorted(sizes, key=lambda group: (-sizes[group], group)):
        fold_of[group] = load.index(min(load))
        load[fold_of[group]] += sizes[group]
    return {site.name: fold_of[site.group] for site in sites}


def masked_text(site: BenchSite) -> list[Case]:
    """Old text as known, but as seldom for pages without a target as for the others (what the scorer prepares)."""
    return [case if case.right or draw(case.id, "text") < site.text_rate else url_only(case) for case in site.cases]


def url_only(case: Case) -> Case:
    """A case of which only the URL is known."""
    return replace(case, dead=DeadPage(case.dead.url))


def rough(site: BenchSite) -> list[Case]:
    """Pages as captures give them: a third with navigation in their text, a third with a title only, the rest bare."""
    menu = " ".join(page.title for page in site.pages[:12])
    return [_roughened(case, menu) for case in masked_text(site)]


def opaque(site: BenchSite) -> list[Case]:
    """Pages that were known by a number only (`/?p=123`, `/node/123`): title and text, or the title, must do."""
    told = [case for case in masked_text(site) if case.dead.title]
    return [_numbered(case) for case in told if draw(case.id, "opaque") < 0.4]


def junk(site: BenchSite, others: Sequence[BenchSite]) -> list[Case]:
    """Dead URLs that nothing fits: scanner noise, spam, and pages of other publishers' sites."""
    strangers = [
        replace(case, id=f"{site.name}:{case.id}", right=frozenset())
        for other in others
        if other.group != site.group
        for case in other.cases
        if draw(case.id, site.name) < 0.06 * len(site.cases) / 9_000 * 10
    ]
    noise = [Case(f"{site.name}:junk:{path}", DeadPage(ORIGIN + path), frozenset()) for path in JUNK]
    kept = [case for case in noise if draw(case.id, "junk") < max(0.15, len(site.cases) / 800)]
    return [case if draw(case.id, "bare") < site.text_rate else url_only(case) for case in strangers] + kept


def typos(site: BenchSite, share: float) -> list[Case]:
    """Live URLs with one mistake of the hand in their path; the page itself is right."""
    cases = []
    for page in site.pages:
        path = page.url.removeprefix(ORIGIN).rstrip("/")
        if len(path) > 8 and draw(page.url, "typo") < share * len(site.cases) / max(1, len(site.pages)):
            wrong = _mistyped(path, draw(page.url, "place"), draw(page.url, "kind"))
            cases.append(Case(f"{site.name}:typo:{path}", DeadPage(ORIGIN + wrong), frozenset({page_key(page.url)})))
    return cases


def _mistyped(path: str, place: float, kind: float) -> str:
    at = 2 + int(place * (len(path) - 3))
    edits = (
        path[:at] + path[at + 1 :],
        path[: at - 1] + path[at] + path[at - 1] + path[at + 1 :],
        path[:at] + path[at - 1] + path[at:],
        path[: max(6, len(path) - 1 - int(place * 6))],
        path + ").,"[int(place * 3)],
        path.swapcase(),
    )
    return edits[int(kind * len(edits))]


def _read_case(row: dict[str, Any]) -> Case:
    right = frozenset(page_key(page) for page in [row["new_url"], *row.get("also_ok", [])]) if row["new_url"] else None
    dead = DeadPage(ORIGIN + row["old_url"], row.get("old_title") or "", row.get("old_text") or "")
    return Case(row["id"], dead, right or frozenset())


def _numbered(case: Case) -> Case:
    number = int(draw(case.id, "number") * 9_000) + 100
    path = ("/?p={}", "/node/{}", "/archives/{}.html", "/index.php?id={}")[number % 4].format(number)
    text = case.dead.text if draw(case.id, "keep") < 0.5 else ""
    return replace(case, dead=replace(case.dead, url=ORIGIN + path, text=text))


def _roughened(case: Case, menu: str) -> Case:
    kind = draw(case.id, "rough")
    if kind < 1 / 3 and case.dead.text:
        return replace(case, dead=replace(case.dead, text=f"{menu} {case.dead.text}"))
    if kind < 2 / 3:
        return replace(case, dead=replace(case.dead, text=""))
    return url_only(case)
