import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from linkreclaim.model.judgements import Disposition
from linkreclaim.model.matches import Candidate
from linkreclaim.model.reports import AuditSummary, BacklinkRow, DeadPageRow
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.page import render_html

DeadPage = Callable[..., DeadPageRow]
Backlink = Callable[..., BacklinkRow]
Summary = Callable[..., AuditSummary]


def render(
    summary: AuditSummary, rows: Sequence[DeadPageRow], links: Sequence[BacklinkRow] = (), max_rows: int = 500
) -> str:
    return "".join(render_html(summary, iter(rows), lambda row: links, max_rows))


def words_of(html: str, selector: str = "body") -> str:
    nodes = LexborHTMLParser(html).css(selector)
    return " ".join(" ".join(node.text(deep=True, separator=" ").split()) for node in nodes)


def one(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    node = tree.css_first(selector)
    assert node is not None, selector
    return node


@pytest.fixture
def hostile_html(summary: Summary, dead_page: DeadPage, backlink: Backlink, hostile: str) -> str:
    page = dead_page(
        url=f"javascript:{hostile}", old_title=hostile, verdict_reason=hostile, cause_evidence=(hostile,),
        anchors=(hostile,), match_reason=hostile, target_url=f'data:text/html,"{hostile}', best_link_parts=hostile,
        decided_by=hostile, candidates=(Candidate('https://e.example/"onclick="x', 0.2),), former_host=True,
    )  # fmt: skip
    link = backlink(
        referring_page='https://e.example/"><img src=x onerror=alert(1)>', anchor_text=hostile, rel=hostile,
        seen=hostile, last_seen=hostile,
    )  # fmt: skip
    rows = [page, dead_page(rank=2, links=0, url=hostile), dead_page(rank=3, verdict=VerdictKind.UNSURE, url=hostile)]
    return render(summary(site=hostile, warnings=(hostile,), inventory_source=hostile), rows, [link])


def test_nothing_of_a_stranger_becomes_markup(hostile_html: str) -> None:
    tree = LexborHTMLParser(hostile_html)
    assert tree.css("script, img, iframe, object, embed, base, form, link, input") == []
    attributes = [name for node in tree.css("*") for name in node.attributes]
    assert [name for name in attributes if name.startswith("on")] == []
    assert "<script>alert(1)</script>" in words_of(hostile_html, ".page h3")
    assert '=HYPERLINK("http://evil.example/") [red]x[/red] [U+202E]gpj.exe' in words_of(hostile_html, ".page h3")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", hostile_html)


def test_links_lead_to_web_addresses_only_and_give_nothing_away(hostile_html: str) -> None:
    links = LexborHTMLParser(hostile_html).css("a[href]")
    outside = [link for link in links if not (link.attributes["href"] or "").startswith("#")]
    assert len(outside) >= 2
    for link in outside:
        assert re.match(r"https?://", link.attributes["href"] or "")
        assert link.attributes["rel"] == "noopener noreferrer nofollow"


def test_the_file_asks_for_nothing_from_elsewhere(hostile_html: str) -> None:
    tree = LexborHTMLParser(hostile_html)
    assert tree.css("[src], [srcset], [data], [poster], [background], link, use") == []
    style = one(tree, "style").text()
    assert "url(" not in style
    assert "@import" not in style
    policy = one(tree, "meta[http-equiv='Content-Security-Policy']").attributes["content"] or ""
    assert policy.startswith("default-src 'none'")


@pytest.fixture(params=["own", "foreign", "provisional", "empty"])
def any_report(request: pytest.FixtureRequest, summary: Summary, dead_page: DeadPage, backlink: Backlink) -> str:
    rows = [dead_page(rank=rank, running_share_0_1=rank / 10) for rank in range(1, 8)]
    rows += [dead_page(rank=8, links=0), dead_page(rank=9, verdict=VerdictKind.BLOCKED)]
    kinds = {
        "own": (summary(), rows),
        "foreign": (summary(foreign=True), rows),
        "provisional": (summary(provisional=True, verdict_counts=()), [dead_page(verdict=None)]),
        "empty": (summary(dead_with_links=0, verdict_counts=(), sources=(), server_files=(), warnings=()), []),
    }
    audit, shown = kinds[request.param]
    return render(audit, shown, [backlink()])


def test_the_page_is_sound_for_those_who_do_not_see_it(any_report: str) -> None:
    tree = LexborHTMLParser(any_report)
    assert any_report.startswith("<!doctype html>")
    assert one(tree, "html").attributes["lang"] == "en"
    assert len(tree.css("h1")) == 1
    assert len(tree.css("main")) == 1
    levels = [int((node.tag or "")[1:]) for node in tree.css("h1, h2, h3, h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    for table in tree.css("table"):
        assert one(table, "caption").text(strip=True)
        assert all(cell.attributes.get("scope") for cell in table.css("th"))
    for link in tree.css("a[href^='#']"):
        assert (link.attributes["href"] or "")[1:] in ids


def test_a_dead_page_is_told_whole(summary: Summary, dead_page: DeadPage, backlink: Backlink) -> None:
    text = words_of(render(summary(), [dead_page()], [backlink()]), ".page")
    for part in (
        "The old guide", "https://example.com/blog/old-guide", "Not found (404)", "40 % of the lost equity",
        "12 links from 7 domains", "there is no page at this address", "Moved in a restructure", "86 % sure",
        "14 of 15 pages under /blog/ died together", "https://example.com/resources/guide", "97 % sure", "same title",
        "https://example.com/news", "https://news.example/list", "old guide", "Link seen", "DR 71",
    ):  # fmt: skip
        assert part in text


def test_the_result_comes_first(summary: Summary, dead_page: DeadPage) -> None:
    html = render(summary(), [dead_page()])
    assert words_of(html, "h1") == "Fix these 6 pages and regain 73 % of the lost equity."
    assert "The first 3 give 80 % of that." in words_of(html, "#result")
    assert "nginx" in words_of(html, "#plan")


def test_what_could_not_be_told_is_never_called_lost(summary: Summary, dead_page: DeadPage) -> None:
    blocked = dead_page(rank=2, url="https://example.com/members", verdict=VerdictKind.BLOCKED)
    html = render(summary(), [dead_page(), blocked])
    assert "/members" not in words_of(html, "#pages")
    assert "/members" in words_of(html, "#untold")
    assert "5 addresses gave no clear answer" in words_of(html, "#untold")
    assert "Causes of 1 lost page" in words_of(html, "#overview")


def test_a_silent_former_domain_is_lost_and_not_untold(summary: Summary, dead_page: DeadPage) -> None:
    silent = dead_page(url="http://old.example/a", verdict=VerdictKind.UNREACHABLE, former_host=True)
    html = render(summary(verdict_counts=((VerdictKind.UNREACHABLE, 3),)), [silent])
    assert "old.example : 1 lost page with links" in words_of(html, "#plan")
    assert "2 addresses gave no clear answer" in words_of(html, "#untold")


def test_dead_urls_without_a_link_are_apart(summary: Summary, dead_page: DeadPage) -> None:
    html = render(summary(), [dead_page(), dead_page(rank=2, links=0, url="https://example.com/unloved")])
    assert "/unloved" not in words_of(html, "#pages")
    assert "no link equity was lost here" in words_of(html, "#unlinked")
    assert "/unloved" in words_of(html, "#unlinked")


def test_no_page_fits_is_an_answer(summary: Summary, dead_page: DeadPage) -> None:
    text = words_of(render(summary(), [dead_page(target_url=None, disposition=Disposition.RESTORE)]), ".page")
    assert "Bring the page back" in text
    assert "none of which fits" in text


def test_a_provisional_report_says_so_and_promises_nothing(summary: Summary, dead_page: DeadPage) -> None:
    html = render(summary(provisional=True, verdict_counts=()), [dead_page(verdict=None)])
    assert "nothing has been checked yet" in words_of(html, ".banner")
    assert "comes back with the plan" not in words_of(html)
    assert "Not checked yet" in words_of(html, ".page")


def test_somebody_elses_site_gets_prospects_and_no_redirects(
    summary: Summary, dead_page: DeadPage, backlink: Backlink
) -> None:
    links = [backlink(referring_page=f"https://fan{number}.example/") for number in range(40)]
    links.append(backlink(referring_page="https://former-fan.example/", seen="gone"))
    html = render(summary(foreign=True, site="rival.example"), [dead_page(links=40)], links)
    text = words_of(html)
    assert words_of(html, "h1") == "10 dead pages of rival.example still have links to win."
    assert "https://fan39.example/" in text
    assert "former-fan" not in text
    assert "What it was" in text
    assert "prospects.csv" in text
    assert "/resources/guide" not in text
    assert "redirects proposed" not in text


def test_rows_beyond_the_limit_are_counted_and_their_links_not_asked_for(summary: Summary, dead_page: DeadPage) -> None:
    asked: list[int] = []

    def links_of(row: DeadPageRow) -> Sequence[BacklinkRow]:
        asked.append(row.rank)
        return ()

    def rows() -> Iterator[DeadPageRow]:
        yield from (dead_page(rank=rank) for rank in range(1, 1001))

    html = "".join(render_html(summary(), rows(), links_of, max_rows=20))
    assert asked == list(range(1, 21))
    assert "The first 20 of 1,000" in words_of(html, "#pages")


def test_endless_texts_are_cut(summary: Summary, dead_page: DeadPage, backlink: Backlink) -> None:
    endless = "x" * 1_000_000
    html = render(summary(), [dead_page(old_title=endless, url=endless)], [backlink(anchor_text=endless)])
    assert len(html) < 60_000
