"""Moz: top pages, the links to dead ones, and all links, through the real session and asker."""

from collections.abc import Iterator
from datetime import date

import pytest
from tests.sources.apis.fakes.moz import PAIR, TOKEN, FakeMoz, link, page_metrics
from tests.sources.apis.server import WANT, Bench, Reply, VendorServer, bench
from tests.sources.conftest import ReadBack

from linkreclaim.model.links import Claim, Metric, MetricScale, Rel, RowProblem
from linkreclaim.sources.apis.interface import (
    AnswerError,
    BudgetReachedError,
    KeyRefusedError,
    QuotaSpentError,
    TryLaterError,
)
from linkreclaim.sources.apis.moz import MOST_LINKS, MOST_TOP_PAGES, VENDOR

PAGES, DEAD_LINKS, LINKS = (report.name for report in VENDOR.reports)
ORIGIN = "https://lsapi.seomoz.com"
Running = tuple[Bench, VendorServer]


@pytest.fixture
def fake() -> FakeMoz:
    codes = [200, 404, 301, 5, 410]
    return FakeMoz(
        pages=[page_metrics(f"www.example.com/old/{number}", codes[number % 5]) for number in range(60)],
        links=[link(f"blog{number}.example.org/guide", f"www.example.com/old/{number % 2}") for number in range(120)],
    )


@pytest.fixture
def running(fake: FakeMoz) -> Iterator[Running]:
    with bench(VENDOR, fake, [ORIGIN], {"MOZ_API_TOKEN": TOKEN}) as started:
        yield started


def test_top_pages_say_which_are_dead(running: Running) -> None:
    bench_, server = running
    claims = bench_.claims(PAGES)
    assert claims[1] == Claim(
        2,
        target_url="https://www.example.com/old/1",
        target_status=404,
        claimed_links=120,
        claimed_domains=17,
        last_seen=date(2026, 10, 14),
    )
    assert [claim.target_status for claim in claims[:5]] == [200, 404, 301, None, 410], "5 is no HTTP status"
    assert [asked.json.get("next_token") for asked in server.asked] == [None, "token-50"]
    assert (len(claims), claims[-1].line, bench_.shelf.spent_units) == (60, 60, 60)


def test_links_to_dead_pages_alone(running: Running) -> None:
    bench_, server = running
    claims = bench_.claims(DEAD_LINKS)
    assert {claim.target_url for claim in claims} == {"https://www.example.com/old/1"}
    assert claims[0] == Claim(
        1,
        "https://blog1.example.org/guide",
        "https://www.example.com/old/1",
        "chairs",
        rel=Rel.NOFOLLOW,
        first_seen=date(2020, 6, 29),
        last_seen=date(2026, 10, 14),
        page_title="A guide",
        page_status=200,
        target_status=200,
        metrics=(Metric("da", 58.0, MetricScale.DOMAIN), Metric("pa", 41.0, MetricScale.PAGE)),
    )
    asked = [entry.json["target"] for entry in server.asked if entry.path == "/v2/links"]
    assert len(asked) == 20
    assert asked[:2] == ["www.example.com/old/1", "www.example.com/old/4"]


def test_the_same_answer_read_as_an_export_gives_the_same_claims(running: Running, read_back: ReadBack) -> None:
    bench_, _ = running
    for report in (LINKS, PAGES):
        bench_.shelf.kept.clear()
        claims = bench_.claims(report)
        [first, *_] = bench_.shelf.kept.values()
        exported = read_back(first.partition(b"\n")[2]).claims
        assert [claim._replace(line=0) for claim in exported] == [claim._replace(line=0) for claim in claims[:50]]


def test_a_link_that_disappeared_is_lost(running: Running, fake: FakeMoz) -> None:
    bench_, _ = running
    fake.links = [link("a.example/", "example.com/x", date_disappeared="2026-11-01")]
    assert [claim.lost_reason for claim in bench_.claims(LINKS)] == ["lost"]


def test_an_interrupted_pull_pays_for_nothing_twice(running: Running, fake: FakeMoz) -> None:
    bench_, server = running
    rows = next(report for report in VENDOR.reports if report.name == LINKS).pull(WANT, bench_.asker())
    for _ in range(60):
        next(rows)
    assert bench_.shelf.spent_units == 100
    assert len(bench_.claims(LINKS)) == 120
    assert (len(server), bench_.shelf.spent_units) == (3, 120)


def test_the_budget_is_a_hard_stop(running: Running) -> None:
    bench_, server = running
    with pytest.raises(BudgetReachedError, match="100 rows are spent"):
        bench_.rows(LINKS, budget_units=120)
    assert len(server) == 2
    assert len(bench_.claims(LINKS, budget_units=150)) == 120


def test_a_quota_that_is_used_up_is_not_waited_for(running: Running, fake: FakeMoz) -> None:
    bench_, server = running
    fake.quota_rows = 70
    with pytest.raises(QuotaSpentError, match=r"used up .*your quota for this period"):
        bench_.rows(LINKS)
    assert bench_.slept_s == []
    fake.quota_rows = 500
    assert len(bench_.claims(LINKS)) == 120
    assert len(server) == 4


@pytest.mark.parametrize(
    ("reply", "raised", "words"),
    [
        (Reply({"name": "Forbidden", "message": "no"}, 403), KeyRefusedError, "moz.com/api/dashboard"),
        (Reply({"name": "InvalidArgument", "message": "target"}, 400), AnswerError, "InvalidArgument"),
        (Reply(b"<html>", 200), AnswerError, "not JSON"),
        (Reply({"links": []}), AnswerError, "'results'"),
        (Reply({"results": {}}), AnswerError, "'results'"),
        (Reply([]), AnswerError, "'results'"),
        (Reply({"results": [{"from": "a", "to": "b"}]}), AnswerError, "no field source.page"),
    ],
)
def test_errors_say_what_to_do(
    running: Running, fake: FakeMoz, reply: Reply, raised: type[Exception], words: str
) -> None:
    bench_, _ = running
    fake.instead = [reply]
    with pytest.raises(raised, match=words):
        bench_.rows(LINKS)


def test_a_token_or_the_pair_of_an_older_account_opens_it(fake: FakeMoz) -> None:
    with bench(VENDOR, fake, [ORIGIN], {"MOZ_API_TOKEN": PAIR}) as (bench_, _):
        assert len(bench_.claims(LINKS)) == 120
    with (
        bench(VENDOR, fake, [ORIGIN], {"MOZ_API_TOKEN": "expired"}) as (bench_, _),
        pytest.raises(KeyRefusedError, match="Authentication failed"),
    ):
        bench_.rows(LINKS)


def test_too_fast_a_pace_is_waited_for(running: Running, fake: FakeMoz) -> None:
    bench_, _ = running
    fake.instead = [Reply({"message": "Too many requests"}, 429, {"Retry-After": "10"}), Reply({}, 500)]
    assert len(bench_.claims(LINKS)) == 120
    assert bench_.slept_s == [10.0, 4.0]
    fake.instead = [Reply({}, 500)] * 5
    bench_.shelf.kept.clear()
    with pytest.raises(TryLaterError):
        bench_.rows(LINKS)


def test_bad_rows_are_told_and_the_others_are_read(running: Running, fake: FakeMoz) -> None:
    bench_, _ = running
    good = link("a.example/", "example.com/x")
    fake.instead = [Reply({"results": [good, "a text", {**good, "source": {"page": "no url"}}, good]})]
    rows = bench_.rows(LINKS)
    assert [type(row) for row in rows] == [Claim, RowProblem, RowProblem, Claim]
    assert rows[1] == RowProblem(2, "this row is no JSON object: a text")
    assert rows[2] == RowProblem(3, "referring page is not an http(s) URL: no url")


def test_a_token_that_repeats_itself_ends_the_pull(running: Running, fake: FakeMoz) -> None:
    bench_, server = running
    fake.instead = [Reply({"results": [link("a.example/", "example.com/x")], "next_token": "same"})] * 5
    assert len(bench_.claims(LINKS)) == 2
    assert len(server) == 2


def test_estimates_are_what_a_pull_costs_at_most(running: Running, fake: FakeMoz) -> None:
    bench_, _ = running
    pages, dead, links = (report.estimate(WANT) for report in VENDOR.reports)
    assert (pages.units, dead.units, links.units) == (250, 1_000, 500)
    assert pages.words == "at most 250 top pages: 250 rows of the month's quota"
    fake.pages = fake.pages * 10
    fake.links = fake.links * 10
    assert len(bench_.claims(PAGES)) == MOST_TOP_PAGES
    assert len(bench_.claims(LINKS)) == MOST_LINKS
    assert bench_.shelf.spent_units == 750
