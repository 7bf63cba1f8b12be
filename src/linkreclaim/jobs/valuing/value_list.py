"""The `value` job: what the links of some exports are worth, target by target. Nothing is asked of any server."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import fsum
from pathlib import Path
from tempfile import TemporaryDirectory

from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.gathering.gather import Intake, import_exports
from linkreclaim.jobs.judging.match_inputs import NO_HOST, home_of, read_dead_list
from linkreclaim.jobs.lists.listing import UNTOLD_SHARE_0_1
from linkreclaim.jobs.lists.outputs import check_out
from linkreclaim.jobs.ranks.authority import learn_authority
from linkreclaim.jobs.ranks.importing import open_ranks
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.jobs.valuing.sites import site_of
from linkreclaim.jobs.valuing.value import total_targets
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.sites import UNNAMED_HOST, Site
from linkreclaim.model.values import ValueRow
from linkreclaim.report.row_files import write_rows
from linkreclaim.report.values import VALUES
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.targets import TargetTotals
from linkreclaim.urls import match_key

NO_TARGETS = (
    "these files name linking pages and not what they link to (as Search Console's Latest links do): linkreclaim links"
    " FILE --to SITE reads the pages and finds out"
)
_UNNAMED = f"https://{UNNAMED_HOST}"

RowSink = Callable[[Iterable[ValueRow]], None]


@dataclass(frozen=True, slots=True)
class ValueRequest:
    """What a person asked for: every option of `linkreclaim value`."""

    links: tuple[Path, ...]
    targets: Path | None = None  # None: all that the exports name
    of_all: bool = False  # shares of what all targets of the exports have, not of what the listed ones have
    ranks: Path | None = None
    workspace: Path | None = None  # whose table of ranks is used
    site: str | None = None  # None: told by the targets
    old_hosts: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    out: Path | None = None  # None: rows go to the sink as they come


@dataclass(slots=True)
class ValueSummary:
    """What a valuing found."""

    targets: int = 0
    targets_with_links: int = 0
    links: int = 0
    for_half: int = 0  # the targets, most valuable first, that make up half of the whole
    for_four_fifths: int = 0
    bad_rows: int = 0  # rows of the list of targets that could not be read
    unreadable: list[str] = field(default_factory=list)  # inputs that could not be used, each with its reason

    @property
    def partial(self) -> bool:
        """A whole input, or more than `UNTOLD_SHARE_0_1` of the list of targets, could not be read."""
        return bool(self.unreadable) or self.bad_rows > UNTOLD_SHARE_0_1 * (self.targets + self.bad_rows)

    def add(self, row: ValueRow) -> None:
        """Count one target; they come most valuable first."""
        before = row.running_share_0_1 - row.equity_share_0_1
        self.targets += 1
        self.targets_with_links += row.links > 0
        self.links += row.links
        self.for_half += row.links > 0 and before < 0.5
        self.for_four_fifths += row.links > 0 and before < 0.8


def value_links(
    request: ValueRequest, sink: EventSink, rows_to: RowSink, clock: Callable[[], datetime] = utc_now
) -> ValueSummary:
    """Value every target, and give them, most valuable first: to `rows_to`, called once, or to a file.

    The exports are merged in a workspace of their own that is gone afterwards: the same link of several of them is one.
    Memory: an id for each target, and the list of targets where one is given.

    Raises:
        UsageError: the file to write is neither .csv nor .jsonl, or the site is no host.
        InputError: no export could be read, or the list of targets or the ranks cannot be.
        LinkreclaimError: the file cannot be written.
    """
    check_out(request.out)
    if not request.links:
        raise UsageError("no link export was given: add --links FILE")
    summary = ValueSummary()
    listed = None if request.targets is None else _read_targets(request.targets, summary, sink)
    with (
        TemporaryDirectory(prefix="linkreclaim-") as folder,
        open_workspace(Path(folder)) as workspace,
        open_ranks(request.ranks, request.workspace, sink) as ranks,
    ):
        site = site_of(request.site, request.old_hosts, request.links, request.columns, listed or ())
        listed = None if listed is None else _on_site(listed, site)
        site_id = _import(request, site, workspace, summary, sink)
        ids = workspace.targets.ids(site_id)
        if not ids and any(file.claims for file in workspace.ledger.files(site_id)):
            sink(RunEvent(Stage.GATHER, message=NO_TARGETS, warning=True))
        if listed is not None and not request.of_all:
            ids = sorted(_ids_of(workspace, listed).keys() & set(ids))
        authority = learn_authority(workspace, site_id, ranks)
        total_targets(workspace, site_id, ids, clock().date(), authority, sink)
        if listed is None:
            rows = _counted(_all_rows(workspace, site_id), summary)
        else:
            rows = _counted(_listed_rows(workspace, site_id, listed, request.of_all), summary)
        if request.out is None:
            rows_to(rows)
        else:
            write_rows(request.out, VALUES, rows)
    return summary


def _read_targets(path: Path, summary: ValueSummary, sink: EventSink) -> dict[str, str]:
    """{match key: URL as the list spells it}"""
    dead = read_dead_list(path, home_of(NO_HOST, path), sink)
    summary.bad_rows = dead.problems
    listed: dict[str, str] = {}
    for name, page in zip(dead.names, dead.pages, strict=True):
        listed.setdefault(match_key(page.url) or page.url, name)
    again = len(dead.names) - len(listed)
    if again:
        told = f"{path}: {again:,} are other spellings of a URL listed before, and are valued as that one"
        sink(RunEvent(Stage.GATHER, message=told, warning=True))
    return listed


def _on_site(listed: dict[str, str], site: Site) -> dict[str, str]:
    """Paths, whose host nobody knew when they were read, belong to the site."""
    unknown = NO_HOST.removeprefix("https://") + "/"
    return {f"{site.host}/{key[len(unknown) :]}" if key.startswith(unknown) else key: n for key, n in listed.items()}


def _import(request: ValueRequest, site: Site, workspace: Workspace, summary: ValueSummary, sink: EventSink) -> int:
    """Bring the exports into the workspace; gives the site's id there."""
    hosts = ", ".join((site.host, *site.old_hosts)) if site.named else "a site that is not named"
    sink(RunEvent(Stage.GATHER, message=f"links to {hosts}"))

    def warn(stage: Stage, message: str) -> None:
        sink(RunEvent(stage, message=message, warning=True))

    site_id = workspace.ledger.site_id(site.host)
    intake = Intake(workspace, site_id, site, request.links, request.columns, sink, warn)
    summary.unreadable.extend(import_exports(intake))
    if not workspace.ledger.files(site_id):
        raise InputError("no link export could be read; nothing was valued")
    workspace.targets.refresh(site_id)
    return site_id


def _ids_of(workspace: Workspace, listed: dict[str, str]) -> dict[int, str]:
    """{id: match key} of the listed URLs that the exports name."""
    found = ((workspace.urls.id_of(f"https://{key}"), key) for key in listed)
    return {number: key for number, key in found if number is not None}


def _all_rows(workspace: Workspace, site_id: int) -> Iterator[ValueRow]:
    """All targets, most valuable first."""
    whole, running = workspace.targets.whole_value(site_id), 0.0
    for totals in workspace.targets.ranked(site_id):
        running += _share(totals, whole)
        yield _row(totals.url.removeprefix(_UNNAMED), totals, whole, running)


def _listed_rows(workspace: Workspace, site_id: int, listed: dict[str, str], of_all: bool) -> Iterator[ValueRow]:
    """Exactly the listed targets, most valuable first; those that nothing links to come last."""
    ids = _ids_of(workspace, listed)
    ranked = [totals for totals in workspace.targets.ranked(site_id) if totals.url_id in ids]
    whole = workspace.targets.whole_value(site_id) if of_all else fsum(totals.value for totals in ranked)
    running = 0.0
    for totals in ranked:
        running += _share(totals, whole)
        yield _row(listed[ids[totals.url_id]], totals, whole, running)
    linked = {ids[totals.url_id] for totals in ranked}
    for key, url in listed.items():
        if key not in linked:
            yield ValueRow(url, 0.0, 0, 0, "no link in these files", min(1.0, running), "", ())


def _share(totals: TargetTotals, whole: float) -> float:
    return totals.value / whole if whole > 0 else 0.0


def _row(url: str, totals: TargetTotals, whole: float, running: float) -> ValueRow:
    if totals.best_link:
        parts = f"best link: {totals.best_link_parts}"
    elif totals.links:
        parts = "links that are only counted: each site as a link of which nothing is known"
    else:
        parts = "no link that is still there, by the newest word of these files"
    return ValueRow(
        url=url,
        equity_share_0_1=_share(totals, whole),
        links=totals.links,
        referring_domains=totals.referring_domains,
        parts=parts,
        running_share_0_1=min(1.0, running),
        best_link=totals.best_link,
        anchors=totals.anchors,
    )


def _counted(rows: Iterable[ValueRow], summary: ValueSummary) -> Iterator[ValueRow]:
    for row in rows:
        summary.add(row)
        yield row
