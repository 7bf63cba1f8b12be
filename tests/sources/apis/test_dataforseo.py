"""DataForSEO: dead pages, broken links, then all others, through the real session and asker."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from tests.sources.apis.fakes.dataforseo import (
    LOGIN,
    PASSWORD,
    FakeDataForSeo,
    answer,
    link,
    page,
    status,
    task_error,
)
from tests.sources.apis.server import WANT, Bench, Reply, VendorServer, bench
from tests.sources.conftest import ReadBack

from linkreclaim.model.links import Claim, Metric, MetricScale, Place, Rel, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis import dataforseo
from linkreclaim.sources.apis.dataforseo import VENDOR
from linkreclaim.sources.apis.interface import (
    AnswerError,
    BudgetReachedError,
    KeyRefusedError,
    QuotaSpentError,
    TryLaterError,
)

PAGES, BROKEN, LINKS = (report.name for report in VENDOR.reports)
ORIGIN = "https://api.dataforseo.com"
SECRETS = {"DATAFORSEO_LOGIN": LOGIN, "DATAFORSEO_PASSWORD": PASSWORD}
Running = tuple[Bench, VendorServer]


@pytest.fixture
def fake() -> FakeDataForSeo:
    return FakeDataForSeo(
        pages=[page(f"https://www.example.com/old/{number}", (404, 410, 200)[number % 3]) for number in range(9)],
        links=[
            link(f"https://blog{number}.example.org/guide", f"https://www.example.com/old/{number}", number < 12)
            for number in range(20)
        ],
    )


@pytest.fixture
def running(fake: FakeDataForSeo) -> Iterator[Running]:
    with bench(VENDOR, fake, [ORIGIN], SECRETS) as started:
        yield started


@pytest.fixture
def pages_of_five(monkeypatch: pytest.MonkeyPatch, fake: FakeDataForSeo) -> None:
    monkeypatch.setattr(dataforseo, "PAGE_ROWS", 5)
    monkeypatch.setattr(fake, "page_rows", 5)


def test_dead_pages_alone_with_their_counts(running: Running) -> None:
    bench_, server = running
    claims = bench_.claims(PAGES)
    assert [claim.target_status for claim in claims] == [404, 410] * 3
    assert claims[0] == Claim(
        1,
        target_url="https://www.example.com/old/0",
        target_status=404,
        claimed_links=1_240,
        claimed_domains=33,
        first_seen=date(2019, 11, 15),
    )
    [task] = server.asked[0].json
    assert task["filters"] == [["status_code", "=", 404], "or", ["status_code", "=", 410]]
    assert bench_.shelf.spent_units == pytest.approx(0.02018)


def test_every_page_of_a_former_host_may_be_dead(running: Running) -> None:
    bench_, server = running
    want = replace(WANT, site=Site("example.com", old_hosts=("former.example",)))
    assert len(bench_.claims(PAGES, want)) == 6 + 9
    assert [(task["target"], "filters" in task) for asked in server.asked for task in asked.json] == [
        ("example.com", True),
        ("former.example", False),
    ]


@pytest.mark.usefixtures("pages_of_five")
def test_broken_links_page_after_page(running: Running) -> None:
    bench_, server = running
    claims = bench_.claims(BROKEN)
    assert [claim.line for claim in claims] == list(range(1, 13))
    assert claims[0] == Claim(
        1,
        "https://blog0.example.org/guide",
        "https://www.example.com/old/0",
        "chairs",
        context="see the … of the year",
        rel=Rel.NOFOLLOW | Rel.UGC,
        place=Place.CONTENT,
        first_seen=date(2019, 11, 15),
        last_seen=date(2026, 10, 1),
        page_title="A guide",
        page_status=200,
        target_status=404,
        external_links=24,
        links_in_group=2,
        metrics=(
            Metric("domain_from_rank", 34.7, MetricScale.DOMAIN),
            Metric("page_from_rank", 27.0, MetricScale.PAGE),
        ),
    )
    tasks = [asked.json[0] for asked in server.asked]
    assert [task.pop("search_after_token", None) for task in tasks] == [None, "after-5", "after-10"]
    assert tasks[0] == tasks[1] == tasks[2], "all else has to be unchanged beside a token"


def test_all_other_links_are_not_paid_for_twice(running: Running) -> None:
    bench_, _ = running
    both = [claim.target_url for report in (BROKEN, LINKS) for claim in bench_.claims(report)]
    assert sorted(both, key=str) == sorted((f"https://www.example.com/old/{number}" for number in range(20)), key=str)


def test_links_called_lost_are_asked_for_where_their_target_is_dead(running: Running, fake: FakeDataForSeo) -> None:
    bench_, _ = running
    fake.links = [
        link("https://a.example/", f"https://example.com/{dead}", dead, is_lost=True) for dead in (True, False)
    ]
    assert [claim.lost_reason for claim in bench_.claims(BROKEN)] == ["lost"]
    assert bench_.claims(LINKS) == []


def test_the_same_answer_read_as_an_export_gives_the_same_claims(running: Running, read_back: ReadBack) -> None:
    bench_, _ = running
    for report in (BROKEN, PAGES):
        bench_.shelf.kept.clear()
        claims = bench_.claims(report)
        [kept] = bench_.shelf.kept.values()
        exported = read_back(kept.partition(b"\n")[2]).claims
        assert [claim._replace(line=0) for claim in exported] == [claim._replace(line=0) for claim in claims]


def test_a_site_without_links_gives_nothing(running: Running, fake: FakeDataForSeo) -> None:
    bench_, _ = running
    fake.links, fake.pages = [], []
    assert [bench_.rows(report) for report in (PAGES, BROKEN, LINKS)] == [[], [], []]
    fake.instead = [Reply(answer(20_000, "Ok.", 0.02, [{**status(20_000, "Ok."), "result": None}]))]
    bench_.shelf.kept.clear()
    assert bench_.rows(LINKS) == []


@pytest.mark.usefixtures("pages_of_five")
def test_an_interrupted_pull_pays_for_nothing_twice(running: Running) -> None:
    bench_, server = running
    rows = next(report for report in VENDOR.reports if report.name == BROKEN).pull(WANT, bench_.asker())
    for _ in range(7):
        next(rows)
    assert bench_.shelf.spent_units == pytest.approx(0.0403)
    assert len(bench_.claims(BROKEN)) == 12
    assert len(server) == 3
    assert bench_.shelf.spent_units == pytest.approx(0.06036)


@pytest.mark.usefixtures("pages_of_five")
def test_the_budget_is_a_hard_stop(running: Running) -> None:
    bench_, server = running
    with pytest.raises(BudgetReachedError, match=r"0\.04 USD are spent"):
        bench_.rows(BROKEN, budget_units=0.05)
    assert len(server) == 2
    assert len(bench_.claims(BROKEN, budget_units=0.07)) == 12


@pytest.mark.usefixtures("pages_of_five")
def test_a_balance_that_is_used_up_is_told_and_what_came_is_kept(running: Running, fake: FakeDataForSeo) -> None:
    bench_, server = running
    fake.balance_usd = 0.03
    with pytest.raises(QuotaSpentError, match="Payment Required"):
        bench_.rows(BROKEN)
    fake.balance_usd = 1.0
    assert len(bench_.claims(BROKEN)) == 12
    assert len(server) == 4


@pytest.mark.parametrize(
    ("reply", "raised", "words"),
    [
        (Reply(answer(40_203, "The cost limit has been exceeded.")), QuotaSpentError, "40203: The cost limit"),
        (Reply(task_error(40_210, "Insufficient Funds.")), QuotaSpentError, "spending limit"),
        (Reply(task_error(40_204, "Access denied.")), KeyRefusedError, "40204: Access denied"),
        (Reply(answer(40_207, "IP is not whitelisted.")), KeyRefusedError, "app.dataforseo.com/api-access"),
        (Reply(task_error(40_501, "Invalid Field: 'filters'.")), AnswerError, "40501: Invalid Field"),
        (Reply(b"<html>"), AnswerError, "not JSON"),
        (Reply([]), AnswerError, "'status_code'"),
        (Reply({"status_code": "20000"}), AnswerError, "'status_code'"),
        (Reply(answer(20_000, "Ok.")), AnswerError, "'tasks'"),
        (Reply(answer(20_000, "Ok.", 0, [])), AnswerError, "'status_code'"),
        (Reply(answer(20_000, "Ok.", 0, [{**status(20_000, ""), "result": "x"}])), AnswerError, "'result'"),
        (Reply(answer(20_000, "Ok.", 0, [{**status(20_000, ""), "result": [{"rows": []}]}])), AnswerError, "'items'"),
        (
            Reply(answer(20_000, "Ok.", 0, [{**status(20_000, ""), "result": [{"items": [{"from": "a"}]}]}])),
            AnswerError,
            "no field url_from",
        ),
    ],
)
def test_errors_say_what_to_do(
    running: Running, fake: FakeDataForSeo, reply: Reply, raised: type[Exception], words: str
) -> None:
    bench_, _ = running
    fake.instead = [reply]
    with pytest.raises(raised, match=words) as told:
        bench_.rows(LINKS)
    assert PASSWORD not in str(told.value)


def test_a_wrong_password_is_refused(fake: FakeDataForSeo) -> None:
    with (
        bench(VENDOR, fake, [ORIGIN], {**SECRETS, "DATAFORSEO_PASSWORD": "of-the-website"}) as (bench_, _),
        pytest.raises(KeyRefusedError, match="not those of the website"),
    ):
        bench_.rows(PAGES)


def test_a_busy_vendor_is_asked_again(running: Running, fake: FakeDataForSeo) -> None:
    bench_, _ = running
    fake.instead = [
        Reply(answer(40_202, "Rate limit per minute exceeded."), 200, {"Retry-After": "30"}),
        Reply(task_error(40_101, "Internal SE Server Error.")),
        Reply(answer(50_000, "Internal Error."), 500),
    ]
    assert len(bench_.claims(LINKS)) == 8
    assert bench_.slept_s == [30.0, 4.0, 8.0]
    fake.instead = [Reply(task_error(50_401, "Internal Error. Timeout."))] * 5
    bench_.shelf.kept.clear()
    with pytest.raises(TryLaterError):
        bench_.rows(LINKS)


def test_bad_rows_are_told_and_the_others_are_read(running: Running, fake: FakeDataForSeo) -> None:
    bench_, _ = running
    good = link("https://a.example/", "https://example.com/x")
    fake.links = [good, {**good, "url_from": None}, good]
    first, problem, last = bench_.rows(BROKEN)
    assert isinstance(first, Claim)
    assert problem == RowProblem(2, "referring page is empty")
    assert isinstance(last, Claim)


def test_estimates_are_what_a_pull_costs_at_most() -> None:
    pages, broken, links = (report.estimate(WANT) for report in VENDOR.reports)
    assert (pages.units, broken.units, links.units) == (0.25, 1.0, 1.0)
    assert broken.words == "at most 20 requests of 1,000 links to broken pages: 1.00 USD"
