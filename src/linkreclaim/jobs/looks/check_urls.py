"""The `check` job: look at every URL of a list, and say of each what it answers and what that means."""

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from linkreclaim.errors import UsageError
from linkreclaim.jobs.lists.addresses import TARGETS
from linkreclaim.jobs.lists.listing import UNTOLD_SHARE_0_1, collect
from linkreclaim.jobs.lists.outputs import check_out
from linkreclaim.jobs.looks.rounds import CheckRequest, Rounds, RowSink
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.model.events import EventSink
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import UNTOLD_KINDS, VerdictKind
from linkreclaim.report.checks import CHECKS, CheckValues
from linkreclaim.report.row_files import is_json, write_json_lines, write_rows
from linkreclaim.store.journal import SUFFIX, Journal
from linkreclaim.store.worklist import WorkList, by_request
from linkreclaim.urls import parse_lenient


@dataclass(slots=True)
class CheckSummary:
    """What a check found."""

    urls: int = 0
    verdicts: Counter[VerdictKind] = field(default_factory=Counter)
    dead: int = 0
    unreadable: list[str] = field(default_factory=list)  # inputs that could not be used, each with its reason

    @property
    def untold(self) -> int:
        """URLs of which nothing sure can be said."""
        return sum(count for kind, count in self.verdicts.items() if kind in UNTOLD_KINDS)

    @property
    def partial(self) -> bool:
        """A whole input, or more than `UNTOLD_SHARE_0_1` of the URLs, could not be told."""
        return bool(self.unreadable) or self.untold > UNTOLD_SHARE_0_1 * self.urls

    def add(self, rows: Iterable[CheckValues]) -> None:
        """Count URLs by their rows."""
        for row in rows:
            self.verdicts[VerdictKind(row["verdict"])] += 1
            self.dead += row["dead"]


async def check_urls(
    request: CheckRequest,
    sink: EventSink,
    rows_to: RowSink,
    stdin: IO[bytes],
    clock: Callable[[], datetime] = utc_now,
) -> CheckSummary:
    """Look at the URLs and give a row for each: to `rows_to` as they are told, or to a file in the input's order.

    With a file, `rows_to` gets the rows once the file is whole, and a run that is cut off goes on when it is asked the
    same again. URLs in passing trouble (429, 5xx, time-outs) are asked once more at the end, slowly.

    Raises:
        UsageError: the file is neither .csv nor .jsonl, or headers are given and nobody knows for which site.
        SiteBlockedError: the site that was named refuses us; what it refused is asked again by the next run.
        InputError: no input names a URL, or the journal is of another question.
        LinkreclaimError: the file cannot be written.
    """
    check_out(request.out)
    summary = CheckSummary()
    with WorkList(by_request) as work, tempfile.TemporaryDirectory(prefix="linkreclaim-") as spare:
        summary.unreadable = collect(request.urls, TARGETS, work, sink, stdin)
        summary.urls = len(work)
        site = _site(request, work)
        beside = Path(spare) / "check" if request.out is None else request.out
        question = _question(request, site, work)
        with Journal.open(beside.with_name(beside.name + SUFFIX), question, request.fresh) as kept:
            summary.add(_rows(kept))

            def tell(rows: Sequence[CheckValues]) -> None:
                """Count what is told; without a file it is shown at once."""
                summary.add(rows)
                if request.out is None:
                    rows_to(rows)

            await Rounds(request, site, work, kept, sink, clock, tell).run()
            if request.out is not None:
                _write(request.out, kept)
                rows_to(_rows(kept))
            kept.remove()
    return summary


def _write(out: Path, journal: Journal) -> None:
    if is_json(out):
        write_json_lines(out, (text for _, text in journal.texts()))
    else:
        write_rows(out, CHECKS, _rows(journal))


def _site(request: CheckRequest, work: WorkList) -> Site | None:
    """Whose URLs they are: the site that was named, else, where there are headers to send, the only host there is."""
    usual_scheme = "https" if work.has_scheme("https") else "http"
    if request.site is not None:
        url = parse_lenient(request.site)
        if url is None:
            raise UsageError(f"--site {request.site!r} is not a host such as example.com")
        return Site(url.netloc.removeprefix("www."), url.scheme if "://" in request.site else usual_scheme)
    if not request.settings.site_headers:
        return None
    hosts = {host.removeprefix("www.") for host in work.hosts(3)}
    if len(hosts) > 1:
        raise UsageError("the URLs are on several hosts: name with --site the one --header and --basic-auth are for")
    return Site(hosts.pop(), usual_scheme)


def _question(request: CheckRequest, site: Site | None, work: WorkList) -> str:
    """What shapes a result: the URLs, whose they are, and how they are judged."""
    asked = [site.host if site else "", request.probe, request.read_bodies, work.fingerprint()]
    return "check " + hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _rows(journal: Journal) -> Iterator[CheckValues]:
    return (row for _, row in journal.rows())
