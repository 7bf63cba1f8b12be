"""Decide about one dead page, as a person does it beside its facts: the target that was typed is looked at first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from linkreclaim.config import FetchSettings
from linkreclaim.errors import InputError
from linkreclaim.jobs.desk.browse import BrowsedSite
from linkreclaim.jobs.looks.looking import looker_of
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.verdicts import Verdict
from linkreclaim.net import open_fetcher
from linkreclaim.store import Workspace
from linkreclaim.store.browsing import DeadPageLine
from linkreclaim.store.bulk_decisions import BulkAction, decide_line
from linkreclaim.urls import Url, match_key, parse, resolve

MOST_NOTE_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class TargetCheck:
    """What a target answers now."""

    url: str  # absolute
    known: bool  # a live page of the run's inventory: it was not asked again
    verdict: Verdict | None  # None where it was not asked
    problem: str  # why it must not be taken; "" for a good one
    instead: str = ""  # where it leads on to, which may be taken in its place


async def check_target(
    workspace: Workspace,
    browsed: BrowsedSite,
    typed: str,
    settings: FetchSettings,
    clock: Callable[[], datetime] = utc_now,
) -> TargetCheck:
    """Look at a target that a person typed: a few requests at the usual pace. Pages of the inventory are known.

    Raises:
        InputError: what was typed leads to no http(s) URL.
    """
    target = read_target(browsed, typed)
    if workspace.pages.live_of(browsed.run.id, [target.href]):
        return TargetCheck(target.href, True, None, "")
    request = AuditRequest(browsed.site.host, (), workspace.folder, workspace.folder, settings=settings)
    async with open_fetcher(settings, browsed.site) as fetcher:
        context = RunContext(workspace, browsed.run, browsed.site, request, fetcher, lambda event: None, clock)
        look = await looker_of(context).look(target.href)
    problem = instead = ""
    if look.verdict.dead:
        problem = f"{target.href} is {look.verdict.kind.value}: {look.verdict.reason}"
    elif look.answer.redirected:
        instead = look.answer.final_url
        problem = f"{target.href} leads on to {instead}: take that one"
    return TargetCheck(target.href, False, look.verdict, problem, instead)


def read_target(browsed: BrowsedSite, typed: str) -> Url:
    """A target as a person types it: a path of the site, or a whole URL.

    Raises:
        InputError: it is neither.
    """
    origin = parse(f"{browsed.site.scheme or 'https'}://{browsed.site.host}/")
    target = None if origin is None or not typed.strip() else resolve(origin, typed.strip())
    if target is None:
        raise InputError(f"target {typed[:200]!r} is no path or http(s) URL")
    return target


def choose_target(line: DeadPageLine, target: Url, by: str, now: datetime, note: str = "") -> Decision:
    """The decision for a target of the person's own, or another candidate.

    Raises:
        InputError: the page would be sent to itself.
    """
    if target.key == match_key(line.url):
        raise InputError(f"{line.url} cannot be redirected to itself")
    kept = target.without_fragment if target.fragment is None else target.href
    return Decision(line.url, DecisionState.ACCEPTED, Disposition.REDIRECT, kept, by, now, _note(note))


def choose_action(line: DeadPageLine, action: BulkAction, by: str, now: datetime, note: str = "") -> Decision:
    """The decision for one of the other actions.

    Raises:
        InputError: there is no proposal to accept.
    """
    made = decide_line(line, action, by, now, _note(note))
    if made is None:
        raise InputError(f"nothing is proposed for {line.url}: choose a target, or what else to do")
    return made


def _note(note: str) -> str:
    return note.replace("\0", " ").strip()[:MOST_NOTE_CHARS]
