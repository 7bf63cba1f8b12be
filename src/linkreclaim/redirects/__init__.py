"""From decided redirects to server files: read a map or an edited sheet, plan it, write it for a server."""

from linkreclaim.redirects.existing import ExistingRedirects, read_existing
from linkreclaim.redirects.interface import (
    Change,
    ChangeKind,
    RedirectPlan,
    Refusal,
    RefusalKind,
    RuleRefusal,
    ServerFile,
    Writer,
    WrittenRedirects,
)
from linkreclaim.redirects.mapfile import LeftOut, read_map
from linkreclaim.redirects.plan import plan_redirects, source_keys
from linkreclaim.redirects.sheet import SheetRow, read_sheet
from linkreclaim.redirects.writers import WRITERS

__all__ = [
    "WRITERS",
    "Change",
    "ChangeKind",
    "ExistingRedirects",
    "LeftOut",
    "RedirectPlan",
    "Refusal",
    "RefusalKind",
    "RuleRefusal",
    "ServerFile",
    "SheetRow",
    "Writer",
    "WrittenRedirects",
    "plan_redirects",
    "read_existing",
    "read_map",
    "read_sheet",
    "source_keys",
]
