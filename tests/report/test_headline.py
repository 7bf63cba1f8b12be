from collections.abc import Callable

import pytest

from linkreclaim.model.links import PageOutcome
from linkreclaim.model.reports import AuditSummary, PageYield, SourceSummary
from linkreclaim.model.verdicts import VerdictKind
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
    told = ((VerdictKind.ALIVE, 59), (VerdictKind.NOT_FOUND, 1))
    headline = write_headline(summary(dead_with_links=0, dead_without_links=1, foreign=foreign, verdict_counts=told))
    assert headline.title == "No lost links were found."
    assert headline.detail == "60 linked addresses looked at. 1 dead address without any known link."


def test_what_could_not_be_told_is_not_called_sound(summary: Summary) -> None:
    counts = ((VerdictKind.ALIVE, 57), (VerdictKind.BLOCKED, 3))
    some = write_headline(summary(dead_with_links=0, dead_without_links=0, verdict_counts=counts))
    assert some.title == "No lost links were found."
    assert some.detail == "60 linked addresses looked at. 3 linked addresses could not be told."
    unread = PageYield(9, 0, 1, ((PageOutcome.FAILED, 8),), 0, 0, 0, 0, 0, None, None, None)
    none = summary(dead_with_links=0, dead_without_links=0, targets=0, verdict_counts=(), page_yield=unread, sources=())
    assert write_headline(none).title == "Whether links are lost could not be told."
    assert write_headline(none).detail == "8 linking pages could not be told."


def test_files_about_other_sites_are_not_called_sound(summary: Summary) -> None:
    source = SourceSummary("links.csv", "Ahrefs", "Backlinks", rows=9, claims=0, off_site=9, problems=0)
    headline = write_headline(summary(dead_with_links=0, targets=0, verdict_counts=(), sources=(source,)))
    assert headline.title == "None of the files has a link to example.com."
    assert headline.detail == "9 rows are about other sites."


def test_files_without_rows_are_not_called_sound(summary: Summary) -> None:
    empty = SourceSummary("links.csv", "Ahrefs", "Backlinks", rows=0, claims=0, off_site=0, problems=2)
    headline = write_headline(summary(dead_with_links=0, targets=0, verdict_counts=(), sources=(empty,)))
    assert headline == ("None of the files has a link to example.com.", "They have no rows.")


def test_without_a_known_live_page_nobody_says_that_none_fits(summary: Summary) -> None:
    headline = write_headline(summary(proposed_redirects=0, accepted=0, inventory_pages=0))
    assert headline.title == "Links are lost, and what fits them cannot be told: no live page of the site is known."
    assert "fits" not in headline.detail


def test_a_single_link_leads_to_a_single_page(summary: Summary) -> None:
    headline = write_headline(summary(broken_backlinks=1, dead_with_links=1, none_fits=0))
    assert headline.detail.endswith("1 link from other sites leads to 1 page that is no longer there.")
