"""Which hosts and dead URLs vendors of links are asked about, and rows that come in several answers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.sources.apis.server import WANT

from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.interface import AnswerError
from linkreclaim.sources.apis.rows import AskedHost, ClaimReader, asked_hosts, dead_urls
from linkreclaim.sources.tools.dataforseo import DOMAIN_PAGES
from linkreclaim.sources.tools.semrush import INDEXED_PAGES


def test_hosts_are_asked_for_once_without_ports() -> None:
    site = Site("example.co.uk:8443", old_hosts=("blog.example.com", "example.co.uk", "me.github.io"))
    assert asked_hosts(site) == (
        AskedHost("example.co.uk", True),
        AskedHost("blog.example.com", False, former=True),
        AskedHost("me.github.io", True, former=True),
    )


def test_known_dead_urls_come_first_and_rows_are_read_no_further_than_needed() -> None:
    read: list[int] = []

    def rows() -> Iterator[Claim | RowProblem]:
        statuses = (404, 200, 404, None, 410, 404)
        for number, status in enumerate(statuses):
            read.append(number)
            yield Claim(number + 1, target_url=f"https://example.com/{number % 4}", target_status=status)
            yield RowProblem(number + 1, "a bad row")

    want = replace(WANT, dead_urls=("https://example.com/known", "https://example.com/0"))
    assert list(dead_urls(want, rows(), 3)) == [
        "https://example.com/known",
        "https://example.com/0",
        "https://example.com/2",
    ]
    assert read == [0, 1, 2]
    assert list(dead_urls(want, rows(), 1)) == ["https://example.com/known"]


def test_a_page_of_a_former_host_that_gave_no_answer_is_dead() -> None:
    want = replace(WANT, site=Site("example.com", old_hosts=("former.example",)))
    urls = ("https://www.former.example/a", "https://example.com/b", "https://former.example/c")
    rows = [Claim(1, target_url=url, target_status=status) for url, status in zip(urls, (None, None, 301), strict=True)]
    assert list(dead_urls(want, rows, 9)) == ["https://www.former.example/a"]


def test_lines_are_counted_through_answers_whose_columns_differ() -> None:
    reader = ClaimReader(INDEXED_PAGES)
    first = reader.read_table(("source_url", "backlinks_num", "domains_num"), [["https://example.com/a", "3", "2"]])
    second = reader.read_table(
        ("response_code", "domains_num", "backlinks_num", "source_url"),
        [["404", "4", "5", "https://example.com/b"], ["410", "4"]],
    )
    claims = [*first, *second]
    assert claims[:2] == [
        Claim(1, target_url="https://example.com/a", claimed_links=3, claimed_domains=2),
        Claim(2, target_url="https://example.com/b", target_status=404, claimed_links=5, claimed_domains=4),
    ]
    assert claims[2] == RowProblem(3, "target url is empty")


def test_a_missing_field_is_named_once_a_row_shows_it() -> None:
    reader = ClaimReader(DOMAIN_PAGES)
    assert list(reader.read_objects([])) == []
    with pytest.raises(AnswerError, match=r"domain pages: .* no field page_summary\.referring_domains; they"):
        list(reader.read_objects([{"page": "https://example.com/", "page_summary": {"backlinks": 1}}]))
