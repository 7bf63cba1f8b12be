"""The wordings of `phrases.txt`, found in one pass over a text, and the one form of text they are matched against."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from ahocorasick_rs import AhoCorasick, Implementation

from linkreclaim.verdict.needles import needles

_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\ufeff]")
_WORD_CHARS = 24
"""Words up to this length come again and are remembered."""
_REACH_CHARS = 400
"""No wording reaches further than this around one of its needles."""
_THING = (
    "(?:page|pages|site|website|file|document|article|content|resource|product|item|post|url|link|address|object|entry"
    "|record|listing|job|position|story|topic|thread|video|image|route|path|view|place|profile|user|project|package)"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line of `phrases.txt`: what it speaks for, and its folded pattern."""

    section: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One wording found in a text."""

    phrase: Phrase
    start: int
    end: int


class PhraseBook:
    """Finds the wordings of all sections and languages in a text at once.

    A pattern is tried only where one of its needles (fixed letters that every match holds) stands in the text; one pass
    of an Aho-Corasick automaton finds all 4,600 of them. Cost: 15 ns a letter, and some microseconds for each pattern
    that is tried (our measurement); patterns are compiled when they are first tried.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = tuple(phrases)
        self._patterns: dict[int, re.Pattern[str]] = {}
        by_needle: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self._phrases):
            for needle in needles(phrase.pattern):
                by_needle[needle].append(number)
        self._everywhere = by_needle.pop("", [])
        self._by_needle = tuple(by_needle.values())
        self._automaton = AhoCorasick(by_needle, implementation=Implementation.ContiguousNFA, store_patterns=False)

    def find(self, text: str) -> list[Hit]:
        """The first hit of each pattern in a folded text, in the order of the file."""
        numbers = sorted({*self._places(text), *self._everywhere})
        found = ((self._phrases[number], self._pattern(number).search(text)) for number in numbers)
        return [Hit(phrase, *match.span()) for phrase, match in found if match is not None]

    def speaks(self, *texts: str) -> bool:
        """Whether any wording stands in one of some folded texts; a little sooner said than by `find`."""
        if len(texts) > 1 and not self._everywhere and not self._places("\n".join(texts)):
            return False
        return any(self._speaks_near(text) for text in texts)

    def _speaks_near(self, text: str) -> bool:
        return any(self._pattern(number).search(text) for number in self._everywhere) or any(
            self._pattern(number).search(text, max(0, first - _REACH_CHARS), last + _REACH_CHARS)
            for number, (first, last) in self._places(text).items()
        )

    def _places(self, text: str) -> dict[int, tuple[int, int]]:
        """The patterns to be tried, with the start of the first needle and the end of the last."""
        places: dict[int, tuple[int, int]] = {}
        for at, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for number in self._by_needle[at]:
                places[number] = places.get(number, (start,))[0], end
        return places

    def _pattern(self, number: int) -> re.Pattern[str]:
        pattern = self._patterns.get(number)
        if pattern is None:
            pattern = self._patterns[number] = re.compile(self._phrases[number].pattern)
        return pattern


@cache
def phrase_book() -> PhraseBook:
    """The finder of all wordings that are shipped."""
    return PhraseBook(read_phrases())


def fold(text: str) -> str:
    """One form of a text for comparing: compatibility forms, case, accents and white space evened out.

    Cost: 15 ns a letter (our measurement); only words with letters beyond ASCII are normalised.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    lower = text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")  # of ASCII only: quick
    folded = " ".join([word if word.isascii() else _fold_word(word) for word in lower.split()])
    return " ".join(folded.split()) if "  " in folded else folded.strip()


@cache
def phrase_languages() -> tuple[str, ...]:
    """The languages (groups that share words) in which "the page is not here" is known."""
    heads = re.findall(r"^\[not_found (\w+)\]$", _phrase_text(), re.MULTILINE)
    return tuple(language for head in heads for language in head.split("_"))


@cache
def read_phrases() -> Sequence[Phrase]:
    """All lines of `phrases.txt`, folded."""
    phrases: list[Phrase] = []
    section = ""
    for line in _phrase_text().splitlines():
        if re.fullmatch(r"\[[a-z_ ]+\]", line):
            section = line.strip("[]").split()[0]
        elif line and not line.startswith("#"):
            phrases.append(Phrase(section, _fold_letters(line).replace("{thing}", _THING)))
    return tuple(phrases)


def _fold_word(word: str) -> str:
    return _fold_known(word) if len(word) <= _WORD_CHARS else _fold_letters(word)


def _fold_letters(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed))


_fold_known = lru_cache(4_000)(_fold_letters)


@cache
def _phrase_text() -> str:
    return resources.files(__package__).joinpath("phrases.txt").read_text(encoding="utf-8")
