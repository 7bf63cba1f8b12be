"""Redirects of a site for a page to show: every accepted one, planned, and written for the server that is chosen."""

import hashlib
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from linkreclaim.errors import InputError
from linkreclaim.jobs.desk.browse import BrowsedSite
from linkreclaim.jobs.redirects.files import REFUSED_FILE, show_refusals
from linkreclaim.jobs.redirects.map import PlannedMap
from linkreclaim.jobs.redirects.rules import fit_to_server
from linkreclaim.jobs.redirects.standing import line_of
from linkreclaim.jobs.runs.prepared import WAIT_S, Prepared
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects import WRITERS, RedirectPlan, Refusal, RuleRefusal, ServerFile, plan_redirects
from linkreclaim.redirects.local import PROGRAMS
from linkreclaim.redirects.local.find import find_program
from linkreclaim.redirects.writers.servers import SERVERS
from linkreclaim.store import Workspace
from linkreclaim.store.dead_page_view import DeadPageFilter, DeadPageView

SHOWN_BYTES = 32_768
SHOWN_LINES = 400
"""How much of a file is shown; the download is whole."""
REFUSED_SHOWN = 100
PLANS_HELD, FILES_HELD = 4, 6
"""So many of the newest are kept in memory: a map of 200,000 lines takes 60 MB, and its files up to 40 MB."""
_AT_ONCE = 500
_WRITTEN = frozenset({Disposition.REDIRECT, Disposition.GONE})
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class AcceptedRedirects:
    """What was accepted, as it can be written; `digest` is another one when any of it changes."""

    planned: PlannedMap
    digest: str

    @property
    def lines(self) -> int:
        """How many are in the plan."""
        return len(self.planned.plan.lines)


@dataclass(frozen=True, slots=True)
class EngineFiles:
    """The files of one server, the main one first and INSTALL last, and what could not be written for it."""

    engine: str
    title: str
    accepted: AcceptedRedirects
    plan: RedirectPlan  # as written: with rules where the server cannot hold all lines
    files: tuple[ServerFile, ...]
    written: int
    refused: tuple[Refusal, ...]  # by the plan and by the server's writer
    refused_rules: tuple[RuleRefusal, ...]

    def file(self, name: str) -> ServerFile:
        """A file by its name.

        Raises:
            InputError: there is none of that name.
        """
        found = next((file for file in self.files if file.name == name), None)
        if found is None:
            raise InputError(f"there is no file {name[:100]!r} for {self.title}")
        return found


@dataclass(frozen=True, slots=True)
class ShownFile:
    """The beginning of a file as lines of text."""

    name: str
    lines: tuple[str, ...]
    cut: bool  # there is more than is shown


@dataclass(frozen=True, slots=True)
class Engine:
    """A server or platform that redirects can be written for."""

    name: str
    title: str
    hosted: bool  # a platform, a content system or a generator; else a server that people run themselves


def list_engines() -> tuple[Engine, ...]:
    """All of them, servers first, each group by its title."""
    own = {writer.engine for writer in SERVERS}
    found = (Engine(name, writer.title, name not in own) for name, writer in WRITERS.items())
    return tuple(sorted(found, key=lambda engine: (engine.hosted, engine.title.casefold())))


class RedirectDesk:
    """Plans and writes what is accepted, once for each state of the decisions. Safe for threads.

    Cost: about 100 us an accepted redirect whenever a decision changed, made beside the requests.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._plans = Prepared[AcceptedRedirects](PLANS_HELD)
        self._files = Prepared[EngineFiles](FILES_HELD)

    def accepted(self, browsed: BrowsedSite, wait_s: float = WAIT_S) -> AcceptedRedirects | None:
        """Every accepted redirect; None while it is being planned: ask again in a moment."""
        key = (browsed.run.id, self._workspace.browsing.newest_decision(browsed.id))
        return self._plans.get(key, lambda: plan_accepted(self._workspace, browsed), wait_s)

    def files(self, browsed: BrowsedSite, engine: str, wait_s: float = WAIT_S) -> EngineFiles | None:
        """The files for a server; None while they are being written.

        Raises:
            InputError: no server is called so.
        """
        check_engine(engine)
        accepted = self.accepted(browsed, wait_s)
        if accepted is None:
            return None
        key = (browsed.run.id, accepted.digest, engine)
        return self._files.get(key, lambda: write_engine(self._workspace, browsed, accepted, engine), wait_s)

    def open_proposals(self, browsed: BrowsedSite) -> int:
        """How many proposed redirects nobody has decided about."""
        asked = DeadPageFilter(
            states=frozenset({DecisionState.PROPOSED}), dispositions=frozenset({Disposition.REDIRECT})
        )
        return self._workspace.browsing.count(browsed.run.id, asked)[0]


def check_engine(engine: str) -> None:
    """Raises InputError for a name that no server has."""
    if engine not in WRITERS:
        raise InputError(f"there is no server {engine[:100]!r}: choose one of the list")


def plan_accepted(workspace: Workspace, browsed: BrowsedSite) -> AcceptedRedirects:
    """Plan every accepted redirect of a site, the most valuable first.

    Those of pages that the newest audit does not list any more, because they redirect by now, are among them: a
    server's file has to go on holding them. Nothing that is a live page of the newest audit is redirected.
    """
    held = _accepted_decisions(workspace, browsed)
    lines = list(_listed_lines(workspace, browsed, held))
    others = [line for made in held.values() if (line := line_of(made, browsed.site, 0.0)) is not None]
    live: set[str] = set()  # of the others alone: what is listed is dead
    for start in range(0, len(others), _AT_ONCE):
        addresses = [whole_source(line, browsed.site) for line in others[start : start + _AT_ONCE]]
        live |= workspace.pages.live_of(browsed.run.id, addresses).keys()
    plan = plan_redirects([*lines, *others], browsed.site, live)
    planned = PlannedMap(browsed.site, plan, len(lines) + len(others), (), (), (), (), None)
    return AcceptedRedirects(planned, _digest([*lines, *others]))


def whole_source(line: RedirectLine, site: Site) -> str:
    """A line's source as a URL."""
    return f"{site.scheme}://{site.host}{line.source}" if line.source.startswith("/") else line.source


def _accepted_decisions(workspace: Workspace, browsed: BrowsedSite) -> dict[int, Decision]:
    return {
        number: made
        for number, made in sorted(workspace.decisions.latest(browsed.id).items())
        if made.state is DecisionState.ACCEPTED and made.disposition in _WRITTEN
    }


def _listed_lines(workspace: Workspace, browsed: BrowsedSite, held: dict[int, Decision]) -> Iterator[RedirectLine]:
    """Lines of listed pages, most valuable first; their decisions are taken out of `held`."""
    asked = DeadPageFilter(states=frozenset({DecisionState.ACCEPTED}), dispositions=_WRITTEN)
    for block in workspace.browsing.walk(browsed.run.id, DeadPageView(asked)):
        for row in block:
            made = held.pop(row.url_id, None)
            line = None if made is None else line_of(made, browsed.site, row.match_confidence_0_1)
            if line is not None:
                yield line


def _digest(lines: Sequence[RedirectLine]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line.source} {line.target} {line.status}\n".encode("utf-8", "replace"))
    return digest.hexdigest()[:16]


def write_engine(workspace: Workspace, browsed: BrowsedSite, accepted: AcceptedRedirects, engine: str) -> EngineFiles:
    """Write accepted redirects for a server, in memory. Where it refuses lines, sure rules take their place."""
    writer, planned = WRITERS[engine], accepted.planned
    header = header_of(accepted)
    result, plan = writer.write(planned.plan, planned.site, header), planned.plan
    if result.refused:
        plan = fit_to_server(replace(planned, live=tuple(live_urls(workspace, browsed))), writer, header)
        result = result if plan is planned.plan else writer.write(plan, planned.site, header)
    return EngineFiles(
        engine=engine,
        title=writer.title,
        accepted=accepted,
        plan=plan,
        files=result.files,
        written=result.written,
        refused=(*planned.plan.refused, *result.refused),
        refused_rules=result.refused_rules,
    )


def header_of(accepted: AcceptedRedirects) -> list[str]:
    """The comment lines at the top of the files."""
    host, lines = accepted.planned.site.host, accepted.planned.plan.lines
    by_threshold = any(line.confidence_0_1 is not None for line in lines)
    who = "a person or --accept" if by_threshold else "a person"
    return [f"linkreclaim: redirects for {host}", f"{len(lines)} lines that {who} accepted"]


def live_urls(workspace: Workspace, browsed: BrowsedSite) -> Iterator[str]:
    """Live pages of the newest audit."""
    return (f"{browsed.site.scheme}://{key}" for key in workspace.pages.live_keys(browsed.run.id))


def show_file(file: ServerFile) -> ShownFile:
    """The beginning of a file; what is no text is shown by replacement characters."""
    head = file.content[:SHOWN_BYTES]
    lines = head.decode("utf-8", "replace").splitlines()
    return ShownFile(file.name, tuple(lines[:SHOWN_LINES]), len(head) < len(file.content) or len(lines) > SHOWN_LINES)


def pack(files: EngineFiles) -> tuple[str, bytes]:
    """(name, content) of one download with all files of a server, and its refused lines where there are some."""
    folder = plain_name(f"redirects-{files.engine}-{files.accepted.planned.site.host}")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files.files:
            archive.writestr(_entry(folder, file.name), file.content, zipfile.ZIP_DEFLATED)
        if files.refused:
            archive.writestr(_entry(folder, REFUSED_FILE), show_refusals(files.refused), zipfile.ZIP_DEFLATED)
    return f"{folder}.zip", packed.getvalue()


def _entry(folder: str, name: str) -> zipfile.ZipInfo:
    """With a fixed day, so that equal redirects give equal bytes."""
    entry = zipfile.ZipInfo(f"{folder}/{plain_name(name)}", (1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    return entry


def plain_name(name: str) -> str:
    """A file name of plain characters only, whatever is in it."""
    return _ODD.sub("_", name).lstrip("-")[:120] or "file"


def is_installed(engine: str) -> bool | None:
    """Whether the program of a server is on this machine; None for what has no program."""
    program = PROGRAMS.get(engine)
    return None if program is None else find_program(*program.names) is not None
