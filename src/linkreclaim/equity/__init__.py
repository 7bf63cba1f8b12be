"""What lost links are worth: one link, one dead page, and how few fixes regain most of it. Pure arithmetic."""

from linkreclaim.equity.link_value import value_link, worth
from linkreclaim.equity.metrics import RANK_METRIC, rank_score
from linkreclaim.equity.page_equity import PageEquity
from linkreclaim.equity.plan import Ranked, Work, count_to_goal, rank_work
from linkreclaim.equity.recoverable import TAU, Fix, fix_of
from linkreclaim.equity.scale import AS_GIVEN, Scale, fit_scale
from linkreclaim.equity.shares import count_to_regain, shares

__all__ = [
    "AS_GIVEN",
    "RANK_METRIC",
    "TAU",
    "Fix",
    "PageEquity",
    "Ranked",
    "Scale",
    "Work",
    "count_to_goal",
    "count_to_regain",
    "fit_scale",
    "fix_of",
    "rank_score",
    "rank_work",
    "shares",
    "value_link",
    "worth",
]
