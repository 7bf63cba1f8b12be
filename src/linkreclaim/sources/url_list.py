"""A plain list of URLs, one a line: dead pages when all are on one site, linking pages when on several."""

import re
from contextlib import AbstractContextManager
from functools import partial

from linkreclaim import urls
from linkreclaim.sources.cells import read_url
from linkreclaim.sources.container import Part, Read, Tell
from linkreclaim.sources.encoding import TextEncoding
from linkreclaim.sources.head import DELIMITERS, Head, read_head
from linkreclaim.sources.interface import Report
from linkreclaim.sources.rendering import open_rendered, write_row

_TITLE = re.compile(r"[\"']?[^\W\d][\w .-]{0,39}[\"']?")
"""A lone column name above the list."""
_HEADER = ("url",)


def find_url_list(head: Head) -> tuple[Head, Report] | None:
    """The head of a list of URLs and the report it is read as; None when it is no such list: most lines are a URL.

    Blank lines and lines that begin with `#` are passed over; so is one column name above the list.
    """
    lines = [text for line in head.lines if (text := _bare(line.strip()))]
    if lines and _is_title(lines[0]):
        del lines[0]
    pages = [page for line in lines if (page := _page(line))]
    if head.part.rendered or 2 * len(pages) <= len(lines) or _is_table(lines):
        return None
    sites = {urls.registrable_domain(page.netloc) or page.netloc for page in pages}
    opener = partial(_open, head.part, head.encoding)
    part = Part(head.part.name, opener, head.part.member, rendered=True, header=_HEADER)
    return read_head(part), _report(len(sites) == 1, next(iter(sites)))


def _page(line: str) -> urls.Url | None:
    return None if " " in line or "\t" in line else urls.parse(read_url(line) or "")


def _is_table(lines: list[str]) -> bool:
    """Whether the lines have the same delimiter, as rows of a table whose column names are missing have."""
    return len(lines) > 1 and any(all(mark in line for line in lines) for mark in DELIMITERS)


def _report(one_site: bool, site: str) -> Report:
    field = "target_url" if one_site else "referring_page"
    what = f"targets, because all of its first URLs are on {site}" if one_site else (
        "linking pages, because its URLs are on several sites: they have to be read to find what they link to"
    )  # fmt: skip
    return Report(
        tool="URL list",
        name="of targets" if one_site else "of linking pages",
        aliases={field: _HEADER},
        required=(field,),
        needed_urls=(field,),
        notes=(f"a list of URLs without columns: read as {what}",),
    )


def _open(part: Part, encoding: TextEncoding, tell: Tell) -> AbstractContextManager[Read]:
    return open_rendered(part, encoding, lambda tell: _Renderer().render, tell)


class _Renderer:
    def __init__(self) -> None:
        self._began = False

    def render(self, number: int, line: str) -> str:
        text = _bare(line)
        if text and not self._began:
            self._began = True
            if _is_title(text):
                text = ""
        return write_row([text])


def _is_title(text: str) -> bool:
    return not read_url(text) and _TITLE.fullmatch(text) is not None


def _bare(line: str) -> str:
    """A line without the quotes around it; "" for a comment."""
    line = line.lstrip("\ufeff")
    if len(line) > 1 and line[0] == line[-1] and line[0] in "\"'":
        line = line[1:-1]
    return "" if line.startswith("#") else line
