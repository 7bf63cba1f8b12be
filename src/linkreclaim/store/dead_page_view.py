"""A view of the dead pages: which, in what order, and where a page of rows begins. All of it is a query string."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import TypeVar

from linkreclaim.errors import UsageError
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.verdicts import VerdictKind

MOST_TEXT_CHARS = 200
MOST_VALUE_CHARS = 4_000
"""Of one parameter: as long as URLs that servers take (RFC 9110, 4.1 asks for 8,000 octets; ours are cut at half)."""
_LARGEST = 2**63 - 1
"""The largest integer that SQLite keeps (SQLite, "Datatypes in SQLite", 2)."""

_Word = TypeVar("_Word", bound=StrEnum)
_Number = TypeVar("_Number", int, float)


class SortColumn(StrEnum):
    """What dead pages can be sorted by; the words stand in URLs."""

    RANK = "rank"
    URL = "url"
    TITLE = "title"
    TARGET = "target"
    VERDICT = "verdict"
    CAUSE = "cause"
    DISPOSITION = "disposition"
    STATE = "state"
    LINKS = "links"
    DOMAINS = "domains"
    CONFIDENCE = "confidence"
    FIRST_SEEN_DEAD = "first_seen_dead"
    DECIDED_AT = "decided_at"

    @property
    def kind(self) -> type[str] | type[int] | type[float]:
        """The type of its values."""
        if self in (SortColumn.RANK, SortColumn.LINKS, SortColumn.DOMAINS):
            return int
        return float if self is SortColumn.CONFIDENCE else str


@dataclass(frozen=True, slots=True)
class DeadPageSort:
    """An order. Equal rows stand by what they are worth: best first in the direction that is usual for the column."""

    column: SortColumn = SortColumn.RANK
    descending: bool = False


@dataclass(frozen=True, slots=True)
class DeadPageFilter:
    """Which dead pages; what is empty asks for nothing. Several words of one kind mean any of them."""

    text: str = ""  # words, each of which stands somewhere in the URL, title, anchors or target
    verdicts: frozenset[VerdictKind] = frozenset()
    causes: frozenset[Cause] = frozenset()
    dispositions: frozenset[Disposition] = frozenset()
    states: frozenset[DecisionState] = frozenset()
    sources: frozenset[str] = frozenset()  # any of these knows it: "Ahrefs Backlinks"
    host: str = ""
    folder: str = ""  # "/blog/"; "/" for pages that stand in none
    min_confidence_0_1: float = 0.0
    min_links: int = 0
    changed: bool = False  # only those whose facts are others than the decider saw


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: just after that row (`back`: just before it)."""

    value: str | int | float
    tie: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class DeadPageView:
    """A filter, an order, and where to begin."""

    filter: DeadPageFilter = field(default_factory=DeadPageFilter)
    sort: DeadPageSort = field(default_factory=DeadPageSort)
    cursor: Cursor | None = None


def parse_view(parameters: Iterable[tuple[str, str]]) -> DeadPageView:
    """A view out of the parameters of a URL; those of other names are left alone.

    Raises:
        UsageError: a parameter has a value that means nothing.
    """
    held: dict[str, list[str]] = {}
    for name, value in parameters:
        if len(value) > MOST_VALUE_CHARS or "\0" in value or not _is_whole(value):
            raise UsageError(f"{name} is too long, or no text")
        held.setdefault(name, []).append(value)
    last = {name: values[-1] for name, values in held.items()}
    asked = DeadPageFilter(
        text=" ".join(last.get("q", "").split())[:MOST_TEXT_CHARS].strip(),
        verdicts=_words(held, "verdict", VerdictKind),
        causes=_words(held, "cause", Cause),
        dispositions=_words(held, "disposition", Disposition),
        states=_words(held, "state", DecisionState),
        sources=frozenset(filter(None, held.get("source", ()))),
        host=last.get("host", ""),
        folder=last.get("folder", ""),
        min_confidence_0_1=_number(last, "confidence", float, 1.0),
        min_links=_number(last, "links", int, _LARGEST),
        changed=last.get("changed", "") == "1",
    )
    sort = _sort(last.get("sort", ""))
    return DeadPageView(asked, sort, _cursor(last, sort.column))


def format_filter(asked: DeadPageFilter) -> list[tuple[str, str]]:
    """A filter as parameters of a URL, always in the same order; what it does not ask for is left out."""
    return list(_filter_parameters(asked))


def format_view(view: DeadPageView) -> list[tuple[str, str]]:
    """A view as parameters of a URL."""
    made = format_filter(view.filter)
    if view.sort != DeadPageSort():
        made.append(("sort", f"{'-' if view.sort.descending else ''}{view.sort.column.value}"))
    if view.cursor is not None:
        name = "before" if view.cursor.back else "after"
        made.append((name, f"{view.cursor.tie}.{view.cursor.value}"))
    return made


def _filter_parameters(asked: DeadPageFilter) -> Iterator[tuple[str, str]]:
    if asked.text:
        yield "q", asked.text
    kinds: tuple[tuple[str, Iterable[StrEnum]], ...] = (
        ("verdict", asked.verdicts),
        ("cause", asked.causes),
        ("disposition", asked.dispositions),
        ("state", asked.states),
    )
    for name, words in kinds:
        yield from ((name, word.value) for word in sorted(words))
    yield from (("source", name) for name in sorted(asked.sources))
    if asked.host:
        yield "host", asked.host
    if asked.folder:
        yield "folder", asked.folder
    if asked.min_confidence_0_1 > 0:
        yield "confidence", repr(asked.min_confidence_0_1)
    if asked.min_links > 0:
        yield "links", str(asked.min_links)
    if asked.changed:
        yield "changed", "1"


def _is_whole(value: str) -> bool:
    """Whether it holds no half characters, which no database takes."""
    return value.encode("utf-8", "replace").decode("utf-8") == value


def _words(held: Mapping[str, list[str]], name: str, kind: type[_Word]) -> frozenset[_Word]:
    try:
        return frozenset(kind(value) for value in held.get(name, ()) if value)
    except ValueError:
        known = ", ".join(word.value for word in kind)
        raise UsageError(f"{name} must be one of {known}, not {', '.join(held[name])[:200]!r}") from None


def _number(last: Mapping[str, str], name: str, kind: Callable[[str], _Number], largest: _Number) -> _Number:
    written = last.get(name, "")
    try:
        value = kind(written or "0")
    except ValueError:
        raise UsageError(f"{name} must be a number, not {written[:200]!r}") from None
    if not isfinite(value) or not 0 <= value <= largest:
        raise UsageError(f"{name} must be between 0 and {largest}, not {written[:200]!r}")
    return value


def _sort(written: str) -> DeadPageSort:
    if not written:
        return DeadPageSort()
    try:
        return DeadPageSort(SortColumn(written.removeprefix("-")), written.startswith("-"))
    except ValueError:
        known = ", ".join(column.value for column in SortColumn)
        raise UsageError(f"sort must be one of {known}, with - before it to turn it round") from None


def _cursor(last: Mapping[str, str], column: SortColumn) -> Cursor | None:
    for name, back in (("after", False), ("before", True)):
        if name in last:
            tie, _, value = last[name].partition(".")
            try:
                cursor = Cursor(column.kind(value), int(tie), back)
            except ValueError:
                raise UsageError(f"{name} is no place in the list; begin at its start") from None
            if abs(cursor.tie) > _LARGEST or (isinstance(cursor.value, int) and abs(cursor.value) > _LARGEST):
                raise UsageError(f"{name} is no place in the list; begin at its start")
            return cursor
    return None
