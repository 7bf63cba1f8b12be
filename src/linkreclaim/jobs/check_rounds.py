"""The two rounds of a check: all URLs at their hosts' pace, then slowly those that were in passing trouble."""

import asyncio
import json
import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from linkreclaim import report
from linkreclaim.config import FetchSettings
from linkreclaim.errors import SiteBlockedError
from linkreclaim.jobs.answers import read_answer, write_answer
from linkreclaim.jobs.blocked_site import BlockedSite, BlockedWatch, explain, is_refused
from linkreclaim.jobs.listing import ask_all
from linkreclaim.jobs.looking import Looker, LookRules
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, FailureKind, Look, VerdictKind
from linkreclaim.net import open_fetcher
from linkreclaim.net.polite import read_retry_after_s
from linkreclaim.report import CheckValues
from linkreclaim.store.journal import Journal
from linkreclaim.store.worklist import WorkList
from linkreclaim.urls import parse

WINDOW = 512
"""URLs begun at once: each holds its page, up to 128 KB, while it waits for what its host's URLs share."""
AGAIN_AFTER_S = 5.0
"""Least time between the two looks at a URL: a restart or a burst is over by then (our judgement)."""
AGAIN_GAP_S = 1.0
"""Between two requests to one host in the second round, which has one in flight."""
AGAIN_GIVE_UP = 5
"""URLs of a host in a row that are in trouble in the second round too, until the others keep their first answer."""
_PASSING_FAILURES = frozenset({FailureKind.TIMEOUT, FailureKind.DNS_TEMPORARY, FailureKind.RESET, FailureKind.REFUSED})


class _Due(NamedTuple):
    """A URL, and when it may be asked, on the event loop's clock."""

    url: str
    at_s: float = 0.0


RowSink = Callable[[Iterable[CheckValues]], None]


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What a person asked for: every option of `linkreclaim check`."""

    urls: tuple[str, ...]  # URLs, files, "-" for standard input
    out: Path | None = None  # None: rows go to the sink as they come
    site: str | None = None  # whose URLs they are: asked faster, with --header and --basic-auth
    probe: bool = True
    read_bodies: bool = True  # False: status codes and redirects only
    fresh: bool = False
    keep_going: bool = False  # also when the site refuses us
    settings: FetchSettings = field(default_factory=FetchSettings)


class Rounds:
    """The two rounds of a check: all URLs at their hosts' pace, then slowly those that were in passing trouble."""

    def __init__(
        self,
        request: CheckRequest,
        site: Site | None,
        work: WorkList,
        journal: Journal,
        sink: EventSink,
        clock: Callable[[], datetime],
        told: Callable[[Sequence[CheckValues]], None],
    ) -> None:
        """`told` gets each URL's row once it is final and kept."""
        self._request = request
        self._site = site
        self._work = work
        self._total = len(work)
        self._journal = journal
        self._sink = sink
        self._clock = clock
        self._told = told
        self._again = array("q")
        self._again_at_s = array("d")
        self._troubled: Counter[str] = Counter()  # host -> URLs in a row in trouble again
        self._watch = None if site is None or request.keep_going else BlockedWatch(site)
        self._refusals = array("q")

    async def run(self) -> None:
        """Look at everything that the journal does not have yet."""
        done = self._journal.done
        if len(done):
            said = f"going on where the last run stopped: {len(done):,} of {self._total:,} URLs are checked"
            self._sink(RunEvent(Stage.CHECK, message=said))
        await self._round(
            ((n, _Due(url)) for n, url in self._work.in_turns() if n not in done),
            self._save_first,
            self._request.settings,
        )
        if self._watch is not None and self._watch.at_end is not None:
            raise self._refused(self._watch.at_end)
        if self._again:
            self._sink(RunEvent(Stage.CHECK, message=f"asking {len(self._again):,} URLs in passing trouble once more"))
            await self._round(self._hopeful(), self._save_again, _slow(self._request.settings), second_try=False)

    async def _round(
        self,
        todo: Iterator[tuple[int, _Due]],
        save: Callable[[Sequence[tuple[int, Look]]], None],
        settings: FetchSettings,
        *,
        second_try: bool = True,
    ) -> None:
        rules = LookRules(self._site, self._request.probe, "check", self._request.read_bodies, whole_pages=False)
        robots = _RobotsAside(self._journal)
        async with open_fetcher(settings, self._site, robots, second_try=second_try) as fetcher:
            looker = Looker(fetcher, rules, _Aside(self._journal), self._clock)
            now_s = asyncio.get_running_loop().time

            async def ask(due: _Due) -> Look:
                if due.at_s > now_s():
                    await asyncio.sleep(due.at_s - now_s())
                return await looker.look(due.url)

            await ask_all(todo, ask, save, WINDOW)

    def _save_first(self, answers: Sequence[tuple[int, Look]]) -> None:
        """Keep what is told; what may pass is put aside for the second round."""
        told = []
        for number, look in answers:
            if may_pass(look):
                self._journal.put_aside(f"first {number}", report.json_line(report.check_values(look)).encode())
                self._again.append(number)
                self._again_at_s.append(asyncio.get_running_loop().time() + self._wait_s(look))
            else:
                told.append((number, report.check_values(look)))
            self._watch_refusals(number, look)
        self._save(told)
        if self._watch is not None and self._watch.tripped is not None:
            raise self._refused(self._watch.tripped)

    def _wait_s(self, look: Look) -> float:
        """How long a URL in trouble is left alone: for what its host named, and not less than our own pause."""
        named_s = read_retry_after_s(dict(look.answer.headers).get("retry-after")) or 0.0
        return max(AGAIN_AFTER_S, min(named_s, self._request.settings.retry_after_cap_s))

    def _watch_refusals(self, number: int, look: Look) -> None:
        if self._watch is not None:
            self._watch.add(look)
            if is_refused(look):
                self._refusals.append(number)

    def _refused(self, blocked: BlockedSite) -> SiteBlockedError:
        """Take the refused rows back, so that the same command asks for them again; gives what to tell."""
        self._watch = None
        self._journal.forget(self._refusals)
        host = self._site.host if self._site is not None else ""
        return SiteBlockedError(explain(blocked, host))

    def _hopeful(self) -> Iterator[tuple[int, _Due]]:
        """URLs of the second round; those of a host that stays in trouble keep their first answer."""
        for (number, url), at_s in zip(self._work.urls_at(self._again), self._again_at_s, strict=True):
            first = self._journal.aside(f"first {number}")
            if self._troubled[_host(url)] < AGAIN_GIVE_UP or first is None:
                yield number, _Due(url, at_s)
            else:
                self._save([(number, json.loads(first))])

    def _save_again(self, answers: Sequence[tuple[int, Look]]) -> None:
        for _, look in answers:
            host = _host(look.url)
            self._troubled[host] = self._troubled[host] + 1 if may_pass(look) else 0
        self._save([(number, report.check_values(look)) for number, look in answers])

    def _save(self, told: Sequence[tuple[int, CheckValues]]) -> None:
        self._journal.save_texts([(number, report.json_line(row)) for number, row in told])
        self._sink(RunEvent(Stage.CHECK, len(self._journal.done), self._total))
        self._told([row for _, row in told])


def may_pass(look: Look) -> bool:
    """Whether trouble may be over soon: 429, 5xx, a time-out, a broken or refused connection."""
    kind = look.verdict.kind
    if kind is VerdictKind.BLOCKED:
        return look.answer.status_code == 429
    return kind is VerdictKind.SERVER_ERROR or look.answer.failure in _PASSING_FAILURES


def _slow(settings: FetchSettings) -> FetchSettings:
    pause_s = max(AGAIN_GAP_S, settings.delay_s, 1 / settings.stranger_per_s)
    return replace(settings, stranger_in_flight=1, site_in_flight=1, stranger_per_s=math.inf, delay_s=pause_s)


def _host(url: str) -> str:
    parsed = parse(url)
    return "" if parsed is None else parsed.netloc


class _Aside:
    """Shared answers, kept beside the results."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def get(self, name: str) -> Answer | None:
        held = self._journal.aside(name)
        return None if held is None else read_answer(held)

    def put(self, name: str, answer: Answer) -> None:
        self._journal.put_aside(name, write_answer(answer))


class _RobotsAside:
    """robots.txt files, kept beside the results: memory holds some hundreds of them, a list may need thousands."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def get(self, origin: str) -> tuple[int, str] | None:
        held = self._journal.aside(f"robots {origin}")
        if held is None:
            return None
        status, _, text = held.decode().partition(" ")
        return int(status), text

    def put(self, origin: str, status: int, text: str) -> None:
        self._journal.put_aside(f"robots {origin}", f"{status} {text}".encode())
