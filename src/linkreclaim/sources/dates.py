"""Dates as exports write them: a date that can be read in two ways is not read at all."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

_YEAR_FIRST = re.compile(
    r"(\d{4})(?:-(\d\d)-(\d\d)|[./](\d{1,2})[./](\d{1,2})|[^\d-]{1,3}(\d{1,2})[^\d-]{1,3}(\d{1,2})(?!\d))", re.ASCII
)
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_UNIX = re.compile(r"(?:/Date\()?(\d{9,10})(\d{3})?(?:[+-]\d{4}\)/|\)/)?", re.ASCII)
_DAY_MONTH_NAME = re.compile(r"(\d{1,2})\.?\s*(?:de\s+)?([^\W\d_]+)\.?,?\s*(?:de\s+)?(\d{4})(?!\d)")
_MONTH_NAME_DAY = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)")

_MONTHS = (
    "jan ene gen янв січ sty oca ינו",
    "feb fév fev фев лют lut şub פבר",
    "mar mär maa mrz мар бер מרץ",
    "apr avr abr апр кві kwi nis אפר",
    "may mai mag maj mei мая май тра מאי",
    "jun juin giu июн чер cze haz יונ",
    "jul juil lug июл лип tem יול",
    "aug aoû ago авг сер sie ağu אוג",
    "sep set сен вер wrz eyl ספט",
    "oct okt out ott окт жов paź eki אוק",
    "nov ноя kas נוב",
    "dec déc dez dic дек гру gru ara דצמ",
)
_MONTH_STARTS = {start: number for number, starts in enumerate(_MONTHS, start=1) for start in starts.split()}
"""First letters of month names in en, de, fr, es, it, pt, nl, pl, sv, da, tr, ru, uk, he (Unicode CLDR). Left out, as
two languages disagree: "lis" and "лис", November in Polish and Ukrainian, October in Croatian."""


def read_date(text: str, day_first: bool | None = None) -> date | None:
    """The date of a cell, its time of day ignored; None when it has none or could be two.

    Year first is always year, month, day; a dotted date is day first (no locale of CLDR writes months first with dots);
    03/04/2026 is read only when `day_first` says how the file writes its dates. A number is seconds since 1970, as
    Semrush's API gives them, milliseconds (13 digits; also `/Date(1399100400000)/`, JSON of Microsoft), or 20260415.
    """
    text = text.strip()[:40]
    found = _YEAR_FIRST.match(text)
    if found:
        year, month, day = (int(part) for part in found.groups() if part is not None)
        return _date(year, month, day)
    found = _NUMERIC.match(text)
    if found:
        return _numeric(int(found[1]), found[2], int(found[3]), found[4], day_first)
    return _named(text) or _counted(text)


def find_day_first(cells: Iterable[str]) -> bool | None:
    """Whether a file writes 03/04/2026 for the third of April: a day above 12 tells; None: none does, or both."""
    first_above = second_above = False
    for cell in cells:
        found = _NUMERIC.match(cell.strip())
        if found:
            first_above = first_above or int(found[1]) > 12
            second_above = second_above or int(found[3]) > 12
    return None if first_above == second_above else first_above


def looks_like_date(cell: str) -> bool:
    """Whether a cell could be a date in some language: short, with a year or three numbers in it."""
    text = cell.strip()
    numbers = re.findall(r"\d+", text)
    has_year = any(len(number) == 4 and number.startswith(("19", "20")) for number in numbers)
    return len(text) <= 40 and "/" not in text[:1] and (len(numbers) == 3 or (len(numbers) > 1 and has_year))


def _numeric(first: int, separator: str, second: int, year_text: str, day_first: bool | None) -> date | None:
    year = int(year_text) + (2000 if len(year_text) == 2 else 0)
    if separator == "." or first > 12:
        day_first = True
    elif second > 12:
        day_first = False
    elif day_first is None and first != second:
        return None
    return _date(year, second, first) if day_first else _date(year, first, second)


def _counted(text: str) -> date | None:
    found = _COMPACT.fullmatch(text)
    if found:
        return _date(int(found[1]), int(found[2]), int(found[3]))
    found = _UNIX.fullmatch(text)
    if not found or text.startswith("/") != text.endswith("/"):
        return None
    day = datetime.fromtimestamp(int(found[1]), UTC)
    return _date(day.year, day.month, day.day)


def _named(text: str) -> date | None:
    found = _DAY_MONTH_NAME.match(text)
    if found:
        return _date(int(found[3]), _month(found[2]), int(found[1]))
    found = _MONTH_NAME_DAY.match(text)
    return _date(int(found[3]), _month(found[1]), int(found[2])) if found else None


def _month(name: str) -> int:
    word = name.casefold()
    return _MONTH_STARTS.get(word[:4]) or _MONTH_STARTS.get(word[:3], 0)


def _date(year: int, month: int, day: int) -> date | None:
    if not 1990 <= year <= 2100:  # before the web, or nonsense
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
