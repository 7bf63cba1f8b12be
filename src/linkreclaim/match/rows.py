"""Live pages read into counted rows of words, part by part: parts can be read by several processes.

A part numbers its own words; put together in order, the parts give every word the number that one reader would have
given it, so the outcome does not depend on where the parts were cut.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from linkreclaim.match.columns import Lines, Shapes, Texts
from linkreclaim.match.index import CountedRows, Ints, TermNumbers, count_pairs, order_of
from linkreclaim.match.languages import page_language
from linkreclaim.match.titles import TitleCleaner
from linkreclaim.match.tokens import MAX_TEXT_CHARS, character_grams, read_shape, stem, text_words, url_language
from linkreclaim.model.pages import LivePage

MAX_HEADINGS = 25
PAGES_AT_ONCE = 5_000
"""Pages of one part: enough that its words are worth numbering, and half a second's work. Our judgement."""
FIELDS = ("texts", "labels", "url_words", "slug_words", "title_words", "head_words", "grams")
"""What of a page is counted: all its words; URL, title and headings; each of these alone; trigrams of the path."""


@dataclass(frozen=True, slots=True)
class RowsPart:
    """Some pages that follow one another, read; term numbers are the part's own."""

    shapes: Shapes
    titles: Texts  # without the site's name
    headings: Lines  # the first ones of each page, folded, without the site's name
    languages: list[str]  # two letters of what the path or else the page says, "" for neither
    tongues: Counter[str]  # pages by the language that their whole URL or else the page says
    words: list[str]  # stems by number, in order of appearance
    late_words: list[str]  # numbered after them; they count only if another page has them among its words
    grams: list[str]
    counted: dict[str, CountedRows]  # by field


class StemNumbers(dict[str, int]):
    """The number of each word's stem; looking up a new word with [] stems it."""

    def __init__(self) -> None:
        self.stems = TermNumbers()

    def __missing__(self, word: str) -> int:
        self[word] = number = self.stems.setdefault(stem(word), len(self.stems))
        return number


class _Column:
    """Term numbers of one field, page after page."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self._number = numbers.__getitem__
        self._found: list[int] = []
        self._ends: list[int] = []

    def add(self, words: Iterable[str]) -> None:
        """One more page."""
        self._found.extend(map(self._number, words))
        self._ends.append(len(self._found))

    def pairs(self) -> tuple[Ints, Ints]:
        """(rows, terms) of every word."""
        lengths = np.diff(np.array([0, *self._ends]))
        return np.repeat(np.arange(len(lengths)), lengths), np.array(self._found, dtype=np.int64)


def read_part(pages: Sequence[LivePage], cleaner: TitleCleaner) -> RowsPart:
    """Read pages into rows. Cost: 0.15 ms a page with 1,200 characters of text."""
    shapes = [read_shape(page.url) for page in pages]
    titles = [cleaner.clean(page.title) for page in pages]
    words, grams = StemNumbers(), TermNumbers()
    url, title, head, body, slug = (_Column(words) for _ in range(5))
    gram = _Column(grams)
    for shape, shown, page in zip(shapes, titles, pages, strict=True):
        url.add(shape.words)
        title.add(text_words(shown))
        head.add(heading_words(page.headings))
        body.add(text_words(page.description) + text_words(page.text[:MAX_TEXT_CHARS]))
        gram.add(character_grams(shape.path))
    told = len(words.stems)
    for shape in shapes:  # last of all: a slug may hold a word that is none of its URL's (`/a.html/index.html`)
        slug.add(shape.slug_words)
    words_of = ((url, title, head, body), (url, title, head), (url,), (slug,), (title,), (head,), (gram,))
    counted = {field: _counted(parts, len(pages)) for field, parts in zip(FIELDS, words_of, strict=True)}
    stems = list(words.stems)
    headings = Lines.of(list(map(cleaner.clean, page.headings[:MAX_HEADINGS])) for page in pages)
    columns = Shapes.of(shapes), Texts.of(titles), headings
    languages = [shape.language or page_language(page) for shape, page in zip(shapes, pages, strict=True)]
    tongues = Counter((url_language(page.url) or lang)[:2] for page, lang in zip(pages, languages, strict=True))
    return RowsPart(*columns, languages, tongues, stems[:told], stems[told:], list(grams), counted)


def heading_words(headings: Sequence[str]) -> list[str]:
    """Words of the first headings of a page, all in one go: no word goes on over a line's end."""
    return text_words("\n".join(heading[:MAX_TEXT_CHARS] for heading in headings[:MAX_HEADINGS]))


def _counted(columns: Sequence[_Column], rows: int) -> CountedRows:
    owners, terms = (np.concatenate(found) for found in zip(*(column.pairs() for column in columns), strict=True))
    return count_pairs(owners, terms, rows)


def join_parts(parts: Sequence[RowsPart]) -> tuple[TermNumbers, TermNumbers, dict[str, CountedRows]]:
    """(words, grams, rows by field) of all parts, terms rising in each row; the parts' own rows are given up."""
    words, grams = _numbered(part.words for part in parts), _numbered(part.grams for part in parts)
    word_maps = [_mapping(words, [*part.words, *part.late_words]) for part in parts]
    gram_maps = [_mapping(grams, part.grams) for part in parts]
    fields = {}
    for field in FIELDS:
        maps = gram_maps if field == "grams" else word_maps
        found = zip((part.counted.pop(field) for part in parts), maps, strict=True)
        fields[field] = _joined([_renumbered(rows, numbers) for rows, numbers in found])
    return words, grams, fields


def _numbered(parts: Iterable[Sequence[str]]) -> TermNumbers:
    numbers = TermNumbers()
    for terms in parts:
        for term in terms:
            numbers[term]
    return numbers


def _mapping(numbers: TermNumbers, terms: Sequence[str]) -> Ints:
    return np.array([numbers.get(term, -1) for term in terms], dtype=np.int64)


def _renumbered(rows: CountedRows, numbers: Ints) -> CountedRows:
    """The same rows by other numbers (-1: left out), in their order."""
    terms = numbers[rows.terms]
    owners = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    order = order_of(owners * (int(numbers.max(initial=0)) + 2) + terms + 1)
    order = order[terms[order] >= 0]
    starts = np.searchsorted(owners[order], np.arange(len(rows) + 1))
    return CountedRows(terms[order].astype(np.int32), rows.counts[order], starts)


def _joined(parts: Sequence[CountedRows]) -> CountedRows:
    lengths = [np.empty(0, dtype=np.int64), *(np.diff(part.starts) for part in parts)]
    terms = [np.empty(0, dtype=np.int32), *(part.terms for part in parts)]
    counts = [np.empty(0, dtype=np.float32), *(part.counts for part in parts)]
    starts = np.concatenate(([0], np.cumsum(np.concatenate(lengths))))
    return CountedRows(np.concatenate(terms), np.concatenate(counts), starts)


def in_parts(pages: Sequence[LivePage]) -> Iterator[Sequence[LivePage]]:
    """Runs of pages to be read one by one."""
    return (pages[at : at + PAGES_AT_ONCE] for at in range(0, len(pages), PAGES_AT_ONCE))
