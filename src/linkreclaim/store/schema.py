"""The tables of a workspace.

Sequential integer ids; URLs unique on the versioned match key; looks and decisions append-only. Dates without a time
are kept as ordinal day numbers (`..._day`, as `date.toordinal`): half the bytes of text in the widest table. Times are
UTC, ISO 8601 text.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

site = Table(
    "site",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("host", Text, nullable=False, unique=True),
    Column("listed_run_id", Integer),  # the run whose dead pages are listed whole in `dead_page`
)

domain = Table(
    "domain",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

url = Table(
    "url",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),  # as first written
    Column("domain_id", Integer, ForeignKey("domain.id"), nullable=False),
)

source_file = Table(
    "source_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", Integer, ForeignKey("site.id"), nullable=False),
    Column("path", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),  # sha256 of the bytes and of the column mapping
    Column(
        "scope", Text, nullable=False
    ),  # which hosts were the site's when it was read: rows about others are not kept
    Column("tool", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("notes", Text, nullable=False),  # JSON array
    Column(
        "rows_done", Integer, nullable=False, default=0
    ),  # items of the reader taken so far: where a killed import goes on
    Column("claims", Integer, nullable=False, default=0),
    Column("off_site", Integer, nullable=False, default=0),
    Column("off_site_hosts", Text, nullable=False, default="{}"),  # JSON object host -> rows, the commonest
    Column("problems", Integer, nullable=False, default=0),
    Column("done", Boolean, nullable=False, default=False),
    Column("oldest_day", Integer),  # of all days that its rows name
    Column("newest_day", Integer),
    UniqueConstraint("site_id", "fingerprint"),
)

row_problem = Table(
    "row_problem",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_id", Integer, ForeignKey("source_file.id"), nullable=False, index=True),
    Column("line", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("kept", Boolean, nullable=False),
)

claim = Table(
    "claim",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_id", Integer, ForeignKey("source_file.id"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("page_key", Text),  # match key of the linking page
    Column("page_url", Text),  # as written; null when it is "https://" and the key
    Column("domain_id", Integer, ForeignKey("domain.id")),  # of the linking page
    Column("target_id", Integer, ForeignKey("url.id"), index=True),
    Column("anchor_text", Text),
    Column("context", Text),
    Column("rel", Integer),
    Column("place", Text, nullable=False),
    Column("first_seen_day", Integer),
    Column("last_seen_day", Integer),
    Column("lost_reason", Text),
    Column("page_title", Text),
    Column("page_status", Integer),
    Column("target_status", Integer),
    Column("target_soft_404", Boolean, nullable=False),
    Column("external_links", Integer),
    Column("links_in_group", Integer, nullable=False),
    Column("claimed_links", Integer),
    Column("claimed_domains", Integer),
    Column("domain_metric", Text),
    Column("domain_metric_value", Float),
    Column("page_metric", Text),
    Column("page_metric_value", Float),
    Column("hits", Integer),
)

CLAIMED_PAGE = "coalesce(claim.page_url, 'https://' || claim.page_key)"
"""SQL: the linking page of a claim as it was written."""

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", Integer, ForeignKey("site.id"), nullable=False, index=True),
    Column(
        "question", Text, nullable=False
    ),  # fingerprint of what was asked: an unfinished run is continued for the same
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("state", Text, nullable=False, default="{}"),  # JSON object: what the stages note about themselves
)

task = Table(
    "task",
    metadata,
    Column("run_id", Integer, ForeignKey("run.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("url_id", Integer, ForeignKey("url.id"), primary_key=True),
    Column("priority", Float, nullable=False, default=0.0),
    Column("done", Boolean, nullable=False, default=False),
    Index("task_open", "run_id", "kind", "done", "priority"),
)

look = Table(
    "look",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("url_id", Integer, ForeignKey("url.id"), nullable=False, index=True),
    Column("checked_at", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("dead", Boolean, nullable=False),
    Column("former_host", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("verdict_confidence_0_1", Float, nullable=False),
    Column("p_not_found_0_1", Float),
    Column("shape", Text),
    Column("evidence", Text, nullable=False),  # JSON array
    Column("hops", Text, nullable=False),  # JSON array of [url, status, location]
    Column("final_url", Text, nullable=False),
    UniqueConstraint("run_id", "url_id"),
)

page = Table(
    "page",
    metadata,
    Column("run_id", Integer, ForeignKey("run.id"), primary_key=True),
    Column("url_id", Integer, ForeignKey("url.id"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("headings", Text, nullable=False),  # JSON array
    Column("text", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("canonical", Text, nullable=False),
    Column("noindex", Boolean, nullable=False),
    Column("live", Boolean, nullable=False),  # False: looked and not a page one can redirect to
    Column("ids", Text, nullable=False, server_default="[]"),  # JSON array
)

page_look = Table(
    "page_look",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False, index=True),
    Column("url_id", Integer, ForeignKey("url.id"), nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status_code", Integer),
    Column("reason", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("noindex", Boolean, nullable=False),
    Column("external_links", Integer, nullable=False),
    Column("nofollow", Boolean, nullable=False, server_default="0"),
    Column("canonical", Text, nullable=False, server_default=""),
    Column("internal_links", Integer, nullable=False, server_default="0"),
    UniqueConstraint("url_id", "run_id"),
)

seen_link = Table(
    "seen_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("page_look_id", Integer, ForeignKey("page_look.id"), nullable=False, index=True),
    Column("target_id", Integer, ForeignKey("url.id"), nullable=False, index=True),
    Column("anchor_text", Text, nullable=False),
    Column("context", Text, nullable=False),
    Column("rel", Integer, nullable=False),
    Column("place", Text, nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("run_id", Integer, ForeignKey("run.id"), primary_key=True),
    Column("name", Text, primary_key=True),  # "robots <origin>", "sitemap <url>", "sibling <group>", "home <origin>"
    Column("status_code", Integer),
    Column("body", LargeBinary, nullable=False),  # zlib
)

capture = Table(
    "capture",
    metadata,
    Column("site_id", Integer, ForeignKey("site.id"), primary_key=True),
    Column("url_id", Integer, ForeignKey("url.id"), primary_key=True),
    Column("origin", Text, primary_key=True),  # "Wayback Machine"
    Column("looked_at", Text, nullable=False),
    Column("found", Boolean, nullable=False),  # False: the archive was asked and has none
    Column("captured_on", Text),  # ISO date
    Column("redirects_to", Text),  # where the archived answer led, when it was a redirect
    Column("title", Text, nullable=False),
    Column("headings", Text, nullable=False),  # JSON array
    Column("text", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("ids", Text, nullable=False),  # JSON array
)

target = Table(
    "target",
    metadata,
    Column("site_id", Integer, ForeignKey("site.id"), primary_key=True),
    Column("url_id", Integer, ForeignKey("url.id"), primary_key=True),
    Column("links", Integer, nullable=False),
    Column("links_seen", Integer, nullable=False),
    Column("referring_domains", Integer, nullable=False),
    Column("value", Float, nullable=False),
    Column("best_link", Text, nullable=False),
    Column("best_link_parts", Text, nullable=False),
    Column("anchors", Text, nullable=False),  # JSON array, most frequent first
    Column("said_dead", Boolean, nullable=False),  # a source says 404, 410 or soft 404
    Column(
        "sources", Integer, nullable=False, server_default="0"
    ),  # of a dead one: who knows it, as `overlap` has sets
    Index("target_by_value", "site_id", "value", "url_id"),
)

finding = Table(
    "finding",
    metadata,
    Column("run_id", Integer, ForeignKey("run.id"), primary_key=True),
    Column("url_id", Integer, ForeignKey("url.id"), primary_key=True),
    Column("cause", Text, nullable=False),
    Column("cause_confidence_0_1", Float, nullable=False),
    Column("cause_evidence", Text, nullable=False),  # JSON array
    Column("old_title", Text, nullable=False),
    Column("target_url", Text),
    Column("match_confidence_0_1", Float, nullable=False),
    Column("match_reason", Text, nullable=False),
    Column("candidates", Text, nullable=False),  # JSON array of [url, confidence, role]
    Column("disposition", Text, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", Integer, ForeignKey("site.id"), nullable=False, index=True),
    Column("url_id", Integer, ForeignKey("url.id"), nullable=False),
    Column("run_id", Integer, ForeignKey("run.id")),  # the run whose finding the person had before them
    Column("state", Text, nullable=False),
    Column("disposition", Text, nullable=False),
    Column("target_url", Text),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("batch_id", Integer, index=True),  # the decisions made by one act for many pages
    Column("seen", Text, nullable=False, server_default="{}"),  # JSON: the facts that the person had before them
    Index("decision_latest", "site_id", "url_id", "id"),
)

decision_batch = Table(
    "decision_batch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", Integer, ForeignKey("site.id"), nullable=False, index=True),
    Column("action", Text, nullable=False),
    Column("view", Text, nullable=False),  # the query of the filter that chose the pages; the name of a sheet
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("undoes_id", Integer),  # the batch that it takes back
)

dead_page = Table(
    "dead_page",
    metadata,
    Column("id", Integer, primary_key=True),  # grows with the rank inside a run
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("url_id", Integer, ForeignKey("url.id"), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("merit", Integer, nullable=False),  # minus the rank: breaks ties best first where the best is the largest
    Column("verdict", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("disposition", Text, nullable=False),  # that of the decision that holds, else the run's
    Column("state", Text, nullable=False),
    Column("changed", Text, nullable=False),  # which facts are others than the decider saw, parted by spaces
    Column("folder", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("match_confidence_0_1", Float, nullable=False),
    Column("links", Integer, nullable=False),
    Column("referring_domains", Integer, nullable=False),
    Column("links_seen", Integer, nullable=False),
    Column("equity_share_0_1", Float, nullable=False),
    Column("running_share_0_1", Float, nullable=False),
    Column("first_seen_dead", Text, nullable=False),  # "" when unknown, here and below: row values know no NULL
    Column("looks_dead", Integer, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("former_host", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),  # id of the newest decision about the URL, 0 while there is none
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    Column("target_url", Text, nullable=False),  # that of the decision that holds, else the run's
    Column("old_title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("search_text", Text, nullable=False),  # all of its words in one form of letters
    Column("sources", Integer, nullable=False, server_default="0"),  # who knows it: bits, in the order its run noted
    UniqueConstraint("run_id", "url_id"),
    Index("dead_page_by_rank", "run_id", "rank"),
    Index("dead_page_by_url", "run_id", "url", "rank"),
    Index("dead_page_by_title", "run_id", "old_title", "rank"),
    Index("dead_page_by_target", "run_id", "target_url", "rank"),
    Index("dead_page_by_verdict", "run_id", "verdict", "rank"),
    Index("dead_page_by_cause", "run_id", "cause", "rank"),
    Index("dead_page_by_disposition", "run_id", "disposition", "rank"),
    Index("dead_page_by_state", "run_id", "state", "rank"),
    Index("dead_page_by_sources", "run_id", "sources", "rank"),
    Index("dead_page_by_links", "run_id", "links", "merit"),
    Index("dead_page_by_domains", "run_id", "referring_domains", "merit"),
    Index("dead_page_by_confidence", "run_id", "match_confidence_0_1", "merit"),
    Index("dead_page_by_first_seen", "run_id", "first_seen_dead", "merit"),
    Index("dead_page_by_decided", "run_id", "decided_at", "merit"),
    Index("dead_page_changed", "run_id", "rank", sqlite_where=text("changed <> ''")),
    Index(
        "dead_page_facts",
        *("run_id", "verdict", "cause", "disposition", "state", "changed", "folder", "host", "sources"),
        *("match_confidence_0_1", "links", "referring_domains", "rank", "merit"),
    ),
    Index(
        "dead_page_by_folder",
        *("run_id", "folder", "verdict", "cause", "disposition", "state", "changed", "host", "sources"),
        *("match_confidence_0_1", "links", "referring_domains", "rank", "merit"),
    ),
)

dead_page_cell = Table(
    "dead_page_cell",
    metadata,
    Column("run_id", Integer, ForeignKey("run.id"), primary_key=True),
    Column("verdict", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("disposition", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    Column("changed", Boolean, primary_key=True),
    Column("folder", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("sources", Integer, primary_key=True),
    Column("pages", Integer, nullable=False),  # listed pages that agree in all of these
    sqlite_with_rowid=False,
)

page_words = Table(
    "page_words",
    metadata,
    Column("url_id", Integer, ForeignKey("url.id"), primary_key=True),
    Column("key", Text, nullable=False, index=True),  # match key: beside those of a site's pages stand no others
    Column("words", Text, nullable=False),  # of the page's path and title, in one form of letters
)

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", Integer, ForeignKey("site.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
    UniqueConstraint("site_id", "name"),
)
