"""The pages that may be redirect targets, read once into arrays that all questions share."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from linkreclaim import urls
from linkreclaim.match.index import Ints, SparseRows, TermNumbers, Vocabulary, count_rows
from linkreclaim.match.titles import TitleCleaner
from linkreclaim.match.tokens import MAX_TEXT_CHARS, UrlShape, character_grams, read_shape, stem, text_words
from linkreclaim.model.pages import LivePage
from linkreclaim.urls import Url

MAX_HEADINGS = 25
Key = TypeVar("Key", bound=Hashable)


class SiteTable:
    """The targets of a site by rising URL, and everything about them that does not depend on the question.

    The home page stands apart (`home_row`). Cost: about 0.5 ms and 10 kB a page with 1,500 characters of text.
    """

    def __init__(self, pages: Iterable[LivePage], home: Url) -> None:
        targets = list(_targets(pages, home))
        self.urls = [page.url for _, page in targets]
        self.shapes = [read_shape(page.url) for _, page in targets]
        self.languages = [
            shape.language or page.lang[:2].lower() for shape, (_, page) in zip(self.shapes, targets, strict=True)
        ]
        self.row_of_key = {key: row for row, (key, _) in enumerate(targets)}
        self.home_row = self.row_of_key.get(home.key, -1)
        self.home_rows = frozenset(row for row, shape in enumerate(self.shapes) if is_top(shape)) | {self.home_row}
        self.cleaner = TitleCleaner(page.title for _, page in targets if page.title)
        self.shown_titles = [page.title for _, page in targets]
        self.ids = [page.ids for _, page in targets]
        self.titles = [self.cleaner.clean(page.title) for _, page in targets]
        self.first_headings = [self.cleaner.clean(page.headings[0]) if page.headings else "" for _, page in targets]
        self._read_texts([page for _, page in targets])
        self._read_places()

    def __len__(self) -> int:
        return len(self.urls)

    def _read_texts(self, pages: Sequence[LivePage]) -> None:
        numbers = TermNumbers()
        whole = count_rows((map(stem, self._all_words(n, page)) for n, page in enumerate(pages)), numbers, grow=True)
        self.vocabulary = Vocabulary(numbers, whole)
        self.texts = SparseRows(self.vocabulary, whole).indexed()
        self.labels = self._rows(numbers, (self._label_words(n, page) for n, page in enumerate(pages))).indexed()
        self.url_words = self._rows(numbers, (shape.words for shape in self.shapes))
        self.slug_words = self._rows(numbers, (shape.slug_words for shape in self.shapes))
        self.title_words = self._rows(numbers, (text_words(title) for title in self.titles))
        self.head_words = self._rows(numbers, (_heading_words(page) for page in pages))
        gram_numbers = TermNumbers()
        grams = count_rows((character_grams(shape.path) for shape in self.shapes), gram_numbers, grow=True)
        self.gram_vocabulary = Vocabulary(gram_numbers, grams)
        self.grams = SparseRows(self.gram_vocabulary, grams).indexed()

    def _read_places(self) -> None:
        below = Counter(shape.segments[:n] for shape in self.shapes for n in range(len(shape.segments)))
        self.children = np.array([below[shape.segments] for shape in self.shapes], dtype=np.float64)
        self.depths = np.array([len(shape.segments) for shape in self.shapes], dtype=np.float64)
        self.by_path = _grouped(shape.segments for shape in self.shapes)
        self.by_slug = _grouped(shape.slug_key for shape in self.shapes)
        self.by_title = _grouped(self.titles)
        self.by_squeezed = _grouped(shape.squeezed for shape in self.shapes)
        self.by_id = _grouped_many(self.ids)
        self.top_folders = frozenset(shape.segments[0] for shape in self.shapes if shape.segments)
        self.slug_twins = np.array([len(self.by_slug[shape.slug_key]) for shape in self.shapes], dtype=np.float64)
        self.title_twins = np.array([len(self.by_title[title]) for title in self.titles], dtype=np.float64)

    def _rows(self, numbers: TermNumbers, rows: Iterable[Iterable[str]]) -> SparseRows:
        return SparseRows(self.vocabulary, count_rows((map(stem, row) for row in rows), numbers, grow=False))

    def _label_words(self, row: int, page: LivePage) -> list[str]:
        return [*self.shapes[row].words, *text_words(self.titles[row]), *_heading_words(page)]

    def _all_words(self, row: int, page: LivePage) -> list[str]:
        return [*self._label_words(row, page), *text_words(page.description), *text_words(page.text[:MAX_TEXT_CHARS])]


def is_top(shape: UrlShape) -> bool:
    """Whether a path is the top of a site: `/`, `/index.html`, `/home`. Language folders are not: `/hr/` may be a
    department."""
    return shape.path in {"/", "/home"}


def _targets(pages: Iterable[LivePage], home: Url) -> Iterator[tuple[str, LivePage]]:
    """Pages by key, each once: noindex pages left out, pages that name another canonical page replaced by it."""
    found: dict[tuple[str, bool], LivePage] = {}
    for page in pages:
        parsed = urls.parse(page.url)
        if parsed is None or page.noindex:
            continue
        canonical = _canonical(page, parsed, home)
        key = (canonical.key, canonical is parsed)
        stands = page if canonical is parsed else replace(page, url=canonical.without_fragment)
        found[key] = min(stands, found[key], key=repr) if key in found else stands
    yield from sorted({key: found[key, own] for key, own in sorted(found)}.items())


def _canonical(page: LivePage, parsed: Url, home: Url) -> Url:
    """Where the page says it stands. A canonical of another owner, or of the home page (a common mistake of site
    templates), is not believed."""
    named = urls.parse(page.canonical) if page.canonical else None
    if named is None or named.key in {parsed.key, home.key}:
        return parsed
    same_owner = urls.registrable_domain(named.netloc) == urls.registrable_domain(parsed.netloc)
    return named if same_owner else parsed


def _heading_words(page: LivePage) -> list[str]:
    return [word for heading in page.headings[:MAX_HEADINGS] for word in text_words(heading[:MAX_TEXT_CHARS])]


def _grouped(keys: Iterable[Key]) -> dict[Key, Ints]:
    return _grouped_many((key,) for key in keys)


def _grouped_many(keys: Iterable[Iterable[Key]]) -> dict[Key, Ints]:
    """Rows by each of their keys, rising."""
    rows: defaultdict[Key, list[int]] = defaultdict(list)
    for row, own in enumerate(keys):
        for key in dict.fromkeys(own):
            rows[key].append(row)
    return {key: np.array(found, dtype=np.int64) for key, found in rows.items()}
