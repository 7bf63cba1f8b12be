"""A page at a glance: whether a skim of its bytes is enough to say that it speaks of nothing but itself.

Two kinds of pages need no reading in full, because the outcome of one is known: long pages whose title and headings say
nothing (`Signs.silent`), and pages on which no wording and no code stands anywhere (`Signs.mute`).
"""

from collections.abc import Iterator
from functools import cache

from linkreclaim.html import skim_page
from linkreclaim.model.verdicts import Glance
from linkreclaim.urls import Url
from linkreclaim.verdict.features import CLASS_SECTIONS, names_status
from linkreclaim.verdict.phrases import Phrase, PhraseBook, fold, read_phrases
from linkreclaim.verdict.walls import WALL_PATTERNS

LONG_CHARS = 1_800
"""From this much text on, words in it are read in full only for parked domains and walls, which name themselves above
it (features.LONG_CHARS, and a margin for what a skim counts too much)."""
_BETWEEN = " \x00 "
_LEAST_CHARS = 120
"""Pages with less text are read in full: they cost little, and shells and notices are among them."""


def glance_at(body: bytes, content_type: str, url: Url) -> Glance | None:
    """What the bytes of a page show at a glance; None when it must be read in full. Never raises.

    Cost: 0.1 ms for a long page of 33 KB, 0.3 ms where all its text has to be looked through (our measurement).
    """
    skim = skim_page(body, content_type, url)
    if skim is None or _speaks(_above(), skim.title, *skim.headings):
        return None
    if skim.paragraph_chars(LONG_CHARS) < LONG_CHARS and not _is_mute(skim.text()):
        return None
    return Glance(skim.canonical, skim.noindex)


def _is_mute(text: str) -> bool:
    return len(text) >= _LEAST_CHARS and "\ufffd" not in text and not _speaks(_inside(), text)


def _speaks(book: PhraseBook, *texts: str) -> bool:
    """Whether one of some texts holds a wording of the book or a status code."""
    together = fold(_BETWEEN.join(texts))
    return names_status(together) or book.speaks(*map(str.strip, together.split(_BETWEEN.strip())))


def may_be_wall(body: bytes, content_type: str, url: Url) -> bool:
    """Whether a refusal or an error might be a bot wall by its words: then it must be read in full."""
    skim = skim_page(body, content_type, url)
    return skim is None or _walls().speaks(fold(skim.title), fold(skim.text()))


@cache
def _above() -> PhraseBook:
    """What makes title and headings suspicious."""
    return PhraseBook((*(phrase for phrase in read_phrases() if phrase.section in CLASS_SECTIONS), *_wall_wordings()))


@cache
def _inside() -> PhraseBook:
    """What makes other text suspicious: "log in" stands in the menus of half the sites, and changes no verdict."""
    classes = [phrase for phrase in read_phrases() if phrase.section in CLASS_SECTIONS and phrase.section != "login"]
    return PhraseBook((*classes, *_wall_wordings()))


@cache
def _walls() -> PhraseBook:
    return PhraseBook(_wall_wordings())


def _wall_wordings() -> Iterator[Phrase]:
    yield from (Phrase("blocked", pattern) for pattern in WALL_PATTERNS)
