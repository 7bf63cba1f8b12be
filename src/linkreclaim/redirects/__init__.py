"""From decided redirects to server files: read a map or an edited sheet, plan it, write it for a server."""

from linkreclaim.redirects.interface import RedirectPlan, Refusal, ServerFile, Writer, WrittenRedirects
from linkreclaim.redirects.mapfile import read_map
from linkreclaim.redirects.plan import plan_redirects
from linkreclaim.redirects.sheet import SheetRow, read_sheet
from linkreclaim.redirects.writers import WRITERS

__all__ = [
    "WRITERS",
    "RedirectPlan",
    "Refusal",
    "ServerFile",
    "SheetRow",
    "Writer",
    "WrittenRedirects",
    "plan_redirects",
    "read_map",
    "read_sheet",
]
