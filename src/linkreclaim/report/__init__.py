"""Delivers what an audit found: CSV files, a page for people, a screen and a JSON document, all from the same rows.

What the room offers is imported when it is first asked for: who writes a table needs none of the page (0.1 s).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkreclaim.report.checks import CHECKS, CheckValues, check_values
    from linkreclaim.report.diagnoses import DIAGNOSES
    from linkreclaim.report.document import to_json
    from linkreclaim.report.escape import neutralise_cell
    from linkreclaim.report.files import write_text
    from linkreclaim.report.logs import LOG_ROWS
    from linkreclaim.report.matches import MATCHES
    from linkreclaim.report.page import render_html
    from linkreclaim.report.page_links import PAGE_LINKS, page_link_values, read_page_links
    from linkreclaim.report.plan import write_plan
    from linkreclaim.report.restore import write_restore
    from linkreclaim.report.row_files import RowWriter, is_json, json_line, write_json_lines, write_rows
    from linkreclaim.report.tables import write_backlinks, write_dead_pages, write_prospects, write_redirects
    from linkreclaim.report.terminal import render_terminal
    from linkreclaim.report.values import IMPACTS, VALUES

__all__ = [
    "CHECKS",
    "DIAGNOSES",
    "IMPACTS",
    "LOG_ROWS",
    "MATCHES",
    "PAGE_LINKS",
    "VALUES",
    "CheckValues",
    "RowWriter",
    "check_values",
    "is_json",
    "json_line",
    "neutralise_cell",
    "page_link_values",
    "read_page_links",
    "render_html",
    "render_terminal",
    "to_json",
    "write_backlinks",
    "write_dead_pages",
    "write_json_lines",
    "write_plan",
    "write_prospects",
    "write_redirects",
    "write_restore",
    "write_rows",
    "write_text",
]

_OFFERED = {
    "checks": ("CHECKS", "CheckValues", "check_values"),
    "diagnoses": ("DIAGNOSES",),
    "document": ("to_json",),
    "escape": ("neutralise_cell",),
    "files": ("write_text",),
    "logs": ("LOG_ROWS",),
    "matches": ("MATCHES",),
    "page": ("render_html",),
    "page_links": ("PAGE_LINKS", "page_link_values", "read_page_links"),
    "plan": ("write_plan",),
    "restore": ("write_restore",),
    "row_files": ("RowWriter", "is_json", "json_line", "write_json_lines", "write_rows"),
    "tables": ("write_backlinks", "write_dead_pages", "write_prospects", "write_redirects"),
    "terminal": ("render_terminal",),
    "values": ("IMPACTS", "VALUES"),
}
_MODULES = {name: module for module, names in _OFFERED.items() for name in names}


def __getattr__(name: str) -> Any:
    """What the room offers (PEP 562); AttributeError for anything else."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
