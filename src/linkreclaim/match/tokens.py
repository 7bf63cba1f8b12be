"""What a URL and a text say, as words to compare: case and accents folded, camel case and unspaced scripts apart."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from urllib.parse import parse_qsl, urlsplit

from linkreclaim import urls

MAX_PATH_CHARS = 1_000
MAX_TITLE_CHARS = 300
MAX_TEXT_CHARS = 3_000
"""Cuts on hostile or endless input. Longer texts add next to nothing: the benchmark's own texts end at 1,500."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_ASCII_WORDS = bytes(ord(chr(byte).lower()) if byte < 128 and chr(byte).isalnum() else 0x20 for byte in range(256))
_ASCII_OTHER = bytes(byte for byte in range(128) if not chr(byte).isalnum())
"""Folds ASCII letters and blanks out all that is no word: the same words as by `_WORD`, six times as fast."""
_PUNCTUATION = re.compile("[\u00a0\u00ab\u00b7\u00bb\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2039\u203a\u2192]+")
"""Commonest signs beyond ASCII in Western text; none of them is part of a word in any form (checked by the tests)."""
_ACCENTS = re.compile("[\u0300-\u036f]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+")
"""Scripts written without spaces (Thai, Lao, Burmese, Khmer, Japanese, Chinese; Unicode blocks)."""
_RUNS = re.compile(f"({_UNSPACED.pattern})|({_UNSPACED.pattern.replace('[', '[^')})")
_INDEX_FILE = re.compile(r"(?:index|default|home)(?:\.[a-z]{2,5})?$")
_EXTENSION = re.compile(r"\.(html?|xhtml|shtml|php[3-8]?|aspx?|jsp|jspx|cfm|cgi|pl|do|md|mdx|rst|txt|adoc)$")
"""Endings that say how a page is made and nothing of what it is about."""
_ENDING = re.compile(r"\.([a-z0-9]{2,5})[^\w/]*$")
"""A file ending, also with what a careless link adds behind it: `plan.pdf).`"""
_FILE_KINDS = {
    **dict.fromkeys(("pdf", "doc", "docx", "odt", "rtf", "ps", "epub"), "document"),
    **dict.fromkeys(("xls", "xlsx", "ods", "csv", "tsv"), "sheet"),
    **dict.fromkeys(("ppt", "pptx", "odp", "key"), "slides"),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "svg", "ico", "avif", "bmp", "tif", "tiff"), "image"),
    **dict.fromkeys(("css", "js", "mjs", "map", "woff", "woff2", "ttf", "eot", "wasm"), "asset"),
    **dict.fromkeys(("mp3", "mp4", "webm", "ogg", "wav", "mov", "avi", "m4a", "flac"), "media"),
    **dict.fromkeys(
        ("zip", "gz", "tgz", "bz2", "xz", "7z", "rar", "exe", "dmg", "msi", "deb", "rpm", "apk"), "archive"
    ),
    **dict.fromkeys(("xml", "rss", "atom", "json"), "data"),
}
_TRACKING = (
    r"utm_\w+|mtm_\w+|pk_\w+|fbclid|[gd]clid|gad_source|[gw]braid|srsltid|msclkid|yclid|ttclid|twclid|igshid|mc_[ce]id"
    r"|_ga|_gl|_hsenc|_hsmi|mkt_tok|replytocom|PHPSESSID|jsessionid"
)
"""Query names that say how a visitor came or who it is, never what is asked. Source: the vendors' link taggers; PHP's
and Servlet's session names; WordPress' link to answer a comment."""
_SURE_TRACKING = re.compile(f"(?:{_TRACKING})$", re.I)
_LIKELY_TRACKING = re.compile(f"(?:{_TRACKING}|ref|source|share|sid)$", re.I)
"""Also those that nearly always do; `sid` was a story's number in PHP-Nuke."""
_LANGUAGE_TAG = re.compile(
    "(ar|bg|bn|ca|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|lv|ms|nb|nl|no|pl|pt|ro|ru|sk|sl|sr|sv|th|tr"
    "|uk|ur|vi|zh)(?:[-_](?:[a-z]{2}|[a-z]{4}|419))?"
)
"""A folder that names a language: the ISO 639-1 codes that sites use, with an optional region or script (BCP 47)."""
_LANGUAGE_KEYS = frozenset(("lang", "language", "hl", "locale", "lng"))
_TAGGED_END = re.compile(r"[._]([a-z]{2})\.(?:html?|php|aspx?)$")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ers", "ed", "er", "es", "e", "s", "y")
_LAST_LETTERS = frozenset(ending[-1] for ending in _ENDINGS)
MIN_STEM_CHARS = 4
_NUMBER = re.compile(r"\d+")
_VERSION = re.compile(r"v?\d+(?:[._]\d+)+|v\d+|latest|stable|dev|next|current|nightly|edge|master|main|legacy|beta")


@dataclass(frozen=True, slots=True)
class UrlShape:
    """The parts of a URL that say what its page is about; the host is no part of it.

    `segments` are readable (percent escapes decoded) and folded, without page extensions and index files.
    """

    segments: tuple[str, ...]
    kind: str  # "page", or what sort of file: "document", "image", "archive", ...
    words: tuple[str, ...]  # of the whole path and query, in order, distinct
    slug_words: tuple[str, ...]

    @property
    def path(self) -> str:
        """The segments joined."""
        return "/" + "/".join(self.segments)

    @property
    def slug(self) -> str:
        """The last segment; "" for the top of the site."""
        return self.segments[-1] if self.segments else ""

    @property
    def folder(self) -> tuple[str, ...]:
        """All segments but the last."""
        return self.segments[:-1]

    @property
    def slug_key(self) -> str:
        """The slug as its words alone, so that `Getting_Started` and `getting-started` are the same."""
        return "-".join(self.slug_words)

    @property
    def squeezed(self) -> str:
        """The last two segments without any separator: `functions/path.base` and `functions/path/base` end alike."""
        end = "/".join(self.segments[-2:])
        return end.encode().translate(None, _ASCII_OTHER).decode() if end.isascii() else "".join(_WORD.findall(end))

    @property
    def numbers(self) -> frozenset[str]:
        """Runs of digits anywhere in the path: ids, dates, versions."""
        return frozenset(_NUMBER.findall(self.path))

    @property
    def language(self) -> str:
        """Two-letter language of a language segment near the front; "" when there is none."""
        return next(filter(None, map(language_tag, self.segments[:3])), "")[:2]

    @property
    def versions(self) -> frozenset[str]:
        """Folders that name a version or a release channel."""
        return frozenset(filter(_is_version, self.folder))


def read_shape(url: str) -> UrlShape:
    """The shape of an absolute URL, or of a bare path; hostile input gives a poor shape, never an error."""
    parsed = urls.parse(url) or urls.parse("http://host.invalid/" + url.lstrip("/"))
    if parsed is None:
        return UrlShape((), "page", (), ())
    path = _readable(parsed.path)
    segments = [segment for segment in path.split("/") if segment.strip()]
    query = _query_words(parsed.query) if parsed.query else []
    kind = "page"
    if segments:
        folded = fold(segments[-1])
        ending = _ENDING.search(folded)
        kind = _FILE_KINDS.get(ending[1], "page") if ending else "page"
        segments[-1] = "" if _INDEX_FILE.match(folded) else segments[-1]
    parts = [_read_segment(segment) for segment in segments]
    words = [word for _, segment_words in parts for word in segment_words]
    slug_words = parts[-1][1] if parts else ()
    kept = tuple(folded for folded, _ in parts if folded)
    if segments and not segments[-1] and kept:
        slug_words = tuple(url_words(segments[-2]))
    return UrlShape(kept, kind, _distinct([*words, *query]), slug_words or tuple(query))


@lru_cache(maxsize=10_000)
def _read_segment(segment: str) -> tuple[str, tuple[str, ...]]:
    """A segment folded, and its words; remembered, for most pages share their folders."""
    return _stem(fold(segment)).strip(), tuple(url_words(_stem(segment)))


def fold(text: str) -> str:
    """Case and Latin, Greek or Cyrillic accents folded away, compatibility forms made plain."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).casefold()


def url_words(segment: str) -> list[str]:
    """Words of a path segment, camel case taken apart."""
    return text_words(segment if segment.islower() else _CAMEL.sub(" ", segment))


def text_words(text: str) -> list[str]:
    """Words of a text, folded; runs of a script without spaces give their overlapping pairs of characters."""
    plain = text if text.isascii() else _PUNCTUATION.sub(" ", text)
    if plain.isascii():
        return plain.encode().translate(_ASCII_WORDS).decode().split()
    folded = fold(plain)
    if folded.isascii():
        return folded.encode().translate(_ASCII_WORDS).decode().split()
    found = _WORD.findall(folded)
    return _split_unspaced(found) if _UNSPACED.search(folded) else found


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without its commonest English endings, so that "sending messages" meets "send message".

    Cruder than a real stemmer, and enough: words are only compared with words of the same site. Words of other
    scripts, and words that would be left with under four letters, stay as they are.
    """
    if len(word) <= MIN_STEM_CHARS or word[-1] not in _LAST_LETTERS or not word.isascii():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM_CHARS:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=10_000)
def language_tag(segment: str) -> str:
    """A folded segment that names a language, with its region or script ("de", "en-us"); "" for any other."""
    return segment.replace("_", "-") if _LANGUAGE_TAG.fullmatch(segment) else ""


def url_language(url: str) -> str:
    """The language that a URL names in a folder, a parameter (`?lang=de`) or before its ending (`page_de.html`), with
    its region or script if it says so; "" for none, and for what is no URL."""
    try:
        parts = urlsplit(url[:MAX_PATH_CHARS])
    except ValueError:
        return ""
    path = parts.path.lower()
    asked = parse_qsl(parts.query) if parts.query else ()
    named = [language_tag(value.lower()) for key, value in asked if key.lower() in _LANGUAGE_KEYS]
    named += [language_tag(segment) for segment in path.split("/")[1:3]]
    end = _TAGGED_END.search(path)
    return next(filter(None, named), "") or (language_tag(end[1]) if end else "")


@lru_cache(maxsize=10_000)
def _is_version(segment: str) -> bool:
    return _VERSION.fullmatch(segment) is not None


def character_grams(path: str) -> list[str]:
    """Overlapping runs of three characters of a path, its end marked."""
    marked = path + "/"
    return [marked[at : at + 3] for at in range(len(marked) - 2)] or [marked]


def _split_unspaced(words: list[str]) -> list[str]:
    apart: list[str] = []
    for word in words:
        if word.isascii():
            apart.append(word)
            continue
        for run, other in _RUNS.findall(word):
            apart.extend(map(add, run, run[1:]) if len(run) > 1 else [run or other])
    return apart


def _readable(path: str) -> str:
    decoded = urls.decode_path(path[:MAX_PATH_CHARS])
    return urls.decode_path(decoded) if "%" in decoded else decoded


def _stem(segment: str) -> str:
    return _EXTENSION.sub("", segment)


def without_tracking(query: str, *, sure: bool) -> str:
    """A query without the parts that never name a page (`sure`), or hardly ever: tracking, sessions, unnamed ones."""
    pattern = _SURE_TRACKING if sure else _LIKELY_TRACKING
    named = ((part, part.partition("=")[0]) for part in query[:MAX_PATH_CHARS].split("&"))
    return "&".join(part for part, name in named if name and not pattern.match(name))


def _query_words(query: str) -> list[str]:
    parts = without_tracking(query, sure=False).replace("+", " ").split("&")
    return [word for part in parts for word in url_words(_readable(part.replace("=", " ", 1)))]


def _distinct(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
