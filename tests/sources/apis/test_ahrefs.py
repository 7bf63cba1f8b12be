"""The Ahrefs client against a server that answers as documented."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.apis.fakes.ahrefs import ORIGIN, SECRETS, FakeAhrefs, backlink, error, page
from tests.sources.apis.server import WANT, Bench, Reply, VendorServer, bench

from linkreclaim.model.links import Claim, Metric, MetricScale, Place, Rel, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.ahrefs import BROKEN_LINKS, DEAD_PAGES, PAGE_ROWS, VENDOR
from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
    BudgetReachedError,
    Call,
    KeyRefusedError,
    QuotaSpentError,
    TryLaterError,
)


@pytest.fixture
def fake() -> FakeAhrefs:
    return FakeAhrefs()


@pytest.fixture
def ahrefs(fake: FakeAhrefs) -> Iterator[tuple[Bench, VendorServer]]:
    with bench(VENDOR, fake, [ORIGIN], SECRETS) as running:
        yield running


def links(rows: list[Claim]) -> list[str | None]:
    return [row.referring_page for row in rows]


def test_dead_pages_come_with_their_counts_best_first(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    bench_, server = ahrefs
    fake.pages = [page("/few", 2), page("/alive", 90, 200), page("/many", 40, 410), page("/moved", 50, 301)]
    assert bench_.claims(DEAD_PAGES) == [
        Claim(1, None, "https://example.com/many", target_status=410, claimed_links=120, claimed_domains=40,
              first_seen=date(2024, 5, 1)),
        Claim(2, None, "https://example.com/few", target_status=404, claimed_links=6, claimed_domains=2,
              first_seen=date(2024, 5, 1)),
    ]  # fmt: skip
    assert len(server) == 1
    assert bench_.shelf.spent_units == fake.units_used == 50  # the least that a request costs


def test_a_broken_link_is_the_claim_of_an_export(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    fake.backlinks = [backlink(7, 30, is_nofollow=True, link_group_count=9)]
    assert ahrefs[0].claims(BROKEN_LINKS) == [
        Claim(
            line=1,
            referring_page="https://site-30.example.org/page-7",
            target_url="https://example.com/old",
            anchor_text="guide 7",
            rel=Rel.NOFOLLOW,
            place=Place.CONTENT,
            first_seen=date(2024, 5, 1),
            last_seen=date(2026, 11, 1),
            target_status=404,
            external_links=24,
            links_in_group=9,
            metrics=(Metric("dr", 71.0, MetricScale.DOMAIN), Metric("ur", 12.5, MetricScale.PAGE)),
        )
    ]


def test_the_api_and_an_export_agree(
    ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs, read_back: Callable[..., Any]
) -> None:
    fake.backlinks = [backlink(1, 5)]
    header = "Referring page URL,Target URL,Anchor,Nofollow,UGC,Sponsored,Content,First seen,Last seen,External links,"
    header += "Links in group,Target URL HTTP code,Domain rating,UR,Lost status,Referring page title"
    row = "https://site-5.example.org/page-1,https://example.com/old,guide 1,false,false,false,true,"
    row += "2024-05-01 10:00:00,2026-11-01 08:30:00,24,1,404,71,12.5,,"
    (exported,) = read_back(f"{header}\n{row}\n").claims
    assert ahrefs[0].claims(BROKEN_LINKS) == [exported._replace(line=1)]


@pytest.mark.parametrize(
    "ties",
    [
        pytest.param(lambda n: (n, "2024-01-01T00:00:00Z"), id="every rank its own"),
        pytest.param(lambda n: (n // 30, f"2024-01-{n % 9 + 1:02}T00:00:00Z"), id="many of one site and day"),
        pytest.param(lambda n: (5, f"2024-01-01T00:{n // 60:02}:{n % 60:02}Z"), id="all of one site"),
        pytest.param(lambda n: (5, f"2024-01-{n // 60 + 1:02}T00:00:00Z"), id="days that straddle pages"),
    ],
)
def test_pages_follow_one_another_by_where(
    ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs, ties: Callable[[int], tuple[int, str]]
) -> None:
    bench_, server = ahrefs
    fake.backlinks = [backlink(n, *ties(n)) for n in range(350)]
    found = links(bench_.claims(BROKEN_LINKS))
    assert len(found) == len(set(found)) == 350
    assert len(server) <= 6
    assert [claim.line for claim in bench_.claims(BROKEN_LINKS)] == list(range(1, 351))
    assert bench_.shelf.spent_units == fake.units_used


def test_more_links_at_one_place_than_a_page_holds_do_not_stop_the_rest(
    ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs
) -> None:
    fake.backlinks = [backlink(n, 5) for n in range(130)] + [backlink(n, 6) for n in range(130, 150)]
    found = ahrefs[0].rows(BROKEN_LINKS)
    assert len(links([row for row in found if isinstance(row, Claim)])) == 120
    (problem,) = [row for row in found if isinstance(row, RowProblem)]
    assert "more than 100 rows" in problem.reason


def test_an_interrupted_pull_goes_on_without_paying_twice(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    bench_, server = ahrefs
    fake.backlinks = [backlink(n, n) for n in range(250)]
    pulling = BROKEN_LINKS.pull(WANT, bench_.asker())
    for _ in range(150):
        next(pulling)
    del pulling
    assert len(server) == 2
    assert len(bench_.claims(BROKEN_LINKS)) == 250
    assert len(server) == 3
    assert len({asked.params["where"] for asked in server.asked}) == 3


def test_the_budget_is_never_passed(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    bench_, server = ahrefs
    fake.backlinks = [backlink(n, n) for n in range(250)]
    with pytest.raises(BudgetReachedError, match="budget of 4,000 API units"):
        bench_.rows(BROKEN_LINKS, budget_units=4_000)
    assert len(server) == 2
    assert fake.units_used == 3_000


def test_a_spent_quota_says_what_ahrefs_says(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    bench_, server = ahrefs
    fake.backlinks, fake.units_limit = [backlink(n, n) for n in range(250)], 2_000
    with pytest.raises(QuotaSpentError, match="Expected usage: 1500, API units left: 500"):
        bench_.rows(BROKEN_LINKS)
    fake.units_limit = None
    assert len(bench_.claims(BROKEN_LINKS)) == 250
    assert len(server) == 4  # the first page was not asked for again


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (error(401, "Invalid API key"), KeyRefusedError, "end after a year"),
        (error(403, "Insufficient plan"), KeyRefusedError, "subscription does not include"),
        (error(400, "bad where"), AnswerError, "HTTP 400.*bad where"),
        (Reply(b"<html>maintenance"), AnswerError, "not JSON"),
        (Reply({"links": []}), AnswerError, "no field 'backlinks'"),
        (Reply({"backlinks": {}}), AnswerError, "no field 'backlinks'"),
        (Reply([]), AnswerError, "no field 'backlinks'"),
    ],
)
def test_what_ahrefs_says_instead(
    ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs, reply: Reply, kind: type[Exception], words: str
) -> None:
    fake.instead = [reply]
    with pytest.raises(kind, match=words):
        ahrefs[0].rows(BROKEN_LINKS)


def test_too_many_requests_are_waited_for(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    bench_, _ = ahrefs
    fake.backlinks = [backlink(1, 1)]
    fake.instead = [error(429, "Too Many Requests"), Reply({"error": "slow"}, 429, {"Retry-After": "3"})]
    assert len(bench_.claims(BROKEN_LINKS)) == 1
    assert bench_.slept_s == [20.0, 3.0]
    fake.instead = [error(500, "Internal error")] * 5
    with pytest.raises(TryLaterError, match="5 times"):
        bench_.rows(DEAD_PAGES)


def test_rows_that_changed_are_told_one_by_one(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    good = backlink(3, 3)
    fake.instead = [Reply({"backlinks": [backlink(1, 1, url_from=None), "what", good, backlink(2, 2, url_to=7)]})]
    rows = ahrefs[0].rows(BROKEN_LINKS)
    assert [type(row) for row in rows] == [RowProblem, RowProblem, Claim, RowProblem]
    assert [row.line for row in rows] == [1, 2, 3, 4]


def test_a_missing_column_ends_the_report(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    row = backlink(1, 1)
    del row["url_to"]
    fake.instead = [Reply({"backlinks": [row]})]
    with pytest.raises(AnswerError, match="Target URL"):
        ahrefs[0].rows(BROKEN_LINKS)


def test_pages_that_cannot_follow_are_told(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    full = [backlink(n, n) for n in range(PAGE_ROWS)]
    fake.instead = [Reply({"backlinks": [{**row, "ahrefs_rank_source": None} for row in full]})]
    with pytest.raises(AnswerError, match="ahrefs_rank_source"):
        ahrefs[0].rows(BROKEN_LINKS)
    ahrefs[0].shelf.kept.clear()
    fake.instead = [Reply({"backlinks": [{**row, "first_seen_link": "2" * 99} for row in full]})]
    with pytest.raises(AnswerError, match="first_seen_link"):
        ahrefs[0].rows(BROKEN_LINKS)
    ahrefs[0].shelf.kept.clear()
    fake.instead = [Reply({"backlinks": full})] * 9  # a server that does not heed `where`
    with pytest.raises(AnswerError, match="do not follow"):
        ahrefs[0].rows(BROKEN_LINKS)
    assert len(ahrefs[1]) == 4


def test_other_subdomains_are_not_paid_for_unless_wanted(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    bench_, _ = ahrefs
    hosts = ("example.com", "www.example.com", "shop.example.com", "example.com.evil.example")
    fake.pages = [page("/a", 3, host=host) for host in hosts]
    assert [claim.target_url for claim in bench_.claims(DEAD_PAGES)] == [
        "https://example.com/a",
        "https://www.example.com/a",
    ]
    wide = replace(WANT, site=Site("example.com", with_subdomains=True))
    assert len(bench_.claims(DEAD_PAGES, wide)) == 3


def test_every_linked_page_of_a_former_host_is_wanted(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    bench_, server = ahrefs
    fake.pages = [page("/a", 3), page("/b", 3, 200), page("/c", 3, 200, "old.example"), page("/d", 2, 0, "old.example")]
    moved = replace(WANT, site=Site("example.com", old_hosts=("old.example",)))
    paths = [claim.target_url for claim in bench_.claims(DEAD_PAGES, moved)]
    assert paths == ["https://example.com/a", "https://old.example/c", "https://old.example/d"]
    assert [asked.params["target"] for asked in server.asked] == ["example.com", "old.example"]


def test_no_column_is_asked_for_that_is_not_paid_for(ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs) -> None:
    bench_, server = ahrefs
    fake.pages = [page(f"/{n}", n) for n in range(1, PAGE_ROWS + 2)]
    fake.backlinks = [backlink(n, n) for n in range(PAGE_ROWS)]
    for report, a_row in ((DEAD_PAGES, 9), (BROKEN_LINKS, 15)):
        fake.units_used = 0
        bench_.rows(report)
        assert report.units_a_row == a_row
        assert f"{a_row} API units for each" in report.estimate(WANT).words
        assert fake.units_used == a_row * PAGE_ROWS + 50
    first = json.loads(server.asked[0].params["where"])
    assert {"field": "http_code_target", "is": ["eq", 404]} in first["and"][1]["or"]


def test_an_answer_without_its_price_counts_as_a_full_page(
    ahrefs: tuple[Bench, VendorServer], fake: FakeAhrefs
) -> None:
    fake.instead = [Reply({"backlinks": []})]
    assert ahrefs[0].rows(BROKEN_LINKS) == []
    assert ahrefs[0].shelf.spent_units == 1_500


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("https://a.example/"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)
COLUMNS = sorted({*DEAD_PAGES.columns, *BROKEN_LINKS.columns})


@given(
    rows=st.lists(VALUES | st.dictionaries(st.sampled_from(COLUMNS), VALUES), max_size=5),
    times=st.sampled_from([1, PAGE_ROWS]),
    report=st.sampled_from([DEAD_PAGES, BROKEN_LINKS]),
)
def test_whatever_comes_is_a_claim_a_problem_or_told(rows: list[Any], times: int, report: Any) -> None:
    body = json.dumps({"pages": rows * times, "backlinks": rows * times}).encode()

    def ask(call: Call) -> Any:
        return VENDOR.read(call, Answer(200, {}, body))

    with contextlib.suppress(AnswerError):
        for row in report.pull(WANT, ask):
            assert isinstance(row, Claim | RowProblem)
