"""What a run carries from stage to stage, and the pool that works through a stage's tasks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from linkreclaim.config import FetchSettings
from linkreclaim.inventory.wayback_client import WAYBACK_URL
from linkreclaim.jobs.ranks.authority import Authority
from linkreclaim.jobs.runs.blocked_site import BlockedWatch
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.sites import Site
from linkreclaim.net import Fetcher
from linkreclaim.store import Workspace
from linkreclaim.store.runs import Run
from linkreclaim.store.tasks import Task

ResultT = TypeVar("ResultT")

WINDOW_TASKS = 2_048
"""Tasks that wait at once, so that one slow host among them never holds up the others (each waits for its own host)."""


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What a person asked for: every option of `linkreclaim audit`."""

    site: str
    links: tuple[Path, ...]
    workspace: Path
    out: Path
    columns: tuple[tuple[str, str], ...] = ()
    vendors: tuple[str, ...] = ()  # whose interfaces are asked for links, see `sources.apis.vendors`
    budgets: Mapping[str, float] = field(default_factory=dict)  # vendor -> most units of its own
    api_origins: Mapping[str, str] = field(default_factory=dict)  # other servers in the vendors' place
    pages: tuple[str, ...] = ()  # files or sitemap URLs; empty: discovered
    captures: tuple[Path, ...] = ()  # folders of copies, WARC files
    old: tuple[Path, ...] = ()  # records of the old system
    wayback: bool = False  # the Wayback Machine may be asked
    wayback_max: int = 1_000
    wayback_url: str = WAYBACK_URL
    old_hosts: tuple[str, ...] = ()
    subdomains: bool = False
    foreign: bool = False  # somebody else's site: prospects instead of redirects
    internal: bool = False  # the site's own broken links, too
    accept_0_1: float | None = None
    max_pages: int = 50_000
    read_pages: bool = True
    probe: bool = True
    fresh: bool = False
    keep_going: bool = False  # also when the site refuses us
    model: Path | None = None
    settings: FetchSettings = field(default_factory=FetchSettings)


@dataclass(slots=True)
class RunContext:
    """The things every stage needs. The clock is passed in; randomness is drawn from the run's own id."""

    workspace: Workspace
    run: Run
    site: Site
    request: AuditRequest
    fetcher: Fetcher
    sink: EventSink
    clock: Callable[[], datetime]
    warnings: list[str] = field(default_factory=list)
    watch: BlockedWatch | None = None  # of this sitting, None until targets are checked
    authority: Authority | None = None  # of this sitting, None until links are valued

    def tell(self, stage: Stage, message: str) -> None:
        """Say a sentence to the person."""
        self.sink(RunEvent(stage, message=message))

    def warn(self, stage: Stage, message: str) -> None:
        """Say a sentence that the result must repeat."""
        self.warnings.append(message)
        self.sink(RunEvent(stage, message=message, warning=True))


async def work_through(
    context: RunContext,
    kind: str,
    stage: Stage,
    ask: Callable[[Task], Awaitable[ResultT]],
    save: Callable[[Sequence[tuple[int, ResultT]]], None],
) -> None:
    """Work through the open tasks of a kind: each is asked, and what is answered is saved at once.

    Everything answered is saved before anything new is handed out, so a killed run asks again at most for the requests
    that were in flight. Memory: `WINDOW_TASKS` tasks.
    """
    pool = _Pool(context, kind, stage, ask)
    async with asyncio.TaskGroup() as group:
        pool.refill(group)
        try:
            while pool.flying:
                await pool.answered.wait()
                pool.save(save)
                pool.refill(group)
        finally:
            pool.save(save)


class _Pool(Generic[ResultT]):
    def __init__(self, context: RunContext, kind: str, stage: Stage, ask: Callable[[Task], Awaitable[ResultT]]) -> None:
        self.flying: set[int] = set()
        self.answered = asyncio.Event()
        self._context = context
        self._kind = kind
        self._stage = stage
        self._ask = ask
        self._answers: list[tuple[int, ResultT]] = []
        self._done, self._total = context.workspace.tasks.counts(context.run.id, kind)

    def refill(self, group: asyncio.TaskGroup) -> None:
        """Hand out further tasks when half of the window is free."""
        if len(self.flying) > WINDOW_TASKS // 2:
            return
        tasks, run_id = self._context.workspace.tasks, self._context.run.id
        for task in tasks.open(run_id, self._kind, WINDOW_TASKS - len(self.flying), self.flying):
            self.flying.add(task.url_id)
            group.create_task(self._one(task))
        self._total = max(self._total, self._done + len(self.flying))

    async def _one(self, task: Task) -> None:
        answer = await self._ask(task)
        self._answers.append((task.url_id, answer))
        self.answered.set()

    def save(self, save: Callable[[Sequence[tuple[int, ResultT]]], None]) -> None:
        """Save what has been answered since the last time."""
        self.answered.clear()
        if self._answers:
            answers, self._answers = self._answers, []
            save(answers)
            self.flying.difference_update(number for number, _ in answers)
            self._done += len(answers)
        self._context.sink(RunEvent(self._stage, self._done, self._total))
