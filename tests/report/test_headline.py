from collections.abc import Callable

import pytest

from linkreclaim.model.reports import AuditSummary
from linkreclaim.report.headline import write_headline

Summary = Callable[..., AuditSummary]


def test_one_page_is_not_these_pages(summary: Summary) -> None:
    one = write_headline(summary(proposed_redirects=1, accepted=0, regain_share_0_1=1.0, regain_count_80=1))
    assert one.title == "Fix this one page and regain 100 % of the lost equity."
    assert "The first" not in one.detail


def test_accepted_redirects_count_as_fixes(summary: Summary) -> None:
    assert "these 5 pages" in write_headline(summary(proposed_redirects=0, accepted=5)).title


def test_where_nothing_fits_nothing_is_promised(summary: Summary) -> None:
    headline = write_headline(summary(proposed_redirects=0, accepted=0, regain_share_0_1=0.0))
    assert headline.title == "Links are lost, and no live page fits them."


@pytest.mark.parametrize("foreign", [True, False])
def test_nothing_lost_is_said_plainly(summary: Summary, foreign: bool) -> None:
    headline = write_headline(summary(dead_with_links=0, dead_without_links=1, foreign=foreign))
    assert headline.title == "No lost links were found."
    assert headline.detail == "60 linked addresses looked at. 1 dead address without any known link."


def test_a_single_link_leads_to_a_single_page(summary: Summary) -> None:
    headline = write_headline(summary(broken_backlinks=1, dead_with_links=1, none_fits=0))
    assert headline.detail.endswith("1 link from other sites leads to 1 page that is no longer there.")
