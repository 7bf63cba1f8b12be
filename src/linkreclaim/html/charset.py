"""Which encoding a page is written in: what browsers do, and a guess where they would have none."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from charset_normalizer import from_bytes

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_CODECS = {
    "utf-8": "utf-8",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "cp1252": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_jp": "euc_jp",
    "iso2022_jp": "iso2022_jp",
    "euc_kr": "cp949",
    "cp949": "cp949",
    "mac-roman": "mac-roman",
    "mac-cyrillic": "mac-cyrillic",
} | {
    name: name
    for name in (
        *("cp866", "cp874", "koi8-r", "koi8-u"),
        *(f"cp125{n}" for n in (0, 1, 3, 4, 5, 6, 7, 8)),
        *(f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    )
}
"""Python's name of an encoding to the codec that browsers use for it (Encoding Standard, section 4.2: latin-1 pages are
windows-1252, gb2312 pages are gb18030, ...). A closed list: Python also knows "codecs" that unpack archives."""

_LABELS = {
    "cn-big5": "big5",
    "dos-874": "cp874",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "ks_c_5601-1989": "euc_kr",
    "logical": "iso8859-8",
    "sun_eu_greek": "iso8859-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode11utf8": "utf-8",
    "unicode20utf8": "utf-8",
    "visual": "iso8859-8",
    "windows-874": "cp874",
    "windows-949": "cp949",
}
"""Labels of the Encoding Standard that Python does not know; those with "x-" are read without it."""

_LABEL = re.compile(r"[a-z0-9_:.+-]{1,40}", re.ASCII)
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;,\"']+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\s*<\?xml\b[^>]{0,100}?\bencoding\s*=\s*[\"']([^\"'>]+)")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_BODY = re.compile(rb"<body\b", re.IGNORECASE)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")

_PRESCAN_BYTES = 1024  # HTML Standard, 13.2.3.2: a declaration stands in the first 1,024 bytes ...
_HEAD_BYTES = 16_384  # ... but Chromium reads on to the end of the head, so pages get away with later ones
_SAMPLE_BYTES = 65_536  # charset-normalizer is slow (68 MB/s) and needs no more
_RUN_BYTES = 3  # Western letters with accents stand alone or in pairs; Cyrillic, Greek and CJK words are whole runs


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, what it was read with, and what browsers read it with: addresses go by theirs.

    The two differ where a page says UTF-8 and is not: browsers then show U+FFFD, and follow links with it.
    """

    text: str
    codec: str
    browser_codec: str


def decode_html(body: bytes, content_type: str) -> str:
    """The text of a page; bytes that make no sense become U+FFFD. See `read_text`."""
    return read_text(body, content_type).text


def likely_codec(head: bytes, content_type: str) -> str:
    """What a page is said to be in by its mark, its header or its head, UTF-8 where nothing is said."""
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return codec
    return next(_declared(head, content_type), "utf-8")


def read_text(body: bytes, content_type: str) -> Decoded:
    """The text of a page and its encoding.

    Order: byte order mark, charset of `content_type` (the HTTP header), `<meta>` or XML declaration, UTF-8,
    windows-1252, charset-normalizer. Where nothing is declared browsers never take UTF-8 (Chromium reads such a page as
    windows-1252, our observation); we do, because crawlers that guess do. Raises nothing. Cost: 1 ms a MB, more only
    where nothing is declared and the page is not UTF-8 (1 of 1,003 real pages, adbar/trafilatura test set).
    """
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return Decoded(body[len(bom) :].decode(codec, "replace"), codec, codec)
    declared = ""
    for codec in _declared(body, content_type):
        declared = declared or codec
        text = body.decode(codec, "replace")
        if codec != "utf-8" or _mostly_good(text):
            return Decoded(text, codec, declared)
    text, codec = _guess(body)
    return Decoded(text, codec, declared or codec)


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """Codecs that the page is said to be in, the strongest word first; a label nobody knows says nothing."""
    http = _HTTP_CHARSET.search(content_type)
    if http:
        codec = _codec(http[1])
        if codec:
            yield codec
    declared = _declaration(body)
    if declared:
        # A page whose bytes could be searched for an ASCII tag is not UTF-16 (HTML Standard, 13.2.3.2, "prescan").
        codec = "utf-8" if declared.lower().startswith("utf-16") else _codec(declared)
        if codec:
            yield codec


def _declaration(body: bytes) -> str | None:
    """The label in the page; `<meta>` before the XML declaration (HTML Standard, 13.2.3.2)."""
    opened = _BODY.search(body, 0, _HEAD_BYTES)
    head = body[: max(_PRESCAN_BYTES, opened.start() if opened else 0)]
    meta = _META_CHARSET.search(_COMMENT.sub(b"", head))
    found = meta or _XML_ENCODING.match(body)
    return found[1].decode("latin-1") if found else None


@lru_cache(200)
def _codec(label: str) -> str | None:
    """The Python codec for a label of the Encoding Standard, None for a label that browsers would not take."""
    name = label.strip().lower()
    if name.startswith("utf-16"):
        return "utf-16-be" if name == "utf-16be" else "utf-16-le"
    for candidate in (name, name.removeprefix("x-").removeprefix("x-")):
        candidate = _LABELS.get(candidate, candidate)
        if _LABEL.fullmatch(candidate):
            try:
                return _CODECS.get(codecs.lookup(candidate).name)
            except LookupError:
                continue
    return None


def _guess(body: bytes) -> tuple[str, str]:
    """Text and codec of a page that declares nothing (or wrongly says UTF-8)."""
    text = body.decode("utf-8", "replace")
    if _mostly_good(text):
        return text, "utf-8"
    runs = [len(run) for run in _HIGH_RUN.findall(body[:_SAMPLE_BYTES])]
    if sum(n for n in runs if n >= _RUN_BYTES) * 2 < sum(runs):
        return body.decode("cp1252", "replace"), "cp1252"
    best = from_bytes(body[:_SAMPLE_BYTES]).best()
    codec = best.encoding if best else "cp1252"
    return body.decode(codec, "replace"), codec


def _mostly_good(text: str) -> bool:
    """Whether UTF-8 was the right reading: damaged characters (also the one that a size limit cut) are rare."""
    bad = text.count("\ufffd")
    return bad <= 1 or bad * 10 < sum(1 for c in text if c > "\x7f")
