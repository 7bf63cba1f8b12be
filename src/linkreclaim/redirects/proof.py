"""Judges what a server answers to the requests of a line; values in, findings out.

**Source:** of what is looked at: Google Search Central, "Redirects and Google Search", "Canonicalization" and
"Robots meta tag"; of the faults themselves: each was seen on a real server (docs/redirects.md).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linkreclaim.model.proofs import Fault, Finding
from linkreclaim.model.verdicts import FailureKind, Look, VerdictKind
from linkreclaim.redirects.wanted import Wanted, same_fragment, same_path, same_query
from linkreclaim.urls import Url, match_key, parse, resolve

PERMANENT = frozenset({301, 308})
TEMPORARY = frozenset({302, 303, 307})
"""Search engines treat the statuses of one set alike. **Source:** Google Search Central, "Redirects and Google Search";
platforms write 308 where 301 was asked for (Vercel, Next)."""

UNTOLD_STATUSES = frozenset({401, 403, 407, 408, 425, 429, 451, 999})
"""Refusals: what a visitor gets is not known; 5xx counts as well."""

_ORIGIN = re.compile(r"[a-z]+://[^/?#]*")

_DEAD = {
    VerdictKind.NOT_FOUND: Fault.DEAD_TARGET,
    VerdictKind.GONE: Fault.DEAD_TARGET,
    VerdictKind.PARKED: Fault.DEAD_TARGET,
    VerdictKind.SOFT_404: Fault.SOFT_404,
    VerdictKind.REDIRECTED_HOME: Fault.HOME,
    VerdictKind.REDIRECT_BROKEN: Fault.CHAIN,
}


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The first answer to one request, no redirect followed."""

    asked: Url
    status: int | None
    location: str = ""  # as the server wrote it; "" where there is none
    failure: FailureKind | None = None
    failure_detail: str = ""
    meta_refresh: str = ""
    script: bool = False  # the page sends its visitor on by script

    @property
    def untold(self) -> str:
        """Why nothing is known, "" where an answer came."""
        if self.failure is not None or self.status is None:
            return self.failure_detail or "no answer"
        refused = self.status in UNTOLD_STATUSES or self.status >= 500
        return f"answers {self.status}" if refused else ""

    @property
    def leads_to(self) -> Url | None:
        """Where it redirects to."""
        return resolve(self.asked, self.location) if self.location else None


def judge_first(first: FirstAnswer, wanted: Wanted) -> Iterator[Finding]:
    """What the first answer says by itself: status, and that there is a redirect at all."""
    if first.untold:
        yield Finding(Fault.UNTOLD, first.untold, sure=False)
    elif wanted.target is None:
        if first.status != 410:
            yield Finding(Fault.WRONG_STATUS, f"answers {_shown(first)} where the map says 410")
    elif first.location:
        if not _same_kind(first.status or 0, wanted.status):
            yield Finding(Fault.WRONG_STATUS, f"answers {first.status} where the map says {wanted.status}")
    elif first.meta_refresh:
        yield Finding(Fault.META_REFRESH, f"a page that refreshes to {first.meta_refresh[:200]}, no redirect")
    elif first.script:
        yield Finding(Fault.SCRIPT, "a page that sends its visitor on by script, no redirect")
    else:
        yield Finding(Fault.MISSING, f"answers {first.status}: the line is not on this server")


def _same_kind(status: int, wanted: int) -> bool:
    return status == wanted or {status, wanted} <= PERMANENT or {status, wanted} <= TEMPORARY


def _shown(first: FirstAnswer) -> str:
    return f"{first.status} to {first.location[:200]}" if first.location else str(first.status)


def judge_location(first: FirstAnswer, wanted: Wanted, landing: Look | None) -> Iterator[Finding]:
    """Whether the redirect leads where the line says, in one hop. `landing`: a look at where it leads."""
    found = first.leads_to
    if not first.location or wanted.target is None:
        return
    if found is None:
        yield Finding(Fault.WRONG_TARGET, f"leads to {first.location[:200]!r}, which is no http(s) URL")
        return
    if _loops(found, wanted.asked, landing):
        yield Finding(Fault.LOOP, f"leads back to itself by {found.href[:200]}")
        return
    fault = _misses(found, wanted)
    if fault is not None and landing is not None and landing.answer.redirected and _ends_right(landing, wanted):
        yield Finding(Fault.CHAIN, f"takes {len(landing.answer.hops)} hops to its target, by {found.href[:200]}")
    elif fault is not None:
        yield Finding(fault, f"leads to {first.location[:300]}, not to {wanted.target.href[:300]}")


def _loops(found: Url, asked: Url, landing: Look | None) -> bool:
    if landing is None:
        return found.without_fragment == asked.without_fragment
    visited = {found.without_fragment, *(hop.url for hop in landing.answer.hops)}
    return landing.answer.loop or asked.without_fragment in visited


def _ends_right(landing: Look, wanted: Wanted) -> bool:
    final = parse(landing.answer.final_url)
    return final is not None and wanted.target is not None and same_path(final, wanted.target)


def _misses(found: Url, wanted: Wanted) -> Fault | None:
    """What is wrong with where a redirect leads; None when it is the target, in some spelling of its escapes."""
    target = wanted.target
    assert target is not None
    if not same_path(found, target):
        if found.path == "/" and not found.query and not wanted.at_home:
            return Fault.HOME
        once = parse(found.href.replace("%25", "%"))
        is_double = "%25" in found.path and once is not None and same_path(once, target)
        return Fault.DOUBLE_ENCODED if is_double else Fault.WRONG_TARGET
    if not _right_host(found, wanted, target):
        return Fault.WRONG_HOST
    if found.scheme != target.scheme and not (wanted.any_own_host and found.scheme == "https"):
        return Fault.WRONG_SCHEME
    if not same_query(found, target):
        return Fault.DROPPED_QUERY if not found.query else Fault.WRONG_TARGET
    return None if same_fragment(found, target) else Fault.WRONG_TARGET


def _right_host(found: Url, wanted: Wanted, target: Url) -> bool:
    """The target's own host; of a path any of the site's; a staging server may add its port."""
    at_staging = found.port == wanted.base_port and wanted.base_port is not None
    for netloc in (found.netloc, found.host) if at_staging else (found.netloc,):
        if netloc == target.netloc or (wanted.any_own_host and wanted.site.owns(netloc)):
            return True
    return False


def judge_target(landing: Look, wanted: Wanted, public: bool) -> Iterator[Finding]:
    """Whether the target is a page of its own that may be found. `public`: the site is asked under its real name."""
    answer, verdict = landing.answer, landing.verdict
    if answer.redirected and not answer.loop:
        yield Finding(Fault.CHAIN, f"the target redirects on: {len(answer.hops)} hops to {answer.final_url[:200]}")
    if verdict.kind in _DEAD and not (answer.redirected and verdict.kind is VerdictKind.REDIRECT_BROKEN):
        yield Finding(_DEAD[verdict.kind], f"the target {_target_says(landing)}")
    elif verdict.dead:
        yield Finding(Fault.DEAD_TARGET, f"the target {_target_says(landing)}")
    elif verdict.kind not in (VerdictKind.ALIVE, VerdictKind.REDIRECTED):
        yield Finding(Fault.UNTOLD, f"the target {_target_says(landing)}", sure=False)
    else:
        yield from _judge_head(landing, wanted, public)


def _target_says(landing: Look) -> str:
    status = landing.answer.status_code
    return f"answers {status}: {landing.verdict.reason}" if status else f"is {landing.verdict.reason}"


def _judge_head(landing: Look, wanted: Wanted, public: bool) -> Iterator[Finding]:
    page = landing.answer.page or landing.answer.glance
    if page is None or wanted.target is None or landing.answer.redirected:
        return
    if page.noindex:
        yield Finding(Fault.NOINDEX, "the target says noindex: search engines drop it, and the links with it")
    canonical = parse(page.canonical)
    if canonical is not None and _is_elsewhere(canonical, wanted, public):
        yield Finding(Fault.CANONICAL, f"the target names another page as canonical: {canonical.href[:200]}")


def _is_elsewhere(canonical: Url, wanted: Wanted, public: bool) -> bool:
    """A canonical may leave the query out; on a staging server its host says nothing."""
    target = wanted.target
    assert target is not None
    if not same_path(canonical, target):
        return True
    hosts = [(match_key(f"{url.origin}/") or "") for url in (canonical, target)]
    return public and hosts[0] != hosts[1]


def judge_neighbour(first: FirstAnswer, wanted: Wanted, *, twin: bool) -> Iterator[Finding]:
    """Whether a request next to the source (`twin`: in other case) is sent to the line's target, its own end carried
    over or not."""
    found, target = first.leads_to, wanted.target
    if found is None or target is None or found.host != target.host:
        return
    end = first.asked.path.removeprefix(wanted.asked.path.rstrip("/"))
    if same_path(found, target) or found.path == target.path.rstrip("/") + end:
        fault = Fault.CASE if twin else Fault.NEIGHBOUR
        yield Finding(fault, f"{first.asked.request_target[:200]} is sent to {first.location[:200]}, too")


def judge_slash(first: FirstAnswer, wanted: Wanted) -> Iterator[Finding]:
    """Whether the source with its last slash toggled leads elsewhere; it need not be redirected at all."""
    found, target = first.leads_to, wanted.target
    if found is None or target is None:
        return
    if not any(same_path(found, place) for place in (target, wanted.asked)):
        words = f"{first.asked.request_target[:200]} leads to {first.location[:200]}, not to the line's target"
        yield Finding(Fault.VARIANT, words)


def judge_query(first: FirstAnswer, wanted: Wanted, parameter: str) -> Iterator[Finding]:
    """Whether a request's query is handed on, before the fragment, with one question mark."""
    found = first.leads_to
    if first.untold or found is None or wanted.target is None or not same_path(found, wanted.target):
        return
    before = first.location.partition("#")[0]
    if before.count("?") > max(1, (wanted.target.query or "").count("?") + 1):
        yield Finding(Fault.DROPPED_QUERY, f"a second question mark in {first.location[:200]}")
    elif not same_query(found, wanted.target):
        where = "stands behind the fragment" if parameter in (found.fragment or "") else "is not handed on"
        yield Finding(Fault.DROPPED_QUERY, f"?{parameter} {where}: {first.location[:200]}")


def judge_prefix(first: FirstAnswer, wanted: Wanted) -> Iterator[Finding]:
    """Whether a prefix line carries a page behind it over to its target."""
    if first.untold or wanted.target is None:
        return
    shown = first.asked.request_target[:200]
    if not first.location:
        yield Finding(Fault.PREFIX, f"{shown} answers {first.status}: the prefix does not carry it over")
    elif (found := first.leads_to) is None or _misses(found, wanted):
        yield Finding(Fault.PREFIX, f"{shown} leads to {first.location[:200]}, not to {wanted.target.href[:200]}")


def judge_live(first: FirstAnswer) -> Iterator[Finding]:
    """Whether a live page still answers by itself."""
    if first.untold:
        yield Finding(Fault.UNTOLD, first.untold, sure=False)
    elif first.location:
        yield Finding(Fault.LIVE_PAGE, f"a live page that is redirected now, to {first.location[:300]}")
    elif first.status not in range(200, 300):
        yield Finding(Fault.LIVE_PAGE, f"a live page that answers {first.status} now")


def judge_written(first: FirstAnswer, wanted: Wanted) -> Iterator[Finding]:
    """Whether a server that has nothing but the written redirects answers to the letter what a line says: there are no
    pages and no platform between, so status and Location are the line's own, byte for byte."""
    findings = [*judge_first(first, wanted), *judge_location(first, wanted, None)]
    yield from findings
    if findings or wanted.target is None:
        return
    if first.status != wanted.status:
        yield Finding(Fault.WRONG_STATUS, f"answers {first.status} where the map says {wanted.status}")
    if _ORIGIN.sub("", first.location, count=1) != _ORIGIN.sub("", wanted.target.href, count=1):
        words = f"leads to {first.location[:300]}, which is not spelled as {wanted.target.href[:300]}"
        yield Finding(Fault.WRONG_TARGET, words)


def judge_untouched(first: FirstAnswer, fault: Fault) -> Iterator[Finding]:
    """Whether a request that no line means is left alone by a server that has nothing but the written redirects; it
    may be refused (Apache answers 403 to a long path)."""
    shown = first.asked.request_target[:200]
    if first.location or first.status == 410:
        yield Finding(fault, f"{shown} answers {_shown(first)}, though no line says so")
    elif first.status is None or first.status >= 500:
        yield Finding(Fault.UNTOLD, f"{shown}: {first.untold}", sure=False)
