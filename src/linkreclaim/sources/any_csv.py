"""Any other table: by the names of its columns, or by the user's own words, which column holds what."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from linkreclaim.errors import InputError
from linkreclaim.sources.interface import ALL_FIELDS, Report

_ENDS = ("referring_page", "referring_domain", "target_url")

BY_NAMES = Report(
    tool="Link list",
    name="by column names",
    aliases={
        "referring_page": (
            "referring_page", "Referring page", "Referring page URL", "Source URL", "source_url", "SourceUrl",
            "Source page URL", "Source page", "Linking page URL", "From URL", "url_from",
        ),
        "target_url": (
            "target_url", "Target URL", "TargetUrl", "Target page URL", "Target page", "Destination URL",
            "destination_url", "To URL", "url_to",
        ),
        "anchor_text": ("anchor_text", "Anchor text", "AnchorText", "Anchor"),
        "rel": ("rel", "Link type"),
        "nofollow": ("nofollow",),
        "ugc": ("ugc",),
        "sponsored": ("sponsored",),
        "first_seen": ("first_seen", "First seen"),
        "last_seen": ("last_seen", "Last seen"),
        "lost": ("lost", "Lost link"),
    },
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    notes=("these columns are no known tool's own: they are read by their names",),
)  # fmt: skip
"""Plain names that many tools, scripts and people give to the two ends of a link; tried when no tool's report fits.
Bing Webmaster's download (`Source URL,Target URL,Anchor text`, from the test of a public reader) has nothing of its own
either."""


def _say_unknown(names: Sequence[str]) -> str:
    """Names that are no fields, each with those that may have been meant; all there are where none is near."""
    fields = sorted(ALL_FIELDS)
    near = [get_close_matches(name.casefold(), fields) for name in names]
    told = ", ".join(
        f"{name} (nearest: {', '.join(ones)})" if ones else name for name, ones in zip(names, near, strict=True)
    )
    return f"no field is named {told}" + ("" if all(near) else f"; fields are {', '.join(fields)}")


def make_report(columns: Mapping[str, str]) -> Report:
    """A report out of the --columns mapping field -> column name. Targets may be paths of the site: "/old".

    Raises InputError for a field that does not exist, and when no end of a link is mapped, or its source twice.
    """
    unknown = sorted(set(columns) - ALL_FIELDS)
    if unknown:
        raise InputError(f"--columns: {_say_unknown(unknown)}")
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
