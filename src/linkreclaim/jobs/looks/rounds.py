"""The two rounds of a check: all URLs at their hosts' pace, and slowly once more those that were in passing trouble."""

import asyncio
import json
import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from linkreclaim.config import FetchSettings
from linkreclaim.errors import SiteBlockedError
from linkreclaim.jobs.lists.listing import ask_all
from linkreclaim.jobs.looks.answers import read_answer, write_answer
from linkreclaim.jobs.looks.looking import Looker, LookRules
from linkreclaim.jobs.looks.second_looks import Due, SecondLooks
from linkreclaim.jobs.runs.blocked_site import BlockedSite, BlockedWatch, explain, is_refused
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, FailureKind, Look, VerdictKind
from linkreclaim.net import open_fetcher
from linkreclaim.net.polite import read_retry_after_s
from linkreclaim.report.checks import CheckValues, check_values
from linkreclaim.report.row_files import json_line
from linkreclaim.store.journal import Journal
from linkreclaim.store.worklist import WorkList
from linkreclaim.urls import parse

WINDOW = 512
"""URLs begun at once: each holds its page, up to 128 KB, while it waits for what its host's URLs share."""
AGAIN_AFTER_S = 5.0
"""Least time between the two looks at a URL: a restart or a burst is over by then (our judgement)."""
AGAIN_GAP_S = 1.0
"""Between two second looks at one host, which has one in flight."""
AGAIN_GIVE_UP = 5
"""URLs of a host in a row that are in trouble at the second look too, until the others keep their first answer."""
_PASSING_FAILURES = frozenset({FailureKind.TIMEOUT, FailureKind.DNS_TEMPORARY, FailureKind.RESET, FailureKind.REFUSED})

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
    """The two rounds of a check: all URLs at their hosts' pace, and once more, slowly, those that were in trouble.

    A URL in trouble on a host that answers others well is looked at again while first looks still go on; where the host
    itself is in trouble, at the end.
    """

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
        self._second = SecondLooks(_pause_s(request.settings))
        self._asked_again: dict[int, str] = {}  # second looks under way beside first ones -> their hosts
        self._again = array("q")  # those that wait for the end
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
        await self._round(self._first_looks(), self._save_first, self._request.settings)
        if self._watch is not None and self._watch.at_end is not None:
            raise self._refused(self._watch.at_end)
        for due in self._second.rest():
            self._put_off(due)
        if self._again:
            self._sink(RunEvent(Stage.CHECK, message=f"asking {len(self._again):,} URLs in passing trouble once more"))
            await self._round(self._hopeful(), self._save_again, _slow(self._request.settings))

    async def _round(
        self,
        todo: Iterator[Due],
        save: Callable[[Sequence[tuple[int, Look]]], None],
        settings: FetchSettings,
    ) -> None:
        rules = LookRules(self._site, self._request.probe, "check", self._request.read_bodies, whole_pages=False)
        robots = _RobotsAside(self._journal)
        async with open_fetcher(settings, self._site, robots) as fetcher:
            looker = Looker(fetcher, rules, _Aside(self._journal), self._clock)
            now_s = asyncio.get_running_loop().time

            async def ask(due: Due) -> Look:
                if due.at_s > now_s():
                    await asyncio.sleep(due.at_s - now_s())
                return await looker.look(due.url, second_try=not due.again)

            await ask_all(((due.number, due) for due in todo), ask, save, WINDOW)

    def _first_looks(self) -> Iterator[Due]:
        """All URLs that are not done, and between them those whose second look is due."""
        done, now_s = self._journal.done, asyncio.get_running_loop().time
        for number, url in self._work.in_turns():
            yield from self._due_again(now_s())
            if number not in done:
                yield Due(number, url)

    def _due_again(self, now_s: float) -> Iterator[Due]:
        for host, due in self._second.take(now_s):
            if self._second.answers_well(host) and self._may_recover(host):
                self._asked_again[due.number] = host
                yield due
            else:
                self._put_off(due)
                self._second.done(host, now_s)

    def _put_off(self, due: Due) -> None:
        self._again.append(due.number)
        self._again_at_s.append(due.at_s)

    def _save_first(self, answers: Sequence[tuple[int, Look]]) -> None:
        """Keep what is told; what may pass is put aside for the second round."""
        told = []
        now_s = asyncio.get_running_loop().time()
        for number, look in answers:
            asked_host = self._asked_again.pop(number, None)
            if asked_host is not None:
                self._second.done(asked_host, now_s)
                self._count_trouble(asked_host, look)
            else:
                self._watch_refusals(number, look)
                if self._may_look_again(number, look, now_s):
                    continue
            told.append((number, check_values(look)))
        self._save(told)
        if self._watch is not None and self._watch.tripped is not None:
            raise self._refused(self._watch.tripped)

    def _may_look_again(self, number: int, look: Look, now_s: float) -> bool:
        """Whether this first look met passing trouble; if so, it is put aside for a second one."""
        trouble, host = may_pass(look), _host(look.url)
        self._second.saw(host, trouble)
        if trouble:
            self._journal.put_aside(f"first {number}", json_line(check_values(look)).encode())
            due = Due(number, look.url, now_s + self._wait_s(look), again=True)
            if not self._second.add(host, due):
                self._put_off(due)
        return trouble

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

    def _hopeful(self) -> Iterator[Due]:
        """URLs of the end; those of a host that stays in trouble keep their first answer."""
        for (number, url), at_s in zip(self._work.urls_at(self._again), self._again_at_s, strict=True):
            first = self._journal.aside(f"first {number}")
            if self._may_recover(_host(url)) or first is None:
                yield Due(number, url, at_s, again=True)
            else:
                self._save([(number, json.loads(first))])

    def _may_recover(self, host: str) -> bool:
        return self._troubled[host] < AGAIN_GIVE_UP

    def _save_again(self, answers: Sequence[tuple[int, Look]]) -> None:
        for _, look in answers:
            self._count_trouble(_host(look.url), look)
        self._save([(number, check_values(look)) for number, look in answers])

    def _count_trouble(self, host: str, look: Look) -> None:
        if may_pass(look):
            self._troubled[host] += 1
        else:
            self._troubled.pop(host, None)

    def _save(self, told: Sequence[tuple[int, CheckValues]]) -> None:
        self._journal.save_texts([(number, json_line(row)) for number, row in told])
        self._sink(RunEvent(Stage.CHECK, len(self._journal.done), self._total))
        self._told([row for _, row in told])


def may_pass(look: Look) -> bool:
    """Whether trouble may be over soon: 429, 5xx, a time-out, a broken or refused connection."""
    kind = look.verdict.kind
    if kind is VerdictKind.BLOCKED:
        return look.answer.status_code == 429
    return kind is VerdictKind.SERVER_ERROR or look.answer.failure in _PASSING_FAILURES


def _pause_s(settings: FetchSettings) -> float:
    return max(AGAIN_GAP_S, settings.delay_s, 1 / settings.stranger_per_s)


def _slow(settings: FetchSettings) -> FetchSettings:
    pause_s = _pause_s(settings)
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
