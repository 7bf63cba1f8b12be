"""Chains and loops: A -> B -> C becomes A -> C, and what leads back to itself is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, Target, requested_by
from linkreclaim.redirects.steps import Step, prefix_ends

MAX_HOPS = 20
"""Longer chains are no honest map, and following them would cost the square of their length. **Source:** browsers give
up after 20 hops (Fetch standard, 4.4, "HTTP-redirect fetch")."""

_TEMPORARY = frozenset({302, 307})


def follow_chains(
    steps: list[Step], site: Site, refuse: Callable[[RedirectLine, str], None], notes: list[str]
) -> list[Step]:
    """Let every step lead straight to its end.

    Loops, lines into a loop and lines to a page that another line declares gone are given to `refuse`. A chain with a
    temporary hop stays temporary (302), because browsers keep a permanent one for good.
    """
    answers = _Answers(steps, site)
    kept, collapsed = [], 0
    for step in steps:
        end = _follow(step, answers, site)
        if isinstance(end, str):
            refuse(step.line, end)
            continue
        collapsed += end is not step
        kept.append(end)
    if collapsed:
        notes.append(f"{collapsed} chains were collapsed to one hop")
    added = list(_through_prefixes(kept, site))
    if added:
        notes.append(f"{len(added)} lines were added, so that pages reached through a prefix take one hop too")
    return kept + added


def _through_prefixes(steps: list[Step], site: Site) -> Iterator[Step]:
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
            return f"the target is declared gone (410) by another line ({hop.where})"
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
