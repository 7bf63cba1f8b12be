"""Rules for a map: learned from its lines, and used where a server cannot hold them all."""

from collections.abc import Sequence

from linkreclaim.jobs.redirects.map import PlannedMap
from linkreclaim.model.redirects import MapMatch
from linkreclaim.model.rules import RedirectRule
from linkreclaim.redirects import RedirectPlan, Writer
from linkreclaim.redirects.canonical import source_of
from linkreclaim.redirects.shorten import shorten
from linkreclaim.rules import Learned, RuleVerdict, UrlPair, learn_rules

_TRIES = 5
"""A server that refuses rules is asked again without them at most so often."""


def learn_from(planned: PlannedMap) -> Learned:
    """What the exact lines of a plan have in common. Cost: about 100 us a line."""
    pairs = []
    for line in planned.plan.lines:
        if line.match is MapMatch.EXACT and line.target:
            source = source_of(line.source)
            query = "" if source.query is None else f"?{source.query}"
            pairs.append(UrlPair(source.path + query, line.target, line.status, source.host))
    return learn_rules(pairs, planned.live, site_host=planned.site.host)


def fit_to_server(planned: PlannedMap, writer: Writer, header: Sequence[str]) -> RedirectPlan:
    """The plan, with rules in the place of lines where the server refuses lines, and fewer with the rules.

    Only rules that need no person's look are used: that takes the live pages.
    """
    refused = len(writer.write(planned.plan, planned.site, header).refused)
    if not refused or not planned.live:
        return planned.plan
    rules: list[RedirectRule] = [
        learned.rule for learned in learn_from(planned).rules if learned.verdict is RuleVerdict.ACCEPTED
    ]
    for _ in range(_TRIES if rules else 0):
        shorter = shorten(planned.plan, rules)
        result = writer.write(shorter, planned.site, header)
        if not result.refused_rules:
            return shorter if len(result.refused) < refused else planned.plan
        unfit = {refusal.rule for refusal in result.refused_rules}
        rules = [rule for rule in rules if rule not in unfit]
    return planned.plan
