"""Screaming Frog exports: inlinks of three generations, and Response codes."""

from collections.abc import Callable
from typing import Any

import pytest

from linkreclaim.errors import UnknownFormatError
from linkreclaim.model.links import Place, Rel

INLINKS_2017 = '"Type","Source","Destination","Size (Bytes)","Alt Text","Anchor","Status Code","Status","Follow"'
INLINKS_2025 = INLINKS_2017 + ',"Target","Rel","Path Type","Link Path","Link Position","Link Origin"'
CODES = (
    '"Address","Content Type","Status Code","Status","Indexability","Indexability Status","Inlinks","Response Time",'
    '"Redirect URL","Redirect Type"'
)


def test_inlinks_below_a_title_line(read_back: Callable[..., Any]) -> None:
    row = '"HREF","http://www.example.com/","http://www.example.com/gone","0","Logo","","404","Not Found","true"'
    reading = read_back(f'"All Inlinks"\n{INLINKS_2017}\n{row}\n')
    (claim,) = reading.claims
    assert (reading.info.tool, claim.line) == ("Screaming Frog", 3)
    assert (claim.referring_page, claim.target_url) == ("http://www.example.com/", "http://www.example.com/gone")
    assert (claim.target_status, claim.anchor_text, claim.rel) == (404, "Logo", Rel.NONE)


def test_inlinks_of_2025_with_bom_position_and_rel(read_back: Callable[..., Any]) -> None:
    row = (
        '"Hyperlink","https://e.example/","https://e.example/gone","0","","Here","410","Gone","false","",'
        '"nofollow noopener","Absolute","//a","{}","HTML"'
    )
    rows = "\r\n".join(row.format(position) for position in ("Content", "Footer", ""))
    claims = read_back(f"\ufeff{INLINKS_2025}\r\n{rows}\r\n").claims
    assert [claim.place for claim in claims] == [Place.CONTENT, Place.CHROME, Place.UNKNOWN]
    assert {claim.rel for claim in claims} == {Rel.NOFOLLOW}
    assert claims[0].target_status == 410


def test_no_response_inlinks_have_no_status(read_back: Callable[..., Any]) -> None:
    row = "AHREF,https://e.example/,https://f.example/,0,A logo,,0,Connection Refused,TRUE"
    header = INLINKS_2017.replace('"', "")
    (claim,) = read_back(f"{header}\n{row}\n").claims
    assert claim.target_status is None
    assert claim.has_link


def test_an_image_row_is_no_link_but_keeps_its_target(read_back: Callable[..., Any]) -> None:
    row = '"Image","https://e.example/","https://e.example/x.png","0","Alt","","404","Not Found","true"'
    (claim,) = read_back(f"{INLINKS_2017}\n{row}\n").claims
    assert (claim.referring_page, claim.target_url, claim.target_status) == (None, "https://e.example/x.png", 404)


def test_response_codes_name_dead_urls_without_links(read_back: Callable[..., Any]) -> None:
    row = '"https://e.example/g","text/html","404","Not Found","Non-Indexable","Client Error","13","0,033","",""'
    reading = read_back(f"\ufeff{CODES}\r\n{row}\r\n")
    (claim,) = reading.claims
    assert reading.info.report == "Response codes"
    assert (claim.referring_page, claim.target_url, claim.target_status) == (None, "https://e.example/g", 404)


def test_the_encoded_address_is_preferred(read_back: Callable[..., Any]) -> None:
    row = '"https://e.example/é","","404","","","","","","","","https://e.example/%C3%A9"'
    (claim,) = read_back(f'{CODES},"URL Encoded Address"\n{row}\n').claims
    assert claim.target_url == "https://e.example/%C3%A9"


def test_a_crawl_of_all_pages_is_no_link_export(read_back: Callable[..., Any]) -> None:
    with pytest.raises(UnknownFormatError, match=r"holds no links.*--pages"):
        read_back("Address,Content Type,Status Code,Status,Title 1,Redirect URL\nhttps://e.example/,,200,OK,Home,\n")


CHAINS = (
    "Chain Type,Number of Redirects,Redirect Loop,Source,Address,Final Address,Final Status Code,Status Code 1,"
    "Redirect URL 1,Status Code 2,Redirect URL 2"
)


def test_chains_of_any_length_below_a_title_line(read_back: Callable[..., Any]) -> None:
    text = (
        f'"Redirect Chain Report (Spider Mode)"\n{CHAINS}\n'
        "HTTP Redirect,1,false,https://a.example/,https://e.example/1,https://e.example/x,410,301,https://e.example/x,410\n"
        "HTTP Redirect,1,false,https://a.example/,https://e.example/2,https://e.example/y,200,301,https://e.example/y\n"
        "HTTP Redirect,2,true,,https://e.example/3,https://e.example/3,302,302,https://e.example/4,302,https://e.example/3\n"
        "HTTP Redirect,1,false,https://a.example/,https://e.example/5,https://e.example/z,503,301,https://e.example/z,503,\n"
        "HTTP Redirect,1,false,https://a.example/,https://e.example/6,https://e.example/z,0,301,https://e.example/z,0,\n"
    )
    reading = read_back(text)
    assert reading.problems == []
    assert [claim.target_status for claim in reading.claims] == [410, 301, 302, 301, 301]
    assert [claim.referring_page is None for claim in reading.claims] == [False, False, True, False, False]
    assert [claim.line for claim in reading.claims] == [3, 4, 5, 6, 7]


def test_the_external_tab_names_targets_and_says_of_what_use_it_is(read_back: Callable[..., Any]) -> None:
    row = '"https://e.example/gone","","404","Not Found","2","14"'
    reading = read_back(f'"Address","Content Type","Status Code","Status","Crawl Depth","Inlinks"\n{row}\n')
    assert [(claim.referring_page, claim.target_status) for claim in reading.claims] == [(None, 404)]
    assert any("set aside" in note for note in reading.info.notes)
