"""Ahrefs exports of every generation, from synthetic rows under the real headers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from linkreclaim.model.links import Claim, Metric, MetricScale, Place, Rel

HEADER_2023 = (
    "Referring page title,Referring page URL,Language,Platform,Referring page HTTP code,Domain rating,UR,"
    "Domain traffic,Referring domains,Linked domains,External links,Page traffic,Keywords,Target URL,Left context,"
    "Anchor,Right context,Type,Content,Nofollow,UGC,Sponsored,Rendered,Raw,Lost status,Drop reason,Discovered status,"
    "First seen,Last seen,Lost,Links in group"
)
ROW_2023 = (
    "A guide,https://blog.example.org/guide,en,wordpress,200,72,2.3,100,28,16,24,4,4,https://shop.example.com/old,"
    "see the,garden chairs,of the year,text,TRUE,TRUE,FALSE,FALSE,TRUE,TRUE,,,linkfound,2022-06-11 6:20,"
    "2023-05-13 17:42,,7"
)
HEADER_2026 = HEADER_2023.replace(
    "Right context,Type,", "Right context,Redirect Chain URLs,Redirect Chain status codes,Type,Is spam,"
).replace("Lost,Links", "Lost,Author,Page type,Page category,Links")
ROW_2026 = (
    '"Chairs, tables",https://blog.example.org/guide,en,,200,61,4.5,100,28,16,"1,240",4,4,https://shop.example.com/old,,'
    "here,,,,image,false,false,false,true,true,false,true,removedfromhtml,,linkfound,2026-04-14 10:24:56,"
    "2026-04-27 22:26:03,2026-05-05 11:57:32,,Landing,Shopping,2717"
)
HEADER_OLD = (
    "#,Domain Rating,URL Rating (desc),Referring Domains,Referring Page URL,Referring Page Title,External Links Count,"
    "Link URL,TextPre,Link Anchor,TextPost,Type,First Seen,Last Check,Day Lost"
)


def expected_2023(line: int) -> Claim:
    return Claim(
        line=line,
        referring_page="https://blog.example.org/guide",
        target_url="https://shop.example.com/old",
        anchor_text="garden chairs",
        context="see the … of the year",
        rel=Rel.NOFOLLOW,
        place=Place.CONTENT,
        first_seen=date(2022, 6, 11),
        last_seen=date(2023, 5, 13),
        page_title="A guide",
        page_status=200,
        external_links=24,
        links_in_group=7,
        metrics=(Metric("dr", 72.0, MetricScale.DOMAIN), Metric("ur", 2.3, MetricScale.PAGE)),
    )


def test_backlinks_of_2023_as_excel_saves_them(read_back: Callable[..., Any]) -> None:
    reading = read_back(f"{HEADER_2023}\r\n{ROW_2023}\r\n")
    assert reading.claims == [expected_2023(2)]
    assert (reading.info.tool, reading.info.report) == ("Ahrefs", "Backlinks")
    assert any("Links in group" in note for note in reading.info.notes)


def test_backlinks_as_ahrefs_sends_them_utf16_tabs_all_quoted(read_back: Callable[..., Any]) -> None:
    rows = [f'"{line}"'.replace(",", '"\t"') for line in (HEADER_2023, ROW_2023)]
    for encoding, name in (("utf-16-le", "UTF-16 LE"), ("utf-16-be", "UTF-16 BE")):
        reading = read_back(("\ufeff" + "\n".join(rows) + "\n").encode(encoding))
        assert reading.claims == [expected_2023(2)]
        assert (reading.info.encoding, reading.info.delimiter) == (name, "\t")


def test_backlinks_of_2026_lost_link_in_the_chrome_of_a_page(read_back: Callable[..., Any]) -> None:
    (claim,) = read_back(f"{HEADER_2026}\n{ROW_2026}\n").claims
    assert claim.rel == Rel.UGC | Rel.SPONSORED
    assert claim.place is Place.CHROME
    assert claim.lost_reason == "removedfromhtml"
    assert (claim.external_links, claim.links_in_group, claim.page_title) == (1240, 2717, "Chairs, tables")
    assert (claim.first_seen, claim.last_seen) == (date(2026, 4, 14), date(2026, 4, 27))
    assert claim.context is None


def test_backlinks_of_the_older_form(read_back: Callable[..., Any]) -> None:
    row = "1,55,31,4,https://a.example.org/,Page,12,https://b.example.com/x,,click,,Nofollow,2019-01-02,2019-03-04,2019-03-05"
    (claim,) = read_back(f"{HEADER_OLD}\n{row}\n").claims
    assert (claim.target_url, claim.anchor_text, claim.rel) == ("https://b.example.com/x", "click", Rel.NOFOLLOW)
    assert (claim.first_seen, claim.last_seen) == (date(2019, 1, 2), date(2019, 3, 4))
    assert claim.lost_reason == "lost"
    assert claim.metrics == (Metric("dr", 55.0, MetricScale.DOMAIN), Metric("ur", 31.0, MetricScale.PAGE))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_any_separator_and_excel_in_german(read_back: Callable[..., Any], delimiter: str) -> None:
    row = ROW_2023.replace("TRUE", "WAHR").replace("FALSE", "FALSCH").replace("2.3", "2.3")
    text = "\n".join((HEADER_2023, row, "")).replace(",", delimiter)
    assert read_back(f"sep={delimiter}\n{text}").claims == [expected_2023(3)]


def test_rel_is_unknown_when_no_column_tells_it(read_back: Callable[..., Any]) -> None:
    text = "Referring page URL,Target URL\nhttps://a.example/,https://b.example/\n"
    (claim,) = read_back(text).claims
    assert claim.rel is None
    assert claim.anchor_text is None
    assert claim.place is Place.UNKNOWN


def test_an_empty_anchor_is_known_to_be_empty(read_back: Callable[..., Any]) -> None:
    (claim,) = read_back("Referring page URL,Target URL,Anchor\nhttps://a.example/,https://b.example/,\n").claims
    assert claim.anchor_text == ""


def test_broken_backlinks_with_their_target_status(read_back: Callable[..., Any]) -> None:
    text = f"{HEADER_2023},Target URL HTTP code\n{ROW_2023},404\n"
    assert read_back(text).claims == [expected_2023(2)._replace(target_status=404)]


def test_best_by_links_counts_and_says_where_its_columns_come_from(read_back: Callable[..., Any]) -> None:
    text = "Page URL,Page HTTP code,Links to page,Referring domains,UR\nhttps://shop.example.com/old,404,1.240,33,12\n"
    reading = read_back(text)
    assert reading.info.report == "Best by links"
    assert any("documentation" in note for note in reading.info.notes)
    (claim,) = reading.claims
    assert (claim.target_url, claim.target_status) == ("https://shop.example.com/old", 404)
    assert (claim.claimed_links, claim.claimed_domains) == (1240, 33)
    assert claim.referring_page is None
    assert claim.metrics == ()
