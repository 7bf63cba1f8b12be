"""What the client report is made of, in words that are whole: the page and the PDF only lay it out."""

from dataclasses import dataclass
from typing import NamedTuple

from linkreclaim.report.escape import find_href, read_aloud, shorten
from linkreclaim.report.pictures import Ink, Picture

TEXT_CHARACTERS = 300
"""Longest stranger's text (title, anchor, URL) shown whole, as in the report of the audit."""


class Cell(NamedTuple):
    """A cell of a table, or a line of a card."""

    words: str
    href: str | None = None  # where the words lead; http(s) only
    note: str = ""  # below the words, smaller
    code: bool = False  # an address or a rule: in even letters, left to right


class Column(NamedTuple):
    """A column; `width` is compared with those of its neighbours."""

    name: str
    width: float = 1.0
    number: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    words: str
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Words and what they mean."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row names it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One lost page."""

    rank: int
    title: str
    address: Cell
    worth: str
    worth_words: str
    facts: tuple[tuple[str, Cell], ...]
    links: Table | None


@dataclass(frozen=True, slots=True)
class Cards:
    """Lost pages, most valuable first."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture."""

    picture: Picture


Block = Paragraph | Bullets | Terms | Table | Cards | Drawing


class Figure(NamedTuple):
    """One number that stands out, and what it counts."""

    shown: str
    words: str
    ink: Ink = Ink.TEXT


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the report."""

    name: str  # id on the page
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ClientReport:
    """The whole report."""

    title: str
    kind: str  # what it is, beside the name of the agency
    prepared: str  # by whom, on which day
    headline: str
    detail: str
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    closing: str


def show_address(url: str) -> Cell:
    """A URL to read and to follow."""
    return Cell(shorten(read_aloud(url), TEXT_CHARACTERS), find_href(url), code=True)


def brief(words: str) -> str:
    """A stranger's text, cut in its middle."""
    return shorten(words, TEXT_CHARACTERS)
