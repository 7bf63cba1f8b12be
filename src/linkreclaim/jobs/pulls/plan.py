"""What a pull from the vendors would cost, told before anything is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from linkreclaim.errors import UsageError
from linkreclaim.jobs.pulls.pull import known_dead_urls
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.asker import show_units
from linkreclaim.sources.apis.interface import Estimate, SecretSpec, Vendor, Want
from linkreclaim.sources.apis.secrets import SecretPlaces
from linkreclaim.sources.apis.vendors import VENDOR_NAMES, VENDORS
from linkreclaim.store import open_workspace
from linkreclaim.store.answers import PullState, read_pull
from linkreclaim.store.workspace import DATABASE_NAME


@dataclass(frozen=True, slots=True)
class PlannedPull:
    """What would be asked of one vendor."""

    vendor: Vendor
    estimates: tuple[tuple[str, Estimate], ...]  # (report, what it costs at most)
    missing: tuple[SecretSpec, ...]
    missing_words: str  # where a missing key may be put, "" when none is
    budget_units: float | None
    kept: PullState | None  # a pull to go on with, or a finished one that is used again

    @property
    def is_metered(self) -> bool:
        """Whether the vendor counts more than requests: then it is paid for, from a quota or in money."""
        return self.vendor.unit != "requests"

    @property
    def costs_unbounded(self) -> bool:
        """Whether it would be asked now, is paid for, and nobody has said how much: worth a question before."""
        reused = self.kept is not None and self.kept.finished_at is not None
        return self.is_metered and self.budget_units is None and not self.missing and not reused


def choose_vendors(text: str) -> tuple[str, ...]:
    """The vendors of `--from ahrefs,gsc`, each once, in the order in which they are asked.

    Raises:
        UsageError: one is unknown, or none is named.
    """
    named = {name.strip().lower() for name in text.split(",")} - {""}
    unknown = sorted(named - set(VENDOR_NAMES))
    if unknown or not named:
        what = f"{', '.join(map(repr, unknown))} is not known" if unknown else "no name is given"
        raise UsageError(f"--from {text}: {what}; known: {', '.join(VENDOR_NAMES)}")
    return tuple(name for name in VENDOR_NAMES if name in named)


def plan_want(workspace: Path, site: Site, today: date) -> Want:
    """What a pull that begins now would be for, with the dead URLs that the workspace knows, where there is one.

    Raises:
        WorkspaceError: it is there and cannot be opened.
    """
    if not (workspace / DATABASE_NAME).is_file():
        return Want(site, today)
    with open_workspace(workspace) as opened:
        if site.host not in opened.ledger.hosts():
            return Want(site, today)
        return Want(site, today, known_dead_urls(opened, opened.ledger.site_id(site.host)))


def plan_pulls(
    names: Sequence[str],
    want: Want,
    workspace: Path,
    places: SecretPlaces,
    budgets: Mapping[str, float],
    now: datetime,
    fresh: bool = False,
) -> list[PlannedPull]:
    """What would be asked; nothing is sent, nothing written, and the workspace need not be there yet."""
    return [
        _plan(VENDORS[name], want, places, budgets.get(name), None if fresh else _kept(workspace, name, want, now))
        for name in names
    ]


def _kept(workspace: Path, name: str, want: Want, now: datetime) -> PullState | None:
    return read_pull(workspace, name, want.site.host, now)


def _plan(
    vendor: Vendor, want: Want, places: SecretPlaces, budget_units: float | None, kept: PullState | None
) -> PlannedPull:
    missing = places.find(vendor).missing
    estimates = tuple((report.name, report.estimate(want)) for report in vendor.reports)
    words = places.say_missing(vendor, missing) if missing else ""
    return PlannedPull(vendor, estimates, missing, words, budget_units, kept)


def say_plan(planned: Sequence[PlannedPull]) -> list[str]:
    """The plan as lines of text: what is asked of each vendor, what it costs, where it stops, which key is missing."""
    lines: list[str] = []
    for pull in planned:
        lines.append(f"{pull.vendor.title}{_total(pull)}")
        lines += [f"  {name}: {estimate.words}" for name, estimate in pull.estimates]
        lines += [f"  {sentence}" for sentence in _conditions(pull)]
    return lines


def _total(pull: PlannedPull) -> str:
    known = [estimate.units for _, estimate in pull.estimates if estimate.units is not None]
    if len(known) < len(pull.estimates):
        return ""
    return f": {show_units(sum(known), pull.vendor.unit)} at most"


def _conditions(pull: PlannedPull) -> list[str]:
    unit, found = pull.vendor.unit, []
    if pull.budget_units is not None:
        found.append(f"budget: stops before {show_units(pull.budget_units, unit)} would be passed")
    elif pull.is_metered:
        found.append(f"no budget: --budget {pull.vendor.name}=N stops before N {unit} would be passed")
    if pull.kept is not None and pull.kept.finished_at is not None:
        found.append(
            f"answered on {pull.kept.finished_at:%Y-%m-%d %H:%M} UTC: used again at no cost (--fresh asks anew)"
        )
    elif pull.kept is not None:
        found.append(
            f"begun on {pull.kept.begun_at:%Y-%m-%d %H:%M} UTC: goes on from there,"
            f" {show_units(pull.kept.spent_units, unit)} are spent and count towards the budget (--fresh begins anew)"
        )
    if pull.missing_words:
        found.append(pull.missing_words)
    return found
