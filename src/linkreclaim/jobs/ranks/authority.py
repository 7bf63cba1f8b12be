"""Authority: how the numbers of one audit's sources are read, and what a list of ranked domains adds to them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from linkreclaim.equity import AS_GIVEN, RANK_METRIC, Scale, fit_scale, value_link, worth
from linkreclaim.jobs.ranks.table import RankTable
from linkreclaim.model.judgements import BacklinkFacts, LinkValue
from linkreclaim.store import Workspace
from linkreclaim.store.runs import Run

DOMAINS_COMPARED = 5_000
"""Domains whose metrics are compared to find the scale: its quantiles need no more, and memory stays flat."""
_DOCUMENT = "domain metrics"


@dataclass(frozen=True, slots=True)
class Authority:
    """Values links by one scale. A domain without a vendor's metric gets that of the ranks, where they have it."""

    scale: Scale = AS_GIVEN
    ranks: RankTable | None = None

    def worth(self, facts: BacklinkFacts) -> float:
        """The value of a link."""
        return worth(self._completed(facts), self.scale)

    def value(self, facts: BacklinkFacts) -> LinkValue:
        """The value of a link, with its parts in words."""
        return value_link(self._completed(facts), self.scale)

    def _completed(self, facts: BacklinkFacts) -> BacklinkFacts:
        if self.ranks is None or facts.domain_metric is not None or not facts.referring_domain:
            return facts
        score = self.ranks.score(facts.referring_domain)
        return facts if score is None else facts._replace(domain_metric=(RANK_METRIC, score))


def learn_authority(
    workspace: Workspace, site_id: int, ranks: RankTable | None, run_id: int | None = None
) -> Authority:
    """The scale of a site's claims (and of ranks, where there are some), by the domains that carry two metrics.

    The same claims and ranks give the same scale, so that a run that is continued goes on with the same values. With
    `run_id` the metrics are kept with the run, for `recall_authority`.
    """
    known = workspace.referring_domains.metrics(site_id, DOMAINS_COMPARED)
    if run_id is not None:
        workspace.documents.save(run_id, _DOCUMENT, None, json.dumps(known).encode())
    return Authority(fit_scale(_with_ranks(known, ranks)), ranks)


def recall_authority(workspace: Workspace, run: Run, ranks: RankTable | None) -> Authority:
    """The scale by which a run valued its links. Cost: 10 ms; a second for a million claims where an older linkreclaim
    made the run, which kept no metrics."""
    held = workspace.documents.get(run.id, _DOCUMENT)
    if held is None:
        return learn_authority(workspace, run.site_id, ranks)
    return Authority(fit_scale(_with_ranks(json.loads(held[1]), ranks)), ranks)


def _with_ranks(known: dict[str, dict[str, float]], ranks: RankTable | None) -> Iterator[dict[str, float]]:
    for domain, metrics in known.items():
        score = None if ranks is None else ranks.score(domain)
        yield metrics if score is None else {**metrics, RANK_METRIC: score}
