"""Reads a WordPress export (WXR): the posts, pages and files that an old site had, with their ids and older slugs.

The format is what wp-admin/includes/export.php writes: RSS with one `item` for each post, its own elements under the
prefix `wp:`. Polylang keeps a post's language as a category of the domain `language`.
"""

import codecs
import html
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import IO
from urllib.parse import unquote
from xml.parsers import expat

from linkreclaim.errors import UnsafeInputError
from linkreclaim.html import fold, page_facts, page_id
from linkreclaim.inventory.tables import MAX_CHARS
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import Capture
from linkreclaim.urls import Url, encode_path, parse, resolve

MARK = b"wordpress.org/export/"
"""The namespace that every WXR declares at its top."""
_CHUNK_BYTES = 262_144
_MAX_TOKEN_BYTES = 4_000_000  # of markup that does not end; expat holds it until it does
_MAX_DEPTH = 64
_MAX_OLD_SLUGS = 20
_CHARS = {"content:encoded": 400_000, "link": 8_192, "wp:attachment_url": 8_192}
_OTHER_CHARS = 2_000
"""Cuts on what one element may hold: of a text 4,000 characters are kept, and builders wrap them in much markup."""
_KEPT = frozenset(
    {
        *("title", "link", "content:encoded", "excerpt:encoded", "wp:post_id", "wp:post_name", "wp:status"),
        *("wp:post_type", "wp:attachment_url"),
    }
)
_LIVE = {"publish", "inherit"}  # an attachment inherits its post's status
_INTERNAL_TYPES = {
    *("revision", "nav_menu_item", "custom_css", "customize_changeset", "oembed_cache", "user_request", "wp_block"),
    *("wp_template", "wp_template_part", "wp_global_styles", "wp_navigation", "wp_font_family", "wp_font_face"),
}
"""Post types of WordPress itself that are no pages (wp-includes/post.php, create_initial_post_types)."""
_ENCODING = re.compile(rb"""<\?xml[^>]{0,80}encoding=["']([\w.-]{1,40})["']""")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML 1.0 forbids (section 2.2) and that editors paste into posts all the same."""
_SHORTCODE = re.compile(r"\[/?[a-z][\w-]{1,40}(?:\s[^\]]{0,500})?/?\]")
_TAG = re.compile(r"<[^<>]{0,500}>")


def read_wordpress(stream: IO[bytes], name: str, origin: str) -> Iterator[Capture | RowProblem]:
    """One capture for each address of each published post: permalink, older slugs, `?p=ID`; files by their own address.

    `name` is how errors call the file, `origin` what the captures say of where they are from. Memory does not grow with
    the file. Entity declarations and document types are refused; broken XML ends the reading with a problem, and what
    came before it holds. Raises UnsafeInputError past 4 GB, and what the stream raises.
    """
    reader = _Reader()
    for text in _decoded(stream, name):
        fault = reader.feed(text)
        for line, item in reader.taken():
            yield from _captures(line, item, reader.channel, origin)
        if fault:
            yield RowProblem(reader.line, f"{fault}; what stands before it was read")
            return
    if fault := reader.feed("", last=True):
        yield RowProblem(reader.line, f"{fault}; what stands before it was read")


def _decoded(stream: IO[bytes], name: str) -> Iterator[str]:
    """The text of the file in pieces, without what XML forbids, so that one bad byte does not end the reading."""
    start = stream.read(_CHUNK_BYTES)
    decoder = codecs.getincrementaldecoder(_encoding_of(start))("replace")
    chunk = start.removeprefix(codecs.BOM_UTF8)
    read_bytes = 0
    while chunk:
        read_bytes += len(chunk)
        if read_bytes > MAX_CHARS:
            raise UnsafeInputError(f"{name}: more than {MAX_CHARS:,} bytes; split the export")
        yield _UNFIT.sub(" ", decoder.decode(chunk))
        chunk = stream.read(_CHUNK_BYTES)


def _encoding_of(start: bytes) -> str:
    """The encoding that an XML declaration names, if it writes ASCII as the declaration itself is written."""
    named = _ENCODING.search(start[:200])
    if named is not None:
        with suppress(LookupError, UnicodeError):  # a codec that is none of text is a LookupError too
            if b"<?xml\xff".decode(named[1].decode(), "replace").startswith("<?xml"):
                return named[1].decode()
    return "utf-8"


@dataclass(slots=True)
class _Item:
    """One post, or what is said of the whole site, as far as it is read."""

    texts: dict[str, str] = field(default_factory=dict)
    old_slugs: list[str] = field(default_factory=list)
    sku: str = ""
    lang: str = ""

    def text(self, name: str) -> str:
        return self.texts.get(name, "").strip()


class _RefusedError(Exception):
    """Raised inside expat's callbacks to stop the reading."""


class _Reader:
    """Collects items while expat reads; expat keeps no tree, so memory is bound by one item."""

    def __init__(self) -> None:
        self.channel = _Item()
        self.line = 1
        self._fed_bytes = 0
        self._done: list[tuple[int, _Item]] = []
        self._item: _Item | None = None
        self._item_line = 1
        self._open: list[str] = []
        self._text: list[str] = []
        self._room = 0
        self._meta_key = ""
        self._parser = expat.ParserCreate("utf-8")
        self._parser.UseForeignDTD(True)  # makes `&nbsp;` of a careless writer a skipped entity, not the end
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.SkippedEntityHandler = self._entity
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.ExternalEntityRefHandler = self._no_external

    def feed(self, text: str, last: bool = False) -> str:
        """Read on; the fault that ended the reading, "" when there was none."""
        told = text.encode("utf-8")
        self._fed_bytes += len(told)
        try:
            self._parser.Parse(told, last)
            if self._fed_bytes - self._parser.CurrentByteIndex > _MAX_TOKEN_BYTES:
                raise _RefusedError(f"markup that does not end within {_MAX_TOKEN_BYTES:,} bytes")
        except (expat.ExpatError, _RefusedError) as error:
            self.line = self._parser.CurrentLineNumber
            return f"broken XML: {error}" if isinstance(error, expat.ExpatError) else str(error)
        return ""

    def taken(self) -> list[tuple[int, _Item]]:
        """(line, item) of the items read since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(name)
        if len(self._open) > _MAX_DEPTH:
            raise _RefusedError(f"elements nested more than {_MAX_DEPTH} deep")
        if name == "item":
            self._item, self._item_line = _Item(), self._parser.CurrentLineNumber
        elif name == "category" and self._item and attributes.get("domain") == "language":
            self._item.lang = attributes.get("nicename", "")
        self._text, self._room = [], _CHARS.get(name, _OTHER_CHARS)

    def _end(self, name: str) -> None:
        self._open.pop()
        parent = self._open[-1] if self._open else ""
        text, self._text = "".join(self._text), []
        if name == "item" and self._item is not None:
            self._done.append((self._item_line, self._item))
            self._item = None
        elif self._item is None and parent == "channel" and name in ("link", "language", "wp:base_blog_url"):
            self.channel.texts[name] = text
        elif self._item is not None and parent == "item" and name in _KEPT:
            self._item.texts[name] = text
        elif self._item is not None and parent == "wp:postmeta":
            self._meta(self._item, name, text.strip())

    def _meta(self, item: _Item, name: str, text: str) -> None:
        if name == "wp:meta_key":
            self._meta_key = text
        elif name == "wp:meta_value" and self._meta_key == "_wp_old_slug" and len(item.old_slugs) < _MAX_OLD_SLUGS:
            item.old_slugs.append(text)
        elif name == "wp:meta_value" and self._meta_key == "_sku":  # WooCommerce
            item.sku = text

    def _characters(self, text: str) -> None:
        if self._room > 0:
            self._text.append(text[: self._room])
            self._room -= len(text)

    def _entity(self, name: str, _is_parameter: bool) -> None:
        self._characters(html.unescape(f"&{name[:40]};"))

    def _refuse(self, *_rest: object) -> None:
        raise _RefusedError(
            "declares a document type or an entity: refused, WordPress writes none and bombs are made so"
        )

    def _no_external(self, *_rest: object) -> int:
        return 1  # "read": nothing is ever loaded


def _captures(line: int, item: _Item, channel: _Item, origin: str) -> Iterator[Capture | RowProblem]:
    kind = item.text("wp:post_type") or "post"
    if item.text("wp:status") not in _LIVE or kind in _INTERNAL_TYPES:
        return
    found = list(_addresses(item, kind, parse(channel.text("wp:base_blog_url") or channel.text("link"))))
    if not found:
        yield RowProblem(line, f"post {item.text('wp:post_id')[:20]!r}: no http(s) URL: {item.text('link')[:120]!r}")
        return
    title = fold(html.unescape(_TAG.sub(" ", item.text("title"))), 500)
    body = _SHORTCODE.sub(" ", f"{item.text('content:encoded')}\n<p>{item.text('excerpt:encoded')}</p>")
    facts = page_facts(f"<body>{body}".encode(), "text/html; charset=utf-8", found[0])
    ids = tuple(filter(None, (page_id("wp", item.text("wp:post_id")), page_id("sku", item.sku))))
    lang = fold(item.lang or channel.text("language"), 35)
    told = Capture(found[0].without_fragment, title, facts.text, facts.headings, lang, ids, origin=origin)
    yield told
    for address in dict.fromkeys(url.without_fragment for url in found[1:]):
        if address != told.url:  # WordPress redirected all other addresses to the permalink
            yield replace(told, url=address, redirects_to=told.url)


def _addresses(item: _Item, kind: str, blog: Url | None) -> Iterator[Url]:
    """Where a post stood: its permalink, the permalink with each older slug (WordPress redirects those itself, as long
    as it runs: wp_old_slug_redirect), and the id's own address (wp_get_shortlink); a file stands under its address."""
    if kind == "attachment":
        file = parse(item.text("wp:attachment_url"))
        yield from [file] if file else []
        return
    link = parse(item.text("link")) if blog is None else resolve(blog, item.text("link"))
    if link is None:
        return
    yield link
    yield from _older(link, item.text("wp:post_name"), item.old_slugs)
    number = item.text("wp:post_id")
    if blog is not None and number.isdecimal():
        home = blog.without_fragment.partition("?")[0].rstrip("/")
        names = ("page_id", "p") if kind == "page" else ("p",)
        yield from filter(None, (parse(f"{home}/?{name}={number}") for name in names))


def _older(link: Url, slug: str, old_slugs: Sequence[str]) -> Iterator[Url]:
    """The permalink with its slug replaced; nothing where the slug is no folder of it."""
    parts = link.path.split("/")
    places = [n for n, part in enumerate(parts) if part and unquote(part) == unquote(slug)]
    for old in old_slugs:
        if places and old:
            parts[places[-1]] = encode_path(unquote(old))
            older = resolve(link, "/".join(parts))
            yield from [older] if older is not None and older.netloc == link.netloc else []
