"""What every reader of an export is made of: the description of a report, and what is told about an opened file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from linkreclaim.model.links import Claim, MetricScale

Adjust = Callable[[Claim, str], Claim]
"""Corrects a claim by what the report's `kind` cell says (a row that is an image, a validation that passed)."""

CELL_FIELDS = (
    "referring_page",
    "target_url",
    "anchor_text",
    "alt_text",
    "context",
    "context_left",
    "context_right",
    "first_seen",
    "last_seen",
    "lost_reason",
    "drop_reason",
    "lost",
    "page_title",
    "page_status",
    "target_status",
    "external_links",
    "links_in_group",
    "claimed_links",
    "claimed_domains",
    "referring_domain",
    "hits",
    "kind",
)
"""Fields that are read from one cell each; `compile_row` unpacks them in this order."""

REL_FIELDS = ("rel", "nofollow", "ugc", "sponsored", "follow")
"""Fields that together say the rel of a link: a text such as "nofollow ugc", and yes/no columns."""

PLACE_FIELDS = ("content", "position")
"""Fields that together say where a link stands: a yes/no "in the content", or the name of a page part."""

DATE_FIELDS = ("first_seen", "last_seen")

METRIC_SCALES: Mapping[str, MetricScale] = {"dr": MetricScale.DOMAIN, "ur": MetricScale.PAGE}
"""Authority numbers a report may hold, and what each measures; the field's name is the metric's name."""

ALL_FIELDS = frozenset((*CELL_FIELDS, *REL_FIELDS, *PLACE_FIELDS, *METRIC_SCALES))


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What an opened export is; `notes` are sentences for the user."""

    tool: str  # "Ahrefs"
    report: str  # "Backlinks"
    encoding: str  # "UTF-16 LE"
    delimiter: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of export: the names its columns have had, and how a row of it is to be understood."""

    tool: str
    name: str
    aliases: Mapping[
        str, tuple[str, ...]
    ]  # field -> header names, the best first; compared as `header.normalise` makes
    required: tuple[str, ...]  # fields without which a file is not this report
    needed_urls: tuple[str, ...]  # URL fields that every row must hold
    own_names: frozenset[str] = frozenset()  # header names (normalised) that this report always has, read or not
    foreign: frozenset[str] = frozenset()  # header names (normalised) that only another report has
    max_columns: int = 1_000  # a report of few and plain names must not claim a wide file
    notes: tuple[str, ...] = ()
    column_notes: Mapping[str, str] = field(default_factory=dict)  # field -> note given when its column is there
    target_status: int | None = None  # every row says this of its target
    target_soft_404: bool = False
    target_paths: bool = False  # targets may stand as paths of the site itself: "/old"
    adjust: Adjust | None = None

    @property
    def title(self) -> str:
        """Tool and report, as people say it."""
        return f"{self.tool} {self.name}"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a report stand in one file, and the order of day and month in it."""

    report: Report
    columns: Mapping[str, int]  # field -> position in the row, from 0
    width: int  # cells of the header
    day_first: bool | None = None  # of 03/04/2026; None: the file does not tell
