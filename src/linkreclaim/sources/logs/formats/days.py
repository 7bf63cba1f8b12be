"""The day of a request, as its log writes it: in the log's own time zone, never converted."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_DAY_FIRST = re.compile(r"(\d{1,2})[/ .-]([A-Za-z]{3})[a-z]*[/ .,-]+(\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d\d?)\2(\d\d?)(?!\d)", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{6})?(?!\d)", re.ASCII)
_MONTH_FIRST = re.compile(
    r"(?:[A-Za-z]{3},? )?([A-Za-z]{3})[a-z]*\.? +(\d{1,2}),?(?: \d\d:\d\d:\d\d)? +(\d{4})", re.ASCII
)
_EPOCH = re.compile(r"\d{9,19}(?:\.\d*)?", re.ASCII)
_LONGEST = 40  # characters of a time stamp with weekday and zone; a hostile one is not remembered whole
_UNITS_PER_SECOND = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""From which size on a number of seconds since 1970 must be nanoseconds, microseconds, milliseconds: in seconds each
bound would lie beyond the year 5000."""


def day_of(text: str) -> date | None:
    """The day that a time stamp begins with; None where it is written in no way that we know.

    Known: `17/May/2015` (Apache, nginx, HAProxy), `2015-05-17` (ISO 8601, W3C, RFC 3339), `November 23, 2021`,
    `Sun May 17 10:05:03 2015`, `20150517`, and seconds, milliseconds, microseconds or nanoseconds since 1970 (UTC).
    Days already seen cost a look-up.
    """
    stamp = text[:_LONGEST]
    return _day_of(stamp.partition(":")[0]) or _day_of(stamp)


@lru_cache(maxsize=8192)
def _day_of(text: str) -> date | None:
    if found := _DAY_FIRST.match(text):
        return _date(found[3], _MONTHS.get(found[2].lower()), found[1])
    if found := _YEAR_FIRST.match(text):
        return _date(found[1], found[3], found[4])
    if found := _COMPACT.match(text):
        return _date(found[1], found[2], found[3])
    if _EPOCH.fullmatch(text):
        return day_of_number(float(text))
    if found := _MONTH_FIRST.match(text):
        return _date(found[3], _MONTHS.get(found[1].lower()), found[2])
    return None


def day_of_number(seconds: float) -> date | None:
    """The day (UTC) of a moment in seconds since 1970, or in a smaller unit where the number is too large for that."""
    per_second = next((units for bound, units in _UNITS_PER_SECOND if seconds >= bound), 1.0)
    try:
        return datetime.fromtimestamp(seconds / per_second, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _date(year: str, month: str | int | None, day: str) -> date | None:
    try:
        return date(int(year), int(month or 0), int(day))
    except ValueError:
        return None
