"""Any other CSV, by the user's own words: which column holds what."""

from collections.abc import Mapping

from linkreclaim.errors import InputError
from linkreclaim.sources.interface import ALL_FIELDS, Report

_URL_FIELDS = ("referring_page", "target_url")


def make_report(columns: Mapping[str, str]) -> Report:
    """A report out of the --columns mapping field -> column name.

    Raises InputError for a field that does not exist, and when neither end of a link is mapped.
    """
    unknown = sorted(set(columns) - ALL_FIELDS)
    if unknown:
        raise InputError(
            f"--columns: no field is named {', '.join(unknown)}; fields are {', '.join(sorted(ALL_FIELDS))}"
        )
    ends = tuple(field for field in _URL_FIELDS if field in columns)
    if not ends:
        raise InputError("--columns: name the column of referring_page, of target_url, or of both")
    return Report(
        tool="CSV",
        name="by named columns",
        aliases={field: (name,) for field, name in columns.items()},
        required=tuple(columns),
        needed_urls=ends if len(ends) == 1 else (),
    )
