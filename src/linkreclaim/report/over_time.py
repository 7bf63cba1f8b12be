"""How long a page has been seen dead, in words: one look is a suspicion, looks days apart are a death."""

from collections import Counter
from collections.abc import Iterable

from linkreclaim.model.reports import DeadPageRow
from linkreclaim.report.figures import as_utc, show_count

_GROUPS_SHOWN = 3


def say_seen_dead(row: DeadPageRow) -> str:
    """`first seen dead 2026-11-02, 3 looks: confirmed`; empty for a page that no look has seen dead."""
    if row.first_seen_dead is None or not row.looks_dead:
        return ""
    since = f"first seen dead {as_utc(row.first_seen_dead):%Y-%m-%d}, {show_count(row.looks_dead, 'look')}"
    if row.confirmed:
        return f"{since}: confirmed"
    return f"{'seen dead once' if row.looks_dead == 1 else since}: look again in a few days"


def say_all_seen_dead(rows: Iterable[DeadPageRow]) -> list[str]:
    """The same for several pages, the most frequent first: `6 first seen dead 2026-11-02, 3 looks: confirmed`."""
    counts = Counter(filter(None, map(say_seen_dead, rows)))
    return [f"{show_count(count)} {words}" for words, count in counts.most_common(_GROUPS_SHOWN)]
