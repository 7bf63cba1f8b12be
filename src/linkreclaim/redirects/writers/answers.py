"""What an engine answers to a request that a line or a rule means, in the parts that it must put together itself."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from linkreclaim.errors import RedirectMapError
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Target, source_of, target_of
from linkreclaim.redirects.interface import RedirectPlan
from linkreclaim.redirects.patterns import captures_of, rule_text

Parts = tuple[str | int, ...]
"""Texts, and numbers of captures between them."""

NO_QUERY = "-"
_STATUSES = frozenset({301, 302, 307, 308, 410})
_URL_TEXT = re.compile(r"[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\[\]]*")
_URL_START = re.compile(r"https?://[a-z0-9.\-:\[\]]+/|/(?!/)")


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and a location around the request's own query; both parts are empty for 410."""

    status: int
    joiner: str  # what joins the request's query on: "?", "&", or "-" where it is not handed on
    location: Parts
    fragment: Parts  # with its "#", or empty

    @property
    def relative(self) -> bool:
        """Whether the location is a path."""
        return bool(self.location) and str(self.location[0]).startswith("/")


def spell(parts: Parts, text: Callable[[str], str], capture: Callable[[int], str]) -> str:
    """Parts as one string of the engine's language."""
    return "".join(text(part) if isinstance(part, str) else capture(part) for part in parts)


def answer_text(answer: Answer, text: Callable[[str], str], capture: Callable[[int], str]) -> str:
    """`301 ? /path #fragment`, as it stands in the tables of engines that take it apart themselves; `410 -`.

    Neither canonical targets nor captures hold a blank, so no request can add a word.
    """
    words = (spell(parts, text, capture) for parts in (answer.location, answer.fragment) if parts)
    return " ".join([str(answer.status), answer.joiner, *words])


def line_answer(line: RedirectLine) -> Answer:
    """The answer of a planned line; what follows a prefix is capture 1."""
    if line.target is None:
        return Answer(line.status, NO_QUERY, (), ())
    target = target_of(line.target)
    rest: Parts = (1,) if line.match is MapMatch.PREFIX else ()
    joiner = "?" if target.query is None else "&"
    if source_of(line.source).query is not None:
        joiner = NO_QUERY
    fragment = () if target.fragment is None else (f"#{target.fragment}",)
    return Answer(line.status, joiner, (Target(target.base, target.query, None).text, *rest), fragment)


def rule_answer(rule: RedirectRule, site: Site) -> Answer:
    """The answer of a rule; on a former host a target that is a path becomes one of the site.

    Raises RedirectMapError for a target that is not canonical, whoever made it.
    """
    if rule.status == 410 and not rule.target:
        return Answer(rule.status, NO_QUERY, (), ())
    _check_target(rule)
    target = rule.target
    if rule.host and str(target[0]).startswith("/"):
        target = (f"{site.scheme}://{site.host}{target[0]}", *target[1:])
    location, fragment = _split(target)
    joiner = "&" if any("?" in part for part in location if isinstance(part, str)) else "?"
    return Answer(rule.status, joiner, location, fragment)


def statuses_of(plan: RedirectPlan) -> list[int]:
    """Every status that a line or a rule of the plan answers with."""
    return sorted({line.status for line in plan.lines} | {rule.status for rule in plan.rules})


def _check_target(rule: RedirectRule) -> None:
    texts = [part for part in rule.target if isinstance(part, str)]
    numbers = {part for part in rule.target if isinstance(part, int)}
    if (
        rule.status not in _STATUSES - {410}
        or not texts
        or not _URL_START.match(str(rule.target[0]))
        or not all(map(_URL_TEXT.fullmatch, texts))
        or not numbers <= set(range(1, captures_of(rule) + 1))
        or "".join(texts).count("#") > 1
    ):
        raise RedirectMapError(f"the rule {rule_text(rule)[:200]!r} cannot be written: its target is not canonical")


def _split(target: Parts) -> tuple[Parts, Parts]:
    """Location and fragment, parted at the `#`."""
    before: list[str | int] = []
    after: list[str | int] = []
    for piece in _pieces(target):
        (after if after or piece == "#" else before).append(piece)
    return tuple(before), tuple(after)


def _pieces(target: Parts) -> Iterator[str | int]:
    for part in target:
        yield from [part] if isinstance(part, int) else (piece for piece in re.split("(#)", part) if piece)
