"""From the columns of a page list to a live page: names of columns, and what their values mean."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from linkreclaim.html import fold, page_id
from linkreclaim.model.pages import LivePage
from linkreclaim.urls import Url, parse, resolve
from linkreclaim.workbooks.words import TRUE_WORDS

_TITLE_CHARS = 500
_DESCRIPTION_CHARS = 1_000
_HEADINGS = 25
_HEADING_CHARS = 300
_TEXT_CHARS = 4_000
_LANG_CHARS = 35  # RFC 5646, 4.4.1
_IDS = 50
"""The same limits as for pages that we read ourselves (`html.page_facts`), so that both weigh the same in a match."""

_ALIASES = {
    "url": ("url", "address", "page", "page url", "loc", "path", "permalink"),
    "title": ("title", "title 1", "page title", "meta title"),
    "description": ("description", "meta description", "meta description 1"),
    "headings": ("headings", "h1", "h1-1", "h1-2", "h2", "h2-1", "h2-2"),
    "text": ("text", "content", "body"),
    "lang": ("lang", "language"),
    "canonical": ("canonical", "canonical url", "canonical link element 1"),
    "noindex": ("noindex",),
    "robots": ("meta robots", "meta robots 1", "meta robots 2", "x-robots-tag", "x-robots-tag 1"),
    "status": ("status code", "status_code"),
    "content type": ("content type", "content_type"),
    "ids": ("ids",),
    "sku": ("sku", "variant sku", "variant_sku"),
    "gtin": ("gtin", "ean", "upc", "barcode", "variant barcode"),
    "isbn": ("isbn",),
    "mpn": ("mpn",),
    "wp": ("post id", "post_id", "wp id", "wp_id"),
}
"""Ours and those of Screaming Frog's "Internal: All" (its documentation, two real files)."""

_FIELD_OF = {alias: field for field, aliases in _ALIASES.items() for alias in aliases}
_ID_KINDS = ("sku", "gtin", "isbn", "mpn", "wp")
"""Fields that hold one id each; `ids` holds any, with their kinds."""
_ID = re.compile(r"([A-Za-z]{2,12}):(\S.*)")
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/pdf", "text/plain")
_YES = TRUE_WORDS | {"1", "yes", "y", "noindex"}


Fields = Mapping[str, Sequence[str]]
"""What one row says: field name to its values, empty ones left out (headings have several)."""


def field_of(column: str) -> str | None:
    """The field that a column of this name holds, None for a column that we do not read."""
    return _FIELD_OF.get(column.strip().strip('\ufeff"').casefold())


def fields_of(pairs: Iterable[tuple[str, str]]) -> Fields:
    """Gather (field, value) pairs of one row."""
    fields: dict[str, list[str]] = {}
    for field, value in pairs:
        if value and not value.isspace():
            fields.setdefault(field, []).append(value)
    return fields


def is_live(fields: Fields) -> bool:
    """Whether a row is about a page that can be a target: a crawl lists redirects, errors, images and scripts too."""
    status = _first(fields, "status").strip()
    content_type = _first(fields, "content type").strip().lower()
    return status in ("", "200") and (not content_type or content_type.startswith(_PAGE_TYPES))


def live_page(fields: Fields, site_origin: Url) -> LivePage | None:
    """The page of one row, None when its URL is none. Relative URLs belong to the site."""
    url = page_url(_first(fields, "url"), site_origin)
    if url is None:
        return None
    canonical = resolve(url, _first(fields, "canonical")) if "canonical" in fields else None
    headings = (fold(heading, _HEADING_CHARS) for value in fields.get("headings", ()) for heading in value.splitlines())
    return LivePage(
        url=url.without_fragment,
        title=fold(_first(fields, "title"), _TITLE_CHARS),
        description=fold(_first(fields, "description"), _DESCRIPTION_CHARS),
        headings=tuple(heading for heading in headings if heading)[:_HEADINGS],
        text=fold(_first(fields, "text"), _TEXT_CHARS),
        lang=fold(_first(fields, "lang"), _LANG_CHARS),
        canonical=canonical.without_fragment if canonical else "",
        noindex=_is_noindex(fields),
        ids=tuple(dict.fromkeys(_ids(fields)))[:_IDS],
    )


def page_url(raw: str, site_origin: Url) -> Url | None:
    """The URL that a person wrote down: absolute, a path of the site, or the site's host and a path."""
    text = raw.strip()
    if not text:
        return None
    if text.split("/", 1)[0].casefold().removeprefix("www.") == site_origin.netloc.removeprefix("www."):
        return parse(f"{site_origin.scheme}://{text}")
    return resolve(site_origin, text)


def _ids(fields: Fields) -> Iterator[str]:
    for kind in _ID_KINDS:
        yield from filter(None, (page_id(kind, value) for value in fields.get(kind, ())))
    for value in fields.get("ids", ()):
        named = (_ID.fullmatch(part.strip()) for part in re.split(r"[,;|\n]", value))
        yield from filter(None, (page_id(found[1].lower(), found[2]) for found in named if found))


def _is_noindex(fields: Fields) -> bool:
    if _first(fields, "noindex").strip().casefold() in _YES:
        return True
    rules = " ".join(fields.get("robots", ())).casefold().replace(",", " ").split()
    return "noindex" in rules or "none" in rules


def _first(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")
