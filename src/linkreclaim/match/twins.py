"""One page under several addresses: with a slash and without, `index.html`, tracking, http, another letter case.

A crawl finds them all, and a chance that is shared by two addresses of one page would leave both unsure. So they become
one target, which is named as the site names it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import chain

from linkreclaim import urls
from linkreclaim.match.tokens import MAX_TEXT_CHARS, fold, text_words, without_tracking
from linkreclaim.model.pages import LivePage
from linkreclaim.urls import Url

MIN_SHARED_WORDS = 0.5
"""Share of two texts' distinct words that both have, from which they are one text: the same page fetched twice differs
in dates, counters and what it recommends. Our judgement."""
MAX_ALIKE = 8
"""With more addresses that look alike, what they differ in is taken for the name of a page (`article.php?sid=4711`); so
is a title on more pages than that for no name. Our judgement."""
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|xhtml|shtml|php\d?|aspx?|jsp|cfm)$", re.I)
_SESSION = re.compile(r";jsessionid=[^/?]*", re.I)
"""Source: Servlet 6.0, 7.1.3 (URL rewriting)."""
_ODD = re.compile(r"[;?]|//|/(?:index|default)\.", re.I)
_ENDING = re.compile(r"(?:/|\.(?:html?|xhtml|shtml|php\d?|aspx?|jsp|cfm))$", re.I)
_SLASHES = re.compile("/{2,}")


@dataclass(frozen=True, slots=True)
class Address:
    """An address under which a page stands, with what is known of the page there."""

    key: str  # `urls.match_key`
    page: LivePage
    own: bool = True  # False: only another page's canonical names it, and the page is that one


@dataclass(frozen=True, slots=True)
class Target:
    """A page that may be a redirect target, with all its addresses; the page has the first one's."""

    page: LivePage
    addresses: tuple[Address, ...]


class Twins:
    """Addresses of a site sorted into pages.

    `moved`: keys of addresses that the site itself redirects; `claimed`: keys that pages name as canonical.
    """

    def __init__(
        self, addresses: Sequence[Address], home: Url, moved: AbstractSet[str], claimed: AbstractSet[str]
    ) -> None:
        self._addresses = addresses
        self._home = home
        self._moved = moved
        self._claimed = claimed

    def targets(self) -> Iterator[Target]:
        """Every page once, in no order. Cost: 4 us an address, 35 us one of several."""
        for group in _grouped(self._addresses, _rough):
            plain = _grouped(group, _plain) if len(group) > MAX_ALIKE else (group,)
            for page in chain.from_iterable(map(self._pages, plain)):
                yield Target(_whole(page) if len(page) > 1 else page[0].page, tuple(page))

    def _pages(self, group: Sequence[Address]) -> Iterable[list[Address]]:
        """Addresses that look alike, page by page, the one to be named first."""
        if len(group) == 1:
            return (list(group),)
        pages: list[list[Address]] = []
        by_key: dict[str, list[Address]] = {}
        for address in sorted(group, key=self._rank):
            page = by_key.get(address.key)
            page = page or next((page for page in pages[:MAX_ALIKE] if self._is_one(page[0], address)), [])
            if not page:
                pages.append(page)
            page.append(address)
            by_key[address.key] = page
        return pages

    def _is_one(self, one: Address, other: Address) -> bool:
        """Whether two addresses are of one page: what is known of them says so, or does not say otherwise.

        Case, ending and some parameters may tell two pages apart (`/v/aB3`, `/v/Ab3`), so there the pages have to say
        that they are one, by their text or a title that hardly any other page has.
        """
        alike = _say_the_same(one.page, other.page)
        if _plain(one.key) == _plain(other.key):
            return alike is not False
        told = bool(one.page.text and other.page.text) or self._titles[_line(one.page.title)] <= MAX_ALIKE
        return alike is True and told

    def _rank(self, address: Address) -> tuple[object, ...]:
        """What makes an address the one to be named, least first: the site's own word, then its habits."""
        key, url = address.key, urls.parse(address.page.url)
        if url is None:
            raise ValueError(f"no http(s) URL: {address.page.url!r}")
        form = _form(key)
        return (
            key not in self._claimed,
            key in self._moved,
            url.fragment is not None or not _is_plain(url),
            url.netloc != self._home.netloc,
            url.scheme != "https",
            -self._forms[form],
            -self._endings[form[1]],
            not address.own,
            url.path != url.path.lower(),
            address.page.url != url.href,
            not address.page.title,
            repr(address.page),
        )

    @cached_property
    def _titles(self) -> Mapping[str, int]:
        return Counter(_line(address.page.title) for address in self._addresses)

    @cached_property
    def _forms(self) -> Mapping[tuple[str, str], int]:
        """How many pages of a folder end in which way (a slash, `.html`, ...)."""
        return Counter(_form(address.key) for address in self._addresses)

    @cached_property
    def _endings(self) -> Mapping[str, int]:
        return Counter(chain.from_iterable([ending] * count for (_, ending), count in self._forms.items()))


def _grouped(addresses: Iterable[Address], fold_key: Callable[[str], str]) -> Iterable[list[Address]]:
    groups: dict[str, list[Address]] = {}
    for address in addresses:
        groups.setdefault(fold_key(address.key), []).append(address)
    return groups.values()


def _whole(page: Sequence[Address]) -> LivePage:
    """The page as it stands at its first address; what is not known there is taken from the others."""
    return reduce(_filled, (address.page for address in page))


def _filled(page: LivePage, other: LivePage) -> LivePage:
    return replace(
        page,
        title=page.title or other.title,
        description=page.description or other.description,
        headings=page.headings or other.headings,
        text=page.text or other.text,
        lang=page.lang or other.lang,
        ids=page.ids or other.ids,
    )


def _say_the_same(one: LivePage, other: LivePage) -> bool | None:
    """Whether two pages have the same title and text, as far as they are known; None: not enough is."""
    both_titles = bool(one.title and other.title)
    if both_titles and _line(one.title) != _line(other.title):
        return bool(one.text) and one.text == other.text
    if one.text and other.text:
        return one.text == other.text or _shared_words(one.text, other.text) >= MIN_SHARED_WORDS
    return True if both_titles else None


def _shared_words(one: str, other: str) -> float:
    words, others = (frozenset(text_words(text[:MAX_TEXT_CHARS])) for text in (one, other))
    return len(words & others) / max(1, len(words | others))


def _line(text: str) -> str:
    return " ".join(fold(text).split())


def _plain(key: str, *, sure: bool = True) -> str:
    """A key or path without what never makes it another page: slashes at its end or twice, index file, tracking."""
    if not _ODD.search(key):
        return key.rstrip("/")
    path, _, query = key.partition("?")
    path = _SESSION.sub("", path)
    path = _SLASHES.sub("/", _INDEX_FILE.sub("", path)).rstrip("/")
    kept = without_tracking(query, sure=sure) if query else ""
    return f"{path}?{kept}" if kept else path


def _is_plain(url: Url) -> bool:
    path = url.path.rstrip("/")
    return _plain(url.request_target, sure=False) == (f"{path}?{url.query}" if url.query else path)


def _rough(key: str) -> str:
    """A plain key without what seldom makes it another page: case, the ending of its file, likely tracking."""
    path, mark, query = _plain(key, sure=False).lower().partition("?")
    return _ENDING.sub("", path) + mark + query


def _form(key: str) -> tuple[str, str]:
    """(folder, how the path ends) of a key."""
    path = key.partition("?")[0]
    ending = _ENDING.search(path)
    return path.rstrip("/").rpartition("/")[0], ending[0].lower() if ending else ""


def keys_of(addresses: Iterable[str]) -> frozenset[str]:
    """The keys of those that are http(s) URLs."""
    return frozenset(filter(None, map(urls.match_key, addresses)))
