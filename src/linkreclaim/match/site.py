"""The pages that may be redirect targets, read once into arrays that all questions share."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Generic

import numpy as np

from linkreclaim import urls
from linkreclaim.match.columns import Lines, Shapes, Texts
from linkreclaim.match.index import Floats, Ints, Key, Numbers, SparseRows, Vocabulary, order_of
from linkreclaim.match.rows import in_parts, join_parts, read_part
from linkreclaim.match.titles import TitleCleaner
from linkreclaim.match.tokens import UrlShape
from linkreclaim.match.twins import Address, Target, Twins, keys_of
from linkreclaim.model.pages import LivePage
from linkreclaim.processes import spread
from linkreclaim.urls import Url

MIN_OF_A_TONGUE = 2
"""Pages that a language needs to be one of the site's: a single tag may be a word ("it", "no"). Our judgement."""
NEAR_NUMBERS = 10
"""Numbers looked at on either side of one, to see how close they stand. Our judgement."""

Path = tuple[str, ...]  # the segments of a URL


class SiteTable:
    """The targets of a site by rising URL, and everything about them that does not depend on the question.

    The home page stands apart (`home_row`). Cost: about 0.3 ms and 6 kB a page with 1,200 characters of text; the time
    is shared by `processes`.
    """

    def __init__(
        self, pages: Iterable[LivePage], home: Url, processes: int = 1, known: Sequence[tuple[str, str]] = ()
    ) -> None:
        """`known`: redirects of the site that work, old URL and new; what they leave is no name for a page."""
        targets = _targets(pages, home, known)
        self.urls = Texts.of(target.page.url for target in targets)
        self.row_of_key = {one.key: row for row, target in enumerate(targets) for one in target.addresses}
        self.twins = {row: target.addresses for row, target in enumerate(targets) if len(target.addresses) > 1}
        self.home_row = self.row_of_key.get(home.key, -1)
        self.shown_titles = Texts.of(target.page.title for target in targets)
        self.ids = [target.page.ids for target in targets]
        self.cleaner = TitleCleaner(target.page.title for target in targets if target.page.title)
        self._read_rows([target.page for target in targets], processes)
        self._read_places()

    def __len__(self) -> int:
        return len(self.urls)

    def _read_rows(self, pages: Sequence[LivePage], processes: int) -> None:
        parts = list(spread(partial(read_part, cleaner=self.cleaner), list(in_parts(pages)), processes))
        self.shapes = Shapes.joined([part.shapes for part in parts])
        self.titles = Texts.joined([part.titles for part in parts])
        self.headings = Lines(Texts.joined([part.headings.texts for part in parts]))
        self.languages = [language for part in parts for language in part.languages]
        tongues = sum((part.tongues for part in parts), Counter[str]())
        self.tongues = frozenset(tongue for tongue, count in tongues.items() if tongue and count >= MIN_OF_A_TONGUE)
        words, grams, rows = join_parts(parts)
        self.vocabulary = Vocabulary(words, rows["texts"])
        self.gram_vocabulary = Vocabulary(grams, rows["grams"])
        self.grams = SparseRows(self.gram_vocabulary, rows.pop("grams")).indexed()
        self.texts = SparseRows(self.vocabulary, rows.pop("texts")).indexed()
        self.labels = SparseRows(self.vocabulary, rows.pop("labels")).indexed()
        self.url_words = SparseRows(self.vocabulary, rows.pop("url_words"))
        self.slug_words = SparseRows(self.vocabulary, rows.pop("slug_words"))
        self._titles_with = np.bincount(rows["title_words"].terms, minlength=len(words))
        self.title_words = SparseRows(self.vocabulary, rows.pop("title_words"))
        self.head_words = SparseRows(self.vocabulary, rows.pop("head_words"))

    def titles_with(self, stem: str) -> int:
        """How many pages have a word in their title."""
        terms = self.vocabulary.bag((stem,)).terms
        return int(self._titles_with[terms[0]]) if len(terms) else 0

    def numbers_near(self, shape: UrlShape) -> float:
        """The share of numbers near to a page's own that pages of its folder have; 0 where the slug is no number."""
        number, numbers = _number(shape), self._numbers.get(shape.folder, ())
        if number is None:
            return 0.0
        at = bisect_left(numbers, number)
        near = numbers[max(0, at - NEAR_NUMBERS) : at + NEAR_NUMBERS + 1]
        return (len(near) - 1) / (near[-1] - near[0]) if len(near) > 1 else 0.0

    def _read_places(self) -> None:
        told = ((one.segments, one.slug_key, one.squeezed, is_top(one), _number(one)) for one in self.shapes)
        paths, slugs, ends, tops, numbers = zip(*told, strict=True) if len(self) else ((), (), (), (), ())
        below = Counter(path[:n] for path in paths for n in range(len(path)))
        self.children = np.array([below[path] for path in paths], dtype=np.float64)
        self.depths = np.array(list(map(len, paths)), dtype=np.float64)
        self.home_rows = frozenset(np.flatnonzero(tops).tolist()) | {self.home_row}
        self.by_path = Groups(paths)
        self.by_slug = Groups(slugs)
        self.by_title = Groups(self.titles)
        self.by_squeezed = Groups(ends)
        ids = [tuple(dict.fromkeys(own)) for own in self.ids]
        self.by_id = Groups(chain.from_iterable(ids), np.repeat(np.arange(len(ids)), list(map(len, ids))))
        self.top_folders = frozenset(path[0] for path in paths if path)
        self._numbers = _numbers_by_folder(zip(paths, numbers, strict=True))
        self.slug_twins = self.by_slug.sizes_of_rows()
        self.title_twins = self.by_title.sizes_of_rows()


class Groups(Generic[Key]):
    """Rows by each of their keys, rising; in two arrays, for most sites have about as many keys as pages."""

    def __init__(self, keys: Iterable[Key], owners: Ints | None = None) -> None:
        """`owners`: the row of each key, rising; without, every row has one."""
        self._numbers: Numbers[Key] = Numbers()
        self._group_of = np.array(list(map(self._numbers.__getitem__, keys)), dtype=np.int64)
        order = order_of(self._group_of)
        self._rows = order if owners is None else owners[order]
        self._starts = np.concatenate(([0], np.cumsum(np.bincount(self._group_of, minlength=len(self._numbers)))))

    def __contains__(self, key: Key) -> bool:
        return key in self._numbers

    def __getitem__(self, key: Key) -> Ints:
        number = self._numbers[key]
        return self._rows[self._starts[number] : self._starts[number + 1]]

    def get(self, key: Key) -> Ints | None:
        """The rows of a key, None when no row has it."""
        return self[key] if key in self._numbers else None

    def sizes_of_rows(self) -> Floats:
        """For each row with one key: how many rows have the same."""
        return np.diff(self._starts)[self._group_of].astype(np.float64)


def is_top(shape: UrlShape) -> bool:
    """Whether a path is the top of a site: `/`, `/index.html`, `/home`. Language folders are not: `/hr/` may be a
    department."""
    return shape.segments in {(), ("home",)}


def _number(shape: UrlShape) -> int | None:
    """The number that is all of a slug."""
    return int(shape.slug_key) if shape.slug_key.isdecimal() else None


def _numbers_by_folder(pages: Iterable[tuple[Path, int | None]]) -> dict[Path, list[int]]:
    """The numbers that are slugs, rising."""
    found: dict[Path, set[int]] = {}
    for path, number in pages:
        if number is not None:
            found.setdefault(path[:-1], set()).add(number)
    return {folder: sorted(numbers) for folder, numbers in found.items()}


def _targets(pages: Iterable[LivePage], home: Url, known: Iterable[tuple[str, str]]) -> list[Target]:
    """Every page once, by the rising key of its first address."""
    addresses = list(_addresses(pages, home))
    claimed = keys_of(address.page.canonical for address in addresses if address.page.canonical)
    twins = Twins(addresses, home, keys_of(old for old, _ in known), claimed)
    return sorted(twins.targets(), key=lambda target: target.addresses[0].key)


def _addresses(pages: Iterable[LivePage], home: Url) -> Iterator[Address]:
    """Where pages stand: noindex pages left out, pages that name another canonical page standing there."""
    for page in pages:
        own = None if page.noindex else urls.match_key(page.url)
        if own is None:
            continue
        canonical = _canonical(page, own, home)
        if canonical is None:
            yield Address(own, page)
        else:
            yield Address(canonical.key, replace(page, url=canonical.without_fragment), own=False)


def _canonical(page: LivePage, key: str, home: Url) -> Url | None:
    """Where else the page says it stands. A canonical of another owner, or of the home page (a common mistake of site
    templates), is not believed."""
    if not page.canonical:
        return None
    named, parsed = urls.parse(page.canonical), urls.parse(page.url)
    if named is None or parsed is None or named.key in {key, home.key}:
        return None
    same_owner = urls.registrable_domain(named.netloc) == urls.registrable_domain(parsed.netloc)
    return named if same_owner else None
