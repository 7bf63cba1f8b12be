"""Looking at a URL of the site: ask, read the page, ask a random sibling where that could change the verdict, judge."""

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import Random
from string import ascii_lowercase
from typing import TYPE_CHECKING, Protocol

from linkreclaim import html, verdict
from linkreclaim.jobs.looks.answers import read_answer, write_answer
from linkreclaim.jobs.looks.probing import STAND_IN_NOTE, ProbeBudget, is_plainly_a_page
from linkreclaim.model.pages import LivePage
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, FailureKind, Glance, Hop, Look, PageFacts, Verdict, VerdictKind
from linkreclaim.net import Fetched, Fetcher, Response, resolve_host
from linkreclaim.net.asked_once import AskedOnce
from linkreclaim.urls import Url, parse

if TYPE_CHECKING:
    from linkreclaim.jobs.runs.context import RunContext

SIBLING_LETTERS = 25
"""Length of the random name: Hoyt's soft404.py (2008) uses 25 letters, long enough to exist nowhere."""
META_REFRESH_HOPS = 2
NOTE_BYTES = 2_000
"""A longer text or JSON is content, whatever it says (our judgement)."""
FILE_TYPE = re.compile(
    r"\.(?:pdf|zip|gz|bz2|xz|7z|rar|tar|exe|dmg|pkg|deb|rpm|iso|apk|jpe?g|png|gif|webp|avif|bmp|tiff?|ico|svg|mp[34]|m4[av]"
    r"|mov|avi|webm|ogg|wav|flac|docx?|xlsx?|pptx?|od[tsp]|epub|mobi|psd|ttf|otf|woff2?)$",
    re.IGNORECASE,
)
"""Names of files that are no pages: HEAD is enough, unless a page answers in their place."""
SHARED_IN_MEMORY = 2_000
"""Shared answers held; older ones are read back from where they are kept. 20 KB each at most, so 40 MB."""
HOMES_HELD = 100
"""Home pages kept as they came, at most 128 KB each, for redirects that lead to them."""
READ_STATUSES = frozenset({200, 202, 203, 401, 403, 404, 410, 429, 451, 503, 999})
"""Statuses whose body is read: pages, soft errors, and challenge pages."""
KEPT_HEADERS = frozenset(
    {
        *("cf-mitigated", "x-sucuri-block", "x-amzn-waf-action", "x-vercel-mitigated"),
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
    """How a run looks: whose site it is (None: nobody's), whether random siblings are asked, and by which seed.

    `whole_pages` reads every page in full, for those who need its title and text; without it, pages on which a glance
    finds nothing odd are only skimmed where that cannot change the verdict.
    """

    site: Site | None
    probe: bool
    seed: str
    read_bodies: bool = True  # False: status codes and redirects are enough
    whole_pages: bool = True


class Looker:
    """Looks at URLs. Answers that many looks share (siblings, home pages, former hosts) are asked once a run."""

    def __init__(
        self, fetcher: Fetcher, rules: LookRules, shared: SharedAnswers, clock: Callable[[], datetime]
    ) -> None:
        self._fetcher = fetcher
        self._rules = rules
        self._shared = shared
        self._clock = clock
        self._asking: AskedOnce[Answer] = AskedOnce(SHARED_IN_MEMORY)
        self._homes: OrderedDict[str, Response] = OrderedDict()
        self._budget = ProbeBudget()

    async def look(self, address: str, *, second_try: bool = True) -> Look:
        """Look at one URL and judge it. Without `second_try` trouble that may pass is told at once."""
        asked = parse(address)
        if asked is None:
            raise ValueError(f"not an http(s) URL: {address!r}")
        silent = await self._silent_host(asked)
        if silent is not None:
            facts = verdict.Context(site=self._rules.site, host_resolves=False)
            return Look(address, silent, verdict.judge(silent, facts), self._clock())
        fetched = await self._fetch(asked, second_try=second_try)
        glanced = self._glance(fetched)
        answer = glanced or await self._follow(self._read(fetched))
        self._budget.looked(asked.origin)
        if self._rules.probe and verdict.wants_sibling(answer, self._rules.site):
            for beside in self._comparisons(asked, answer):
                if glanced is not None and verdict.wants_page(await self._facts_beside(beside, asked)):
                    answer, glanced = self._read(fetched), None
                judged = await self._compare(asked, beside, answer)
                if judged is not None:
                    return Look(address, answer, judged, self._clock())
        facts = verdict.Context(self._rules.site)
        if self._rules.probe and verdict.wants_home(answer):
            facts = replace(facts, home=await self._home(asked))
        return Look(address, answer, verdict.judge(answer, facts), self._clock())

    def _comparisons(self, asked: Url, answer: Answer) -> Iterator[Url]:
        """URLs whose random sibling is worth a comparison: one that stands for the whole host first, then its own."""
        is_known = f"sibling {verdict.sibling_group(asked)}" in self._asking
        if not is_known and not self._budget.worth(asked.origin, answer):
            return
        stand_in = None if is_known or asked.query else self._budget.stand_in(asked.origin)
        if stand_in is not None:
            yield stand_in
        yield asked

    async def _compare(self, asked: Url, beside: Url, answer: Answer) -> Verdict | None:
        """The verdict beside a random sibling; None where the sibling of another folder does not settle it."""
        facts = await self._facts_beside(beside, asked)
        if beside is asked and verdict.wants_path_sibling(answer, facts):
            facts = replace(facts, path_sibling=await self._sibling(verdict.bare_path(asked)))
        judged = verdict.judge(answer, facts)
        if beside is asked or is_plainly_a_page(answer):
            return judged
        return replace(judged, evidence=(*judged.evidence, STAND_IN_NOTE)) if judged.dead else None

    async def _facts_beside(self, beside: Url, asked: Url) -> verdict.Context:
        return verdict.Context(self._rules.site, await self._sibling(beside), await self._home(asked))

    def _glance(self, fetched: Fetched) -> Answer | None:
        """The answer where its page need not be read in full; the one place where that is decided."""
        return None if self._rules.whole_pages or not self._rules.read_bodies else glance_at_fetched(fetched)

    def _read(self, fetched: Fetched) -> Answer:
        return read_fetched(fetched) if self._rules.read_bodies else _answer_of(fetched, None, None)

    async def meet(self, host: Url) -> None:
        """Ask for a host's home page before its URLs are looked at: each 404 would wait for it, fetched but untold."""
        if self._rules.probe and await self._silent_host(host) is None:
            await self._home(host)

    async def answer(self, asked: Url) -> Answer:
        """What a URL answers that other looks wait for: before all others, read in full, meta refreshes followed."""
        return await self._follow(self._read(await self._fetch(asked, urgent=True)))

    async def _follow(self, answer: Answer) -> Answer:
        for _ in range(META_REFRESH_HOPS):
            following = None if answer.page is None else parse(answer.page.meta_refresh)
            if following is None or following.without_fragment in {hop.url for hop in answer.hops}:
                break
            answer = _joined(answer, self._read(await self._fetch(following, urgent=True)))
        return answer

    async def _fetch(self, url: Url, *, urgent: bool = False, second_try: bool = True) -> Fetched:
        fetch = self._fetcher.fetch
        if self._rules.read_bodies and not FILE_TYPE.search(url.path):
            return await fetch(url, urgent=urgent, second_try=second_try, held=self._held_home)
        fetched = await fetch(url, head_first=True, urgent=urgent, second_try=second_try)
        content_type = (fetched.response and fetched.response.header("content-type")) or ""
        if self._rules.read_bodies and content_type and is_html(content_type, b""):
            return await fetch(url, urgent=True, second_try=second_try)
        return fetched

    async def _silent_host(self, asked: Url) -> Answer | None:
        """The answer for all targets of a former host that answers nothing: they are not asked one by one."""
        if self._rules.site is None or not self._rules.site.owned(asked.netloc):
            return None
        host = await self._once(f"host {asked.origin}", lambda: self._former_host(asked))
        return replace(host, url=asked.href) if host.failure in SILENT else None

    async def _former_host(self, asked: Url) -> Answer:
        if await resolve_host(asked.host) is False:
            detail = f"{asked.host} has no address any more"
            return Answer(asked.origin + "/", (), failure=FailureKind.DNS, failure_detail=detail)
        return await self._ask_home(asked)

    async def _sibling(self, asked: Url) -> Answer:
        group = verdict.sibling_group(asked)
        return await self._once(f"sibling {group}", lambda: self._ask_sibling(asked, group))

    async def _ask_sibling(self, asked: Url, group: str) -> Answer:
        token = "".join(Random(f"{self._rules.seed} {group}").choices(ascii_lowercase, k=SIBLING_LETTERS))  # noqa: S311
        self._budget.probes(asked.origin)
        sibling = await self.answer(verdict.sibling_url(asked, token))
        self._budget.learn(asked, sibling)
        return sibling

    async def _home(self, asked: Url) -> Answer:
        return await self._once(f"home {asked.origin}", lambda: self._ask_home(asked))

    async def _ask_home(self, asked: Url) -> Answer:
        home = parse(asked.origin + "/")
        if home is None:
            raise ValueError(f"no home page for {asked.href!r}")
        fetched = await self._fetch(home, urgent=True)
        if fetched.response is not None and len(fetched.hops) == 1 and fetched.response.status_code == 200:
            self._homes[home.href] = fetched.response
            if len(self._homes) > HOMES_HELD:
                self._homes.popitem(last=False)
        return await self._follow(self._read(fetched))

    def _held_home(self, url: Url) -> Response | None:
        """The home page, where it is known: a thousand redirects to it need not fetch it a thousand times."""
        return self._homes.get(url.without_fragment) if url.path == "/" else None

    async def _once(self, name: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        return await self._asking.get(name, partial(self._kept, name, ask))

    async def _kept(self, name: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        answer = self._shared.get(name)
        if answer is None:
            answer = await ask()
            self._shared.put(name, answer)
        return answer


def looker_of(context: "RunContext", fetcher: Fetcher | None = None) -> Looker:
    """The looker of an audit, asking through its own fetcher or another: what its looks share is kept with the run."""
    rules = LookRules(context.site, context.request.probe, str(context.run.id))
    return Looker(fetcher or context.fetcher, rules, _RunDocuments(context), context.clock)


class _RunDocuments:
    """Shared answers as documents of a run."""

    def __init__(self, context: "RunContext") -> None:
        self._documents = context.workspace.documents
        self._run_id = context.run.id

    def get(self, name: str) -> Answer | None:
        held = self._documents.get(self._run_id, name)
        return None if held is None else read_answer(held[1])

    def put(self, name: str, answer: Answer) -> None:
        self._documents.save(self._run_id, name, answer.status_code, write_answer(answer))


def read_fetched(fetched: Fetched) -> Answer:
    """An answer made of what was fetched: the last page is read in full where it is HTML."""
    response = fetched.response
    page = None
    if response is not None and fetched.failure is None and response.status_code in READ_STATUSES:
        content_type = response.header("content-type") or ""
        if is_html(content_type, response.body):
            robots, refresh = (response.header(name) or "" for name in ("x-robots-tag", "refresh"))
            page = html.page_facts(response.body, content_type, fetched.final, robots, refresh)
        elif is_note(content_type, response.body):
            text = response.body.decode("utf-8", "replace")
            page = PageFacts(text=text, blocks=(text,))
    return _answer_of(fetched, page, None)


def glance_at_fetched(fetched: Fetched) -> Answer | None:
    """The same at a glance; None where the page has to be read in full, or is no page."""
    response = fetched.response
    if response is None or fetched.failure is not None or response.status_code not in READ_STATUSES:
        return None
    content_type = response.header("content-type") or ""
    if not is_html(content_type, response.body) or response.header("x-robots-tag") or response.header("refresh"):
        return None
    if response.status_code != 200:
        is_odd = verdict.may_be_wall(response.body, content_type, fetched.final)
        return None if is_odd else _answer_of(fetched, None, None)
    glance = verdict.glance_at(response.body, content_type, fetched.final)
    return None if glance is None else _answer_of(fetched, None, glance)


def _answer_of(fetched: Fetched, page: PageFacts | None, glance: Glance | None) -> Answer:
    response = None if fetched.failure is not None else fetched.response
    headers = () if response is None else response.headers
    return Answer(
        url=fetched.url.href,
        hops=fetched.hops,
        failure=fetched.failure,
        failure_detail=fetched.failure_detail,
        loop=fetched.loop,
        too_many_hops=fetched.too_many_hops,
        headers=tuple([(name, value[:500]) for name, value in headers if name in KEPT_HEADERS]),
        content_type="" if response is None else response.header("content-type") or "",
        page=page,
        glance=glance,
    )


def is_html(content_type: str, body: bytes) -> bool:
    """Whether an answer is a page: by its type, or by its first bytes where none is given (or what is none)."""
    kind = content_type.split(";", 1)[0].strip().lower()
    if "/" in kind:
        return kind in {"text/html", "application/xhtml+xml"}
    return body[:512].lstrip()[:1] == b"<"


def is_note(content_type: str, body: bytes) -> bool:
    """Whether an answer is a short text without markup, as errors are sent by APIs and file servers."""
    return 0 < len(body) <= NOTE_BYTES and verdict.is_plain(content_type)


def live_page(look: Look) -> LivePage | None:
    """The page at a URL that is alive and HTML, for the inventory."""
    facts = look.answer.page
    if look.verdict.kind is not VerdictKind.ALIVE or facts is None or verdict.is_plain(look.answer.content_type):
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
