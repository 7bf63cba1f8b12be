"""Pull: bring what the vendors' interfaces know into the ledger.

A vendor that refuses, or whose quota or budget is spent, keeps what it answered before; the others go on.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from linkreclaim.errors import MissingExtraError
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.asker import Asker, mask, show_units
from linkreclaim.sources.apis.interface import AnswerError, ApiError, ApiReport, BudgetReachedError, Vendor, Want
from linkreclaim.sources.apis.secrets import Secret, SecretPlaces
from linkreclaim.sources.apis.session import ApiSession
from linkreclaim.sources.apis.vendors import VENDORS
from linkreclaim.store import Workspace
from linkreclaim.store.answers import PullShelf, open_pull
from linkreclaim.store.claims import ClaimBatch, make_batches
from linkreclaim.store.ledger import SourceFile

MAX_DEAD_URLS = 10_000
"""Of the URLs known to be dead that vendors are asked about one by one: five days of Search Console's 2,000 a day."""
_TICK_ROWS = 10
_WANT_KEY = "want"


@dataclass(frozen=True, slots=True)
class PullIntake:
    """What pulling needs: the ledger's workspace, the site, and whom to tell."""

    workspace: Workspace
    site_id: int
    site: Site
    sink: EventSink
    warn: Callable[[Stage, str], None]
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep
    origins: Mapping[str, str] = field(default_factory=dict)  # see ApiSession
    run_id: int | None = None  # the run whose dead targets are known; None: the newest finished one

    def tell(self, message: str) -> None:
        """Say a sentence to the person."""
        self.sink(RunEvent(Stage.GATHER, message=message))


@dataclass(frozen=True, slots=True)
class PullOutcome:
    """How the pull of one vendor ended."""

    name: str
    rows: int  # in the ledger now, by this pull
    requests: int  # answered now; the rest was kept
    spent_units: float  # by this pull, in all its sittings
    unit: str
    cut_by: str  # the sentence that says why it is not whole, "" when it is


def run_pulls(
    intake: PullIntake,
    names: Sequence[str],
    places: SecretPlaces,
    budgets: Mapping[str, float],
    fresh: bool = False,
) -> list[PullOutcome]:
    """Ask every vendor named and import what it answers; a pull that was cut off goes on.

    Raises:
        WorkspaceError: answers cannot be kept.
    """
    for warning in places.warnings:
        intake.warn(Stage.GATHER, warning)
    outcomes = []
    with ApiSession(intake.origins) as session:
        for name in names:
            vendor = VENDORS[name]
            found = places.find(vendor)
            if found.missing:
                words = places.say_missing(vendor, found.missing)
                intake.warn(Stage.GATHER, words)
                outcomes.append(PullOutcome(name, 0, 0, 0.0, vendor.unit, words))
                continue
            shelf = open_pull(intake.workspace.folder, name, intake.site.host, intake.clock(), fresh)
            pull = _Pull(intake, vendor, session, found.found, shelf, budgets.get(name))
            outcomes.append(pull.run())
    return outcomes


def known_dead_urls(workspace: Workspace, site_id: int, run_id: int | None = None) -> tuple[str, ...]:
    """URLs of the site that are dead by a run (the newest finished one), or that a source calls dead; most valuable
    first."""
    workspace.targets.refresh(site_id)
    if run_id is None:
        latest = workspace.runs.latest(site_id)
        run_id = None if latest is None else latest.id
    dead = [] if run_id is None else workspace.findings.dead_targets(site_id, run_id)
    urls = dict.fromkeys(target.totals.url for target in dead)
    for totals in workspace.targets.most_valuable(site_id, MAX_DEAD_URLS):
        if totals.said_dead:
            urls.setdefault(totals.url)
    return tuple(urls)[:MAX_DEAD_URLS]


class _Pull:
    """One vendor, asked for one site."""

    def __init__(
        self,
        intake: PullIntake,
        vendor: Vendor,
        session: ApiSession,
        secrets: Mapping[str, Secret],
        shelf: PullShelf,
        budget_units: float | None,
    ) -> None:
        self._intake = intake
        self._vendor = vendor
        self._secrets = secrets
        self._shelf = shelf
        self._ask = Asker(
            *(vendor, session, secrets, shelf, budget_units),
            sleep=intake.sleep,
            clock=intake.clock,
            sink=intake.sink,
        )

    def run(self) -> PullOutcome:
        """Pull report after report; after an error that concerns the account the rest is left for the next time."""
        want = _open_want(self._intake, self._shelf)
        cuts: list[str] = []
        rows = 0
        for report in self._vendor.reports:
            file = self._entry(report)
            error = None if file.done else self._import(report, file, want)
            kept = self._now(file)
            rows += kept.claims
            self._tell(report, file, kept, error)
            if error is not None:
                cuts.append(mask(str(error), self._secrets.values()))
            if error is not None and not isinstance(error, (AnswerError, BudgetReachedError)):
                break  # after a budget is reached the next report may still ask for less
        if not cuts:
            self._shelf.finish(self._intake.clock())
        spent, unit = self._shelf.spent_units, self._vendor.unit
        self._intake.tell(
            f"{self._vendor.title}: {self._ask.requests:,} {'request' if self._ask.requests == 1 else 'requests'},"
            f" {show_units(spent, unit)} spent by this pull"
        )
        return PullOutcome(self._vendor.name, rows, self._ask.requests, spent, unit, "; ".join(cuts))

    def _entry(self, report: ApiReport) -> SourceFile:
        """The ledger's entry of one report of this pull: a later pull is another source file, as a later export is."""
        begun = self._shelf.state.begun_at
        return self._intake.workspace.ledger.open_file(
            self._intake.site_id,
            self._intake.site,
            f"{self._vendor.title} API, {begun:%Y-%m-%d}",
            f"api {self._vendor.name} {report.name} {begun.isoformat()}",
            self._vendor.title,
            report.name,
            (),
        )

    def _import(self, report: ApiReport, file: SourceFile, want: Want) -> ApiError | MissingExtraError | None:
        """Import what the report gives until it ends; an entry that was cut off stays open for the rest."""
        cut: list[ApiError | MissingExtraError] = []

        def rows() -> Iterator[Claim | RowProblem]:
            try:
                for number, row in enumerate(report.pull(want, self._ask), start=1):
                    yield _storable(row)
                    if number % _TICK_ROWS == 0:
                        self._intake.sink(RunEvent(Stage.GATHER, number))
            except (ApiError, MissingExtraError) as error:
                cut.append(error)

        def batches() -> Iterator[ClaimBatch]:
            yield from make_batches(rows(), self._intake.site, file.rows_done)
            if cut:
                raise cut[0]

        try:
            for done in self._intake.workspace.ledger.import_batches(file, batches()):
                self._intake.sink(RunEvent(Stage.GATHER, done))
        except (ApiError, MissingExtraError) as error:
            return error
        return None

    def _now(self, file: SourceFile) -> SourceFile:
        files = self._intake.workspace.ledger.files(self._intake.site_id)
        return next(entry for entry in files if entry.id == file.id)

    def _tell(self, report: ApiReport, before: SourceFile, kept: SourceFile, error: Exception | None) -> None:
        name = f"{self._vendor.title} {report.name}"
        parts = [f"{name}: {kept.claims:,} {'row' if kept.claims == 1 else 'rows'}"]
        parts += [f"{kept.off_site:,} about other sites or internal"] if kept.off_site else []
        parts += [f"{kept.problems:,} problem{'' if kept.problems == 1 else 's'}"] if kept.problems else []
        self._intake.tell(", ".join(parts) + (", already in the ledger" if before.done else ""))
        today = f"{self._intake.clock():%Y-%m-%d}"
        if error is not None:
            words = mask(str(error), self._secrets.values())
            self._intake.warn(Stage.GATHER, f"{name} is not whole: {words}")
            self._intake.workspace.ledger.add_notes(kept.id, (f"cut off on {today}: {words}",))
        elif before.notes and not before.done:
            self._intake.workspace.ledger.add_notes(kept.id, (f"whole since {today}",))


def _storable(row: Claim | RowProblem) -> Claim | RowProblem:
    """A row without halves of surrogate pairs, which JSON can escape (RFC 8259, 8.2) and no text holds."""
    if isinstance(row, RowProblem):
        return replace(row, reason=_text(row.reason))
    try:
        for value in row:
            if isinstance(value, str):
                value.encode()
    except UnicodeEncodeError:
        return Claim._make(_text(value) if type(value) is str else value for value in row)
    return row


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _open_want(intake: PullIntake, shelf: PullShelf) -> Want:
    """What the pull is for, as it was when it began: asked for in another order, the answers kept would not fit."""
    kept = shelf.find(_WANT_KEY)
    if kept is None:
        now = intake.clock()
        told = {
            "today": now.date().isoformat(),
            "dead_urls": known_dead_urls(intake.workspace, intake.site_id, intake.run_id),
        }
        kept = json.dumps(told).encode()
        shelf.keep(_WANT_KEY, kept)
    told = json.loads(kept)
    return Want(intake.site, date.fromisoformat(told["today"]), tuple(told["dead_urls"]))
