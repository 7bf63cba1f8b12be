"""Links as sources claim them: a claim is what one row of one source says, kept as it was said."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntFlag, StrEnum
from typing import NamedTuple


class Rel(IntFlag):
    """The rel values that weaken a link (Google Search Central, "Qualify outbound links"); 0 is a followed link."""

    NONE = 0
    NOFOLLOW = 1
    UGC = 2
    SPONSORED = 4

    @property
    def words(self) -> str:
        """Its values as HTML names them, separated by spaces; "" for a followed link."""
        return " ".join(member.name.lower() for member in Rel if member and member in self and member.name)


class Place(StrEnum):
    """Where on its page a link stands; equity weighs content above chrome (reasonable surfer, US 7,716,225)."""

    CONTENT = "content"
    CHROME = "chrome"
    NOSCRIPT = "noscript"  # only readers without scripting meet it
    UNKNOWN = "unknown"


class MetricScale(StrEnum):
    """What an authority number says: how strong the linking page is, or the whole linking domain."""

    PAGE = "page"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Metric:
    """One authority number as a source gave it; raw values of different names are never mixed or averaged."""

    name: str  # the source's own name, lower case: "dr", "ur", "as"
    value_0_100: float
    scale: MetricScale


class Claim(NamedTuple):
    """What one row of one source says about one link, or about one URL of the site.

    A claim may lack its target (Search Console's Latest links), its page (Top target pages, or a linking
    site without one) or both ends but the dead URL (Page indexing: `target_url` with `target_status`). It is never
    completed in place: another claim or a look at the linking page knows more, and the ledger joins them. (A tuple:
    there are millions, and it costs 0.6 us to make, a frozen dataclass of this width 3 us.)
    """

    line: int  # 1-based line of the source file where the row starts
    referring_page: str | None = None
    target_url: str | None = None  # a path ("/old") where the source is of the site itself, as a 404 log is
    anchor_text: str | None = None
    context: str | None = None  # words around the link, anchor left out
    rel: Rel | None = None  # None: the source does not say
    place: Place = Place.UNKNOWN
    first_seen: date | None = None
    last_seen: date | None = None
    lost_reason: str | None = None  # the source says that the link is gone, in the source's own word
    page_title: str | None = None
    page_status: int | None = None  # HTTP status of the linking page as the source saw it
    target_status: int | None = None  # HTTP status of the target as the source saw it; 404 for a Page-indexing 404 row
    target_soft_404: bool = False  # the source calls the target a soft 404
    external_links: int | None = None  # links on the linking page that leave its site
    links_in_group: int = 1  # rows the source folded into this one ("Links in group")
    claimed_links: int | None = None  # a per-target count (Top target pages, Best by links)
    claimed_domains: int | None = None
    metrics: tuple[Metric, ...] = ()
    referring_domain: str | None = None  # the linking host, where the source names no page
    hits: int | None = None  # visits to the target that this row counts

    @property
    def has_link(self) -> bool:
        """True when both ends of the link are known."""
        return self.referring_page is not None and self.target_url is not None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that could not be read, or that was read with a loss worth telling: never silently dropped."""

    line: int
    reason: str
    kept: bool = False  # True: the row is in the ledger, something in it was cut or ignored


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link that we saw ourselves on a page: href resolved against the page's base."""

    target_url: str
    anchor_text: str
    rel: Rel
    place: Place
    context: str = ""


@dataclass(frozen=True, slots=True)
class PageLook:
    """What reading one linking page showed: its links into the site, or why it could not be read."""

    page_url: str
    outcome: "PageOutcome"
    status_code: int | None
    reason: str
    seen_at: datetime
    final_url: str = ""
    title: str = ""
    noindex: bool = False
    nofollow: bool = False  # robots rules forbid to follow any link of the page
    canonical: str = ""  # the page names another URL as itself; "" when none or its own
    external_links: int = 0  # distinct URLs linked from the page that leave its registrable domain
    internal_links: int = 0  # distinct URLs linked from the page within its registrable domain
    links: tuple[SeenLink, ...] = field(default=())


class PageOutcome(StrEnum):
    """How reading a linking page ended. Only READ says anything about its links; GONE: the page itself is no more."""

    READ = "read"
    NEEDS_SCRIPT = "needs_script"  # the page is an empty shell that a script would fill
    GONE = "gone"
    BLOCKED = "blocked"
    FAILED = "failed"
    SKIPPED = "skipped"


class LinkState(StrEnum):
    """What the newest look at the linking page says of a backlink; the rules stand in docs/links.md."""

    PRESENT = "present"
    MOVED = "moved"  # the page moved within its own site, and still links
    NOFOLLOWED = "nofollowed"  # still there, now nofollow, ugc or sponsored where every source says followed
    CHANGED = "changed"  # the page links to another URL of the site in its place
    GONE = "gone"  # the page was read and the link is not on it
    PAGE_GONE = "page_gone"  # the page itself is no more
    BLOCKED = "blocked"
    NEEDS_SCRIPT = "needs_script"
    UNREADABLE = "unreadable"
    NOT_LOOKED = "not_looked"

    @property
    def present(self) -> bool | None:
        """Whether the link is there; None where that could not be told."""
        if self in (LinkState.PRESENT, LinkState.MOVED, LinkState.NOFOLLOWED):
            return True
        return False if self in (LinkState.CHANGED, LinkState.GONE, LinkState.PAGE_GONE) else None


@dataclass(frozen=True, slots=True)
class Backlink:
    """One link from one page to one target: what all sources say of it, and what the newest look at the page showed.

    Where sources differ, the newest claim (by last seen) speaks; what we saw ourselves speaks before all of them.
    A source that names a linking site without its page gives a backlink with an empty `referring_page`, unless a page
    of that site is known to link to the same target.
    """

    target_id: int
    referring_page: str  # "" when only its domain is known
    referring_domain: str
    sources: tuple[str, ...]  # "Ahrefs Backlinks", ... and "linking page" when seen by us
    anchor_text: str
    context: str
    rel: Rel | None
    place: Place
    first_seen: date | None
    last_seen: date | None
    lost_reason: str | None
    page_title: str
    external_links: int | None
    links_in_group: int
    domain_metric: Metric | None
    page_metric: Metric | None
    outcome: PageOutcome | None = None  # of the newest look at the linking page, None: not looked
    present: bool | None = None  # the link was on the page at that look; None: could not be told
    page_noindex: bool = False
    seen_at: datetime | None = None
    page_status: int | None = None
    state: LinkState = LinkState.NOT_LOOKED
    changed_to: str = ""  # the URL of the site that the page links to in place of the target (CHANGED)
    moved_to: str = ""  # where the linking page leads today, when that is another URL than its own
    page_canonical: str = ""  # the page names this other URL as itself
    page_nofollow: bool = False  # the page's robots rules forbid to follow any of its links
    internal_links: int | None = None  # distinct URLs of its own domain that the page links to, as we saw it
