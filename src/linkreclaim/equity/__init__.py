"""What lost links are worth: one link, one dead page, and how few fixes regain most of it. Pure arithmetic."""

from linkreclaim.equity.link_value import value_link, worth
from linkreclaim.equity.page_equity import PageEquity
from linkreclaim.equity.recoverable import TAU, Fix
from linkreclaim.equity.shares import count_to_regain, shares

__all__ = ["TAU", "Fix", "PageEquity", "count_to_regain", "shares", "value_link", "worth"]
