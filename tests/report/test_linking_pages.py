"""What the linking pages showed, in words."""

from collections.abc import Callable

from linkreclaim.model.links import LinkState, PageOutcome
from linkreclaim.model.reports import AuditSummary, BacklinkRow, DeadPageRow, PageYield
from linkreclaim.report.linking_pages import say_linking_pages
from linkreclaim.report.page import render_html

YIELD = PageYield(
    pages=1_000,
    read=800,
    gone=12,
    untold=((PageOutcome.BLOCKED, 120), (PageOutcome.NEEDS_SCRIPT, 68)),
    unlooked=0,
    linking=640,
    links=700,
    dead_linking=95,
    dead_links=97,
    unread_dead_linking=22.3,
    unread_dead_linking_low=18.4,
    unread_dead_linking_high=26.9,
)


def test_the_yield_is_stated_with_what_it_leaves_open(summary: Callable[..., AuditSummary]) -> None:
    states = ((LinkState.PRESENT, 60), (LinkState.CHANGED, 3))
    asked, found, unread, links = say_linking_pages(summary(page_yield=YIELD, link_states=states))
    assert asked == "124 linking pages asked: 101 read, 9 gone, 7 blocked."
    assert found == (
        "Of 1,000 linking pages named without a target 800 were read, 12 are gone; 640 of them link to the site, "
        "95 to dead pages of it (97 links)."
    )
    assert unread == (
        "188 pages could not be told (120 blocked, 68 need a script): if they are like those read, about 22 of them "
        "link to a dead page too (95 % interval 18 to 27, Wilson 1927)."
    )
    assert links == "Links to dead pages, by what their pages show: link seen 60; link changed 3."


def test_nothing_to_read_is_not_spoken_of(summary: Callable[..., AuditSummary]) -> None:
    assert list(say_linking_pages(summary(pages_total=0))) == []


def test_a_linking_site_without_a_page_and_a_changed_link_are_shown(
    summary: Callable[..., AuditSummary],
    dead_page: Callable[..., DeadPageRow],
    backlink: Callable[..., BacklinkRow],
) -> None:
    links = [
        backlink(referring_page="", referring_domain="blog.example", seen="not_looked"),
        backlink(seen="changed", changed_to="https://example.com/new", page_marks="noindex"),
    ]
    html = "".join(render_html(summary(), [dead_page()], lambda row: links))
    assert "a page of <bdi>blog.example</bdi>" in html
    assert 'href="https://example.com/new"' in html
    assert "Link changed" in html
    assert "noindex" in html
