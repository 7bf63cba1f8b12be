"""The live URLs of a site, to be found by their exact form, by forms that a server treats alike, or by name."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from linkreclaim.diagnosis.close_paths import ClosePaths
from linkreclaim.urls import Url, decode_path, parse

_INDEX = re.compile(r"(?<=/)(?:index|default)(?:\.\w{2,5})?$")
_SLASHES = re.compile("//+")
_EXTENSION = re.compile(r"(?<=[^/.])\.([a-z][a-z0-9]{1,4})$")
_PAGE_EXTENSIONS = frozenset({"html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "md", "cfm", "do"})
_SEPARATORS = re.compile("[-_ +.\u2010-\u2015\u00a0]+")
_JOINED = re.compile(r"(?<!\d)-|-(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""German and Danish letters as slugs of their own languages write them (WordPress, `remove_accents`)."""
_WITHOUT_MARKS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
"""Letters that Unicode does not take apart."""
_MAX_IN_FOLDER = 2_000


@dataclass(frozen=True, slots=True)
class LiveUrl:
    """One live URL with the forms it is looked up by."""

    href: str
    host: str
    path: str  # lower case, decoded, single slashes, none at the end, no index file
    query: str

    @property
    def extension(self) -> str:
        """File type without the dot, empty when the path has none."""
        found = _EXTENSION.search(self.path)
        return found[1] if found else ""

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path above its last part."""
        return self.path.rpartition("/")[0]

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path."""
        return tuple(self.path.strip("/").split("/"))


def describe(url: Url) -> LiveUrl:
    """The forms of any URL, live or not."""
    path = _INDEX.sub("", _SLASHES.sub("/", decode_path(url.path).casefold()))
    return LiveUrl(url.without_fragment, url.netloc.removeprefix("www."), path.rstrip("/"), url.query or "")


def without_extension(path: str) -> str:
    """A path with its file type taken off."""
    return _EXTENSION.sub("", path)


def with_plain_separators(path: str) -> str:
    """A path with one kind of separator between words, none at the ends of its parts."""
    return "/".join(_SEPARATORS.sub("-", part).strip("-") for part in path.split("/"))


def with_plain_letters(path: str) -> Iterator[str]:
    """A path's other spellings in plain letters: as German and Danish slugs are made, and marks left out."""
    if path.isascii():
        return
    for spelled in (path.translate(_SPELLED_OUT), path):
        letters = unicodedata.normalize("NFKD", spelled)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_WITHOUT_MARKS)
        if plain != path:
            yield plain


def without_separators(path: str) -> str:
    """A path with its words joined; separators between digits stay, since 1-11 is not 11-1."""
    return "/".join(_JOINED.sub("", _SEPARATORS.sub("-", part).strip("-")) for part in path.split("/"))


class LiveIndex:
    """Look-up of live URLs. Memory: about 2 kB a URL. Building: about 40 us a URL."""

    def __init__(self, live_urls: Iterable[str]) -> None:
        self._by_key: dict[str, LiveUrl] = {}
        self._by_path: dict[tuple[str, str], list[LiveUrl]] = defaultdict(list)
        self._by_form: dict[tuple[str, str, str], list[LiveUrl]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[LiveUrl]] = defaultdict(list)
        self._paths: dict[str, list[str]] = {}
        self._names: dict[str, list[str]] = {}
        self._close: dict[str, ClosePaths] = {}  # made when first asked for
        self._words: dict[str, Counter[str]] = defaultdict(Counter)
        for raw in live_urls:
            self._add(raw)
        for host, path in sorted(self._by_path):
            self._paths.setdefault(host, []).append(path)
        for host, paths in self._paths.items():
            self._names[host] = sorted({path.rpartition("/")[2] for path in paths})

    def _add(self, raw: str) -> None:
        url = parse(raw)
        if url is None or url.key in self._by_key:
            return
        live = describe(url)
        self._by_key[url.key] = live
        self._by_path[live.host, live.path].append(live)
        for form, path in _forms(live.path):
            self._by_form[live.host, form, path].append(live)
        for path in with_plain_letters(with_plain_separators(without_extension(live.path))):
            self._by_form[live.host, "letters", path].append(live)
        for name in {live.name, without_extension(live.name)}:
            self._by_name[live.host, name].append(live)
        self._words[live.host].update(set(_WORDS.findall(live.path)))

    def knows_host(self, host: str) -> bool:
        """Whether any live URL of the host is known: without one nothing can be checked."""
        return host in self._paths

    def has(self, url: Url) -> bool:
        """Whether the URL itself is live."""
        return url.key in self._by_key

    def find_exact(self, url: Url) -> LiveUrl | None:
        """The live URL that is the same target."""
        return self._by_key.get(url.key)

    def find_path(self, wanted: LiveUrl) -> LiveUrl | None:
        """The one live URL that differs in case, slash or index file only; None when several do."""
        return _only([live for live in self._by_path.get((wanted.host, wanted.path), ()) if live.query == wanted.query])

    def find_static(self, wanted: LiveUrl) -> LiveUrl | None:
        """The live page of a path that is known without any query: there a query does not say which page."""
        found = self._by_path.get((wanted.host, wanted.path), [])
        return found[0] if len(found) == 1 and not found[0].query else None

    def find_form(self, wanted: LiveUrl, form: str) -> LiveUrl | None:
        """The one live URL that is equal under a form: "separator", "extension", "joined" or "letters"."""
        found = self._spelled_otherwise(wanted) if form == "letters" else self._alike(wanted, form)
        return _only([live for live in found if live.query == wanted.query and same_type(wanted, live)])

    def _alike(self, wanted: LiveUrl, form: str) -> list[LiveUrl]:
        return self._by_form.get((wanted.host, form, dict(_forms(wanted.path))[form]), [])

    def _spelled_otherwise(self, wanted: LiveUrl) -> list[LiveUrl]:
        """The live URLs that are the same in plain letters, whichever of the two has the others."""
        path = with_plain_separators(without_extension(wanted.path))
        places = [("letters", path)]
        for plain in with_plain_letters(path):
            places += [("extension", plain), ("letters", plain)]
        found = (live for form, plain in places for live in self._by_form.get((wanted.host, form, plain), ()))
        return list({live.href: live for live in found}.values())

    def find_named(self, host: str, name: str) -> list[LiveUrl]:
        """The live URLs whose last part is `name`, with or without a file type."""
        return self._by_name.get((host, name), [])

    def paths_from(self, host: str, prefix: str) -> Iterator[str]:
        """The live paths of a host that begin with `prefix`, in order."""
        return _from_prefix(self._paths.get(host, []), prefix)

    def names_from(self, host: str, prefix: str) -> Iterator[str]:
        """The last parts of live paths that begin with `prefix`, in order."""
        return _from_prefix(self._names.get(host, []), prefix)

    def paths_near(self, host: str, path: str, edits: int) -> list[tuple[int, str]]:
        """(distance, path) of the live paths at most `edits` away, nearest first."""
        if host not in self._close:
            self._close[host] = ClosePaths(self._paths.get(host, []))
        return self._close[host].within(path, edits)

    def at_path(self, host: str, path: str) -> LiveUrl | None:
        """The one live URL at a path."""
        return _only(self._by_path.get((host, path), []))

    def are_twins(self, host: str, one: str, other: str) -> bool:
        """Whether two folders have a live page of the same name each: then a name says nothing of which one it was."""
        return not self._names_in(host, one).isdisjoint(self._names_in(host, other))

    def _names_in(self, host: str, folder: str) -> set[str]:
        """Names of what is in a folder, pages and folders. Cost: as many look-ups as there are paths below it."""
        prefix = folder + "/"
        return {path[len(prefix) :].split("/", 1)[0] for path in islice(self.paths_from(host, prefix), _MAX_IN_FOLDER)}

    def is_word(self, host: str, word: str) -> bool:
        """Whether the site itself uses a word in its live paths: then it is no misspelling."""
        return self._words[host][word] > 0 if host in self._words else False


def same_type(wanted: LiveUrl, live: LiveUrl) -> bool:
    """Whether one may stand for the other: an image is never a page, a PDF never another file."""
    if wanted.extension == live.extension:
        return True
    return not wanted.extension or (wanted.extension in _PAGE_EXTENSIONS and live.extension in {"", *_PAGE_EXTENSIONS})


def _forms(path: str) -> tuple[tuple[str, str], ...]:
    bare = without_extension(path)
    return (
        ("separator", with_plain_separators(path)),
        ("extension", with_plain_separators(bare)),
        ("joined", without_separators(bare)),
    )


def _from_prefix(ordered: list[str], prefix: str) -> Iterator[str]:
    for place in range(bisect_left(ordered, prefix), len(ordered)):
        if not ordered[place].startswith(prefix):
            return
        yield ordered[place]


def _only(found: list[LiveUrl]) -> LiveUrl | None:
    return found[0] if len(found) == 1 else None
