"""What kind of page this is by its own words and shape alone: a second witness, never the judge.

No text model separates "Error 404" the page from "Error 404" the article; the sibling probe does. Here the classes that
must never be called dead (blocked, login, maintenance, empty) are told from not-found pages, in many languages.
"""

import math
import re
from dataclasses import dataclass
from typing import Literal

from linkreclaim.model.verdicts import PageFacts
from linkreclaim.verdict.phrases import fold, phrase_pattern
from linkreclaim.verdict.walls import find_wall_words

PageClass = Literal["ok", "not_found", "blocked", "login", "maintenance", "empty", "parked"]

_FIRST_TEXT_CHARS = 500  # error pages say at once what they are; research used 400 for its phrase rule
_TINY_CHARS = 200
_SHORT_CHARS = 600
_LONG_CHARS = 1_500
_EMPTY_CHARS = 20
_NOT_FOUND_FROM = 0.5
_VETOED_MAX = 0.1

_VETOES: tuple[PageClass, ...] = ("blocked", "maintenance", "parked", "login")
_LONGEST_CHARS: dict[PageClass, int] = {
    "not_found": _LONG_CHARS,
    "blocked": _SHORT_CHARS,
    "maintenance": _SHORT_CHARS,
    "parked": 2_500,  # for-sale pages list features and prices
    "login": 400,
}
"""Pages with more text than this are never of the class: error pages and forms are short (our measurement)."""

_SEGMENTS = re.compile(r"\s+[|·•»«:—–-]+\s+|\s*[|·»—–]\s*|[:!?.]\s+")
_CODE = re.compile(r"(?<![\w.,/#-])4(?:04|10)(?![\w,%]|\.\d)")
_FILLER = re.compile(
    r"\b(?:error|err|oops|ops|ooops|uh oh|sorry|http|status|code|the|this|page|we're|fehler|erreur|erro|errore|fout|fel"
    r"|feil|fejl|virhe|blad|chyba|hiba|eroare|ошибка|помилка|грешка|hata|σφαλμα|خطا|خطأ|שגיאה|错误|錯誤|エラー|오류|에러|loi"
    r"|404|410)\b|[\W_]+"
)
_ARTICLE = re.compile(
    r"\b(?:how|fix|fixed|fixing|custom|customi[sz]e|create|creating|build|guide|tutorial|tips|why|what|handling|release|notes"
    r"|documentation|docs|tagged|pages|errors|404s|template|redirects?|complete|design|best|examples|seo|avoid|prevent|recorded)\b"
)


@dataclass(frozen=True, slots=True)
class PageReading:
    """What the words of one page say: its class, and p_not_found_0_1."""

    page_class: PageClass
    p_not_found_0_1: float


@dataclass(frozen=True, slots=True)
class _Words:
    """The folded words of a page where error pages speak: title, first headings, first text."""

    title: str
    headings: tuple[str, ...]
    first_text: str
    text_chars: int


def page_class(page: PageFacts) -> PageClass:
    """The class of a page; "ok" unless something speaks for another one."""
    return read_page_class(page).page_class


def score_not_found(page: PageFacts) -> float:
    """p_not_found_0_1: how much the page reads like "the page is not here", by words and shape alone.

    Pages of another class (blocked, login, maintenance, empty, parked) score at most 0.1: their class vetoes.
    """
    return read_page_class(page).p_not_found_0_1


def read_page_class(page: PageFacts) -> PageReading:
    """Class and p_not_found of a page together. Cost: under 1 ms, whatever the page's size."""
    words = _read_words(page)
    p = 1 / (1 + math.exp(-sum(weight for weight, present in _features(page, words) if present)))
    other = _other_class(page, words)
    if other is not None:
        return PageReading(other, min(p, _VETOED_MAX))
    return PageReading("not_found" if p >= _NOT_FOUND_FROM else "ok", p)


def _read_words(page: PageFacts) -> _Words:
    text = page.text or " ".join(page.blocks)
    title, headings = fold(page.title[:300]), tuple(fold(heading[:200]) for heading in page.headings[:3])
    said_above = any(phrase_pattern("not_found").search(line) or _CODE.search(line) for line in (title, *headings))
    # A long page whose title and headings say nothing is no error page: its text is not searched, most of the cost.
    first_text = fold(text[:_FIRST_TEXT_CHARS]) if said_above or len(text) <= _LONG_CHARS else ""
    return _Words(title, headings, first_text, len(text))


def _features(page: PageFacts, words: _Words) -> tuple[tuple[float, bool], ...]:
    """(weight, present) of a small logistic model.

    Source: weights set by hand, then checked on the labelled corpus (docs/verdicts.md).
    """
    phrase = phrase_pattern("not_found")
    found = phrase.search(words.first_text)
    early = found is not None and found.start() < 120
    return (
        (-4.5, True),
        (2.5, phrase.search(words.title) is not None),
        (2.0, _is_message(words.title)),
        (1.5, any(phrase.search(heading) for heading in words.headings)),
        (2.0, any(_is_message(heading) for heading in words.headings)),
        (2.0, found is not None),
        (1.0, early),
        (1.5, early and words.text_chars < _TINY_CHARS),
        (1.5, any(_CODE.search(line) for line in (words.title, *words.headings))),
        (1.0, _CODE.search(words.first_text[:150]) is not None),
        (1.0, words.text_chars < _SHORT_CHARS),
        (-4.0, words.text_chars > _LONG_CHARS),
        (-2.0, words.text_chars > 2 * _LONG_CHARS),
        (0.5, page.noindex),
        (-3.0, _ARTICLE.search(words.title) is not None),
        (-1.5, any(_ARTICLE.search(heading) for heading in words.headings)),
    )


def _is_message(line: str) -> bool:
    """Whether one part of a title or heading is nothing but "not found" (or 404) and filling words."""
    return any(_covers(segment) for segment in (line, *_SEGMENTS.split(line)))


def _covers(segment: str) -> bool:
    found = phrase_pattern("not_found").search(segment)
    if not found:
        return not _FILLER.sub("", segment) and _CODE.search(segment) is not None
    rest = segment[: found.start()] + segment[found.end() :]
    return len(_FILLER.sub("", rest)) <= 0.35 * len(segment)


def _other_class(page: PageFacts, words: _Words) -> PageClass | None:
    """The class that vetoes "not found": the one that is said earliest on the page, before any "not found"."""
    if find_wall_words(page) is not None:
        return "blocked"
    not_found = min(_first_said("not_found", words), _first_place(_CODE, words))
    place, name = min((_first_said(name, words), name) for name in _VETOES)
    if place < not_found:
        return name
    is_empty = page.script_only or words.text_chars <= _EMPTY_CHARS
    return "empty" if is_empty and math.isinf(not_found) else None


def _first_said(name: PageClass, words: _Words) -> float:
    """Where a class is first named, infinite when nowhere or when the page is too long to be of that class."""
    return _first_place(phrase_pattern(name), words) if words.text_chars <= _LONGEST_CHARS[name] else math.inf


def _first_place(pattern: re.Pattern[str], words: _Words) -> float:
    """0 title, 1 to 3 headings, then by position in the text; infinite when nowhere."""
    for place, line in enumerate((words.title, *words.headings)):
        if pattern.search(line):
            return place
    found = pattern.search(words.first_text)
    return 10 + found.start() if found else math.inf
