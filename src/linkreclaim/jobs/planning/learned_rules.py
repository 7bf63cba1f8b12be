"""Rules of a run's proposals, learned when it ends and kept with it, so that a page need only read them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import fsum
from typing import Any

from linkreclaim.jobs.planning.rules import RuleGroup, group_pairs, pair_of
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.sites import Site
from linkreclaim.rules import RuleVerdict
from linkreclaim.store import Workspace
from linkreclaim.store.proposals import Proposed
from linkreclaim.store.runs import Run
from linkreclaim.urls import match_key

DOCUMENT = "rules-1"
"""Name of the document of a run that holds its rules; the number grows when its form changes."""


@dataclass(frozen=True, slots=True)
class SiteRule:
    """A rule of a run, with the dead pages (by URL id) that it answers for."""

    key: str  # the same whenever the same rule is learned
    description: str
    verdict: RuleVerdict
    held_out_precision_0_1: float
    to_one_page: bool
    examples: tuple[tuple[str, str], ...]  # (source, target)
    pages: Mapping[int, str]  # it says what the run proposes: the match key of that target; most valuable first
    exceptions: Mapping[int, str]  # another target is proposed; the rule alone would send them here
    misled: Mapping[int, str]  # no page fits; it sends them here, where they have to be brought back
    equity_share_0_1: float  # of all lost equity, by `pages`


@dataclass(frozen=True, slots=True)
class LearnedRules:
    """The rules of a run in the order to be tried, and how many redirects it proposes."""

    rules: tuple[SiteRule, ...]
    redirects: int


def keep_rules(workspace: Workspace, run: Run, site: Site) -> None:
    """Learn the rules of a listed run and keep them with it. Cost: as `learn_site_rules`."""
    learned = learn_site_rules(workspace, run, site)
    workspace.documents.save(run.id, DOCUMENT, None, json.dumps(asdict(learned)).encode())


def read_rules(workspace: Workspace, run: Run) -> LearnedRules | None:
    """The rules that are kept with a run, None where there are none. Cost: 2 us a page that they say."""
    held = workspace.documents.get(run.id, DOCUMENT)
    if held is None:
        return None
    values = json.loads(held[1])
    return LearnedRules(tuple(map(_read_rule, values["rules"])), values["redirects"])


def _read_rule(values: dict[str, Any]) -> SiteRule:
    pages = {name: _by_number(values[name]) for name in ("pages", "exceptions", "misled")}
    examples = tuple((source, target) for source, target in values["examples"])
    return SiteRule(**values | pages | {"verdict": RuleVerdict(values["verdict"]), "examples": examples})


def _by_number(held: Mapping[str, str]) -> dict[int, str]:
    return {int(number): text for number, text in held.items()}


def learn_site_rules(workspace: Workspace, run: Run, site: Site) -> LearnedRules:
    """Learn the rules of what a listed run itself proposes, whatever people decided.

    Cost and memory: as `group_pairs`, and 0.5 KB a page that a rule mends.
    """
    pairs = {}
    for page in workspace.proposals.of_run(run.id):
        target = page.target_url if page.disposition is Disposition.REDIRECT else ""
        pair = pair_of(page.url, target, site)
        if pair is not None:
            pairs[page.url_id] = pair
    groups = group_pairs(workspace, run.id, pairs, site)
    redirects = sum(bool(pair.target) for pair in pairs.values())
    numbers = {page for group in groups for page in group.mended}
    mended = {page.url_id: page for page in workspace.proposals.of_run(run.id) if page.url_id in numbers}
    return LearnedRules(tuple(_site_rule(group, mended) for group in groups), redirects)


def _site_rule(group: RuleGroup, mended: Mapping[int, Proposed]) -> SiteRule:
    learned = group.rule
    return SiteRule(
        key=hashlib.sha256(repr(learned.rule).encode()).hexdigest()[:12],
        description=learned.description,
        verdict=learned.verdict,
        held_out_precision_0_1=learned.held_out_precision_0_1,
        to_one_page=learned.to_one_page,
        examples=tuple((pair.source, pair.target) for pair in learned.examples),
        pages={page: match_key(mended[page].target_url) or "" for page in group.mended},
        exceptions=group.exceptions,
        misled=group.misled,
        equity_share_0_1=min(1.0, fsum(mended[page].equity_share_0_1 for page in group.mended)),
    )
