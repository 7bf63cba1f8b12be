"""What is measured on a page for its class: where it says which wordings, how much it says, and what it is made of."""

import math
import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from linkreclaim.model.verdicts import PageFacts
from linkreclaim.verdict.phrases import Hit, PhraseBook, fold, phrase_book

FEATURE_VERSION: Final = 2
"""Goes up with every change of what is measured, of the wordings, or of their order: models name it."""

ModelClass = Literal["ok", "not_found", "blocked", "login", "maintenance", "empty"]
CLASSES: tuple[ModelClass, ...] = get_args(ModelClass)
"""Columns of the model. Parked pages are told by their wordings alone: too few are at hand to learn from."""

TITLE_CHARS = 300
HEADING_CHARS = 200
HEADINGS = 3
FIRST_CHARS = 500
LAST_CHARS = 200
SHOWN_CHARS = 100
MESSAGE_CHARS = 200
LONG_CHARS = 1_500
"""Error pages say at once what they are, or after all of their menu (first and last text); a page with more text whose
title and headings say nothing is no error page, and its text is not searched: most of the cost (our measurement)."""

CLASS_SECTIONS = ("not_found", "blocked", "login", "maintenance", "parked")
SECTIONS = (*CLASS_SECTIONS, "way_out", "apology", "about")
PLACES = ("title", "heading", "text", "end")

_CODE = re.compile(r"(?<![\w.,/#-])4(?:04|10)(?![\w,%]|\.\d)|(?<!\w)4[0o•.\- ]4(?!\w)")
_OTHER_CODE = re.compile(r"(?<![\w.,/#-])(?:40[013]|429|451|50[0-4])(?![\w,%]|\.\d)")
_LIKE_CODE = re.compile(r"[45][0-5o•.\- ][0-9o•.\- ]")
_SEGMENTS = re.compile(r"\s+[|·•»«:—–-]+\s+|\s*[|·»—–]\s*|[:!?.]\s+")
_FILLER = re.compile(
    r"\b(?:error|err|oops|ops|ooops|uh oh|sorry|http|status|code|the|this|page|we're|fehler|erreur|erro|errore|fout|fel"
    r"|feil|fejl|virhe|blad|chyba|hiba|eroare|ошибка|помилка|грешка|hata|σφαλμα|خطا|خطأ|שגיאה|错误|錯誤|エラー|오류|에러|loi"
    r"|404|410)\b|[\W_]+"
)
_ARTICLE = re.compile(
    r"\b(?:how|fix|fixed|fixing|custom|customi[sz]e|create|creating|build|guide|tutorial|tips|why|what|handling|release|notes"
    r"|documentation|docs|tagged|pages|errors|404s|template|redirects?|complete|design|best|examples|seo|avoid|prevent|recorded"
    r"|anleitung|leitfaden|tipps|gestalten|gestaltet|erstellen|beheben|beispiele|conseils|exemples|creer|corriger|crear"
    r"|guia|consejos|ejemplos|dicas|exemplos|creare|correggere|guida|esempi|исправить|руководство|rehber|nasıl)\b"
    r"|如何|教程|指南|教學|とは|作り方|対処法|방법"
)
_DATED = re.compile(
    r"\b(?:19|20)\d\d[-/.年]\d{1,2}|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|[a-z]{3,9}\.? \d{1,2},? 20\d\d"
)
_PRICE = re.compile(r"[$€£¥₽]\s?\d|\d\s?(?:€|usd|eur|kr\b|zł|руб|円|元)")
_SENTENCE = re.compile(r"[.!?。！？؟।]+(?:\s|$)|[。！？]")


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of a page, as it stands there and folded, with the wordings in it."""

    place: str
    raw: str
    text: str
    hits: tuple[Hit, ...]

    def words(self, hit: Hit) -> str:
        """What the line says, for evidence: titles and headings whole, text around its wording."""
        if self.place in ("title", "heading"):
            return f'its {self.place} says "{self.raw[:SHOWN_CHARS]}"'
        return f'its text says "{self.text[max(hit.start - 20, 0) : hit.end + 20][:SHOWN_CHARS].strip()}"'


@dataclass(frozen=True, slots=True)
class Signs:
    """What is read off a page: its lines in the order in which they are said."""

    lines: tuple[Line, ...]
    text_chars: int
    silent: bool  # long, and nothing above its text says that something is missing: its text was not searched

    @property
    def mute(self) -> bool:
        """Whether nothing on the page speaks for any class: no wording, no status."""
        return not any(hit.phrase.section in CLASS_SECTIONS for line in self.lines for hit in line.hits) and not any(
            _CODE.search(line.text) or _OTHER_CODE.search(line.text) for line in self.lines
        )

    def first(self, section: str) -> tuple[Line, Hit] | None:
        """The first line that speaks for a section, with its earliest wording."""
        place = self.place(section)
        if place is None:
            return None
        line = self.lines[place[0]]
        return line, next(hit for hit in line.hits if hit.phrase.section == section and hit.start == place[1])

    def place(self, section: str) -> tuple[int, int] | None:
        """Where a section is first named: number of the line, and place in it."""
        places = ((n, h.start) for n, line in enumerate(self.lines) for h in line.hits if h.phrase.section == section)
        return min(places, default=None)

    def code_words(self) -> tuple[str, ...]:
        """The first line with a 404 or 410, for evidence."""
        for line in self.lines:
            code = _CODE.search(line.text)
            if code:
                return (f'its {line.place.replace("end", "text")} says "{line.text[code.start() :][:SHOWN_CHARS]}"',)
        return ()


def names_status(text: str) -> bool:
    """Whether a folded text names an HTTP status of an error, 404 or another. Cost: 3 ns a letter."""
    return any(
        _CODE.match(text, like.start()) or _OTHER_CODE.match(text, like.start()) for like in _LIKE_CODE.finditer(text)
    )


def names_other_status(signs: Signs) -> bool:
    """Whether a heading is about another status (401, 500 ...) than 404: templates reuse titles."""
    headings = [line for line in signs.lines if line.place == "heading"]
    return not any(map(says_missing, headings)) and any(_OTHER_CODE.search(line.text) for line in headings)


def read_signs(page: PageFacts, book: PhraseBook | None = None) -> Signs:
    """Finds all wordings where error pages speak: title, first headings, first and last text."""
    book = book or phrase_book()
    text = page.text or " ".join(page.blocks)
    above = [_line("title", page.title[:TITLE_CHARS], book)]
    above += [_line("heading", heading[:HEADING_CHARS], book) for heading in page.headings[:HEADINGS]]
    said_above = any(says_missing(line) for line in above)
    lines = [line for line in above if line.text]
    silent = len(text) > LONG_CHARS and not said_above
    if not silent:
        lines.append(_line("text", text[:FIRST_CHARS], book))
        if len(text) > FIRST_CHARS:
            lines.append(_line("end", text[max(FIRST_CHARS, len(text) - LAST_CHARS) :], book))
    return Signs(tuple(lines), len(text), silent)


def measure(page: PageFacts, signs: Signs) -> dict[str, float]:
    """All measures of a page by name, in the order of the model's columns."""
    by_place = {place: [line for line in signs.lines if line.place == place] for place in PLACES}
    return {
        **_wordings(by_place),
        **_messages(by_place),
        **_positions(by_place["text"]),
        **_amounts(page, signs),
        **_make(page),
        **_prose(by_place),
    }


def _line(place: str, text: str, book: PhraseBook) -> Line:
    folded = fold(text)
    return Line(place, text, folded, tuple(book.find(folded)))


def says_missing(line: Line) -> bool:
    """Whether a line says that something is missing, in words or by a 404."""
    return any(hit.phrase.section == "not_found" for hit in line.hits) or _CODE.search(line.text) is not None


def _wordings(by_place: dict[str, list[Line]]) -> dict[str, float]:
    """How many wordings of each section stand at each place (at most three count)."""
    counts = {f"{section}_{place}": 0.0 for section in SECTIONS for place in PLACES}
    for place, lines in by_place.items():
        for line in lines:
            for hit in line.hits:
                name = f"{hit.phrase.section}_{place}"
                counts[name] = min(counts[name] + 1.0, 3.0)
    return counts


def _messages(by_place: dict[str, list[Line]]) -> dict[str, float]:
    """Codes, and lines that are nothing but "not found" and filling words."""
    found: dict[str, float] = {}
    for place in PLACES:
        lines = by_place[place]
        found[f"code_{place}"] = float(any(_CODE.search(line.text[:200]) for line in lines))
        found[f"other_code_{place}"] = float(any(_OTHER_CODE.search(line.text) for line in lines))
        if place in ("title", "heading"):
            found[f"message_{place}"] = float(any(is_message(line) for line in lines))
            found[f"article_{place}"] = float(any(_ARTICLE.search(line.text) for line in lines))
    found["message_text"] = float(
        any(len(line.text) <= MESSAGE_CHARS and is_message(line) for line in by_place["text"])
    )
    return found


def _positions(lines: list[Line]) -> dict[str, float]:
    """How early the text says it: 1 at its start, 0 where it does not."""
    text = lines[0].text if lines else ""
    hits = lines[0].hits if lines else ()
    found: dict[str, float] = {}
    for section in CLASS_SECTIONS:
        start = min((hit.start for hit in hits if hit.phrase.section == section), default=FIRST_CHARS)
        found[f"early_{section}"] = 1.0 - start / FIRST_CHARS
    code = _CODE.search(text)
    return {**found, "early_code": 1.0 - code.start() / FIRST_CHARS if code else 0.0}


def _amounts(page: PageFacts, signs: Signs) -> dict[str, float]:
    chars = signs.text_chars
    visible = sum(map(len, page.blocks)) or chars
    blocks = max(len(page.blocks), 1)
    return {
        "log_text": math.log1p(chars),
        "log_visible": math.log1p(visible),
        "own_share": min(chars / visible, 1.0) if visible else 0.0,
        "log_blocks": math.log1p(blocks),
        "block_chars": math.log1p(visible / blocks),
        "headings": math.log1p(len(page.headings)),
        "tiny": float(chars < 200),
        "short": float(chars < 600),
        "long": float(chars > LONG_CHARS),
        "very_long": float(chars > 2 * LONG_CHARS),
        "nothing": float(chars <= 20),
    }


def _make(page: PageFacts) -> dict[str, float]:
    canonical_path = page.canonical.split("://")[-1].partition("/")[2]
    return {
        "script_only": float(page.script_only),
        "noindex": float(page.noindex),
        "refresh": float(bool(page.meta_refresh)),
        "canonical": float(bool(page.canonical)),
        "canonical_home": float(bool(page.canonical) and not canonical_path.strip("/")),
        "canonical_error": float("404" in canonical_path),
        "described": float(bool(page.description)),
        "language": float(bool(page.lang)),
        "titled": float(bool(page.title)),
        "title_chars": min(len(page.title), 100) / 100,
    }


def _prose(by_place: dict[str, list[Line]]) -> dict[str, float]:
    text = by_place["text"][0].text if by_place["text"] else ""
    return {
        "dated": float(_DATED.search(text) is not None),
        "priced": float(_PRICE.search(text) is not None),
        "sentences": math.log1p(len(_SENTENCE.findall(text))),
    }


def is_message(line: Line) -> bool:
    """Whether one part of a title or heading is nothing but "not found" (or 404) and filling words."""
    if not says_missing(line):
        return False
    hits = [hit for hit in line.hits if hit.phrase.section == "not_found"]
    if any(_covers(line.text, hit.start, hit.end) for hit in hits):
        return True
    for segment, at in _segments(line.text):
        inside = [hit for hit in hits if hit.start >= at and hit.end <= at + len(segment)]
        if any(_covers(segment, hit.start - at, hit.end - at) for hit in inside):
            return True
        if _CODE.search(segment) and not _FILLER.sub("", segment):
            return True
    return False


def _segments(text: str) -> list[tuple[str, int]]:
    """The parts of a title between its separators, with their places."""
    parts, at = [], 0
    for cut in _SEGMENTS.finditer(text):
        parts.append((text[at : cut.start()], at))
        at = cut.end()
    return [*parts, (text[at:], at)]


def _covers(segment: str, start: int, end: int) -> bool:
    return len(_FILLER.sub("", segment[:start] + segment[end:])) <= 0.35 * len(segment)
