"""Deciding about all dead pages that a filter leaves: seen before, made as one batch, and taken back as one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode

from sqlalchemy import Connection

from linkreclaim.errors import InputError, UsageError
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store.browsing import Browsing, DeadPageLine
from linkreclaim.store.dead_page_view import DeadPageFilter, DeadPageView, format_filter
from linkreclaim.store.dead_pages import show_decisions
from linkreclaim.store.decisions import DECISIONS_AT_ONCE, Decisions, StaleDecisionError, former_decisions, open_batch
from linkreclaim.store.held_decisions import MadeDecision, held_decisions, insert_decisions, seen_facts

SAMPLE_ROWS = 10
REFUSED_SHOWN = 100


class BulkAction(StrEnum):
    """What is decided about each page; the words stand in forms."""

    ACCEPT = "accept"  # its own proposal
    REJECT = "reject"
    RESTORE = "restore"
    GONE = "gone"
    FIX_AT_SOURCE = "fix_at_source"
    IGNORE = "ignore"
    TAKE_BACK = "take_back"  # back to the run's proposal, undecided


_DISPOSITIONS = {
    BulkAction.RESTORE: Disposition.RESTORE,
    BulkAction.GONE: Disposition.GONE,
    BulkAction.FIX_AT_SOURCE: Disposition.FIX_AT_SOURCE,
    BulkAction.IGNORE: Disposition.IGNORE,
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What an action would do to the pages of a filter. Give `token` back to do it."""

    pages: int  # that would be decided about
    redirects: int  # of these, sent to a target
    restores: int
    without_proposal: int  # nothing to accept: a person has to look
    equity_share_0_1: float  # of all lost equity, by the pages that would be decided about
    sample: tuple[DeadPageLine, ...]  # the first of them
    token: str


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What was done."""

    batch_id: int
    decided: int
    refused: int  # somebody decided since: left as they are
    refused_urls: tuple[str, ...]  # the first of these


@dataclass(frozen=True, slots=True)
class BulkAct:
    """One act of a person about many pages, as its batch keeps it."""

    action: str
    view: str
    token: str  # of the preview that it answers
    made_by: str
    made_at: datetime


class BulkDecisions:
    """Decides about many pages; a few hundred are one transaction, so that nobody waits for it.

    Only pages are taken about which nobody has decided yet, unless the filter names their states.
    """

    def __init__(self, browsing: Browsing, decisions: Decisions) -> None:
        self._browsing = browsing
        self._decisions = decisions

    def preview(self, site_id: int, run_id: int, asked: DeadPageFilter, action: BulkAction) -> Preview:
        """What the action would do now. Cost: reads each matching row once, about 60 us each."""
        newest = self._browsing.newest_decision(site_id)
        pages = redirects = restores = without = 0
        share = 0.0
        sample: list[DeadPageLine] = []
        for line in self._lines(run_id, asked):
            made = decide_line(line, action, "", datetime.min)
            if made is None:
                without += 1
                continue
            pages += 1
            redirects += made.disposition is Disposition.REDIRECT
            restores += made.disposition is Disposition.RESTORE
            share += line.equity_share_0_1
            if len(sample) < SAMPLE_ROWS:
                sample.append(line)
        return Preview(pages, redirects, restores, without, share, tuple(sample), make_token(run_id, newest))

    def decide_all(
        self,
        site_id: int,
        asked: DeadPageFilter,
        action: BulkAction,
        token: str,
        by: str,
        now: datetime,
        listed_run: int | None,
    ) -> BulkResult:
        """Do what was previewed, as one batch. Pages about which somebody decided since the preview are left alone.

        Raises:
            StaleDecisionError: another run's dead pages are listed by now.
            UsageError: the token is none.
        """
        run_id, _ = read_token(token)
        chosen = ((line, made) for line in self._lines(run_id, asked) if (made := decide_line(line, action, by, now)))
        act = BulkAct(action.value, urlencode(format_filter(asked)), token, by, now)
        return self.decide_lines(site_id, act, chosen, listed_run)

    def decide_lines(
        self, site_id: int, act: "BulkAct", chosen: Iterable[tuple[DeadPageLine, Decision]], listed_run: int | None
    ) -> BulkResult:
        """Decide about chosen rows as one batch. Pages about which somebody decided since the token are left alone.

        Raises:
            StaleDecisionError: another run's dead pages are listed by now.
            UsageError: the token is none.
        """
        run_id, newest = read_token(act.token)
        if run_id != listed_run:
            raise StaleDecisionError("another run has ended since the preview: look at its dead pages first", None)
        batch = _Batch(self._decisions, site_id, run_id, act.made_by, act.made_at)
        batch.open(act.action, act.view)
        block: list[tuple[DeadPageLine, Decision]] = []
        for line, made in chosen:
            if line.revision > newest:
                batch.refuse(line.url)
                continue
            block.append((line, made))
            if len(block) == DECISIONS_AT_ONCE:
                batch.write(block)
                block = []
        batch.write(block)
        return batch.result()

    def undo(self, site_id: int, batch_id: int, by: str, now: datetime) -> BulkResult:
        """Restore what held before each decision of a batch, as a new batch; undoing that one does the first again.

        Pages about which somebody decided after the batch are left alone, and told.

        Raises:
            InputError: the site has no such batch.
        """
        held = self._decisions.batch(batch_id)
        ids = self._decisions.ids_of_batch(site_id, batch_id)
        if held is None or not ids:
            raise InputError(f"there is no batch {batch_id} of decisions to take back")
        batch = _Batch(self._decisions, site_id, None, by, now)
        batch.open("undo", held.view, undoes_id=batch_id)
        for start in range(0, len(ids), DECISIONS_AT_ONCE):
            batch.restore(ids[start : start + DECISIONS_AT_ONCE])
        return batch.result()

    def _lines(self, run_id: int, asked: DeadPageFilter) -> Iterator[DeadPageLine]:
        """Rows of a filter by rank, which no decision changes."""
        states = asked.states or frozenset({DecisionState.PROPOSED})
        kept = DeadPageFilter(**{name: getattr(asked, name) for name in asked.__slots__} | {"states": states})
        for block in self._browsing.walk(run_id, DeadPageView(kept), DECISIONS_AT_ONCE):
            yield from block


class _Batch:
    """A batch on its way."""

    def __init__(self, decisions: Decisions, site_id: int, run_id: int | None, by: str, now: datetime) -> None:
        self._decisions = decisions
        self._site_id = site_id
        self._run_id = run_id
        self._by = by
        self._now = now
        self._id = 0
        self._decided = 0
        self._refused = 0
        self._refused_urls: list[str] = []

    def open(self, action: str, view: str, undoes_id: int | None = None) -> None:
        with self._decisions.deciding() as connection:
            self._id = open_batch(connection, self._site_id, action, view, self._by, self._now, undoes_id)

    def refuse(self, url: str) -> None:
        self._refused += 1
        if len(self._refused_urls) < REFUSED_SHOWN:
            self._refused_urls.append(url)

    def write(self, block: Sequence[tuple[DeadPageLine, Decision]]) -> None:
        if not block:
            return
        ids = [line.url_id for line, _ in block]
        with self._decisions.deciding() as connection:
            held = held_decisions(connection, self._site_id, ids)
            seen = seen_facts(connection, self._run_id, ids)
            rows = []
            for line, made in block:
                newest = held.get(line.url_id)
                if (0 if newest is None else newest.id) == line.revision:
                    rows.append((line.url_id, made, self._run_id, seen.get(line.url_id, "{}")))
                else:
                    self.refuse(line.url)
            self._append(connection, rows)

    def restore(self, decision_ids: Sequence[int]) -> None:
        with self._decisions.deciding() as connection:
            former = former_decisions(connection, self._site_id, decision_ids, self._by, self._now)
            held = held_decisions(connection, self._site_id, [taken.url_id for taken, _ in former])
            rows = []
            for taken, restored in former:
                if held[taken.url_id].id == taken.id:
                    rows.append(restored)
                else:
                    self.refuse(taken.decision.source_url)
            self._append(connection, rows)

    def _append(self, connection: Connection, rows: Sequence[MadeDecision]) -> None:
        insert_decisions(connection, self._site_id, rows, self._id)
        show_decisions(connection, self._site_id, [row[0] for row in rows])
        self._decided += len(rows)

    def result(self) -> BulkResult:
        return BulkResult(self._id, self._decided, self._refused, tuple(self._refused_urls))


def decide_line(line: DeadPageLine, action: BulkAction, by: str, now: datetime, note: str = "") -> Decision | None:
    """The decision of an action about one page; None where there is nothing to accept."""
    redirect = line.disposition is Disposition.REDIRECT
    target = line.target_url or None if redirect else None
    if action is BulkAction.ACCEPT:
        if line.disposition is Disposition.REVIEW or (redirect and target is None):
            return None
        return Decision(line.url, DecisionState.ACCEPTED, line.disposition, target, by, now, note)
    if action in _DISPOSITIONS:
        return Decision(line.url, DecisionState.ACCEPTED, _DISPOSITIONS[action], None, by, now, note)
    state = DecisionState.REJECTED if action is BulkAction.REJECT else DecisionState.PROPOSED
    return Decision(line.url, state, line.disposition, target, by, now, note)


def make_token(run_id: int, newest_decision: int) -> str:
    """What a person had before them: a run's dead pages, and the newest decision about the site."""
    return f"{run_id}.{newest_decision}"


def read_token(token: str) -> tuple[int, int]:
    """(id of the run, id of the newest decision) of a token.

    Raises:
        UsageError: it is none.
    """
    run_id, _, newest = token.partition(".")
    try:
        return int(run_id), int(newest)
    except ValueError:
        raise UsageError("look at what would be decided before deciding about all of it") from None
