"""The wordings of `phrases.txt` as patterns, and the one form of text they are matched against."""

import re
import unicodedata
from collections import defaultdict
from functools import cache
from importlib import resources

_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\ufeff]")
_SPACE = re.compile(r"\s+")
_THING = (
    "(?:page|pages|site|website|file|document|article|content|resource|product|item|post|url|link|address|object|entry"
    "|record|listing|job|position|story|topic|thread|video|image|route|path|view|place|profile|user|project|package)"
)


def fold(text: str) -> str:
    """One form of a text for comparing: compatibility forms, case, accents and white space evened out."""
    return _SPACE.sub(" ", _fold_letters(text)).strip()


@cache
def phrase_pattern(section: str) -> re.Pattern[str]:
    """The wordings of one section of `phrases.txt` (all its languages) as one pattern over folded text."""
    phrases = _read_phrases()[section]
    return re.compile("|".join(f"(?:{_fold_letters(phrase).replace('{thing}', _THING)})" for phrase in phrases))


@cache
def phrase_languages() -> tuple[str, ...]:
    """The languages (groups that share words) in which "the page is not here" is known."""
    heads = re.findall(r"^\[not_found (\w+)\]$", _phrase_text(), re.MULTILINE)
    return tuple(language for head in heads for language in head.split("_"))


def _fold_letters(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed))


@cache
def _read_phrases() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = defaultdict(list)
    section = ""
    for line in _phrase_text().splitlines():
        if re.fullmatch(r"\[[a-z_ ]+\]", line):
            section = line.strip("[]").split()[0]
        elif line and not line.startswith("#"):
            sections[section].append(line)
    return sections


@cache
def _phrase_text() -> str:
    return resources.files(__package__).joinpath("phrases.txt").read_text(encoding="utf-8")
