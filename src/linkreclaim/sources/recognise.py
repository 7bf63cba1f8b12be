"""Which report a table is, told by its columns and never by the file's name; and what to say when it is none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.sources.any_csv import BY_NAMES, make_report
from linkreclaim.sources.cells import read_url, show
from linkreclaim.sources.encoding import NO_TEXT
from linkreclaim.sources.head import Head, Table, find_tables
from linkreclaim.sources.header import find_columns, is_report, normalise, normalised, show_header
from linkreclaim.sources.interface import Report
from linkreclaim.sources.tools import NOT_LINKS, REPORTS, search_console

MAX_CONTROL_SHARE_0_1 = 0.02
"""Of a file's first lines: of random bytes an eighth are control characters, of text none (our judgement)."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table with the report it is, and where its fields stand."""

    head: Head
    table: Table
    report: Report
    columns: Mapping[str, int]


def recognise(head: Head) -> Recognised | None:
    """The report a file is, however it is separated: the tool's that explains most columns, else links by the names of
    their columns, else by the table's shape."""
    tables = list(find_tables(head))
    for reports in (REPORTS, (BY_NAMES,)):
        if fits := list(_fits(head, tables, reports)):
            return max(fits, key=lambda fit: len(fit.columns))
    if head.part.header is not None:  # JSON: its keys are never translated, and counts of all kinds stand beside URLs
        return None
    for table in tables:
        shaped = search_console.find_by_shape(table.header, table.rows)
        if shaped:
            return Recognised(head, table, *shaped)
    return None


def _fits(head: Head, tables: Sequence[Table], reports: Sequence[Report]) -> Iterator[Recognised]:
    for table in tables:
        for report in reports:
            columns = find_columns(report, table.header)
            if is_report(report, table.header, columns):
                yield Recognised(head, table, report, columns)


def apply_columns(head: Head, columns: Mapping[str, str]) -> Recognised:
    """A file read by the user's --columns. Raises InputError when the file has no such columns."""
    report = make_report(columns)
    tables = list(find_tables(head))
    for table in tables:
        found = find_columns(report, table.header)
        if is_report(report, table.header, found):
            return Recognised(head, table, report, found)
    raise _missing_columns(head, tables, columns)


def unknown_format(head: Head) -> UnknownFormatError:
    """The error for a file that no reader recognises: its header, the nearest known report, and the way out."""
    if kind := _other_kind("".join(head.lines[:5]).lstrip()):
        return UnknownFormatError(f"{head.part.name}: {kind}")
    tables = list(find_tables(head))
    if not tables:
        start = show("".join(head.lines[:1]).strip())
        return UnknownFormatError(f'{head.part.name}: no table of links: it has no columns and begins "{start}"')
    likely = (table for table in tables if len(table.header) == len(tables[0].header))
    table = max(likely, key=lambda table: sum(map(bool, table.header)))  # no title line, where names stand below it
    shown_header = show_header(table.header, "" if head.part.rendered else table.delimiter)
    refused = [known for other in tables for known in NOT_LINKS if normalised(known.names) <= normalised(other.header)]
    if refused:
        return UnknownFormatError(
            f"{head.part.name}: this is {refused[0].title}, which holds no links: {refused[0].advice}. "
            f"Header found: {shown_header}"
        )
    return UnknownFormatError(
        f"{head.part.name}: no known link export. Header found: {shown_header}. "
        f"{_nearest(table.header)} To read it anyway, name its columns: {_columns_hint(table)}"
    )


def _other_kind(start: str) -> str:
    """What a file is that is no text of a table: what to do about it; "" where it may be one."""
    if start[:14].casefold().startswith(("<!doctype html", "<html")):
        return (
            "this is a web page, not an export: the download failed or asked for a login; export it again (of a table"
            " saved as a web page, save the sheet as 'CSV UTF-8')"
        )
    control = sum(char < " " and char not in "\t\n\r\f" for char in start)
    if start.startswith("%PDF-") or control > MAX_CONTROL_SHARE_0_1 * len(start):
        return NO_TEXT
    return ""


def _missing_columns(head: Head, tables: Sequence[Table], columns: Mapping[str, str]) -> InputError:
    header = tables[0].header if tables else ()
    names = normalised(header)
    missing = [name for name in columns.values() if normalise(name) not in names]
    near = [found[0] for name in missing if (found := process.extractOne(name, header, score_cutoff=60))]
    hint = f" Did you mean {', '.join(show(name, 40) for name in near)}?" if near else ""
    shown = show_header(header, "" if head.part.rendered else tables[0].delimiter) if tables else "none"
    return InputError(
        f"{head.part.name}: no column is named {', '.join(show(name, 40) for name in missing)} (--columns)."
        f"{hint} Header found: {shown}"
    )


def _nearest(header: Sequence[str]) -> str:
    """One sentence on the known report that shares most columns, and what it would need."""
    best = max(REPORTS, key=lambda report: (len(find_columns(report, header)), -len(report.aliases)))
    found = find_columns(best, header)
    known = ", ".join(sorted({report.tool for report in REPORTS}))
    if not found:
        return f"None of its columns is one of a known report ({known})."
    shared = ", ".join(show(header[position], 40) for position in sorted(set(found.values())))
    return f"Nearest known: {best.title}: it shares {shared}{_difference(best, header, found)}."


def _difference(report: Report, header: Sequence[str], found: Mapping[str, int]) -> str:
    names = normalised(header)
    missing = [report.aliases[field][0] for field in report.required if field not in found]
    missing += [name for name in sorted(report.own_names) if normalise(name) not in names]
    if missing:
        return f" but lacks {', '.join(missing)}"
    if other := sorted(normalised(report.foreign) & names):
        return f" but has {', '.join(other)}, which it never has"
    if report.any_of and names.isdisjoint(normalised(report.any_of)):
        return f" but has none of {', '.join(sorted(report.any_of)[:5])}"
    return f" but has over {report.max_columns} columns"


def _columns_hint(table: Table) -> str:
    """The --columns to try, with the file's own column names where its first rows hold URLs in them."""
    urls = [
        name
        for position, name in enumerate(table.header)
        if table.rows and all(read_url(row[position]) for row in table.rows[:20])
    ]
    page, target = (*urls, "NAME", "NAME")[:2]
    return f'--columns "referring_page={show(page, 40)},target_url={show(target, 40)}"'
