"""A plan in fewer lines: rules take the place of the exact lines that they say, and of no other."""

from collections.abc import Sequence
from dataclasses import replace

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.redirects.canonical import source_of
from linkreclaim.redirects.interface import RedirectPlan
from linkreclaim.redirects.steps import prefix_ends
from linkreclaim.rules import RuleSet


def shorten(plan: RedirectPlan, rules: Sequence[RedirectRule]) -> RedirectPlan:
    """The same plan with rules; a line goes when the first rule that matches its source says the same.

    Lines that a prefix line would answer in the rules' stead stay. What rules do not say stays exact, before them.
    """
    prefixes = {_place(line) for line in plan.lines if line.match is MapMatch.PREFIX}
    answers = RuleSet(rules)
    kept = tuple(line for line in plan.lines if not _is_said(line, answers, prefixes))
    return replace(plan, lines=kept, rules=tuple(rules))


def _place(line: RedirectLine) -> tuple[str, str]:
    source = source_of(line.source)
    return source.host, source.path


def _is_said(line: RedirectLine, answers: RuleSet, prefixes: set[tuple[str, str]]) -> bool:
    source = source_of(line.source)
    if line.match is MapMatch.PREFIX or line.target is None or source.query is not None:
        return False
    if prefixes and any((source.host, source.path[:end]) in prefixes for end in prefix_ends(source.path)):
        return False
    answer = answers.answer(source.path, source.host)
    return answer is not None and answer[1] == line.target and answer[0].status == line.status
