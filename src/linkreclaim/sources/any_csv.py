"""Any other CSV, by the user's own words: which column holds what."""

from collections.abc import Mapping

from linkreclaim.errors import InputError
from linkreclaim.sources.interface import ALL_FIELDS, Report

_ENDS = ("referring_page", "referring_domain", "target_url")


def make_report(columns: Mapping[str, str]) -> Report:
    """A report out of the --columns mapping field -> column name. Targets may be paths of the site: "/old".

    Raises InputError for a field that does not exist, and when no end of a link is mapped, or its source twice.
    """
    unknown = sorted(set(columns) - ALL_FIELDS)
    if unknown:
        raise InputError(
            f"--columns: no field is named {', '.join(unknown)}; fields are {', '.join(sorted(ALL_FIELDS))}"
        )
    ends = tuple(field for field in _ENDS if field in columns)
    if not ends:
        raise InputError(
            "--columns: name the column of referring_page (or referring_domain), of target_url, or of both"
        )
    if "referring_page" in ends and "referring_domain" in ends:
        raise InputError(
            "--columns: leave out referring_domain; the column of referring_page tells the linking site too"
        )
    return Report(
        tool="CSV",
        name="by named columns",
        aliases={field: (name,) for field, name in columns.items()},
        required=tuple(columns),
        needed_urls=ends if len(ends) == 1 else (),
        target_paths=True,
    )
