"""What a URL and a text say, as words to compare: case and accents folded, camel case and unspaced scripts apart."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from linkreclaim import urls

MAX_PATH_CHARS = 1_000
MAX_TITLE_CHARS = 300
MAX_TEXT_CHARS = 3_000
"""Cuts on hostile or endless input. Longer texts add next to nothing: the benchmark's own texts end at 1,500."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+")
"""Scripts written without spaces (Thai, Lao, Burmese, Khmer, Japanese, Chinese; Unicode blocks)."""
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
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|ref|source|share|replytocom|PHPSESSID|sid)$", re.I)
_LANGUAGE_TAG = re.compile(
    "(ar|bg|bn|ca|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|lv|ms|nb|nl|no|pl|pt|ro|ru|sk|sl|sr|sv|th|tr"
    "|uk|ur|vi|zh)(?:[-_](?:[a-z]{2}|[a-z]{4}|419))?"
)
"""A folder that names a language: the ISO 639-1 codes that sites use, with an optional region or script (BCP 47)."""
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ers", "ed", "er", "es", "e", "s", "y")
MIN_STEM_CHARS = 4
_NUMBER = re.compile(r"\d+")
_VERSION = re.compile(r"v?\d+(?:[._]\d+)+|v\d+|latest|stable|dev|next|current|nightly|edge|master|main|legacy|beta")


@dataclass(frozen=True)
class UrlShape:
    """The parts of a URL that say what its page is about; the host is no part of it.

    `segments` are readable (percent escapes decoded) and folded, without page extensions and index files.
    """

    segments: tuple[str, ...]
    kind: str  # "page", or what sort of file: "document", "image", "archive", ...
    words: tuple[str, ...]  # of the whole path and query, in order, distinct
    slug_words: tuple[str, ...]

    @cached_property
    def path(self) -> str:
        """The segments joined."""
        return "/" + "/".join(self.segments)

    @cached_property
    def slug(self) -> str:
        """The last segment; "" for the top of the site."""
        return self.segments[-1] if self.segments else ""

    @cached_property
    def folder(self) -> tuple[str, ...]:
        """All segments but the last."""
        return self.segments[:-1]

    @cached_property
    def slug_key(self) -> str:
        """The slug as its words alone, so that `Getting_Started` and `getting-started` are the same."""
        return "-".join(self.slug_words)

    @cached_property
    def squeezed(self) -> str:
        """The last two segments without any separator: `functions/path.base` and `functions/path/base` end alike."""
        return "".join(_WORD.findall("/".join(self.segments[-2:])))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Runs of digits anywhere in the path: ids, dates, versions."""
        return frozenset(_NUMBER.findall(self.path))

    @cached_property
    def language(self) -> str:
        """Two-letter language of a language segment near the front; "" when there is none."""
        found = (_LANGUAGE_TAG.fullmatch(segment) for segment in self.segments[:3])
        return next((tag[1] for tag in found if tag), "")

    @cached_property
    def versions(self) -> frozenset[str]:
        """Folders that name a version or a release channel."""
        return frozenset(segment for segment in self.folder if _VERSION.fullmatch(segment))


def read_shape(url: str) -> UrlShape:
    """The shape of an absolute URL, or of a bare path; hostile input gives a poor shape, never an error."""
    parsed = urls.parse(url) or urls.parse("http://host.invalid/" + url.lstrip("/"))
    if parsed is None:
        return UrlShape((), "page", (), ())
    path = _readable(parsed.path)
    segments = [segment for segment in path.split("/") if segment.strip()]
    query = _query_words(parsed.query or "")
    kind = "page"
    if segments:
        folded = fold(segments[-1])
        ending = _ENDING.search(folded)
        kind = _FILE_KINDS.get(ending[1], "page") if ending else "page"
        segments[-1] = "" if _INDEX_FILE.match(folded) else segments[-1]
    words = [word for segment in segments for word in url_words(_stem(segment))]
    slug_words = tuple(url_words(_stem(segments[-1]))) if segments else ()
    kept = tuple(filter(None, (_stem(fold(segment)).strip() for segment in segments)))
    if segments and not segments[-1] and kept:
        slug_words = tuple(url_words(segments[-2]))
    return UrlShape(kept, kind, _distinct([*words, *query]), slug_words or tuple(query))


def fold(text: str) -> str:
    """Case and Latin, Greek or Cyrillic accents folded away, compatibility forms made plain."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).casefold()


def url_words(segment: str) -> list[str]:
    """Words of a path segment, camel case taken apart."""
    return text_words(_CAMEL.sub(" ", segment))


def text_words(text: str) -> list[str]:
    """Words of a text, folded; runs of a script without spaces give their overlapping pairs of characters."""
    folded = fold(text)
    found = _WORD.findall(folded)
    return list(_split_unspaced(found)) if not folded.isascii() and _UNSPACED.search(folded) else found


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without its commonest English endings, so that "sending messages" meets "send message".

    Cruder than a real stemmer, and enough: words are only compared with words of the same site. Words of other
    scripts, and words that would be left with under four letters, stay as they are.
    """
    if not word.isascii():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM_CHARS:
            return word[: -len(ending)]
    return word


def character_grams(path: str) -> list[str]:
    """Overlapping runs of three characters of a path, its end marked."""
    marked = path + "/"
    return [marked[at : at + 3] for at in range(len(marked) - 2)] or [marked]


def _split_unspaced(words: list[str]) -> Iterator[str]:
    for word in words:
        if word.isascii() or not _UNSPACED.search(word):
            yield word
            continue
        at = 0
        for run in _UNSPACED.finditer(word):
            if run.start() > at:
                yield word[at : run.start()]
            run_text = run[0]
            yield from (run_text[n : n + 2] for n in range(max(1, len(run_text) - 1)))
            at = run.end()
        if at < len(word):
            yield word[at:]


def _readable(path: str) -> str:
    decoded = urls.decode_path(path[:MAX_PATH_CHARS])
    return urls.decode_path(decoded) if "%" in decoded else decoded


def _stem(segment: str) -> str:
    return _EXTENSION.sub("", segment)


def _query_words(query: str) -> list[str]:
    parts = (part.partition("=") for part in query[:MAX_PATH_CHARS].split("&"))
    kept = (f"{name} {value}" for name, _, value in parts if name and not _TRACKING.match(name))
    return [word for part in kept for word in url_words(_readable(part.replace("+", " ")))]


def _distinct(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
