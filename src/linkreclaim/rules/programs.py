"""Every small program that turns an old path into the new one: the candidates that rules are chosen from.

A program is a string: the source, a NUL, the target. Captured parts are one control character each, and so are the
numbers of captures in the target; canonical addresses never hold any.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from linkreclaim.model.rules import PartKind, RedirectRule, SourcePart
from linkreclaim.rules.pairs import UrlPair

MAX_PROGRAMS = 48
"""Programs of one pair, most specific first; pairs of real maps have 12 on average. Below 64: see `candidates`."""
MAX_CAPTURES = 9
"""Apache and nginx number captures with one digit. **Source:** Apache 2.4, mod_rewrite ("$N, 0 <= N <= 9")."""
MAX_VARIED = 5  # segments from the end that may vary; above them the path is spelled out

DIGITS, SEGMENT, REST = "\x01", "\x02", "\x03"
_KINDS = {DIGITS: PartKind.DIGITS, SEGMENT: PartKind.SEGMENT, REST: PartKind.REST}
_FIRST_CAPTURE = 0x10
_PIECES = re.compile("[\x01-\x1f]|[^\x01-\x1f]+")
_ENDING = re.compile(r"(?:/(?:index|default)(?:\.[A-Za-z0-9]{2,5})?|\.[A-Za-z][A-Za-z0-9]{1,4})?/?\Z")
_DATED = re.compile(r"(\d{4})([-_])(\d{1,2})\2(\d{1,2})\2([^-_].*)", re.ASCII)
_LEADING_ID = re.compile(r"(\d+)([-_.])(.+)", re.ASCII)
_TRAILING_ID = re.compile(r"(.+[^\d])([-_.])(\d+)", re.ASCII)
_SEPARATORS = "-_."
_HALF, _WORD = 1 << 63, (1 << 64) - 1
_NEW = 1_000  # numbers of words of the new path start here, apart from those of the old one


@dataclass(frozen=True, slots=True)
class Reading:
    """A path in words: each with the text before it, and what follows the last one (extension, slash)."""

    before: tuple[str, ...]
    words: tuple[str, ...]
    ending: str


class Family(Protocol):
    """Programs of one pair that have something in common; each has a key, equal for equal programs of other pairs."""

    def keys(self) -> list[int]:
        """Keys of the programs, as signed 64-bit numbers; two programs may by chance have one key."""

    def spell(self, at: int) -> str:
        """One of the programs."""


def program_keys(pair: UrlPair) -> list[int]:
    """Keys of all programs that turn the pair's source into its target, most specific ones first. Cost: about 25 us.

    They keep, drop, insert or replace folders, words, dates and numbers of a path, change its ending, carry all that
    follows a folder, or send all of it to one page; letters never change, because not every server can do that.
    """
    return [key for family in _families(pair) for key in family.keys()][:MAX_PROGRAMS]  # noqa: SIM118


def spell_program(pair: UrlPair, place: int) -> str:
    """The program behind one of the keys."""
    for family in _families(pair):
        count = len(family.keys())
        if place < count:
            return family.spell(place)
        place -= count
    raise IndexError(place)


def rule_of(program: str, status: int = 301, host: str = "") -> RedirectRule:
    """The rule that a program is."""
    source, _, target = program.partition("\x00")
    parts = tuple(
        SourcePart(_KINDS[piece]) if piece in _KINDS else SourcePart(PartKind.TEXT, piece)
        for piece in _PIECES.findall(source)
    )
    pieces = (ord(piece) - _FIRST_CAPTURE if piece < " " else piece for piece in _PIECES.findall(target))
    return RedirectRule(parts, tuple(pieces), status, host)


def _families(pair: UrlPair) -> Iterator[Family]:
    origin, path, tail = _split_target(pair.target)
    for old, new in _readings(pair.source, path):
        family = _word_family(old, new, origin, tail)
        if family is not None:
            yield family
    texts = list(_rest_programs(pair.source, path, origin)) if not tail else []
    yield TextFamily([*texts, *_constant_programs(pair.source, pair.target)])


def _split_target(target: str) -> tuple[str, str, str]:
    start = target.index("/", target.index("//") + 2) if not target.startswith("/") else 0
    end = min((at for at in (target.find("?", start), target.find("#", start)) if at >= 0), default=len(target))
    return target[:start], target[start:end], target[end:]


def _readings(source: str, target: str) -> Iterator[tuple[Reading, Reading]]:
    """Pairs of readings: plain words, words with numbers and dates apart, changed words with what they share apart."""
    old, new = _read(source), _read(target)
    if not old.words:
        return
    yield old, new
    if old.ending == new.ending and old.ending.strip("/"):
        yield _read(source, keep_extension=True), _read(target, keep_extension=True)
    apart = _numbers_apart(old)
    if apart is not None:
        yield apart, new
    apart_new = _numbers_apart(new)
    if apart_new is not None:
        yield apart or old, apart_new
    if new.words and old.words[-1] != new.words[-1]:
        yield from _shared_affix(old, new)
    elif new.words:
        yield from _first_part_apart(old, new)


def _read(path: str, keep_extension: bool = False) -> Reading:
    ending = ("/" if path.endswith("/") else "") if keep_extension else _ENDING.search(path)[0]  # type: ignore[index]
    core = path[: len(path) - len(ending)]
    words = tuple(core.split("/")[1:])
    if not all(words):  # doubled slashes: read as they stand
        return Reading((), (), path)
    return Reading(("/",) * len(words), words, ending)


def _numbers_apart(reading: Reading) -> Reading | None:
    """Dates and numbers at the edge of the last word as words of their own; None where there are none."""
    if not reading.words:
        return None
    last = reading.words[-1]
    if found := _DATED.fullmatch(last):
        words, dash = [found[1], found[3], found[4], found[5]], found[2]
    elif found := _LEADING_ID.fullmatch(last) or _TRAILING_ID.fullmatch(last):
        words, dash = [found[1], found[3]], found[2]
    else:
        return None
    before = (*reading.before, *(dash,) * (len(words) - 1))
    return Reading(before, (*reading.words[:-1], *words), reading.ending)


def _shared_affix(old: Reading, new: Reading) -> Iterator[tuple[Reading, Reading]]:
    one, other = old.words[-1], new.words[-1]
    if shared := _shared_end(one, other):
        yield _affixed(old, one[: len(one) - len(shared)], shared), _affixed(new, other[: -len(shared)], shared)
    if shared := _shared_start(one, other):
        yield _affixed(old, "", shared, one[len(shared) :]), _affixed(new, "", shared, other[len(shared) :])


def _first_part_apart(old: Reading, new: Reading) -> Iterator[tuple[Reading, Reading]]:
    """The first part of a slug kept as text: what starts alike may have moved alike."""
    front, dash, rest = old.words[-1].partition("-")
    if rest and not front.isdigit():
        yield _affixed(old, front + dash, rest), _affixed(new, front + dash, rest)


def _affixed(reading: Reading, front: str, shared: str, back: str = "") -> Reading:
    before = (*reading.before[:-1], reading.before[-1] + front)
    return Reading(before, (*reading.words[:-1], shared), back + reading.ending)


def _shared_end(one: str, other: str) -> str:
    """The longest common end of two words that starts where a part of both starts, or is one of them."""
    length = _common_length(one[::-1], other[::-1])
    for size in range(length, 2, -1):
        if all(size == len(word) or word[-size - 1] in _SEPARATORS for word in (one, other)):
            return one[-size:]
    return ""


def _shared_start(one: str, other: str) -> str:
    length = _common_length(one, other)
    for size in range(length, 2, -1):
        if all(size == len(word) or word[size] in _SEPARATORS for word in (one, other)):
            return one[:size]
    return ""


def _common_length(one: str, other: str) -> int:
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return at
    return min(len(one), len(other))


@dataclass(frozen=True, slots=True)
class TextFamily:
    """Programs that are spelled out at once."""

    programs: list[str]

    def keys(self) -> list[int]:
        """See `Family`."""
        return [hash(program) for program in self.programs]

    def spell(self, at: int) -> str:
        """See `Family`."""
        return self.programs[at]


@dataclass(frozen=True, slots=True)
class WordFamily:
    """Programs that differ only in which words of the old path may vary."""

    old: Reading
    new: Reading
    origin: str
    tail: str
    came_from: list[int | None]
    variations: list[int]

    def keys(self) -> list[int]:
        """See `Family`; a sum over the words, so that each further program costs one addition a varied word."""
        old, new = self.old, self.new
        fixed = hash((old.before, old.ending, new.before, new.ending, self.origin, self.tail))
        change = []
        for at, word in enumerate(old.words):
            spelled = hash((at, word))
            fixed += spelled
            change.append(hash((at, word.isdigit())) - spelled)
        for at, (word, source) in enumerate(zip(new.words, self.came_from, strict=True)):
            spelled = hash((_NEW + at, word))
            fixed += spelled
            if source is not None:
                change[source] += hash((_NEW + at, source)) - spelled
        return [_key(fixed, change, varied) for varied in self.variations]

    def spell(self, at: int) -> str:
        """See `Family`."""
        return _spell(self, self.variations[at])


def _key(fixed: int, change: list[int], varied: int) -> int:
    while varied:
        low = varied & -varied
        fixed += change[low.bit_length() - 1]
        varied ^= low
    return (fixed & _WORD) - _HALF


def _word_family(old: Reading, new: Reading, origin: str, tail: str) -> WordFamily | None:
    came_from = _align(old.words, new.words)
    kept = 0
    for at in came_from:
        if at is not None:
            kept |= 1 << at
    return WordFamily(old, new, origin, tail, came_from, _variations(old.words, kept)) if kept else None


def _align(old: tuple[str, ...], new: tuple[str, ...]) -> list[int | None]:
    """For each word of the new path the word of the old one that it is: ends first, then fronts, then anywhere."""
    came_from: list[int | None] = [None] * len(new)
    ends, shorter = 0, min(len(old), len(new))
    while ends < shorter and old[-1 - ends] == new[-1 - ends]:
        ends += 1
        came_from[-ends] = len(old) - ends
    fronts = 0
    while fronts < shorter - ends and old[fronts] == new[fronts]:
        came_from[fronts] = fronts
        fronts += 1
    left = {word: at for at, word in reversed(list(enumerate(old[fronts : len(old) - ends], fronts)))}
    for at in range(fronts, len(new) - ends):
        came_from[at] = left.pop(new[at], None)
    return came_from


def _variations(words: tuple[str, ...], kept: int) -> list[int]:
    """Which words may vary, as bit masks, most specific first: in ever longer ends of the path, those that the target
    keeps, then numbers too, then all; and those before the last word."""
    numbers = sum(1 << at for at, word in enumerate(words) if word.isdigit())
    masks: dict[int, None] = {}
    window, last = 0, len(words) - 1
    for at in range(last, max(-1, last - MAX_VARIED), -1):
        window |= 1 << at
        for mask in (window & kept, window & (kept | numbers), window & kept & ~(1 << last), window):
            masks[mask] = None
    masks[numbers | (1 << last)] = None
    return [mask for mask in masks if mask & kept and mask.bit_count() <= MAX_CAPTURES]


def _spell(family: WordFamily, varied: int) -> str:
    old, new = family.old, family.new
    captures: dict[int | None, str] = {}
    source = []
    for at, (before, word) in enumerate(zip(old.before, old.words, strict=True)):
        source.append(before)
        if varied >> at & 1:
            captures[at] = chr(_FIRST_CAPTURE + len(captures) + 1)
            word = DIGITS if word.isdigit() else SEGMENT
        source.append(word)
    target = [family.origin]
    for before, word, at_old in zip(new.before, new.words, family.came_from, strict=True):
        target.append(before)
        target.append(captures.get(at_old, word))
    return f"{''.join(source)}{old.ending}\x00{''.join(target)}{new.ending}{family.tail}"


def _rest_programs(source: str, target: str, origin: str) -> Iterator[str]:
    """All that follows a folder is carried over; numbers in the folder's path may vary."""
    common = _common_length(source[::-1], target[::-1])
    start = len(source) - common
    cuts = [at + 1 for at in range(start, len(source) - 1) if source[at] == "/"]
    if start and source[start - 1] == "/" and target[len(target) - common - 1 :][:1] == "/":
        cuts.insert(0, start)
    for cut in cuts[:4]:
        folder, new = source[:cut], target[: len(target) - (len(source) - cut)]
        if not new.endswith("/"):
            continue
        yield f"{folder}{REST}\x00{origin}{new}\x11"
        anyhow = re.sub(r"(?<=/)[0-9]+(?=/)", DIGITS, folder)
        numbers = anyhow.count(DIGITS)
        if 0 < numbers < MAX_CAPTURES:
            yield f"{anyhow}{REST}\x00{origin}{new}{chr(_FIRST_CAPTURE + numbers + 1)}"


def _constant_programs(source: str, target: str) -> Iterator[str]:
    """All pages of a folder lead to one page."""
    ends = [at + 1 for at, character in enumerate(source[:-1]) if character == "/"][1:4]
    for end in reversed(ends):
        if not target.startswith(source[:end]):
            yield f"{source[:end]}{REST}\x00{target}"
