"""What lost links are worth: one link, one dead page, and how few fixes regain most of it. Pure arithmetic."""

from linkreclaim.equity.link_value import value_link, worth
from linkreclaim.equity.metrics import RANK_METRIC, rank_score
from linkreclaim.equity.page_equity import PageEquity
from linkreclaim.equity.recoverable import TAU, Fix
from linkreclaim.equity.scale import AS_GIVEN, Scale, fit_scale
from linkreclaim.equity.shares import count_to_regain, shares

__all__ = [
    "AS_GIVEN",
    "RANK_METRIC",
    "TAU",
    "Fix",
    "PageEquity",
    "Scale",
    "count_to_regain",
    "fit_scale",
    "rank_score",
    "shares",
    "value_link",
    "worth",
]
