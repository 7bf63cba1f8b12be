"""Looking at a URL of the site: ask, read the page, ask a random sibling where that could change the verdict, judge."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from string import ascii_lowercase
from typing import Protocol

from linkreclaim import html, verdict
from linkreclaim.jobs.answers import read_answer, write_answer
from linkreclaim.jobs.run import RunContext
from linkreclaim.model.pages import LivePage
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, FailureKind, Hop, Look, VerdictKind
from linkreclaim.net import Fetched, Fetcher, resolve_host
from linkreclaim.urls import Url, parse

SIBLING_LETTERS = 25
"""Length of the random name: Hoyt's soft404.py (2008) uses 25 letters, long enough to exist nowhere."""
META_REFRESH_HOPS = 2
SHARED_IN_MEMORY = 2_000
"""Shared answers held; older ones are read back from where they are kept. 20 KB each at most, so 40 MB."""
READ_STATUSES = frozenset({200, 203, 401, 403, 404, 410, 429, 451, 503, 999})
"""Statuses whose body is read: pages, soft errors, and challenge pages."""
KEPT_HEADERS = frozenset(
    {
        *("cf-mitigated", "x-sucuri-block", "x-amzn-waf-action", "x-vercel-mitigated", "x-datadome"),
        *("server", "x-robots-tag", "retry-after", "content-type", "www-authenticate"),
    }
)
"""Headers that verdicts read: those by which bot walls name themselves, and how a page wants to be treated."""

SILENT = frozenset({FailureKind.DNS, FailureKind.REFUSED})
"""Failures after which a former host counts as given up: no address, or an address where nothing listens."""


class SharedAnswers(Protocol):
    """Keeps the answers that many looks share, so that a run that goes on does not ask again."""

    def get(self, name: str) -> Answer | None:
        """The answer kept under a name, None when there is none."""
        ...

    def put(self, name: str, answer: Answer) -> None:
        """Keep an answer."""
        ...


@dataclass(frozen=True, slots=True)
class LookRules:
    """How a run looks: whose site it is (None: nobody's), whether random siblings are asked, and by which seed."""

    site: Site | None
    probe: bool
    seed: str
    read_bodies: bool = True  # False: status codes and redirects are enough


class Looker:
    """Looks at URLs. Answers that many looks share (siblings, home pages, former hosts) are asked once a run."""

    def __init__(
        self, fetcher: Fetcher, rules: LookRules, shared: SharedAnswers, clock: Callable[[], datetime]
    ) -> None:
        self._fetcher = fetcher
        self._rules = rules
        self._shared = shared
        self._clock = clock
        self._asking: OrderedDict[str, asyncio.Task[Answer]] = OrderedDict()

    async def look(self, address: str) -> Look:
        """Look at one URL and judge it."""
        asked = parse(address)
        if asked is None:
            raise ValueError(f"not an http(s) URL: {address!r}")
        answer, silent_host = await self._answer(asked)
        sibling = home = None
        site = self._rules.site
        if self._rules.probe and verdict.wants_sibling(answer, site):
            sibling, home = await asyncio.gather(self._sibling(asked), self._home(asked))
        facts = verdict.Context(site=site, sibling=sibling, home=home, host_resolves=False if silent_host else None)
        return Look(address, answer, verdict.judge(answer, facts), self._clock())

    async def answer(self, asked: Url) -> Answer:
        """What a URL answers, meta refreshes followed."""
        answer = read_fetched(await self._fetcher.fetch(asked))
        for _ in range(META_REFRESH_HOPS):
            following = None if answer.page is None else parse(answer.page.meta_refresh)
            if following is None or following.without_fragment in {hop.url for hop in answer.hops}:
                break
            answer = _joined(answer, read_fetched(await self._fetcher.fetch(following)))
        return answer

    async def _answer(self, asked: Url) -> tuple[Answer, bool]:
        """(answer, host is silent): targets of a former host that answers nothing are not asked one by one."""
        if self._rules.site is not None and self._rules.site.owned(asked.netloc):
            host = await self._once(f"host {asked.origin}", lambda: self._former_host(asked))
            if host.failure in SILENT:
                return replace(host, url=asked.href), True
        return await self.answer(asked), False

    async def _former_host(self, asked: Url) -> Answer:
        if await resolve_host(asked.host) is False:
            detail = f"{asked.host} has no address any more"
            return Answer(asked.origin + "/", (), failure=FailureKind.DNS, failure_detail=detail)
        return await self._ask_home(asked)

    async def _sibling(self, asked: Url) -> Answer:
        group = verdict.sibling_group(asked)
        token = "".join(Random(f"{self._rules.seed} {group}").choices(ascii_lowercase, k=SIBLING_LETTERS))  # noqa: S311
        return await self._once(f"sibling {group}", lambda: self.answer(verdict.sibling_url(asked, token)))

    async def _home(self, asked: Url) -> Answer:
        return await self._once(f"home {asked.origin}", lambda: self._ask_home(asked))

    async def _ask_home(self, asked: Url) -> Answer:
        home = parse(asked.origin + "/")
        if home is None:
            raise ValueError(f"no home page for {asked.href!r}")
        return await self.answer(home)

    async def _once(self, name: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        task = self._asking.get(name)
        if task is None:
            task = self._asking[name] = asyncio.create_task(self._kept(name, ask))
            if len(self._asking) > SHARED_IN_MEMORY:
                self._asking.popitem(last=False)
        else:
            self._asking.move_to_end(name)
        return await asyncio.shield(task)  # a cancelled look must not take the answer from the others

    async def _kept(self, name: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        answer = self._shared.get(name)
        if answer is None:
            answer = await ask()
            self._shared.put(name, answer)
        return answer


def looker_of(context: RunContext) -> Looker:
    """The looker of an audit: what its looks share is kept with the run."""
    rules = LookRules(context.site, context.request.probe, str(context.run.id))
    return Looker(context.fetcher, rules, _RunDocuments(context), context.clock)


class _RunDocuments:
    """Shared answers as documents of a run."""

    def __init__(self, context: RunContext) -> None:
        self._runs = context.workspace.runs
        self._run_id = context.run.id

    def get(self, name: str) -> Answer | None:
        held = self._runs.document(self._run_id, name)
        return None if held is None else read_answer(held[1])

    def put(self, name: str, answer: Answer) -> None:
        self._runs.save_document(self._run_id, name, answer.status_code, write_answer(answer))


def read_fetched(fetched: Fetched) -> Answer:
    """An answer made of what was fetched: the last page is read where it is HTML."""
    response = fetched.response
    page = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type = ""
    if response is not None and fetched.failure is None:
        headers = tuple((name, value[:500]) for name, value in response.headers if name in KEPT_HEADERS)
        content_type = response.header("content-type") or ""
        if response.status_code in READ_STATUSES and is_html(content_type, response.body):
            robots = response.header("x-robots-tag") or ""
            page = html.page_facts(response.body, content_type, fetched.final, robots)
    return Answer(
        url=fetched.url.href,
        hops=fetched.hops,
        failure=fetched.failure,
        failure_detail=fetched.failure_detail,
        loop=fetched.loop,
        too_many_hops=fetched.too_many_hops,
        headers=headers,
        content_type=content_type,
        page=page,
    )


def is_html(content_type: str, body: bytes) -> bool:
    """Whether an answer is a page: by its type, or by its first bytes where no type is given."""
    kind = content_type.split(";", 1)[0].strip().lower()
    if kind:
        return kind in {"text/html", "application/xhtml+xml"}
    return body[:512].lstrip()[:1] == b"<"


def live_page(look: Look) -> LivePage | None:
    """The page at a URL that is alive and HTML, for the inventory."""
    facts = look.answer.page
    if look.verdict.kind is not VerdictKind.ALIVE or facts is None:
        return None
    return page_of(look.url, look.answer)


def page_of(url: str, answer: Answer) -> LivePage:
    """A page of the site as its answer shows it (empty when nothing could be read)."""
    facts = answer.page
    if facts is None:
        return LivePage(url)
    return LivePage(
        url,
        facts.title,
        facts.description,
        facts.headings,
        facts.text,
        facts.lang,
        facts.canonical,
        facts.noindex,
        facts.ids,
    )


def _joined(first: Answer, following: Answer) -> Answer:
    target = following.hops[0].url if following.hops else following.url
    hops = (*first.hops[:-1], Hop(first.hops[-1].url, first.hops[-1].status_code, target), *following.hops)
    return replace(following, url=first.url, hops=hops)
