"""Restore: what is known of each page that should be brought back, for whoever brings it back."""

from collections.abc import Iterator, Sequence
from itertools import islice

from linkreclaim.jobs.findings.rows import dead_rows, links_of
from linkreclaim.jobs.judging.captures import merge_captures, open_shelf
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.pages import Capture
from linkreclaim.model.reports import DeadPageRow, Plan, RestoreBrief, StepKind
from linkreclaim.urls import match_key, parse

MOST_PAGES = 50
"""Pages that are told of, the most valuable: more than anybody writes in one go (our choice)."""


def restore_briefs(context: RunContext, plan: Plan) -> Iterator[RestoreBrief]:
    """What is known of the pages to restore, the most valuable first.

    Cost: reads the files of `--captures` and `--old` once more, only where there is such a page; nothing is asked of
    anybody. Memory: the captures of `MOST_PAGES` pages.
    """
    places = {step.urls[0]: place for place, step in enumerate(plan.steps) if step.kind is StepKind.RESTORE}
    rows = list(islice((row for row in dead_rows(context) if row.url in places), MOST_PAGES))
    captures = _captures_of(context, rows) if rows else {}
    for row in rows:
        yield RestoreBrief(row, plan.steps[places[row.url]], captures.get(row.url), tuple(links_of(context, row)))


def _captures_of(context: RunContext, rows: Sequence[DeadPageRow]) -> dict[str, Capture]:
    """Captures by URL: the user's own files, and what the archive told in this run or an earlier one."""
    shelf = open_shelf(context, [key for row in rows if (key := match_key(row.url))])
    numbers = {context.workspace.urls.id_of(row.url): row.url for row in rows}
    kept = context.workspace.captures.found(context.run.site_id)
    archived = {numbers[number]: capture for number, capture in kept if number in numbers}
    held = {row.url: shelf.find(url) if (url := parse(row.url)) else None for row in rows}
    merged = {address: merge_captures((known, archived.get(address))) for address, known in held.items()}
    return {address: capture for address, capture in merged.items() if capture is not None}
