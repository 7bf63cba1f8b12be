"""Overview: a site at a glance, read from what its runs noted when they ended."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from linkreclaim.model.overviews import (
    Decided,
    Overview,
    RunFigures,
    RunPoint,
    Share,
    SiteGlance,
    SourceFigures,
    VerdictGroup,
)
from linkreclaim.model.reports import AuditSummary
from linkreclaim.model.verdicts import DEAD_KINDS, UNTOLD_KINDS, VerdictKind
from linkreclaim.report.headline import write_headline
from linkreclaim.store import Workspace
from linkreclaim.store.ledger import SourceFile
from linkreclaim.store.overviews import NOTE, SOURCES, WARNINGS, Overviews, known_of_loss, write_note

if TYPE_CHECKING:  # a page that only reads need not wait until all parts of a run are imported
    from linkreclaim.jobs.runs.context import RunContext

RUNS_SHOWN = 24
"""Newest runs of a site that the overview reads: two years of monthly ones (our choice)."""
_NOTHING = Decided(Share(0, 0, 0.0), Share(0, 0, 0.0))


def note_overview(context: "RunContext", summary: AuditSummary) -> None:
    """Measure a run that has ended and note its figures with it.

    Cost: 4.4 s of CPU for a million broken links, and 12 s for what only one source knows of them where the workspace
    holds three million (our measurement).
    """
    overviews = Overviews(context.workspace.engine)
    run = context.run.site_id, context.run.id
    measured = overviews.measure(*run, summary.referring_domains)
    overlap = overviews.overlap(*run)
    context.workspace.targets.save_sources(context.run.site_id, overlap.dead_ids or {})
    figures = replace(measured, sources=known_of_loss(overlap))
    headline = write_headline(summary)
    notes = {
        NOTE: write_note(figures, summary.plan, (headline.title, headline.detail)),
        WARNINGS: list(summary.warnings),
        SOURCES: [" ".join(source) for source in overlap.sources],
    }
    context.workspace.runs.note(context.run.id, **notes)


class OverviewReader:
    """Reads overviews of one workspace; keeps what costs much to count for as long as it holds. Safe for threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._overviews = Overviews(workspace.engine)
        self._decided: dict[tuple[int, int], tuple[int, Decided]] = {}
        self._measured: dict[int, RunFigures] = {}

    def sites(self) -> dict[str, int]:
        """{host: id} of the sites in the workspace."""
        return self._overviews.sites()

    def glances(self) -> list[SiteGlance]:
        """Every site with the figures of its newest finished run. Cost: one small query a site."""
        return [self._glance(host, site_id) for host, site_id in self.sites().items()]

    def overview(self, host: str, site_id: int) -> Overview:
        """Everything the first page about a site shows.

        Cost: about a millisecond whatever the size, but for the first time: 2 us a decision, and seconds where an older
        linkreclaim noted nothing of the newest run. Older runs of which nothing was noted are left out.
        """
        runs = self._overviews.runs(site_id)[-RUNS_SHOWN:]
        finished = self._finished(site_id, runs)
        unfinished = runs[-1] if runs and runs[-1].finished_at is None else None
        decided = self._decided_of(site_id, finished[-1].run_id) if finished else _NOTHING
        latest = finished[-1].figures if finished else None
        sources = tuple(_sources(self._workspace.ledger.files(site_id), latest))
        return Overview(host, finished, unfinished, decided, sources, () if latest is None else group_verdicts(latest))

    def _finished(self, site_id: int, runs: Iterable[RunPoint]) -> tuple[RunPoint, ...]:
        ended = [point for point in runs if point.finished_at is not None]
        noted = [point for point in ended[:-1] if point.figures is not None]
        return (*noted, *(self._measure(site_id, point) for point in ended[-1:]))

    def _glance(self, host: str, site_id: int) -> SiteGlance:
        finished = [point for point in self._overviews.runs(site_id) if point.finished_at is not None]
        return SiteGlance(host, finished[-1].finished_at, finished[-1].figures) if finished else SiteGlance(host)

    def _measure(self, site_id: int, point: RunPoint) -> RunPoint:
        """A finished run that noted nothing is measured now, once; nothing is written."""
        if point.figures is not None:
            return point
        if point.run_id not in self._measured:
            domains = self._workspace.referring_domains.count(site_id)
            self._measured[point.run_id] = self._overviews.measure(site_id, point.run_id, domains)
        figures = self._measured[point.run_id]
        return replace(point, figures=figures)

    def _decided_of(self, site_id: int, run_id: int) -> Decided:
        """What is decided about a run's dead URLs: counted once, then only what was decided since."""
        key = (site_id, run_id)
        newest = self._overviews.newest_decision()
        until, held = self._decided.get(key, (0, _NOTHING))
        if newest != until:
            now = self._overviews.decided(*key, at=newest, since=until, until=newest)
            before = self._overviews.decided(*key, at=until, since=until, until=newest) if until else _NOTHING
            held = Decided(held.accepted - before.accepted + now.accepted, held.left - before.left + now.left)
            self._decided[key] = (newest, held)
        return held


def group_verdicts(figures: RunFigures) -> tuple[VerdictGroup, ...]:
    """Every linked address in one of three groups; silent former hosts are lost, other silent ones untold."""
    counts = {kind: share.targets for kind, share in figures.verdicts.items()}
    silent = {VerdictKind.UNREACHABLE: counts.pop(VerdictKind.UNREACHABLE, 0) - figures.dead_silent_hosts}
    lost = {kind: count for kind, count in counts.items() if kind in DEAD_KINDS}
    untold = {kind: count for kind, count in counts.items() if kind in UNTOLD_KINDS} | silent
    works = {kind: count for kind, count in counts.items() if kind not in lost and kind not in untold}
    lost[VerdictKind.UNREACHABLE] = figures.dead_silent_hosts
    whole = max(sum(share.targets for share in figures.verdicts.values()), 1)
    return (
        _group("works", works, whole),
        _group("lost", lost, whole),
        _group("untold", untold, whole),
    )


def _group(name: Literal["works", "lost", "untold"], kinds: Mapping[VerdictKind, int], whole: int) -> VerdictGroup:
    shown = {kind: count for kind, count in kinds.items() if count > 0}
    targets = sum(shown.values())
    return VerdictGroup(name, targets, targets / whole, shown)


def _sources(files: Iterable[SourceFile], figures: RunFigures | None) -> Iterator[SourceFigures]:
    losses = {} if figures is None else {(loss.tool, loss.report): loss for loss in figures.sources}
    by_report = sorted(files, key=_report)
    for (tool, report), group in groupby(by_report, key=_report):
        held = list(group)
        rows = sum(file.claims + file.off_site + file.problems for file in held)
        problems = sum(file.problems for file in held)
        yield SourceFigures(tool, report, len(held), rows, problems, losses.get((tool, report)))


def _report(file: SourceFile) -> tuple[str, str]:
    return file.tool, file.report
