"""Markup made to hurt is cut, honest markup is left alone."""

import time

import pytest
from tests.html.pages import url, wanted

from linkreclaim.html import find_links, page_facts
from linkreclaim.html.cost import affordable

HOSTILE = {
    "deep boxes": "<div>" * 1_000_000,
    "deep lists": "<ul><li>" * 600_000,
    "formatting never closed": "".join(f"<b {n}>" for n in range(2_000))
    + "".join(f"<i {n}>" for n in range(2_000))
    + "x</b>" * 2_000,
    "formatting copied into each paragraph": "".join(f"<b {n}>" for n in range(300)) + "<p>x" * 1_000_000,
    "formatting around boxes": "<i><div></i>" * 400_000,
    "attributes": "<a " + " ".join(f"x{n}" for n in range(400_000)) + ">",
    "attributes with tags in their values": "<a " + " ".join(f'x{n}="<b"' for n in range(300_000)) + ">",
    "attributes without spaces": "<a " + "/".join(f"x{n}" for n in range(400_000)) + ">",
    "end tags that close nothing": "<span>" * 1_024 + "</q>" * 1_200_000,
    "comments that never end": "<!--" * 1_000_000,
    "quotes that never end": "<a b='" * 800_000,
    "many tags of many attributes": ("<p " + " ".join(f"x{n}" for n in range(3_000)) + ">") * 250,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_markup_is_read_in_bounded_time(html: str) -> None:
    started = time.process_time()
    find_links(html.encode(), "text/html", url(), wanted)
    assert time.process_time() - started < 10  # uncut, the first of them takes longer than anybody waits


@pytest.mark.parametrize(
    "html",
    [
        "<li><p>item <br>" * 60_000,
        "<table>" + "<tr><td><a href=x>y</a>" * 50_000 + "</table>",
        "<p><font color=red>" + "word <b>bold</b> <i>it</i> " * 50_000,
        "<script>" + "x = '<div><div><div>';" * 50_000 + "</script><p>end",
        "<!--" + "<div>" * 300_000 + "--><p>end",
        "<div class=row><span><img src='data:image/png;base64," + "A/+=" * 100_000 + "'></span></div>" * 4,
        "<section><div>" + "<div><p>text</div></p>" * 50_000 + "</div></section>",
        "<svg><path d='" + "M 10 10 L 20/20 " * 20_000 + "'/></svg>",
    ],
)
def test_sloppy_but_honest_markup_is_kept_whole(html: str) -> None:
    assert affordable(html) == html


def test_what_stands_before_the_cut_is_read() -> None:
    html = "<title>T</title><a href=//shop.example/a>x</a>" + "<div>" * 400_000
    assert len(affordable(html)) < len(html)
    assert len(find_links(html.encode(), "text/html", url(), wanted).links) == 1
    assert page_facts(html.encode(), "text/html", url()).title == "T"
