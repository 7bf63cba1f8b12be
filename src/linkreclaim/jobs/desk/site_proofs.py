"""Whether a site's accepted redirects work: proved on a server of this machine, or verified where they are deployed.

Both go on beside the page, in a process of their own; what they found is kept in the workspace until the next time.
"""

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from linkreclaim.config import FetchSettings
from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.desk.browse import BrowsedSite, Browser
from linkreclaim.jobs.desk.site_redirects import AcceptedRedirects, header_of, live_urls, plan_accepted, write_engine
from linkreclaim.jobs.redirects.files import WrittenMap, write_files, write_plain_map
from linkreclaim.jobs.redirects.map import MapRequest, read_host
from linkreclaim.jobs.redirects.prove import check_provable, prove_files
from linkreclaim.jobs.redirects.verify import VerifyRequest, spread, verify_map
from linkreclaim.jobs.runs.background import Background, BackgroundTask
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.model.events import EventSink
from linkreclaim.model.proofs import Proof, ProofRow
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.report.proofs import proof_values, read_proof
from linkreclaim.store import Workspace, open_workspace

PROVE, VERIFY = "prove", "verify"
LIVE = "live"
"""Name of the report on what is deployed; one on a server of this machine has the server's name."""
ROWS_KEPT = 500
"""Lines that a report holds: all that fail first, then those that could not be told, then the right ones."""
PAGES_ASKED = 200
"""Live pages that are asked for, evenly spread: fewer than in a terminal, because here nobody chose the number."""
_WORST_FIRST = {Proof.FAILED: 0, Proof.UNSURE: 1, Proof.OK: 2}


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What was found, the last time that somebody asked."""

    where: str  # "nginx 1.22.1", or the address that was asked
    by: str
    at: datetime
    digest: str  # of the accepted redirects that it is about
    lines: int
    ok: int
    failed: int
    unsure: int
    pages: int  # live pages that were asked for
    rows: tuple[ProofRow, ...]  # the first `ROWS_KEPT`, the worst first

    @property
    def all(self) -> int:
        """Lines and live pages."""
        return self.ok + self.failed + self.unsure


class Proofs:
    """Starts proofs and verifications of one workspace, and reads what they found. Close it before the program ends."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._background = Background()

    def start_prove(self, browsed: BrowsedSite, engine: str, by: str) -> BackgroundTask:
        """Start the server program of this machine with the written files, and ask it for every line.

        Raises:
            UsageError: no program is known that reads these files; or it is at work already.
        """
        check_provable(engine)
        where = (str(self._workspace.folder), browsed.site.host)
        return self._background.start(PROVE, _key(browsed, engine), prove_site, *where, engine, by)

    def start_verify(
        self, browsed: BrowsedSite, base: str, name: str, settings: FetchSettings, by: str
    ) -> BackgroundTask:
        """Ask a server for every accepted redirect: `base` is connected to, `name` is asked for ("": the site's own).

        Raises:
            UsageError: they are no addresses; or a verification of the site is at work already.
        """
        read_host(base, "the address to ask")
        if name:
            read_host(name, "the name to ask for")
        where = (str(self._workspace.folder), browsed.site.host)
        return self._background.start(VERIFY, _key(browsed, LIVE), verify_site, *where, base, name, settings, by)

    def task(self, browsed: BrowsedSite, name: str) -> BackgroundTask | None:
        """The newest work for a report; None when there was none since the program began."""
        return self._background.newest(VERIFY if name == LIVE else PROVE, _key(browsed, name))

    def stop(self, browsed: BrowsedSite, name: str) -> None:
        """Stop the work for a report, where there is some."""
        task = self.task(browsed, name)
        if task is not None:
            self._background.stop(task.id)

    def report(self, browsed: BrowsedSite, name: str) -> ProofReport | None:
        """The last report on a server's name or on `LIVE`; None while there is none."""
        try:
            values = json.loads((proof_folder(self._workspace, browsed) / f"{name}.json").read_bytes())
            rows = tuple(map(read_proof, values.pop("rows")))
            return ProofReport(**values | {"at": datetime.fromisoformat(values["at"]), "rows": rows})
        except (OSError, ValueError, KeyError, TypeError):  # none, or of another version
            return None

    def table(self, browsed: BrowsedSite) -> Path:
        """The file with every line of the last verification.

        Raises:
            InputError: there is none.
        """
        found = next(iter(sorted(proof_folder(self._workspace, browsed).glob("verified-*.csv"))), None)
        if found is None:
            raise InputError(f"the redirects of {browsed.site.host} have not been verified yet")
        return found

    def close(self) -> None:
        """Stop what is at work."""
        self._background.close()


def proof_folder(workspace: Workspace, browsed: BrowsedSite) -> Path:
    """Where the reports on a site are kept."""
    return workspace.folder / "proofs" / f"site-{browsed.id}"


def _key(browsed: BrowsedSite, name: str) -> str:
    return f"{name} {browsed.site.host}"


def prove_site(sink: EventSink, folder: str, host: str, engine: str, by: str) -> dict[str, int]:
    """Work of a process of its own: see `Proofs.start_prove`.

    Raises:
        LinkreclaimError: nothing is accepted; the program is not installed, refuses the files or does not start.
    """
    with open_workspace(Path(folder)) as workspace, tempfile.TemporaryDirectory(prefix="linkreclaim-") as place:
        browsed, accepted = _read(workspace, host)
        made = write_engine(workspace, browsed, accepted, engine)
        planned = replace(accepted.planned, live=tuple(live_urls(workspace, browsed)))
        written = write_files(made.plan, planned.site, engine, Path(place) / engine, header_of(accepted))
        done = WrittenMap(planned, written, made.plan)
        result = prove_files(done, sink)
        refused = {refusal.line for refusal in made.refused}
        wrong = {(row.source, row.status) for row in result.failed}
        right = [_right(line) for line in planned.plan.lines if line not in refused]
        rows = [*result.failed, *(row for row in right if (row.source, row.status) not in wrong)]
        return _keep(workspace, browsed, engine, accepted, rows, result.server, by, result.pages)


def _right(line: RedirectLine) -> ProofRow:
    location = line.target or ""
    return ProofRow(line.source, line.target, line.status, line.line, (), line.status, location, None, None, utc_now())


def verify_site(
    sink: EventSink, folder: str, host: str, base: str, name: str, settings: FetchSettings, by: str
) -> dict[str, int]:
    """Work of a process of its own: see `Proofs.start_verify`. Asked the same again it goes on where it was stopped.

    Raises:
        LinkreclaimError: nothing is accepted, or a file cannot be written.
    """
    with open_workspace(Path(folder)) as workspace:
        browsed, accepted = _read(workspace, host)
        place = proof_folder(workspace, browsed)
        place.mkdir(parents=True, exist_ok=True)
        request = _request(place, workspace, browsed, accepted, base, name, settings)
        rows: list[ProofRow] = []
        summary = asyncio.run(verify_map(request, sink, rows.extend))
        return _keep(workspace, browsed, LIVE, accepted, rows, base, by, summary.pages)


def _request(
    place: Path,
    workspace: Workspace,
    browsed: BrowsedSite,
    accepted: AcceptedRedirects,
    base: str,
    name: str,
    settings: FetchSettings,
) -> VerifyRequest:
    question = hashlib.sha256(f"{accepted.digest} {base} {name}".encode()).hexdigest()[:12]
    out = place / f"verified-{question}.csv"
    for old in place.glob("verified-*"):
        if not old.name.startswith(out.name):
            old.unlink(missing_ok=True)
    write_plain_map(place / "map.csv", accepted.planned.plan.lines)
    pages = spread(list(live_urls(workspace, browsed)), PAGES_ASKED)
    (place / "pages.txt").write_text("\n".join([*pages, ""]), encoding="utf-8")
    site = browsed.site
    asked = MapRequest(
        place / "map.csv", place / "pages.txt" if pages else None, None, f"{site.scheme}://{site.host}", site.old_hosts
    )
    return VerifyRequest(asked, base, name or None, out=out, settings=settings)


def _read(workspace: Workspace, host: str) -> tuple[BrowsedSite, AcceptedRedirects]:
    browsed = Browser(workspace).site(host)
    if browsed is None:
        raise InputError(f"{host} has no finished audit")
    accepted = plan_accepted(workspace, browsed)
    if not accepted.lines:
        raise UsageError("no redirect is accepted yet: there is nothing to ask for")
    return browsed, accepted


def _keep(
    workspace: Workspace,
    browsed: BrowsedSite,
    name: str,
    accepted: AcceptedRedirects,
    rows: Sequence[ProofRow],
    where: str,
    by: str,
    pages: int,
) -> dict[str, int]:
    """Write the report in place of the one before; gives its figures."""
    counts = {proof: sum(row.proof is proof for row in rows) for proof in Proof}
    figures = {
        "lines": accepted.lines,
        "ok": counts[Proof.OK],
        "failed": counts[Proof.FAILED],
        "unsure": counts[Proof.UNSURE],
        "pages": pages,
    }
    kept = sorted(rows, key=lambda row: _WORST_FIRST[row.proof])[:ROWS_KEPT]
    values: dict[str, Any] = {"where": where, "by": by, "at": utc_now().isoformat(), "digest": accepted.digest}
    place = proof_folder(workspace, browsed)
    place.mkdir(parents=True, exist_ok=True)
    draft = place / f"{name}.json.part"
    draft.write_text(json.dumps({**values, **figures, "rows": list(map(proof_values, kept))}), encoding="utf-8")
    os.replace(draft, place / f"{name}.json")
    return figures
