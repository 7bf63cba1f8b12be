"""From decided lines to a map that is safe to write: one answer for each request, one hop, nothing alive captured."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from linkreclaim.errors import RedirectMapError
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, Target, read_source, read_target
from linkreclaim.redirects.chains import follow_chains
from linkreclaim.redirects.draft import Draft
from linkreclaim.redirects.interface import ChangeKind, RedirectPlan, RefusalKind
from linkreclaim.redirects.steps import Key, Step, prefix_ends
from linkreclaim.urls import HOME_PATHS, match_key, parse

STATUSES = frozenset({301, 302, 307, 308, 410})
"""Statuses a line may have. **Source:** RFC 9110, 15.4 and 15.5.11; 303 changes the method and never moves a page."""
"""Names under which servers and site builders serve the home page."""


def plan_redirects(
    lines: Iterable[RedirectLine],
    site: Site,
    live: Container[str] | None = None,
    existing: Iterable[RedirectLine] = (),
) -> RedirectPlan:
    """Check, normalise and collapse a map; every line comes out planned, merged into an equal one, or refused.

    `live` holds `urls.match_key` keys of pages that answer: none of them is ever redirected. A prefix line is checked
    against them only where `live` can be iterated; where it cannot, a note says so. `existing` lines are on the server
    already: they are followed and compared with, but not written; where one of them leads to a source of the map, a
    line of its own is added for it. Cost: about 50 us a line.
    """
    draft = Draft()
    steps = list(_read_steps(lines, site, draft))
    steps = _keep_live_pages(steps, site, live, draft)
    steps = _settle_conflicts(steps, draft)
    steps = follow_chains(steps, site, draft, list(_read_existing(existing, site, draft)))
    kept = [step for step in steps if _target_allowed(step, site, draft)]
    draft.notes.extend(_host_notes(kept))
    planned = tuple(step.planned() for step in kept)
    return RedirectPlan(planned, tuple(draft.refused), tuple(draft.notes), changes=tuple(draft.changes))


def _read_steps(lines: Iterable[RedirectLine], site: Site, draft: Draft) -> Iterator[Step]:
    fragments = 0
    for line in lines:
        try:
            yield _read_step(line, site)
            fragments += "#" in line.source
        except RedirectMapError as problem:
            draft.refuse(line, str(problem), RefusalKind.INVALID)
    if fragments:
        draft.notes.append(f"{fragments} sources had a #fragment, which never reaches a server; it was dropped")


def _read_existing(lines: Iterable[RedirectLine], site: Site, draft: Draft) -> Iterator[Step]:
    """What is on the server already; lines that ours cannot meet (other hosts, odd prefixes) are counted."""
    apart = 0
    for line in lines:
        try:
            yield replace(_read_step(line, site), existing=True)
        except RedirectMapError:
            apart += 1
    if apart:
        draft.notes.append(f"{apart} existing redirects are on other hosts or of other kinds; they were not compared")


def _read_step(line: RedirectLine, site: Site) -> Step:
    if line.status not in STATUSES:
        raise RedirectMapError(f"status {line.status} is none of {', '.join(map(str, sorted(STATUSES)))}")
    if (line.status == 410) != (not line.target):
        raise RedirectMapError("410 takes no target" if line.target else "there is no target")
    source = read_source(line.source, site)
    target = read_target(line.target, site) if line.target else None
    if source.host and target and target.base.startswith("/"):
        target = replace(target, base=f"{site.scheme}://{site.host}{target.base}")
    if line.match is MapMatch.PREFIX:
        _check_prefix(source, target)
    return Step(line, source, target, line.status)


def _check_prefix(source: Source, target: Target | None) -> None:
    if source.query is not None:
        raise RedirectMapError("a prefix line cannot have a query in its source")
    if "//" in source.path:
        raise RedirectMapError("a prefix line cannot have // in its source")
    if source.path == "/" and not source.host:
        raise RedirectMapError("the prefix / would capture the whole site")
    if target is None:
        return
    if target.query is not None or target.fragment is not None:
        raise RedirectMapError("the target of a prefix line takes neither query nor fragment: what follows is appended")
    if source.path.endswith("/") != target.base.endswith("/"):
        raise RedirectMapError("source and target of a prefix line must both end in / or neither")


def _keep_live_pages(steps: list[Step], site: Site, live: Container[str] | None, draft: Draft) -> list[Step]:
    if live is None:
        return steps
    captured = _live_prefixes(steps, site, live, draft)
    kept = []
    for step in steps:
        if step.prefix and step.key in captured:
            reason = f"the prefix would capture the live page {captured[step.key]}"
            draft.refuse(step.line, reason, RefusalKind.LIVE)
        elif not step.prefix and any(key in live for key in _source_keys(step.line, step.source, site)):
            draft.refuse(step.line, "the source is a live page", RefusalKind.LIVE)
        else:
            kept.append(step)
    return kept


def source_keys(lines: Iterable[RedirectLine], site: Site) -> Iterator[str]:
    """Match keys by which exact lines are looked for among the live pages, so that a caller need not know all pages."""
    for line in lines:
        try:
            yield from _source_keys(line, read_source(line.source, site), site)
        except RedirectMapError:
            continue  # planning refuses it


def _source_keys(line: RedirectLine, source: Source, site: Site) -> Iterator[str]:
    """Keys under which the inventory may hold the source: its canonical spelling, and the one in the map."""
    host = source.host or site.host
    tail = "" if source.query is None else "?" + source.query
    written = line.source.strip().partition("#")[0]
    for url in (f"{site.scheme}://{host}{source.path}{tail}", written, f"{site.scheme}://{host}{written}"):
        key = match_key(url)
        if key is not None:
            yield key


def _live_prefixes(steps: list[Step], site: Site, live: Container[str], draft: Draft) -> dict[Key, str]:
    prefixes = {step.key for step in steps if step.prefix}
    if not prefixes:
        return {}
    if not isinstance(live, Iterable):
        draft.notes.append("prefix lines could not be checked against the live pages")
        return {}
    captured: dict[Key, str] = {}
    for page in live:
        for key in _prefixes_over(page, site):
            if key in prefixes:
                captured.setdefault(key, page)
    return captured


def _prefixes_over(page: str, site: Site) -> Iterator[Key]:
    """Keys of every prefix line that would capture a live page (given by its match key)."""
    try:
        source = read_source(f"{site.scheme}://{page}", site)
    except RedirectMapError:
        return
    for end in prefix_ends(source.path):
        yield Step.prefix_key(source.host, source.path[:end])


def _settle_conflicts(steps: list[Step], draft: Draft) -> list[Step]:
    """Merge equal lines and refuse those that contradict; what a person wrote holds against a proposal."""
    groups: dict[Key, list[Step]] = {}
    for step in steps:
        groups.setdefault(step.conflict_key, []).append(step)
    kept: dict[Key, Step] = {}
    for group in groups.values():
        for step in _agreed(group, draft):
            first = kept.setdefault(step.key, step)
            if first is not step:
                draft.change(ChangeKind.DUPLICATE, step.line, f"says the same as {first.where}")
    merged = draft.count(ChangeKind.DUPLICATE)
    if merged:
        draft.notes.append(f"{merged} duplicate lines were merged")
    return list(kept.values())


def _agreed(group: list[Step], draft: Draft) -> list[Step]:
    if _outcomes(group) == 1:
        return group
    by_person = [step for step in group if step.line.confidence_0_1 is None]
    if _outcomes(by_person) == 1:
        for step in group:
            if step.line.confidence_0_1 is not None:
                reason = f"a person's line sends this source elsewhere ({by_person[0].where})"
                draft.refuse(step.line, reason, RefusalKind.CONFLICT)
        return by_person
    for step in group:
        others = {f"{other.outcome} ({other.where})" for other in group if other.outcome != step.outcome}
        reason = f"conflict: another line sends the same source to {', '.join(sorted(others))}"
        draft.refuse(step.line, reason, RefusalKind.CONFLICT)
    return []


def _outcomes(group: list[Step]) -> int:
    return len({step.outcome for step in group})


def _target_allowed(step: Step, site: Site, draft: Draft) -> bool:
    reason = _target_problem(step, site)
    if reason:
        draft.refuse(step.line, reason, RefusalKind.TARGET)
    return reason is None


def _target_problem(step: Step, site: Site) -> str | None:
    if step.target is None:
        return None
    url = None if step.target.base.startswith("/") else parse(step.target.base)
    host = site.host if url is None else url.netloc
    if site.owned(host) and not site.owns(host):
        return f"the target is on {host}, a former host"
    if not site.owns(host) and step.line.confidence_0_1 is not None:
        return f"the target is on {host}, not on the site; only a person may send visitors there"
    path = step.target.base if url is None else url.path
    if path == "/" and not step.target.query and site.owns(host) and not _may_lead_home(step):
        return "the target is the home page: search engines treat that as a soft 404"
    return None


def _may_lead_home(step: Step) -> bool:
    """A home page under a former host or another name may lead home, and so may a prefix, which carries its rest."""
    return step.prefix or (step.source.path.lower() in HOME_PATHS and step.source.query is None)


def _host_notes(steps: list[Step]) -> Iterator[str]:
    counts = Counter(step.source.host for step in steps if step.source.host)
    for host, lines in counts.items():
        yield f"{host} must be kept or regained, and must point to your server: {lines} lines redirect from it"
