"""The random sibling: what the site answers for an address that surely does not exist beside the asked one.

Bar-Yossef, Broder, Kumar and Tomkins, "Sic transit gloria telae" (WWW 2004): compare how the server answers a page that
cannot exist. Page texts are compared after the site's chrome is taken off: live pages that nearly equal the site's own
404 page are short pages in heavy navigation (1,341 pages of 114 sites: .15 % at .9 Jaccard of word 5-shingles, .97 %
with difflib's ratio; our measurement).
"""

import re
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import quote

from linkreclaim.model.verdicts import Answer, PageFacts
from linkreclaim.urls import Url, decode_path, parse
from linkreclaim.verdict.phrases import fold
from linkreclaim.verdict.shape import identifying_query

_EXTENSION = re.compile(r"\.(?!\d+$)[A-Za-z0-9]{1,5}$")
_NUMBER = re.compile(r"\d+")
_SHINGLE_WORDS = 5
SAME_OVERLAP = 0.9
"""From here two pages are the same: 2 of 1,341 live pages reach it against their site's 404 page (our measurement)."""

_SHORT_RESIDUAL_CHARS = 200
"""Below this much text of its own a page cannot be told by text alone (research proposal, not measured)."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two pages of a site are once its chrome is off."""

    overlap_0_1: float  # Jaccard of word shingles of what is left
    same_title: bool
    own_chars: int  # text that is left of the asked page

    @property
    def short(self) -> bool:
        """True when too little is left for the overlap to say much."""
        return self.own_chars < _SHORT_RESIDUAL_CHARS

    @property
    def same_page(self) -> bool:
        """Whether it is one page; short ones must agree in their title too, since text alone cannot tell them."""
        return self.overlap_0_1 >= SAME_OVERLAP and (self.same_title or not self.short)


def sibling_url(url: Url, token: str) -> Url:
    """An address beside `url` that surely does not exist: same folder, depth, extension and kinds of characters.

    `token` gives the random lower-case letters (12 or more). A page that its query identifies keeps path and query
    names and gets other values, since the path alone would still be served.
    """
    if url.query and identifying_query(url):
        parts = [_replaced_value(part, token) for part in url.query.split("&") if part]
        sibling = parse(f"{url.origin}{url.path}?{'&'.join(parts)}")
    else:
        folder, name, tail = _split_path(url.path)
        sibling = parse(url.origin + folder + quote(_like(name, token)) + tail)
    return url if sibling is None else sibling


def sibling_group(url: Url) -> str:
    """Key under which one sibling answer serves: origin, folder and extension, or path and query names."""
    if url.query and identifying_query(url):
        names = sorted(part.split("=")[0] if "=" in part else "" for part in identifying_query(url))
        return f"{url.origin}{url.path}?{'&'.join(names)}"
    folder, name, tail = _split_path(url.path)
    extension = _EXTENSION.search(name)
    return f"{url.origin}{folder}*{extension[0].lower() if extension else ''}{tail}"


def compare_with(asked: Url, page: PageFacts, sibling: Answer, home: PageFacts | None) -> Likeness:
    """How alike the page asked for and the sibling's page are (no page: nothing on it)."""
    sibling_asked = parse(sibling.url)
    masks = (asked,) if sibling_asked is None else (asked, sibling_asked)
    return compare_pages(page, sibling.page or PageFacts(), home, masks)


def compare_pages(asked: PageFacts, sibling: PageFacts, home: PageFacts | None, masks: tuple[Url, ...]) -> Likeness:
    """How alike the asked page and its sibling are.

    Chrome is what the sibling shares with the home page; without a home page only the main text counts. `masks` are
    the addresses asked: both pages may echo theirs, and so may differ in nothing else.
    """
    mask = _mask_pattern(masks)
    asked_blocks, sibling_blocks = _blocks(asked, home is None, mask), _blocks(sibling, home is None, mask)
    chrome = set() if home is None else set(_blocks(home, False, mask)) & set(sibling_blocks)
    own = [block for block in asked_blocks if block not in chrome]
    other = [block for block in sibling_blocks if block not in chrome]
    return Likeness(
        overlap_0_1=_jaccard(_shingles(own), _shingles(other)),
        same_title=_masked(asked.title, mask) == _masked(sibling.title, mask),
        own_chars=sum(map(len, own)),
    )


def _split_path(path: str) -> tuple[str, str, str]:
    """Folder with its slash, last name, and the slash after it where there is one."""
    tail = "/" if path.endswith("/") and path != "/" else ""
    folder, _, name = path[: len(path) - len(tail)].rpartition("/")
    return folder + "/", name, tail


def _replaced_value(part: str, token: str) -> str:
    name, equals, value = part.partition("=")
    return name + equals + quote(_like(decode_path(value), token)) if equals else quote(_like(decode_path(name), token))


def _like(name: str, token: str) -> str:
    """A name with the same length (at least 8), the same kinds of characters, and the same extension."""
    extension = _EXTENSION.search(name)
    stem = decode_path(name[: extension.start()] if extension else name)
    letters = cycle(token)
    if stem.isdigit():
        return _like_number(stem, token) + (extension[0] if extension else "")
    made = "".join(_like_character(character, next(letters)) for character in stem.ljust(8, "a"))
    return (made if made != stem else made + token) + (extension[0] if extension else "")


def _like_number(digits: str, token: str) -> str:
    """A number that no list reaches: as long, but at least 9 digits, first digit 9."""
    length = max(len(digits), 9)
    made = "".join(str(ord(letter) % 10) for letter in token)
    return ("9" + made * length)[:length]


def _like_character(character: str, letter: str) -> str:
    if character.isdigit():
        return str(ord(letter) % 10)
    if character in "-_":
        return character
    return letter.upper() if character.isupper() else letter


def _mask_pattern(masks: tuple[Url, ...]) -> re.Pattern[str]:
    echoes = {form for url in masks for form in _echo_forms(url) if len(form) > 3}
    alternatives = [re.escape(form) for form in sorted(echoes, key=len, reverse=True)]
    return re.compile("|".join(alternatives) or r"(?!)")


def _echo_forms(url: Url) -> tuple[str, ...]:
    """The ways in which an error page repeats the address: whole, path, last name, and its words."""
    _, name, _ = _split_path(url.path)
    stem = fold(decode_path(_EXTENSION.sub("", name)))
    whole = (url.without_fragment, decode_path(url.request_target), url.request_target, url.path, decode_path(name))
    return (*map(fold, whole), stem, re.sub(r"[-_+]", " ", stem))


def _masked(text: str, mask: re.Pattern[str]) -> str:
    return _NUMBER.sub("#", mask.sub("…", fold(text)))


def _blocks(page: PageFacts, main_only: bool, mask: re.Pattern[str]) -> list[str]:
    raw = (page.text,) if main_only and page.text else page.blocks or (page.text,)
    return [masked for block in raw if (masked := _masked(block, mask))]


def _shingles(blocks: list[str]) -> set[tuple[str, ...]]:
    words = " ".join(blocks).split()
    size = min(_SHINGLE_WORDS, len(words))
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)} if size else set()


def _jaccard(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0
