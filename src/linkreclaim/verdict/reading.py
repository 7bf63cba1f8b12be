"""What kind of page this is by its own words and shape alone: a second witness, never the judge.

No text model separates "Error 404" the page from "Error 404" the article; the sibling probe does. Here the classes that
must never be called dead (blocked, login, maintenance, empty) are told from not-found pages, in many languages.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from linkreclaim.model.verdicts import PageFacts
from linkreclaim.verdict.features import (
    CLASSES,
    ModelClass,
    Signs,
    measure,
    names_other_status,
    read_signs,
    says_missing,
)
from linkreclaim.verdict.walls import find_wall_words

if TYPE_CHECKING:
    from linkreclaim.verdict.page_model import PageModel

PageClass = Literal[ModelClass, "parked"]
VetoingClass = Literal["blocked", "login", "maintenance"]

SAYS_NOT_FOUND = 0.5
"""From this p_not_found_0_1 a page reads like a not-found page (fixed beforehand, not chosen on the corpus)."""

HINTS_NOT_FOUND = 0.2
"""From here it may be one: enough where every address gets the same page, too little otherwise (our judgement; between
.2 and .95 the chance is told too low)."""

_VETOED_MAX = 0.1
_SILENT_P = 0.0025
"""p_not_found of long pages with no word of it above their text: 4 of 1,578 built pages (our measurement)."""
_LONGEST_CHARS: dict[PageClass, int] = {"blocked": 600, "login": 400, "maintenance": 600, "parked": 2_500}
"""Pages with more text only write about such things; for-sale pages list features and prices (our measurement)."""
_VETOING: tuple[VetoingClass, ...] = ("blocked", "login", "maintenance")
_FEW_WORDS_CHARS = 200
_EMPTY_CHARS = 20
_FRAME_ONLY_CHARS = 200
_MUTE_P = 0.004
"""The same of short pages without any wording or status: 7 of 1,723 built pages (our measurement)."""
_PAGES_KEPT = 64


@dataclass(frozen=True, slots=True)
class PageReading:
    """What the words and shape of one page say: its class, how sure that is, p_not_found, and what spoke for it."""

    page_class: PageClass
    p_not_found_0_1: float
    p_class_0_1: float = 1.0
    said: tuple[str, ...] = ()


GLANCED = PageReading("ok", _MUTE_P, 1 - _MUTE_P)
"""Of pages at which a glance was enough: they are silent or mute when they are read in full."""


def page_class(page: PageFacts) -> PageClass:
    """The class of a page; "ok" unless something speaks for another one."""
    return read_page_class(page).page_class


def score_not_found(page: PageFacts) -> float:
    """p_not_found_0_1: the chance that the page says "not here", by words and shape alone, calibrated.

    Pages of another class (blocked, login, maintenance, empty, parked) score at most 0.1: their class vetoes.
    """
    return read_page_class(page).p_not_found_0_1


@lru_cache(_PAGES_KEPT)
def read_page_class(page: PageFacts) -> PageReading:
    """Class and p_not_found of a page together. The last pages are kept: one sibling serves a whole folder.

    Cost: about 0.4 ms for a short page, 0.1 ms for a long one that says nothing of the kind (docs/verdicts.md).
    """
    wall = find_wall_words(page)
    if wall is not None:
        return PageReading("blocked", 0.0, said=(wall,))
    signs = read_signs(page)
    return _without_model(page, signs) or _by_model(_packaged_model(), page, signs)


def read_with(model: "PageModel", page: PageFacts, signs: Signs) -> PageReading:
    """Class and p_not_found by a given model, for pages that no wall's words stand on."""
    return _without_model(page, signs) or _by_model(model, page, signs)


def hears_otherwise(page: PageFacts) -> tuple[str, ...]:
    """What a brief page says of a refusal, an outage or signing in, though too faintly to be of that class."""
    signs = read_signs(page)
    brief = [name for name in _VETOING if signs.text_chars <= _LONGEST_CHARS[name]]
    return next((said for name in brief if (said := _said(name, signs))), ())


def _packaged_model() -> "PageModel":
    """Imported when it is first needed: numpy takes 0.1 s to start, and most pages need no model."""
    from linkreclaim.verdict.page_model import page_model

    return page_model()


def _without_model(page: PageFacts, signs: Signs) -> PageReading | None:
    if _is_parked(signs):
        return PageReading("parked", 0.0, said=_said("parked", signs))
    if signs.silent:
        return PageReading("ok", _SILENT_P, 1 - _SILENT_P)
    if signs.mute:
        return PageReading(_without_text(page, signs), _MUTE_P, 1 - _MUTE_P)
    return None


def _by_model(model: "PageModel", page: PageFacts, signs: Signs) -> PageReading:
    chances, p_not_found = model.read_one(measure(page, signs).values())
    otherwise = names_other_status(signs) or (_only_below(signs) and _named_above(signs) is not None)
    if p_not_found >= SAYS_NOT_FOUND and not otherwise:
        return PageReading("not_found", p_not_found, p_not_found, _why(page, signs))
    others = [0.0 if name == "not_found" else chance for name, chance in zip(CLASSES, chances, strict=True)]
    best: PageClass = CLASSES[others.index(max(others))]
    if best == "ok":
        best = _named_above(signs) or _without_text(page, signs)
    if best == "ok":
        return PageReading(best, min(p_not_found, SAYS_NOT_FOUND), max(others))
    share = chances[CLASSES.index(best)]
    return PageReading(best, min(p_not_found, _VETOED_MAX), share, _said(best, signs))


def _only_below(signs: Signs) -> bool:
    """Whether only the text says that something is missing, and a title or heading of maintenance or a refusal explains
    it: "Maintenance. Our site is not available." """
    above = [line for line in signs.lines if line.place in ("title", "heading")]
    named = any(hit.phrase.section in ("maintenance", "blocked") for line in above for hit in line.hits)
    return named and not any(map(says_missing, above))


def _named_above(signs: Signs) -> VetoingClass | None:
    """The class that title or headings of a short page name before any "not found": it vetoes. A page of one or two
    sentences need not name refusal or maintenance above them."""
    above = sum(line.place in ("title", "heading") for line in signs.lines)
    missing = signs.place("not_found") or (len(signs.lines), 0)
    places = [
        (place, name) for name in _VETOING if signs.text_chars <= _LONGEST_CHARS[name] and (place := signs.place(name))
    ]
    place, name = min(places, default=((above, 0), None))
    heard = place[0] < above or (name != "login" and signs.text_chars <= _FEW_WORDS_CHARS)
    return name if heard and place < missing else None


def _without_text(page: PageFacts, signs: Signs) -> Literal["ok", "empty", "login"]:
    """A page without text cannot be told from a shell, unless it says that something is missing; one with little more
    than a field for a password is a form to sign in, in any language."""
    if signs.place("not_found") is not None or signs.code_words():
        return "ok"
    if page.asks_password and signs.text_chars <= _LONGEST_CHARS["login"]:
        return "login"
    return "empty" if page.script_only or signs.text_chars <= _EMPTY_CHARS else "ok"


def _is_parked(signs: Signs) -> bool:
    """Whether a domain for sale, parking or a server's first page is named before any "not found"."""
    found = signs.place("parked")
    missing = signs.place("not_found") or (len(signs.lines), 0)
    return found is not None and signs.text_chars <= _LONGEST_CHARS["parked"] and found < missing


def _why(page: PageFacts, signs: Signs) -> tuple[str, ...]:
    """What speaks for "not found", in words a person can check."""
    said = _said("not_found", signs) or signs.code_words()
    if signs.text_chars < _FRAME_ONLY_CHARS and sum(map(len, page.blocks)) > 2 * signs.text_chars:
        return (*said, "next to no content besides the site's frame")
    return said


def _said(section: str, signs: Signs) -> tuple[str, ...]:
    found = signs.first(section)
    return () if found is None else (found[0].words(found[1]),)
