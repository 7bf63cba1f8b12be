"""Deciding in the page: one dead page at a time, all of a view at once, or by a sheet that went out and comes back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from linkreclaim.config import FetchSettings
from linkreclaim.errors import UsageError
from linkreclaim.jobs.audits.decide import TakenSheet, take_sheet
from linkreclaim.jobs.desk.browse import BrowsedSite
from linkreclaim.jobs.desk.decide_page import TargetCheck, check_target, choose_action, choose_target, read_target
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.model.decisions import Decision
from linkreclaim.model.verdicts import UNTOLD_KINDS, Verdict, VerdictKind
from linkreclaim.net import open_fetcher
from linkreclaim.store import Workspace
from linkreclaim.store.browsing import DeadPageLine
from linkreclaim.store.bulk_decisions import BulkAction, BulkResult, Preview
from linkreclaim.store.dead_page_view import DeadPageFilter
from linkreclaim.store.decisions import StaleDecisionError
from linkreclaim.store.held_decisions import says_the_same

REDIRECT = "redirect"
"""The word for "redirect it to `target`"; the others are those of `BulkAction`."""
CHECK_S = 20.0
"""So long a person waits for a target to answer before they are asked themselves (our choice)."""
_REQUEST_S = 10.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants for one dead page, and the revision that they had before them."""

    action: str  # REDIRECT, or a word of BulkAction
    revision: int
    target: str = ""  # as typed, for REDIRECT
    note: str = ""
    anyway: bool = False  # take the target without asking it
    seen_disposition: str = ""  # what was proposed when a person chose to accept it; "": not told
    seen_target: str = ""

    def saw(self, line: DeadPageLine) -> bool:
        """Whether the person had before them what the row proposes now."""
        return (self.seen_disposition, self.seen_target) == (line.disposition, line.target_url)

    def spelt_out(self) -> "Wish":
        """The same, where accepting is said as what was accepted."""
        if self.action != BulkAction.ACCEPT or not self.seen_disposition:
            return self
        return replace(self, action=self.seen_disposition, target=self.seen_target)


class Decider:
    """Takes decisions about the dead pages of one workspace. Safe for threads, not for use inside an event loop."""

    def __init__(self, workspace: Workspace, settings: FetchSettings, clock: Callable[[], datetime] = utc_now) -> None:
        self._workspace = workspace
        self._settings = settings
        self._clock = clock

    def decide(self, browsed: BrowsedSite, line: DeadPageLine, wish: Wish, by: str) -> TargetCheck | None:
        """Decide about one page. What comes back is a target that was not taken: nothing is decided then.

        A target that the inventory knows is taken at once; another one is asked, for at most `CHECK_S` seconds.

        Raises:
            StaleDecisionError: somebody decided since, or a newer audit proposes something else than was accepted.
            InputError: there is nothing to accept or to take back, or the target is no URL, or the page itself.
            UsageError: there is no such action.
        """
        now = self._clock()
        if wish.action == REDIRECT:
            target = read_target(browsed, wish.target)
            made = choose_target(line, target, by, now, wish.note)
            check = None if wish.anyway else self.check(browsed, target.href)
            if check is not None and not is_good(check):
                return check
        else:
            action = read_action(wish.action)
            if action is BulkAction.ACCEPT:
                self._check_proposal(browsed, line, wish)
            if action is BulkAction.TAKE_BACK:
                self._workspace.decisions.take_back(browsed.id, line.url_id, wish.revision, by, now)
                return None
            made = choose_action(line, action, by, now, wish.note)
        self._append(browsed, line, wish, made)
        return None

    def _append(self, browsed: BrowsedSite, line: DeadPageLine, wish: Wish, made: Decision) -> None:
        """A decision that holds already was taken twice, by a double click or by two who agree."""
        try:
            self._workspace.decisions.decide(browsed.id, line.url_id, wish.revision, made, browsed.run.id)
        except StaleDecisionError as error:
            is_known = wish.action != BulkAction.ACCEPT or wish.saw(line)
            if not is_known or not says_the_same(error.held, made):
                raise

    def _check_proposal(self, browsed: BrowsedSite, line: DeadPageLine, wish: Wish) -> None:
        """No decision tells of a new audit: its revision is the same."""
        if wish.seen_disposition and wish.revision == line.revision and not wish.saw(line):
            held = self._workspace.decisions.held(browsed.id, line.url_id)
            raise StaleDecisionError(
                f"a newer audit proposes something else for {line.url} than you had before you", held
            )

    def check(self, browsed: BrowsedSite, typed: str) -> TargetCheck:
        """What a target answers now, at the site's own pace and never from a refused address.

        Raises:
            InputError: it is no http(s) URL.
        """
        return asyncio.run(self._check(browsed, typed))

    async def _check(self, browsed: BrowsedSite, typed: str) -> TargetCheck:
        settings = self._settings
        patience_s = min(settings.total_timeout_s, _REQUEST_S), min(settings.connect_timeout_s, _REQUEST_S)
        hasty = replace(settings, total_timeout_s=patience_s[0], connect_timeout_s=patience_s[1])
        try:
            async with asyncio.timeout(CHECK_S):
                return await check_target(self._workspace, browsed, typed, hasty, self._clock)
        except TimeoutError:
            verdict = Verdict(VerdictKind.UNREACHABLE, f"no answer within {CHECK_S:.0f} seconds", 0.0)
            return TargetCheck(read_target(browsed, typed).href, False, verdict, "")

    def preview(self, browsed: BrowsedSite, asked: DeadPageFilter, action: str) -> Preview:
        """What deciding about all of a filter would do.

        Raises:
            UsageError: there is no such action.
        """
        return self._workspace.bulk_decisions.preview(browsed.id, browsed.run.id, asked, read_action(action))

    def decide_all(self, browsed: BrowsedSite, asked: DeadPageFilter, action: str, token: str, by: str) -> BulkResult:
        """Do what was previewed, as one batch.

        Raises:
            StaleDecisionError: the newest audit is another one by now.
            UsageError: there is no such action, or nothing was previewed.
        """
        bulk, now = self._workspace.bulk_decisions, self._clock()
        return bulk.decide_all(browsed.id, asked, read_action(action), token, by, now, browsed.run.id)

    def undo(self, browsed: BrowsedSite, batch_id: int, by: str) -> BulkResult:
        """Take a batch back, as a batch of its own.

        Raises:
            InputError: the site has no such batch.
        """
        return self._workspace.bulk_decisions.undo(browsed.id, batch_id, by, self._clock())

    def take_sheet(self, browsed: BrowsedSite, sheet: Path, name: str, by: str, check: bool) -> TakenSheet:
        """Take over what was decided in a sheet, as `linkreclaim decide` does; no server files are written.

        Raises:
            InputError: the file is no such sheet.
        """
        return asyncio.run(self._take_sheet(browsed, sheet, name, by, check))

    async def _take_sheet(self, browsed: BrowsedSite, sheet: Path, name: str, by: str, check: bool) -> TakenSheet:
        folder = self._workspace.folder
        request = AuditRequest(browsed.site.host, (), folder, folder, settings=self._settings)
        async with open_fetcher(self._settings, browsed.site) as fetcher:
            context = RunContext(
                self._workspace, browsed.run, browsed.site, request, fetcher, lambda event: None, self._clock
            )
            return await take_sheet(context, sheet, name, by, check)


def is_good(check: TargetCheck) -> bool:
    """Whether a target may be taken without a further word."""
    return not check.problem and not is_untold(check)


def is_untold(check: TargetCheck) -> bool:
    """Whether it could not be told what a target answers, so that a person may take it all the same."""
    return check.verdict is not None and not check.verdict.dead and check.verdict.kind in UNTOLD_KINDS


def read_action(word: str) -> BulkAction:
    """An action out of a form.

    Raises:
        UsageError: there is no such action.
    """
    try:
        return BulkAction(word)
    except ValueError:
        raise UsageError(f"what to decide must be one of {', '.join(BulkAction)}, not {word[:40]!r}") from None
