"""The wordings of `phrases.txt`, found in one pass over a text, and the one form of text they are matched against."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from linkreclaim.verdict.openings import OPENING_CHARS, openings

_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\ufeff]")
_SPACE = re.compile(r"\s+")
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

    A pattern is tried only where one of its possible openings (four letters) stands in the text; trying a thousand
    patterns at every letter would cost some 3 us a letter. Cost: about 0.1 us a letter (our measurement).
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._compiled = [(phrase, re.compile(phrase.pattern)) for phrase in phrases]
        self._by_opening: dict[str, list[int]] = defaultdict(list)
        self._short: dict[str, list[int]] = defaultdict(list)
        for number, (phrase, _) in enumerate(self._compiled):
            for opening in openings(phrase.pattern):
                table = self._by_opening if len(opening) == OPENING_CHARS else self._short
                table[opening].append(number)

    def find(self, text: str) -> list[Hit]:
        """The first hit of each pattern in a folded text, in the order of the file."""
        spans = ((*self._compiled[number],) for number in sorted(self._candidates(text)))
        found = ((phrase, pattern.search(text)) for phrase, pattern in spans)
        return [Hit(phrase, *match.span()) for phrase, match in found if match is not None]

    def _candidates(self, text: str) -> set[int]:
        grams = {text[at : at + OPENING_CHARS] for at in range(len(text) - OPENING_CHARS + 1)}
        numbers = {number for gram in self._by_opening.keys() & grams for number in self._by_opening[gram]}
        for opening, more in self._short.items():
            if opening in text:
                numbers.update(more)
        return numbers


@cache
def phrase_book() -> PhraseBook:
    """The finder of all wordings that are shipped."""
    return PhraseBook(read_phrases())


def fold(text: str) -> str:
    """One form of a text for comparing: compatibility forms, case, accents and white space evened out."""
    return _SPACE.sub(" ", _fold_letters(text)).strip()


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


def _fold_letters(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed))


@cache
def _phrase_text() -> str:
    return resources.files(__package__).joinpath("phrases.txt").read_text(encoding="utf-8")
