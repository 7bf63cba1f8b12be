"""Chains and loops: A -> B -> C becomes A -> C, and what leads back to itself is refused."""

from collections.abc import Iterator
from dataclasses import replace

from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, Target, requested_by
from linkreclaim.redirects.draft import Draft
from linkreclaim.redirects.interface import ChangeKind, RefusalKind
from linkreclaim.redirects.steps import Step, prefix_ends

MAX_HOPS = 20
"""Longer chains are no honest map, and following them would cost the square of their length. **Source:** browsers give
up after 20 hops (Fetch standard, 4.4, "HTTP-redirect fetch")."""

_TEMPORARY = frozenset({302, 307})
_GONE = "the target is declared gone (410) by another line"


def follow_chains(steps: list[Step], site: Site, draft: Draft, existing: list[Step]) -> list[Step]:
    """Let every step lead straight to its end, through `existing` redirects of the server too.

    Refused are loops, lines into a loop, lines to a page that another line declares gone, and lines that say otherwise
    than an existing one. A chain with a temporary hop stays temporary (302), because browsers keep a permanent one for
    good.
    """
    answers = _Answers([*existing, *steps], site)
    on_server = {step.key: step for step in existing}
    kept = []
    for step in steps:
        end = _follow(step, answers, site)
        if isinstance(end, str):
            draft.refuse(step.line, end, _kind_of(end))
        elif _agrees_with_server(step, end, on_server.get(step.key), answers, site, draft):
            kept.append(end)
            if end is not step:
                draft.change(ChangeKind.CHAIN, step.line, _chain_words(step, end))
    kept += _past_existing(kept, existing, site, draft)
    added = list(_through_prefixes(kept, site, draft))
    _note_counts(draft)
    return kept + added


def _note_counts(draft: Draft) -> None:
    collapsed, added = draft.count(ChangeKind.CHAIN), draft.count(ChangeKind.ADDED)
    if collapsed:
        draft.notes.append(f"{collapsed} chains were collapsed to one hop")
    if added:
        draft.notes.append(f"{added} lines were added, so that pages reached through other redirects take one hop too")


def _kind_of(reason: str) -> RefusalKind:
    return RefusalKind.TARGET if reason.startswith(_GONE) else RefusalKind.LOOP


def _chain_words(step: Step, end: Step) -> str:
    first = step.target.text if step.target else ""
    return f"{first} leads on; the line goes straight to {end.outcome}"


def _agrees_with_server(
    step: Step, end: Step, there: Step | None, answers: "_Answers", site: Site, draft: Draft
) -> bool:
    """Whether the server has no redirect of its own for the source, or one to the same end."""
    if there is None:
        return True
    its_end = _follow(there, answers, site)
    if isinstance(its_end, Step) and _same_end(end, its_end, site):
        draft.change(ChangeKind.KNOWN, step.line, f"the server does the same already ({there.where})")
        return True
    reason = f"the server already sends this source to {there.outcome} ({there.where}): take that out, or this line"
    draft.refuse(step.line, reason, RefusalKind.EXISTING)
    return False


def _same_end(one: Step, other: Step, site: Site) -> bool:
    if one.status != other.status or one.target is None or other.target is None:
        return one.outcome == other.outcome
    places = [requested_by(target, site) for target in (one.target, other.target)]
    return one.target == other.target or (places[0] is not None and places[0] == places[1])


def _past_existing(kept: list[Step], existing: list[Step], site: Site, draft: Draft) -> list[Step]:
    """Lines for existing redirects that the map would make the first hop of a chain."""
    if not existing:
        return []
    before, after = _Answers(existing, site), _Answers([*existing, *kept], site)
    taken = {step.key for step in kept}
    added = []
    for step in existing:
        old, new = _follow(step, before, site), _follow(step, after, site)
        if step.key in taken or isinstance(new, str) or (isinstance(old, Step) and _same_end(old, new, site)):
            continue
        made = replace(new, line=replace(step.line, line=None), existing=False)
        words = f"{step.where} led to {step.outcome}, which redirects now"
        draft.change(ChangeKind.ADDED, made.planned(), words)
        added.append(made)
    return added


def _through_prefixes(steps: list[Step], site: Site, draft: Draft) -> Iterator[Step]:
    """Exact lines for what a prefix would carry to another line's source."""
    by_target: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        request = requested_by(step.target, site) if step.prefix and step.target else None
        if request:
            by_target.setdefault((request.host, request.path), []).append(step)
    taken = {step.key for step in steps}
    for step in steps if by_target else []:
        path = step.source.path
        for end in [] if step.prefix else prefix_ends(path):
            for prefix in by_target.get((step.source.host, path[:end]), []):
                source = Source(prefix.source.host, prefix.source.path + path[end:], step.source.query)
                carried = replace(step, source=source)
                if carried.key not in taken:
                    taken.add(carried.key)
                    words = f"the prefix {prefix.where} leads to the source of {step.where}"
                    draft.change(ChangeKind.ADDED, carried.planned(), words)
                    yield carried


class _Answers:
    """Which line of the map answers the request that a step's target makes."""

    def __init__(self, steps: list[Step], site: Site) -> None:
        self._by_key = {step.key: step for step in steps}
        self._has_prefixes = any(step.prefix for step in steps)
        self._site = site
        self._requests: dict[Target, Source | None] = {}

    def after(self, step: Step) -> Step | None:
        """The next hop; a prefix answers where a segment ends, and is itself carried on by prefixes only."""
        request = self._request(step.target) if step.target else None
        if request is None:
            return None
        queries = [] if step.prefix else [request.query, ""] if request.query else [""]
        keys = [(False, request.host, request.path, query) for query in queries]
        if self._has_prefixes:
            keys += [Step.prefix_key(request.host, request.path[:end]) for end in prefix_ends(request.path)]
        return next((self._by_key[key] for key in keys if key in self._by_key), None)

    def _request(self, target: Target) -> Source | None:
        if target not in self._requests:
            self._requests[target] = requested_by(target, self._site)
        return self._requests[target]


def _follow(step: Step, answers: _Answers, site: Site) -> Step | str:
    """The step with its final target, or the reason why it has none."""
    seen = {step.key}
    while (hop := answers.after(step)) is not None:
        if hop.key in seen:
            return "the redirect leads to itself" if len(seen) == 1 else f"the redirect is part of a loop ({hop.where})"
        if hop.target is None:
            return f"{_GONE} ({hop.where})"
        if len(seen) == MAX_HOPS:
            return f"the redirect chain is longer than {MAX_HOPS} hops"
        seen.add(hop.key)
        step = _join(step, hop, site)
    return step


def _join(step: Step, hop: Step, site: Site) -> Step:
    """The step with the hop's target, with what a visitor would carry through: rest of the path, query, fragment."""
    assert step.target
    assert hop.target
    base = hop.target.base
    if hop.prefix:
        request = requested_by(step.target, site)
        base += request.path[len(hop.source.path) :] if request else ""
    carried = step.target.query if hop.source.query is None else None
    query = "&".join(part for part in (hop.target.query, carried) if part) or hop.target.query
    temporary = step.status in _TEMPORARY or hop.status in _TEMPORARY
    status = step.status if step.status in _TEMPORARY or not temporary else 302
    fragment = hop.target.fragment if hop.target.fragment is not None else step.target.fragment
    return replace(step, target=Target(base, query, fragment), status=status)
