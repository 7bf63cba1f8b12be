"""Any CSV by named columns, and what an unknown file is answered."""

from collections.abc import Callable
from typing import Any

import pytest

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.model.links import Metric, MetricScale, Rel

OTHER = "Strength,Heading,Page with link,Linked page,Words,Out,In,Found"


def test_named_columns_in_any_order_case_and_separator(read_back: Callable[..., Any]) -> None:
    columns = {
        "target_url": "to page",
        "referring_page": "From  Page",
        "rel": "Rel",
        "dr": "Authority",
        "target_status": "Code",
    }
    text = "Code;Rel;Authority;from page;To Page\n404;ugc nofollow;12,5;https://a.example/;https://b.example/x\n"
    (claim,) = read_back(text, columns).claims
    assert (claim.referring_page, claim.target_url) == ("https://a.example/", "https://b.example/x")
    assert (claim.rel, claim.target_status) == (Rel.NOFOLLOW | Rel.UGC, 404)
    assert claim.metrics == (Metric("dr", 12.5, MetricScale.DOMAIN),)


@pytest.mark.parametrize(
    "header",
    ["Source URL,Target URL,Anchor Text", "url_from,url_to,anchor", "referring_page,target_url,anchor_text"],
)
def test_plain_names_are_no_tool_s(read_back: Callable[..., Any], header: str) -> None:
    link = "https://a.example/1,https://b.example/x"
    for names, cells in (
        (header, f"{link},chairs"),
        (header.rpartition(",")[0], link),
        (header + ",ugc", f"{link},chairs,1"),
    ):
        reading = read_back(f"{names}\n{cells}\n")
        assert (reading.info.tool, reading.info.report) == ("Link list", "by column names")
        assert reading.info.notes == ("these columns are no known tool's own: they are read by their names",)
        (claim,) = reading.claims
        assert (claim.referring_page, claim.target_url) == ("https://a.example/1", "https://b.example/x")
        assert claim.anchor_text == ("chairs" if "chairs" in cells else None)
        assert claim.rel == (Rel.UGC if "ugc" in names else None)


@pytest.mark.parametrize("own", ["is_nofollow", "http_code_target", "lost_reason"])
def test_a_column_of_the_tool_s_own_names_it(read_back: Callable[..., Any], own: str) -> None:
    info = read_back(f"url_from,url_to,{own}\nhttps://a.example/1,https://b.example/x,\n").info
    assert (info.tool, info.report) == ("Ahrefs", "Backlinks")


def test_the_nearest_report_says_what_of_its_own_is_missing(read_back: Callable[..., Any]) -> None:
    with pytest.raises(UnknownFormatError) as refused:
        read_back("URL,Title,Target URL,Only rel=nofollow\nhttps://a.example/1,A,https://b.example/x,No\n")
    assert "Nearest known: Moz Inbound links" in str(refused.value)
    assert "but has none of da, domain authority," in str(refused.value)


def test_one_end_may_be_missing_in_a_row_but_not_both(read_back: Callable[..., Any]) -> None:
    text = "a,b,c\nhttps://a.example/,,1\n,https://b.example/,1\n,,1\n"
    reading = read_back(text, {"referring_page": "a", "target_url": "b"})
    assert [(claim.referring_page, claim.target_url) for claim in reading.claims] == [
        ("https://a.example/", None),
        (None, "https://b.example/"),
    ]
    assert [problem.line for problem in reading.problems] == [4]


def test_a_named_column_that_is_not_there_is_shown_with_the_nearest(read_back: Callable[..., Any]) -> None:
    with pytest.raises(
        InputError, match=r"Source page url.*--columns.*Did you mean source_url.*Header found: source_url, target"
    ):
        read_back("source_url,target\n", {"referring_page": "Source page url", "target_url": "target"})


def test_unknown_fields_and_no_ends_are_refused(read_back: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="no field is named colour"):
        read_back("a,b\n", {"colour": "a", "target_url": "b"})
    with pytest.raises(InputError, match="referring_page"):
        read_back("a,b\n", {"anchor_text": "a"})


def test_a_file_of_another_tool_shows_header_nearest_and_way_out(read_back: Callable[..., Any]) -> None:
    row = "60,A page,https://a.example/,https://b.example/,x,6,4,2024-11-09"
    with pytest.raises(UnknownFormatError) as caught:
        read_back(f"{OTHER},Anchor,Domain rating\n{row},x,12\n")
    message = str(caught.value)
    assert "Strength, Heading, Page with link" in message
    assert "Nearest known: Ahrefs Backlinks: it shares Anchor, Domain rating" in message
    assert "lacks Referring page URL" in message
    assert '--columns "referring_page=Page with link,target_url=Linked page"' in message


def test_targets_may_be_paths_of_the_site(read_back: Callable[..., Any]) -> None:
    text = "to,from,times\n/old?x=1,https://a.example/p,12\nold,https://a.example/p,1\n"
    reading = read_back(text, {"target_url": "to", "referring_page": "from", "hits": "times"})
    assert [(claim.target_url, claim.hits) for claim in reading.claims] == [("/old?x=1", 12)]
    assert [problem.line for problem in reading.problems] == [3]


def test_a_linking_site_may_stand_for_its_pages_but_not_beside_them(read_back: Callable[..., Any]) -> None:
    text = "site,to,page\nBlog.example.org,/old,https://a.example/p\n,/old,\n"
    reading = read_back(text, {"referring_domain": "site", "target_url": "to"})
    assert [claim.referring_domain for claim in reading.claims] == ["blog.example.org", None]
    reading = read_back(text, {"referring_domain": "site"})
    assert [problem.line for problem in reading.problems] == [3]
    with pytest.raises(InputError, match="leave out referring_domain"):
        read_back(text, {"referring_domain": "site", "referring_page": "page"})


def test_of_several_authority_numbers_of_one_scale_the_first_known_counts(read_back: Callable[..., Any]) -> None:
    text = "p,t,trust,citation,rank,open\n"
    text += "https://a.example/,https://b.example/,20,30,500,6.5\nhttps://a.example/,https://b.example/,,30,x,6.5\n"
    columns = {"referring_page": "p", "target_url": "t", "tf": "trust", "cf": "citation", "opr": "open"}
    claims = read_back(text, {**columns, "domain_from_rank": "rank"}).claims
    assert [claim.metrics for claim in claims] == [
        (Metric("domain_from_rank", 50.0, MetricScale.DOMAIN), Metric("tf", 20.0, MetricScale.PAGE)),
        (Metric("opr", 65.0, MetricScale.DOMAIN), Metric("cf", 30.0, MetricScale.PAGE)),
    ]


def test_the_message_obeys_no_escape_and_has_an_end(read_back: Callable[..., Any]) -> None:
    names = ",".join(f"\x1b[31mname{n}" + "x" * 200 for n in range(400))
    with pytest.raises(UnknownFormatError) as caught:
        read_back(names + "\n")
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 2_000


@pytest.mark.parametrize("text", ["<!doctype html><title>Sign in</title>", "one\ntwo\n", "x"])
def test_no_table_at_all(read_back: Callable[..., Any], text: str) -> None:
    with pytest.raises(UnknownFormatError):
        read_back(text)
