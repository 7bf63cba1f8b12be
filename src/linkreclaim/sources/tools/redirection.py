"""The 404 log of the WordPress plugin Redirection."""

from linkreclaim.sources.interface import Report
from linkreclaim.sources.tools.visits import as_visit, no_page

LOG_404 = Report(
    tool="Redirection",
    name="404 log",
    aliases={
        "target_url": ("source", "url"),
        "referring_page": ("referrer",),
        "last_seen": ("date", "created"),
        "hits": ("count",),
    },
    required=("target_url", "referring_page"),
    needed_urls=("target_url",),
    any_of=frozenset(("useragent", "agent", "ip")),
    foreign=frozenset(("target", "action_data", "sent_to")),  # its log of redirects
    target_status=404,
    target_paths=True,
    read_page=no_page,
    adjust=as_visit,
    notes=(
        "addresses and agents of visitors (columns ip, useragent) are passed over unread",
        "most browsers tell only the site of a linking page, so most rows name a site without a page",
    ),
)
"""Columns `date,source,ip,referrer,useragent` (johngodley/redirection: models/log/log-404.php, get_csv_header); `url`,
`created`, `agent` are the names of its REST API and database (same file), `count` that of the log grouped by URL. No
column but those of `aliases` is ever looked at: neither IP nor agent can reach the ledger."""

REPORTS = (LOG_404,)
