"""Chains and loops: A -> B -> C becomes A -> C, and what leads back to itself is refused."""

from collections.abc import Callable
from dataclasses import replace

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Target, requested_by
from linkreclaim.redirects.steps import Key, Step, prefix_ends

MAX_HOPS = 50
"""Longer chains are no honest map (browsers stop at 20), and following them would cost the square of their length."""

_TEMPORARY = frozenset({302, 307})


def follow_chains(
    steps: list[Step], site: Site, refuse: Callable[[RedirectLine, str], None], notes: list[str]
) -> list[Step]:
    """Let every step lead straight to its end.

    Loops, lines into a loop and lines to a page that another line declares gone are given to `refuse`. A chain with a
    temporary hop stays temporary (302), because browsers keep a permanent one for good.
    """
    by_key = {step.key: step for step in steps}
    has_prefixes = any(step.prefix for step in steps)
    kept, collapsed = [], 0
    for step in steps:
        end = _follow(step, by_key, has_prefixes, site)
        if isinstance(end, str):
            refuse(step.line, end)
            continue
        collapsed += end is not step
        kept.append(end)
    if collapsed:
        notes.append(f"{collapsed} chains were collapsed to one hop")
    return kept


def _follow(step: Step, by_key: dict[Key, Step], has_prefixes: bool, site: Site) -> Step | str:
    """The step with its final target, or the reason why it has none."""
    seen = {step.key}
    while step.target is not None:
        hop = _answering(step, by_key, has_prefixes, site)
        if hop is None:
            return step
        if hop.key in seen:
            return "the redirect leads to itself" if len(seen) == 1 else f"the redirect is part of a loop ({hop.where})"
        if hop.target is None:
            return f"the target is declared gone (410) by another line ({hop.where})"
        if len(seen) == MAX_HOPS:
            return f"the redirect chain is longer than {MAX_HOPS} hops"
        seen.add(hop.key)
        step = _join(step, hop, site)
    return step


def _answering(step: Step, by_key: dict[Key, Step], has_prefixes: bool, site: Site) -> Step | None:
    """The line of the map that would answer the request for a step's target; a prefix ends where a segment does."""
    request = requested_by(step.target, site) if step.target else None
    if request is None:
        return None
    queries = [] if step.prefix else [request.query, ""] if request.query else [""]
    keys = [(False, request.host, request.path, query) for query in queries]
    if has_prefixes:
        keys += [Step.prefix_key(request.host, request.path[:end]) for end in prefix_ends(request.path)]
    return next((by_key[key] for key in keys if key in by_key), None)


def _join(step: Step, hop: Step, site: Site) -> Step:
    """The step with the hop's target, with what a visitor would carry through: rest of the path, query, fragment."""
    assert step.target is not None
    assert hop.target is not None
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
