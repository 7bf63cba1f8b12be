"""What every reader of an export is made of: the description of a report, and what is told about an opened file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from linkreclaim.model.links import Claim, MetricScale

Adjust = Callable[[Claim, str], Claim]
"""Corrects a claim by what the report's `kind` cell says (a row that is an image, a validation that passed)."""

ReadUrl = Callable[[str], str | None]
"""Reads a URL cell that holds no http(s) URL: its URL or path, "" where it says that there is none, None where it is
not to be understood."""

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


class MetricKind(NamedTuple):
    """What an authority number measures, and the top of the range it is given in."""

    scale: MetricScale
    top: float = 100.0


METRIC_KINDS: Mapping[str, MetricKind] = MappingProxyType(
    {
        "ur": MetricKind(MetricScale.PAGE),  # Ahrefs URL Rating
        "as": MetricKind(MetricScale.PAGE),  # Semrush Authority Score of the page ("page ascore")
        "pa": MetricKind(MetricScale.PAGE),  # Moz Page Authority
        "tf": MetricKind(MetricScale.PAGE),  # Majestic Trust Flow of the linking page, then its Citation Flow
        "cf": MetricKind(MetricScale.PAGE),
        "page_from_rank": MetricKind(MetricScale.PAGE, 1_000.0),  # DataForSEO
        "inlink_rank": MetricKind(MetricScale.PAGE),  # SE Ranking
        "page_score": MetricKind(MetricScale.PAGE),  # Ubersuggest
        "dr": MetricKind(MetricScale.DOMAIN),  # Ahrefs Domain Rating
        "domain_as": MetricKind(MetricScale.DOMAIN),  # Semrush ("domain ascore")
        "da": MetricKind(MetricScale.DOMAIN),  # Moz Domain Authority
        "domain_tf": MetricKind(MetricScale.DOMAIN),
        "domain_cf": MetricKind(MetricScale.DOMAIN),
        "domain_from_rank": MetricKind(MetricScale.DOMAIN, 1_000.0),
        "domain_inlink_rank": MetricKind(MetricScale.DOMAIN),
        "domain_score": MetricKind(MetricScale.DOMAIN),
        "opr": MetricKind(MetricScale.DOMAIN, 10.0),  # OpenPageRank
    }
)
"""Authority numbers a report may hold; the field's name is the metric's name. A claim carries at most one of each
scale: where a row has several, the first of this order counts (Trust Flow before Citation Flow: trust is the harder one
to make up; our judgement). Ranges: the vendors' help pages; DataForSEO's is that of its default `rank_scale`."""

ALL_FIELDS = frozenset((*CELL_FIELDS, *REL_FIELDS, *PLACE_FIELDS, *METRIC_KINDS))


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
    any_of: frozenset[str] = frozenset()  # header names (normalised) of which it has one at least; empty: no matter
    foreign: frozenset[str] = frozenset()  # header names (normalised) that only another report has
    max_columns: int = 1_000  # a report of few and plain names must not claim a wide file
    notes: tuple[str, ...] = ()
    column_notes: Mapping[str, str] = field(default_factory=dict)  # field -> note given when its column is there
    target_status: int | None = None  # every row says this of its target
    target_soft_404: bool = False
    target_paths: bool = False  # targets may stand as paths of the site itself: "/old"
    read_page: ReadUrl | None = None
    read_target: ReadUrl | None = None
    blank_is_follow: bool = False  # an empty nofollow cell says that the link is followed
    adjust: Adjust | None = None

    @property
    def title(self) -> str:
        """Tool and report, as people say it."""
        return f"{self.tool} {self.name}"


class NotLinks(NamedTuple):
    """A well-known table that holds no links, and what to do with it instead."""

    title: str  # "Screaming Frog Internal"
    names: frozenset[str]  # header names (normalised) that it always has
    advice: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a report stand in one file, and the order of day and month in it."""

    report: Report
    columns: Mapping[str, int]  # field -> position in the row, from 0
    width: int  # cells of the header
    day_first: bool | None = None  # of 03/04/2026; None: the file does not tell
