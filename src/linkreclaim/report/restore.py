"""The folder `restore/`: a page for each lost page that should be brought back, with what is known of it."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from linkreclaim.errors import LinkreclaimError
from linkreclaim.model.pages import Capture
from linkreclaim.model.reports import RestoreBrief
from linkreclaim.report.escape import find_href
from linkreclaim.report.files import write_text
from linkreclaim.report.page import load_environment
from linkreclaim.urls import parse

QUOTED_CHARACTERS = 300
"""So much of an old page's text is shown: enough to know it again, and no copy of what is somebody's work."""
HEADINGS_SHOWN, ANCHORS_SHOWN = 20, 20
_SLUG_CHARACTERS = 40
_OURS = re.compile(r"index\.html|[0-9]{2}-[a-z0-9-]+\.html")


def write_restore(folder: Path, site: str, briefs: Iterable[RestoreBrief]) -> int:
    """Write one page for each brief and an index, in place of those of an earlier run; returns their number.

    Without a brief there is no folder. Raises LinkreclaimError when a file cannot be written or taken away.
    """
    _clear(folder)
    entries: list[tuple[str, RestoreBrief]] = []
    for number, brief in enumerate(briefs, 1):
        name = f"{number:02}-{_slug(brief.row.url)}.html"
        _write(folder / name, "restore.html.j2", site=site, brief=brief, **_of_capture(brief))
        entries.append((name, brief))
    if entries:
        _write(folder / "index.html", "restore_index.html.j2", site=site, entries=entries)
    return len(entries)


def _clear(folder: Path) -> None:
    """Take away what an earlier run wrote; what a person put there stays."""
    try:
        for file in folder.glob("*.html"):
            if _OURS.fullmatch(file.name):
                file.unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise LinkreclaimError(f"cannot clear {folder}: {error.strerror or error}; check its permissions") from error


def _write(path: Path, template: str, **values: object) -> None:
    write_text(path, load_environment().get_template(template).generate(**values))


def _slug(address: str) -> str:
    """A file name of the page's path: letters, digits and hyphens only."""
    url = parse(address)
    words = re.sub(r"[^a-z0-9]+", "-", (url.path if url else address).lower())
    return words.strip("-")[-_SLUG_CHARACTERS:].strip("-") or "home"


def _of_capture(brief: RestoreBrief) -> dict[str, object]:
    capture = brief.capture
    text = " ".join(capture.text[: 4 * QUOTED_CHARACTERS].split()) if capture else ""
    return {
        "quote": text[:QUOTED_CHARACTERS],
        "cut": len(text) > QUOTED_CHARACTERS,
        "headings": capture.headings[:HEADINGS_SHOWN] if capture else (),
        "anchors": brief.row.anchors[:ANCHORS_SHOWN],
        "archive_href": find_href(_archive_url(brief.row.url, capture)),
    }


def _archive_url(address: str, capture: Capture | None) -> str:
    """Where the Wayback Machine shows the page: at the day of its capture, else the list of all it has.

    Source: the Internet Archive's own addresses, web.archive.org/web/YYYYMMDD/URL and web.archive.org/web/*/URL.
    """
    day: date | None = capture.captured_on if capture and capture.origin == "Wayback Machine" else None
    return f"https://web.archive.org/web/{'*' if day is None else f'{day:%Y%m%d}'}/{address}"
