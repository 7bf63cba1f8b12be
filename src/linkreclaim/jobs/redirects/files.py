"""Writes the files of one kind of server: the one way in which redirects leave the program."""

import csv
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from linkreclaim.errors import LinkreclaimError, UsageError
from linkreclaim.jobs.redirects.map import MapRequest, PlannedMap, none_can_be, plan_map
from linkreclaim.jobs.redirects.rules import fit_to_server
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import UNNAMED_HOST, Site
from linkreclaim.redirects import WRITERS, RedirectPlan, Refusal, RuleRefusal
from linkreclaim.report.escape import neutralise_cell
from linkreclaim.report.files import write_text

REFUSED_FILE = "refused.csv"


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """What was written for a server."""

    engine: str
    files: tuple[Path, ...]  # the main file first, INSTALL last
    lines: int
    refused: tuple[Refusal, ...]  # by the plan and by the writer
    refused_rules: tuple[RuleRefusal, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenMap:
    """A map that was written for a server."""

    planned: PlannedMap
    written: WrittenFiles
    plan: RedirectPlan  # as written: with rules in the place of lines where the server cannot hold them all

    @property
    def sound(self) -> bool:
        """Whether every line that asks for a redirect was written."""
        return not self.planned.problems and not self.written.refused and not self.written.refused_rules


def write_map(request: MapRequest, engine: str, out: Path, use_rules: bool = True) -> WrittenMap:
    """Read a map, plan it and write it for a server. Good lines are written, whatever is wrong with the others.

    `use_rules`: where the server refuses lines, rules may take the place of those that they say.

    Raises:
        InputError: a file as a whole cannot be used, or no line of the map can be written.
        UsageError: the site cannot be told and the server's files need its name.
        LinkreclaimError: a file cannot be written.
    """
    planned = plan_map(request)
    if not planned.plan.lines:
        raise none_can_be("written", request, planned)
    header = _header(planned, request)
    plan = fit_to_server(planned, WRITERS[engine], header) if use_rules else planned.plan
    written = write_files(plan, planned.site, engine, out, header)
    return WrittenMap(planned, written, plan)


def write_files(plan: RedirectPlan, site: Site, engine: str, folder: Path, header: Sequence[str]) -> WrittenFiles:
    """Write a plan for one engine of WRITERS, and beside it the lines that were refused, where there are some.

    Raises:
        UsageError: the site is not known and the server's files need its name.
        LinkreclaimError: a file cannot be written.
    """
    result = WRITERS[engine].write(plan, site, header)
    if not site.named and any(UNNAMED_HOST.encode() in file.content for file in result.files[:-1]):
        raise UsageError(f"redirects for {WRITERS[engine].title} name the site's host: give it with --site")
    every = (*plan.refused, *result.refused)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in result.files:
            _replace(folder / file.name, file.content)
    except OSError as error:
        raise LinkreclaimError(f"cannot write to {folder}: {error.strerror or error}") from error
    _write_refusals(folder / REFUSED_FILE, every)
    paths = tuple(folder / file.name for file in result.files)
    return WrittenFiles(engine, paths, result.written, every, result.refused_rules)


def write_plain_map(path: Path, lines: Iterable[RedirectLine]) -> None:
    """The lines as a map that `linkreclaim redirects` reads, for servers whose files were not written."""
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["source", "target", "status", "match"])
        rows.writerows([line.source, line.target or "", line.status, line.match.value] for line in lines)


def _header(planned: PlannedMap, request: MapRequest) -> list[str]:
    who = "lines that a person accepted"
    if request.accept_0_1 is not None:
        who += f", and proposals at confidence {request.accept_0_1:g} or above (--accept {request.accept_0_1:g})"
    name = f" for {planned.site.host}" if planned.site.named else ""
    return [f"linkreclaim: redirects{name}", f"{len(planned.plan.lines)} lines of {request.map.name}: {who}"]


def _write_refusals(path: Path, refused: Sequence[Refusal]) -> None:
    """Lines that are in no server file, each with its reason; the file is there only when there are some."""
    path.unlink(missing_ok=True)
    if refused:
        write_text(path, [show_refusals(refused)])


def show_refusals(refused: Sequence[Refusal]) -> str:
    """Refused lines as CSV, each with its reason."""
    cells = ((r.line.source, r.line.target or "", r.reason, str(r.line.line or "")) for r in refused)
    rows = [("source", "target", "reason", "line"), *cells]
    text = StringIO(newline="")
    csv.writer(text).writerows([neutralise_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(content)
    os.replace(draft, path)
