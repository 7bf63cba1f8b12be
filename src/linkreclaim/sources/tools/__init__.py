"""One file a tool: the reports it exports and the names its columns have had; `REPORTS` lists them all."""

from linkreclaim.sources.interface import Report
from linkreclaim.sources.tools import ahrefs, screaming_frog, search_console

REPORTS: tuple[Report, ...] = (*ahrefs.REPORTS, *search_console.REPORTS, *screaming_frog.REPORTS)
"""Every report that is recognised by itself; a new tool is one file and one entry here."""

__all__ = ["REPORTS"]
