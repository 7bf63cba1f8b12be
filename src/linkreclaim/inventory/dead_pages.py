"""Reads a list of dead pages, with what is still known of each: JSON lines, CSV or one address a line."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from linkreclaim.inventory.columns import Fields, field_of, live_page
from linkreclaim.inventory.entries import ListForm, look_into, no_url, open_list, read_entries
from linkreclaim.inventory.files import PAGE_LIST, read_page_entries
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import DeadPage
from linkreclaim.urls import Url, parse

_ANCHORS = 50
_ANCHOR_CHARS = 300
_SEPARATOR = " | "  # between the anchors in a cell of an audit's dead_pages.csv
_HOME_FROM_ROWS = 1_000
_ALIASES = {
    **dict.fromkeys(("dead url", "dead_url", "old url", "old_url"), "url"),
    **dict.fromkeys(("old title", "old_title"), "title"),
    **dict.fromkeys(("old text", "old_text"), "text"),
    **dict.fromkeys(("bad url", "bad_url", "broken url", "broken_url"), "url"),
    **dict.fromkeys(("anchors", "anchor", "anchor text", "anchor_text"), "anchors"),
}
"""Besides those of a page list: of an audit's prospects, and of lists that name the old beside the new."""


def _dead_field_of(column: str) -> str | None:
    return _ALIASES.get(column.strip().strip('\ufeff"').casefold()) or field_of(column)


DEAD_LIST = ListForm(
    "list of dead pages", _dead_field_of, "JSON lines, a CSV with a column `url`, or one URL or path a line"
)

_DEATH_COLUMNS = {
    "verdict": "verdict",
    **dict.fromkeys(("status", "status code", "status_code", "http status"), "status"),
    **dict.fromkeys(("redirects_to", "redirected_to", "redirects to", "redirected to"), "redirects_to"),
    **dict.fromkeys(("referring_domains", "referring domains"), "referring_domains"),
}


def _death_field_of(column: str) -> str | None:
    return _DEATH_COLUMNS.get(column.strip().strip('\ufeff"').casefold()) or _dead_field_of(column)


DEAD_TEXTS = ListForm("list of dead URLs", _death_field_of, DEAD_LIST.expected, any_text=True)


def read_dead_pages(path: Path, origin: Url) -> Iterator[tuple[str, DeadPage] | RowProblem]:
    """Dead pages in file order, each with its address as the file spells it; relative ones are resolved with `origin`.

    The columns are those of a page list and `anchors`, several of which stand in one cell with " | " between them: an
    audit's `dead_pages.csv` is such a list. A row that cannot be read is a `RowProblem` and the rest goes on. Memory
    does not grow with the file.

    Raises:
        InputError: the file cannot be read at all (an empty one is a list of none).
        UnknownFormatError: it is no list of pages.
        UnsafeInputError: it unpacks to more than 4 GB.
    """
    with open_list(path, DEAD_LIST.name) as stream:
        unread = look_into(stream, str(path))
        if unread.is_blank:
            return
        for entry in read_entries(unread, str(path), DEAD_LIST, origin):
            if isinstance(entry, RowProblem):
                yield entry
                continue
            page = _dead_page(entry.fields, origin)
            if page is None:
                yield RowProblem(entry.line, no_url(entry.fields.get("url")))
            else:
                yield entry.fields["url"][0].strip(), page


def read_dead_texts(path: Path) -> Iterator[tuple[str, Fields] | RowProblem]:
    """Dead addresses in file order as the file spells them, damaged ones too, each with the other columns of its row.

    Beside the columns of `read_dead_pages` those that say what is known of its death: `verdict`, `status` (what it
    answered), `redirects_to` (where the site once sent its visitors) and `referring_domains`. A plain list holds
    whatever its lines say. A row is a `RowProblem` only where it is broken or names nothing. Raises what
    `read_dead_pages` raises.
    """
    with open_list(path, DEAD_TEXTS.name) as stream:
        unread = look_into(stream, str(path))
        if unread.is_blank:
            return
        for entry in read_entries(unread, str(path), DEAD_TEXTS, None):
            if isinstance(entry, RowProblem):
                yield entry
            elif "url" not in entry.fields:
                yield RowProblem(entry.line, no_url(None))
            else:
                yield entry.fields["url"][0], entry.fields


def anchors_of(fields: Fields) -> tuple[str, ...]:
    """The distinct anchors of a row; a cell that holds several is taken apart."""
    values = fields.get("anchors", ())
    parts = values[0].split(_SEPARATOR) if len(values) == 1 else values
    texts = (" ".join(part.split())[:_ANCHOR_CHARS] for part in parts)
    return tuple(dict.fromkeys(text for text in texts if text))[:_ANCHORS]


def guess_home(path: Path) -> Url | None:
    """The home page of the site that a page list is about: that of the commonest host among its first 1,000 rows.

    None where they are all paths. Raises what `read_pages` raises.
    """
    origins: Counter[str] = Counter()
    with open_list(path, PAGE_LIST.name) as stream:
        for entry in islice(read_page_entries(stream, str(path), None), _HOME_FROM_ROWS):
            named = "" if isinstance(entry, RowProblem) else next(iter(entry.fields.get("url", ())), "")
            url = parse(named.strip())
            if url is not None:
                origins[url.origin] += 1
    return parse(origins.most_common(1)[0][0] + "/") if origins else None


def _dead_page(fields: Fields, origin: Url) -> DeadPage | None:
    page = live_page(fields, origin)
    if page is None:
        return None
    text = " ".join(part for part in (page.description, page.text) if part)
    return DeadPage(page.url, page.title, text, page.headings, anchors_of(fields), page.lang, page.ids)
