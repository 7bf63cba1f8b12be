"""Writes the files that the owner of a scene would have: link exports in their tools' own forms, and captures."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from linkreclaim.demo.scenes import Export, Referrer, ReferringPage, Scene, TextPart, split_links
from linkreclaim.demo.websites import Addresses, locate, render_capture

_AHREFS_HEADER = (
    "Referring page title|Referring page URL|Language|Platform|Referring page HTTP code|Domain rating|UR|"
    "Domain traffic|Referring domains|Linked domains|External links|Page traffic|Keywords|Target URL|Left context|"
    "Anchor|Right context|Type|Content|Nofollow|UGC|Sponsored|Rendered|Raw|Lost status|Drop reason|"
    "Discovered status|First seen|Last seen|Lost|Links in group"
)
"""Source: Ahrefs' Backlinks export of 2023, UTF-16 with tabs, every cell quoted."""

_INLINKS_HEADER = (
    "Type|Source|Destination|Size (Bytes)|Alt Text|Anchor|Status Code|Status|Follow|Target|Rel|Path Type|Link Path|"
    "Link Position|Link Origin"
)
"""Source: Screaming Frog's All Inlinks export of 2025, UTF-8 with a byte-order mark."""

_NEIGHBOUR_LINKS = 3  # links in the footer of every referring page


class ClaimedLink(NamedTuple):
    """One link of a scene as a tool would have found it."""

    referrer: Referrer
    page: ReferringPage
    page_url: str
    before: str
    anchor: str
    after: str
    target_url: str
    links_on_page: int


def find_claims(scene: Scene, addresses: Addresses) -> Iterator[ClaimedLink]:
    """All links of a scene's referring pages into its site, those included that are gone by now."""
    for referrer, address in zip(scene.referrers, addresses.referrers, strict=True):
        for page in referrer.pages:
            parts = list(split_links(" ".join(page.text.split())))
            links = [place for place, part in enumerate(parts) if part.path]
            for place in links:
                yield ClaimedLink(
                    referrer=referrer,
                    page=page,
                    page_url=f"http://{address}{page.path}",
                    before=_text_at(parts, place - 1),
                    anchor=parts[place].text,
                    after=_text_at(parts, place + 1),
                    target_url=locate(parts[place].path, parts[place].to_old_host, addresses),
                    links_on_page=len(links) + _NEIGHBOUR_LINKS,
                )


def write_exports(scene: Scene, addresses: Addresses, folder: Path, today: date) -> list[Path]:
    """Write the exports that the scene's owner has, and return their paths; the folder must exist."""
    claims = list(find_claims(scene, addresses))
    return _WRITERS[scene.export](claims, folder, today)


def write_captures(scene: Scene, addresses: Addresses, folder: Path) -> Path | None:
    """Write archived copies of dead pages with their `index.csv`; None where the scene has none."""
    kept = [dead for dead in scene.dead if dead.text]
    if not kept:
        return None
    captures = folder / "captures"
    captures.mkdir()
    index = []
    for number, dead in enumerate(kept, 1):
        name = f"capture-{number}.html"
        (captures / name).write_text(render_capture(dead, scene), encoding="utf-8")
        index.append((locate(dead.path, scene.has_old_host, addresses), name))
    _write_csv(captures / "index.csv", ("url", "file"), index)
    return captures


def _text_at(parts: list[TextPart], place: int) -> str:
    return parts[place].text.strip() if 0 <= place < len(parts) and not parts[place].path else ""


def _write_ahrefs(claims: list[ClaimedLink], folder: Path, today: date) -> list[Path]:
    path = folder / "ahrefs-backlinks.csv"
    with path.open("w", encoding="utf-16", newline="") as out:
        sheet = csv.DictWriter(out, _AHREFS_HEADER.split("|"), restval="", delimiter="\t", quoting=csv.QUOTE_ALL)
        sheet.writeheader()
        sheet.writerows(_list_ahrefs(claim, today) for claim in claims)
    return [path]


def _list_ahrefs(claim: ClaimedLink, today: date) -> dict[str, object]:
    marks = {mark: str(mark.lower() in claim.page.rel.split()).lower() for mark in ("Nofollow", "UGC", "Sponsored")}
    return marks | {
        "Referring page title": claim.page.title,
        "Referring page URL": claim.page_url,
        "Language": claim.page.lang,
        "Referring page HTTP code": 200,
        "Domain rating": claim.referrer.dr,
        "UR": round(claim.referrer.dr / 3, 1),
        "External links": claim.links_on_page,
        "Target URL": claim.target_url,
        "Left context": claim.before,
        "Anchor": claim.anchor,
        "Right context": claim.after,
        "Type": "text",
        "Content": "true",
        "Rendered": "false",
        "Raw": "true",
        "First seen": f"{today - timedelta(days=900)} 04:12:00",
        "Last seen": f"{today - timedelta(days=9)} 16:40:00",
        "Links in group": 1,
    }


def _write_search_console(claims: list[ClaimedLink], folder: Path, today: date) -> list[Path]:
    latest, targets = folder / "Latest links.csv", folder / "Top target pages.csv"
    pages = list(dict.fromkeys(claim.page_url for claim in claims))
    _write_csv(latest, ("Linking page", "Last crawled"), ((page, today - timedelta(days=12)) for page in pages))
    linking: dict[str, list[ClaimedLink]] = defaultdict(list)
    for claim in claims:
        linking[claim.target_url].append(claim)
    counted = [(url, len(links), len({link.referrer.name for link in links})) for url, links in linking.items()]
    counted.sort(key=lambda row: -row[1])
    _write_csv(targets, ("Target page", "Incoming links", "Linking sites"), counted)
    return [latest, targets]


def _write_screaming_frog(claims: list[ClaimedLink], folder: Path, _today: date) -> list[Path]:
    path = folder / "all_inlinks.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        sheet = csv.DictWriter(out, _INLINKS_HEADER.split("|"), restval="", quoting=csv.QUOTE_ALL)
        sheet.writeheader()
        sheet.writerows(_list_inlink(claim) for claim in claims)
    return [path]


def _list_inlink(claim: ClaimedLink) -> dict[str, object]:
    return {
        "Type": "Hyperlink",
        "Source": claim.page_url,
        "Destination": claim.target_url,
        "Size (Bytes)": 0,
        "Anchor": claim.anchor,
        "Status Code": 0,
        "Status": "Connection Refused",
        "Follow": str("nofollow" not in claim.page.rel).lower(),
        "Rel": claim.page.rel,
        "Path Type": "Absolute",
        "Link Position": "Content",
        "Link Origin": "HTML",
    }


def _write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])


_WRITERS: dict[Export, Callable[[list[ClaimedLink], Path, date], list[Path]]] = {
    Export.AHREFS_BACKLINKS: _write_ahrefs,
    Export.SEARCH_CONSOLE: _write_search_console,
    Export.SCREAMING_FROG: _write_screaming_frog,
}
