"""Numbers and dates as people read them, one way in every output."""

import math
from datetime import UTC, datetime


def show_percent(share_0_1: float | None) -> str:
    """A share as a whole percentage; what is not nothing is never shown as 0 %, what is not all never as 100 %."""
    if share_0_1 is None or not math.isfinite(share_0_1):
        return "unknown"
    if 0 < share_0_1 < 0.01:
        return "< 1 %"
    if 0.99 < share_0_1 < 1:
        return "> 99 %"
    return f"{round(keep_share(share_0_1) * 100)} %"


def show_count(number: int, singular: str = "", plural: str = "") -> str:
    """A count with its noun: `1 link`, `1,240 links`."""
    if not singular:
        return f"{number:,}"
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def show_day(moment: datetime | None) -> str:
    """The UTC day of a moment, `22 November 2026`; empty when there is none."""
    return "" if moment is None else f"{as_utc(moment).day} {as_utc(moment):%B %Y}"


def as_utc(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone is taken as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def show_iso(moment: datetime | None) -> str:
    """ISO 8601 with seconds, in UTC (`2026-11-22T10:40:00Z`); empty when there is none."""
    return "" if moment is None else as_utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def keep_finite(number: float | None) -> float | None:
    """The number, or None where it is no number or endless: neither JSON nor a spreadsheet knows those."""
    return number if number is not None and math.isfinite(number) else None


def keep_share(share_0_1: float) -> float:
    """A share held inside 0..1; 0 where it is no number."""
    return min(max(share_0_1, 0.0), 1.0) if math.isfinite(share_0_1) else 0.0
