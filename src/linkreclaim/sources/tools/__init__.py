"""One file a tool: the reports it exports and the names its columns have had; `REPORTS` lists them all."""

from linkreclaim.sources.interface import NotLinks, Report
from linkreclaim.sources.tools import (
    ahrefs,
    analytics,
    bing,
    dataforseo,
    link_research_tools,
    majestic,
    moz,
    redirection,
    screaming_frog,
    se_ranking,
    search_console,
    semrush,
    ubersuggest,
    yandex,
)

REPORTS: tuple[Report, ...] = (
    *ahrefs.REPORTS,
    *search_console.REPORTS,
    *screaming_frog.REPORTS,
    *semrush.REPORTS,
    *moz.REPORTS,
    *majestic.REPORTS,
    *bing.REPORTS,
    *yandex.REPORTS,
    *dataforseo.REPORTS,
    *se_ranking.REPORTS,
    *ubersuggest.REPORTS,
    *link_research_tools.REPORTS,
    *redirection.REPORTS,
    *analytics.REPORTS,
)
"""Every report that is recognised by itself; a new tool is one file and one entry here. No two take the same file."""

NOT_LINKS: tuple[NotLinks, ...] = (*screaming_frog.NOT_LINKS, *search_console.NOT_LINKS, *analytics.NOT_LINKS)
"""Well-known tables without links, refused with advice; looked at only when no report fits."""

__all__ = ["NOT_LINKS", "REPORTS"]
