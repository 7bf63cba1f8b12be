"""What the caller tells of a file, and what it gets: rows in the shape that the ledger writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Row = tuple[Any, ...]
"""Values of a claim as the ledger takes them, at the positions below."""

DOMAIN, TARGET_KEY, LINE, PAGE_KEY, PAGE_URL, ANCHOR, CONTEXT, TITLE = 0, 1, 2, 3, 4, 5, 6, 12


class Batch(NamedTuple):
    """Rows ready for the ledger, with what else they gave."""

    items: int
    rows: list[Row]
    targets: dict[str, str]  # {match key: URL as written}
    problems: list[tuple[int, str, bool]]  # (line, reason, kept)
    off_site: int
    off_site_hosts: dict[str, int]


ReadRows = Callable[[Sequence[tuple[int, Mapping[str, str]]]], Batch]
"""The ordinary reader on some rows, each a line number and {field: cell}."""


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What the rows of a file look like, and how many characters of its texts are kept."""

    delimiter: str
    width: int
    columns: Mapping[str, int]  # field -> position in the row, from 0
    text_chars: int
    title_chars: int


class Group(NamedTuple):
    """Fields that are read together, and the positions of a row that depend on them and on nothing else."""

    fields: tuple[str, ...]
    positions: tuple[int, ...]


DATES = ("first_seen", "last_seen")
DOMAIN_METRICS = (
    *("dr", "domain_as", "da", "domain_tf", "domain_cf"),
    *("domain_from_rank", "domain_inlink_rank", "domain_score", "opr"),
)
PAGE_METRICS = ("ur", "as", "pa", "tf", "cf", "page_from_rank", "inlink_rank", "page_score")
"""Of each a row carries one: which of them depends on them all."""
GROUPS = (
    Group(
        (
            *("rel", "nofollow", "ugc", "sponsored", "follow", "content", "position"),
            *("page_status", "target_status", "links_in_group"),
        ),
        (7, 8, 13, 14, 17),
    ),
    Group(("first_seen",), (9,)),
    Group(("last_seen",), (10,)),
    Group(("lost_reason", "drop_reason", "lost"), (11,)),
    Group(("external_links",), (16,)),
    Group(("claimed_links",), (18,)),
    Group(("claimed_domains",), (19,)),
    Group(DOMAIN_METRICS, (20, 21)),
    Group(PAGE_METRICS, (22, 23)),
    Group(("hits",), (24,)),
)
"""Fields of few distinct values stand together, where their combinations are few too."""


def groups_of(columns: Mapping[str, int]) -> list[Group]:
    """The groups of which a file has fields, the missing fields left out."""
    groups = (Group(tuple(name for name in group.fields if name in columns), group.positions) for group in GROUPS)
    return [group for group in groups if group.fields]
