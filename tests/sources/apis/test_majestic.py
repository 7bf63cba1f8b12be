"""Majestic: pages by links, links to known dead pages and all links, through the real session and asker."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from tests.sources.apis.fakes.majestic import KEY, FakeMajestic, error, link, page
from tests.sources.apis.server import WANT, Bench, Reply, VendorServer, bench
from tests.sources.conftest import ReadBack

from linkreclaim.model.links import Claim, Metric, MetricScale, Rel, RowProblem
from linkreclaim.sources.apis import majestic
from linkreclaim.sources.apis.interface import (
    AnswerError,
    BudgetReachedError,
    KeyRefusedError,
    QuotaSpentError,
    TryLaterError,
)
from linkreclaim.sources.apis.majestic import VENDOR

PAGES, DEAD_LINKS, LINKS = (report.name for report in VENDOR.reports)
ORIGIN = "https://api.majestic.com"
Running = tuple[Bench, VendorServer]


@pytest.fixture
def fake() -> FakeMajestic:
    return FakeMajestic(
        pages=[page(f"https://www.example.com/old/{number}") for number in range(3)],
        links=[
            link(f"https://blog{number}.example.org/guide", f"https://www.example.com/old/{number % 3}")
            for number in range(12)
        ],
    )


@pytest.fixture
def running(fake: FakeMajestic) -> Iterator[Running]:
    with bench(VENDOR, fake, [ORIGIN], {"MAJESTIC_API_KEY": KEY}) as started:
        yield started


@pytest.fixture
def pages_of_five(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(majestic, "PAGE_LINKS", 5)


def test_pages_have_counts_in_one_request(running: Running) -> None:
    bench_, server = running
    claims = bench_.claims(PAGES)
    assert claims[2] == Claim(3, target_url="https://www.example.com/old/2", claimed_links=120, claimed_domains=17)
    assert [(asked.params["Query"], asked.params["Count"]) for asked in server.asked] == [("example.com", "1000")]
    assert bench_.shelf.spent_units == 5_003


def test_links_to_dead_pages_that_are_known(running: Running) -> None:
    bench_, server = running
    assert bench_.rows(DEAD_LINKS) == []
    assert len(server) == 0
    known = replace(WANT, dead_urls=("https://www.example.com/old/1",))
    claims = bench_.claims(DEAD_LINKS, known)
    assert [claim.referring_page for claim in claims] == [f"https://blog{n}.example.org/guide" for n in (1, 4, 7, 10)]
    assert claims[0] == Claim(
        1,
        "https://blog1.example.org/guide",
        "https://www.example.com/old/1",
        "chairs",
        rel=Rel.NOFOLLOW,
        first_seen=date(2020, 6, 29),
        last_seen=date(2026, 10, 14),
        page_title="A guide",
        metrics=(Metric("tf", 21.0, MetricScale.PAGE),),
    )


@pytest.mark.usefixtures("pages_of_five")
def test_all_links_page_after_page(running: Running) -> None:
    bench_, server = running
    assert [claim.line for claim in bench_.claims(LINKS)] == list(range(1, 13))
    assert [asked.params["From"] for asked in server.asked] == ["0", "5", "10"]
    assert bench_.shelf.spent_units == 15_012


def test_charges_that_are_not_told_are_those_published(running: Running, fake: FakeMajestic) -> None:
    bench_, _ = running
    fake.tells_charges = False
    bench_.rows(LINKS)
    assert bench_.shelf.spent_units == 5_012


def test_the_same_answer_read_as_an_export_gives_the_same_claims(running: Running, read_back: ReadBack) -> None:
    bench_, _ = running
    for report in (LINKS, PAGES):
        bench_.shelf.kept.clear()
        claims = bench_.claims(report)
        [kept] = bench_.shelf.kept.values()
        exported = read_back(kept.partition(b"\n")[2]).claims
        assert [claim._replace(line=0) for claim in exported] == [claim._replace(line=0) for claim in claims]


@pytest.mark.usefixtures("pages_of_five")
def test_an_interrupted_pull_pays_for_nothing_twice(running: Running) -> None:
    bench_, server = running
    rows = next(report for report in VENDOR.reports if report.name == LINKS).pull(WANT, bench_.asker())
    for _ in range(7):
        next(rows)
    assert bench_.shelf.spent_units == 10_010
    assert len(bench_.claims(LINKS)) == 12
    assert (len(server), bench_.shelf.spent_units) == (3, 15_012)


@pytest.mark.usefixtures("pages_of_five")
def test_the_budget_is_a_hard_stop(running: Running) -> None:
    bench_, server = running
    with pytest.raises(BudgetReachedError, match="10,010 resource units are spent"):
        bench_.rows(LINKS, budget_units=12_000)
    assert len(server) == 2
    assert len(bench_.claims(LINKS, budget_units=15_015)) == 12


@pytest.mark.usefixtures("pages_of_five")
def test_units_that_run_out_are_told_and_what_came_is_kept(running: Running, fake: FakeMajestic) -> None:
    bench_, server = running
    fake.analysis_units = 9_000
    with pytest.raises(QuotaSpentError, match="InsufficientAnalysisResUnits: There are not enough"):
        bench_.rows(LINKS)
    assert bench_.shelf.spent_units == 5_005
    fake.analysis_units = 50_000
    assert len(bench_.claims(LINKS)) == 12
    assert len(server) == 4


@pytest.mark.parametrize(
    ("reply", "raised", "words"),
    [
        (
            error("InvalidAPIKey", f"no such key: {KEY}"),
            KeyRefusedError,
            r"no such key: \*\*\*.*majestic.com/account/api",
        ),
        (
            error("Failed", "IP not enabled for this subscription"),
            KeyRefusedError,
            "addresses that it may be used from",
        ),
        (error("InsufficientIndexItemInfoUnits", ""), QuotaSpentError, "InsufficientIndexItemInfoUnits"),
        (error("UnknownCommand", "No such command"), AnswerError, "UnknownCommand: No such command"),
        (Reply({"ErrorMessage": "x"}), AnswerError, "'Code'"),
        (Reply({"Code": "OK"}), AnswerError, "'DataTables'"),
        (Reply({"Code": "OK", "DataTables": {"Links": {}}}), AnswerError, "'BackLinks'"),
        (Reply({"Code": "OK", "DataTables": {"BackLinks": {"Rows": []}}}), AnswerError, "'Data'"),
        (Reply({"Code": "OK", "DataTables": {"BackLinks": {"Data": [{"Source": "a"}]}}}), AnswerError, "SourceURL"),
        (Reply(b"<?xml version='1.0'?>"), AnswerError, "not JSON"),
        (Reply(b"", 403), KeyRefusedError, "HTTP 403"),
    ],
)
def test_errors_say_what_to_do(
    running: Running, fake: FakeMajestic, reply: Reply, raised: type[Exception], words: str
) -> None:
    bench_, _ = running
    fake.instead = [reply]
    with pytest.raises(raised, match=words) as told:
        bench_.rows(LINKS)
    assert KEY not in str(told.value)


def test_a_wrong_key_is_refused(fake: FakeMajestic) -> None:
    with (
        bench(VENDOR, fake, [ORIGIN], {"MAJESTIC_API_KEY": "EXPIRED"}) as (bench_, _),
        pytest.raises(KeyRefusedError, match="InvalidAPIKey"),
    ):
        bench_.rows(PAGES)


def test_a_busy_vendor_is_asked_again(running: Running, fake: FakeMajestic) -> None:
    bench_, _ = running
    fake.instead = [error("ServerBusy", "Please try again"), Reply(b"", 429, {"Retry-After": "9"})]
    assert len(bench_.claims(LINKS)) == 12
    assert bench_.slept_s == [2.0, 9.0]
    fake.instead = [error("Timeout", "Time out")] * 5
    bench_.shelf.kept.clear()
    with pytest.raises(TryLaterError):
        bench_.rows(LINKS)


def test_bad_rows_are_told_and_the_others_are_read(running: Running, fake: FakeMajestic) -> None:
    bench_, _ = running
    good = link("https://a.example/", "https://example.com/x")
    fake.links = [good, {**good, "TargetURL": ""}, {**good, "FlagDeleted": 1, "ReasonLost": "Removed"}]
    first, problem, lost = bench_.rows(LINKS)
    assert isinstance(first, Claim)
    assert problem == RowProblem(2, "target url is empty")
    assert isinstance(lost, Claim)
    assert lost.lost_reason == "Removed"


def test_estimates_are_what_a_pull_costs_at_most() -> None:
    pages, dead, links = (report.estimate(WANT) for report in VENDOR.reports)
    assert (pages.units, dead.units, links.units) == (6_000, 20 * 5_100, 40_000), "others may tell of dead pages"
    assert links.words == (
        "at most 4 requests (links to the site), 20,000 analysis and 20,000 retrieval units: 40,000 resource units"
    )
