"""Semrush: dead pages first, then the links to them, through the real session and asker."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from tests.sources.apis.fakes.semrush import KEY, FakeSemrush, Line, error, text
from tests.sources.apis.server import WANT, Bench, Reply, VendorServer, bench
from tests.sources.conftest import ReadBack

from linkreclaim.model.links import Claim, Metric, MetricScale, Rel, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.interface import (
    AnswerError,
    BudgetReachedError,
    KeyRefusedError,
    QuotaSpentError,
    TryLaterError,
)
from linkreclaim.sources.apis.semrush import MOST_DEAD_PAGES, PAGE_LINES, VENDOR

PAGES, DEAD_LINKS, LINKS = (report.name for report in VENDOR.reports)
ORIGIN = "https://api.semrush.com"
Running = tuple[Bench, VendorServer]


def page(number: int, status: int = 404) -> Line:
    return {
        "source_url": f"https://www.example.com/old/{number}",
        "response_code": str(status),
        "backlinks_num": str(2_000 - number),
        "domains_num": str(1_000 - number),
        "last_seen": "1580113263",
    }


def link(number: int, target: int, anchor: str = "chairs") -> Line:
    return {
        "source_url": f"https://blog{number}.example.org/guide",
        "target_url": f"https://www.example.com/old/{target}",
        "page_ascore": "34",
        "external_num": "12",
        "nofollow": "true",
        "sponsored": "false",
        "ugc": "false",
        "response_code": "200",
        "first_seen": "1578929242",
        "last_seen": "1578990011",
        "lostlink": "false",
        "anchor": anchor,
    }


@pytest.fixture
def fake() -> FakeSemrush:
    return FakeSemrush(
        pages=[page(number) for number in range(130)] + [page(500, 410), page(501, 301)],
        links=[link(number, number % 3) for number in range(250)],
    )


@pytest.fixture
def running(fake: FakeSemrush) -> Iterator[Running]:
    with bench(VENDOR, fake, [ORIGIN], {"SEMRUSH_API_KEY": KEY}) as started:
        yield started


def test_dead_pages_come_first_with_their_counts(running: Running) -> None:
    bench_, server = running
    claims = bench_.claims(PAGES)
    assert len(claims) == 131
    assert claims[0] == Claim(
        1,
        target_url="https://www.example.com/old/0",
        target_status=404,
        claimed_links=2_000,
        claimed_domains=1_000,
        last_seen=date(2020, 1, 27),
    )
    assert (claims[-1].line, claims[-1].target_status) == (131, 410)
    assert [(asked.params["display_limit"], asked.params.get("display_offset")) for asked in server.asked] == [
        ("100", None),
        ("200", "100"),
        ("100", None),
    ]
    assert {asked.params["target_type"] for asked in server.asked} == {"root_domain"}
    assert bench_.shelf.spent_units == 131 * 40


def test_links_to_dead_pages_are_asked_for_page_by_page(running: Running) -> None:
    bench_, server = running
    bench_.rows(PAGES)
    before = len(server)
    claims = bench_.claims(DEAD_LINKS)
    assert len(claims) == 50 * 3
    assert claims[0] == Claim(
        1,
        "https://blog0.example.org/guide",
        "https://www.example.com/old/0",
        "chairs",
        rel=Rel.NOFOLLOW,
        first_seen=date(2020, 1, 13),
        last_seen=date(2020, 1, 14),
        page_status=200,
        external_links=12,
        metrics=(Metric("as", 34.0, MetricScale.PAGE),),
    )
    asked = [entry.params["target"] for entry in server.asked[before:]]
    assert len(asked) == 100, "the dead pages themselves come from the shelf"
    assert asked[:2] == ["https://www.example.com/old/0", "https://www.example.com/old/1"]


def test_dead_urls_that_are_known_come_before_those_of_the_vendor(running: Running) -> None:
    bench_, server = running
    known = replace(WANT, dead_urls=tuple(f"https://www.example.com/old/{number}" for number in (2, *range(200, 299))))
    assert len(bench_.claims(DEAD_LINKS, known)) == 50
    assert server.asked[0].params["target"] == "https://www.example.com/old/2"
    assert len(server) == 100


def test_all_links_page_after_page(running: Running, fake: FakeSemrush) -> None:
    bench_, server = running
    assert len(bench_.claims(LINKS)) == 250
    assert len(server) == 3
    assert bench_.shelf.spent_units == 250 * 40 == 1_000_000 - fake.balance_units


def test_the_same_text_read_as_an_export_gives_the_same_claims(running: Running, read_back: ReadBack) -> None:
    bench_, _ = running
    claims = bench_.claims(LINKS)
    [first, *_] = bench_.shelf.kept.values()
    exported = read_back(first.partition(b"\n")[2]).claims
    assert [claim._replace(line=0) for claim in exported] == [claim._replace(line=0) for claim in claims[:100]]


def test_a_former_host_is_asked_for_too_and_a_subdomain_alone(running: Running) -> None:
    bench_, server = running
    bench_.rows(LINKS, replace(WANT, site=Site("blog.example.com:8443", old_hosts=("former.example",))))
    targets = {(asked.params["target"], asked.params["target_type"]) for asked in server.asked}
    assert targets == {("blog.example.com", "domain"), ("former.example", "root_domain")}


def test_every_page_of_a_former_host_may_be_dead(running: Running) -> None:
    bench_, server = running
    want = replace(WANT, site=Site("example.com", old_hosts=("former.example",)))
    assert len(bench_.claims(PAGES, want)) == 131 + 132
    asked = [entry.params.get("display_filter") for entry in server.asked if entry.params["target"] == "former.example"]
    assert asked == [None, None]
    pages = VENDOR.reports[0].estimate(want)
    assert (pages.units, "and of former hosts" in pages.words) == (60_000, True)


def test_an_interrupted_pull_pays_for_nothing_twice(running: Running, fake: FakeSemrush) -> None:
    bench_, server = running
    rows = next(report for report in VENDOR.reports if report.name == LINKS).pull(WANT, bench_.asker())
    for _ in range(150):
        next(rows)
    spent = bench_.shelf.spent_units
    assert spent == 200 * 40
    assert len(bench_.claims(LINKS)) == 250
    assert (len(server), bench_.shelf.spent_units) == (3, 250 * 40)


def test_the_budget_is_a_hard_stop_and_more_goes_on_from_there(running: Running) -> None:
    bench_, server = running
    with pytest.raises(BudgetReachedError, match=r"8,000 API units are spent"):
        bench_.rows(LINKS, budget_units=9_000)
    assert bench_.shelf.spent_units == 8_000
    assert len(bench_.claims(LINKS, budget_units=12_000)) == 250
    assert len(server) == 3


def test_what_the_budget_leaves_does_for_links_to_pages_found_so_far(running: Running) -> None:
    bench_, _ = running
    with pytest.raises(BudgetReachedError):
        bench_.rows(PAGES, budget_units=6_500)
    with pytest.raises(BudgetReachedError):
        bench_.rows(DEAD_LINKS, budget_units=6_500)
    assert bench_.shelf.spent_units == 4_000 + 2_000


def test_units_that_run_out_are_told_and_what_came_is_kept(running: Running, fake: FakeSemrush) -> None:
    bench_, server = running
    fake.balance_units = 5_000
    with pytest.raises(QuotaSpentError, match=r"ERROR 132: API UNITS BALANCE IS ZERO.*Subscription info"):
        bench_.rows(LINKS)
    fake.balance_units = 100_000
    assert len(bench_.claims(LINKS)) == 250
    assert len(server) == 4


@pytest.mark.parametrize(
    ("reply", "raised", "words"),
    [
        (error(120, "WRONG KEY - ID PAIR"), KeyRefusedError, "version 4"),
        (error(120, f"WRONG KEY {KEY}", 403), KeyRefusedError, r"WRONG KEY \*\*\*"),
        (error(130, "API DISABLED"), KeyRefusedError, "a plan with API units"),
        (error(134, "TOTAL LIMIT EXCEEDED"), QuotaSpentError, "too few API units"),
        (error(41, "MANDATORY PARAMETER type NOT SET"), AnswerError, "ERROR 41: MANDATORY"),
        (text("<html>Bad gateway</html>"), AnswerError, "no header line: <html>"),
        (text("<p>Bad gateway; try again</p>\n"), AnswerError, "no header line: <p>"),
        (text(""), AnswerError, "nothing said"),
        (text("url;anchor\nhttps://a.example/;b\n"), AnswerError, "no field Source url / source_url and none Target"),
        (Reply(b"gone", 410), AnswerError, "HTTP 410"),
        (Reply(b"no", 401), KeyRefusedError, "HTTP 401"),
    ],
)
def test_errors_say_what_to_do(
    running: Running, fake: FakeSemrush, reply: Reply, raised: type[Exception], words: str
) -> None:
    bench_, _ = running
    fake.instead = [reply]
    with pytest.raises(raised, match=words) as told:
        bench_.rows(LINKS)
    assert KEY not in str(told.value)


def test_an_error_in_the_answer_costs_nothing(running: Running, fake: FakeSemrush) -> None:
    bench_, _ = running
    fake.instead = [error(50, "NOTHING FOUND")]
    assert bench_.rows(LINKS) == []
    fake.instead = [text("<html>\n<body>\nMaintenance\n</body>\n")]
    with pytest.raises(AnswerError):
        bench_.rows(PAGES)
    assert bench_.shelf.spent_units == 0


def test_a_busy_vendor_is_asked_again(running: Running, fake: FakeSemrush) -> None:
    bench_, _ = running
    fake.instead = [Reply(b"slow down", 429, {"Retry-After": "7"}), error(131, "LIMIT EXCEEDED")]
    assert len(bench_.claims(LINKS)) == 250
    assert bench_.slept_s == [7.0, 4.0]
    fake.instead = [Reply(b"", 503)] * 5
    bench_.shelf.kept.clear()
    with pytest.raises(TryLaterError, match="5 times"):
        bench_.rows(LINKS)


def test_a_bad_line_is_told_and_the_others_are_read(running: Running, fake: FakeSemrush) -> None:
    bench_, _ = running
    bad = {**link(7, 1), "source_url": "javascript:alert(1)"}
    fake.links = [link(1, 1, 'A; B "c'), bad, link(2, 1, "žluťoučký\x85kůň")]
    first, problem, last = bench_.rows(LINKS)
    assert isinstance(first, Claim)
    assert isinstance(last, Claim)
    assert (first.anchor_text, last.anchor_text) == ('A; B "c', "žluťoučký\x85kůň")
    assert problem == RowProblem(2, "referring page is not an http(s) URL: javascript:alert(1)")


def test_quoted_lines_are_read_as_well(running: Running, fake: FakeSemrush) -> None:
    bench_, _ = running
    fake.instead = [text('source_url;target_url;anchor\n"https://a.example/";"https://example.com/x";"say ""a; b"""\n')]
    [claim] = bench_.claims(LINKS)
    assert (claim.referring_page, claim.anchor_text) == ("https://a.example/", 'say "a; b"')


def test_estimates_are_what_a_pull_costs_at_most(running: Running, fake: FakeSemrush) -> None:
    bench_, _ = running
    pages, dead, links = (report.estimate(WANT) for report in VENDOR.reports)
    assert pages.words == (
        "at most 1,000 lines (pages of the site that answer 404 or 410), 40 API units each: 40,000 API units"
    )
    assert (pages.units, dead.units, links.units) == (40_000, 200_000, 200_000)
    fake.pages = [page(number, 404 + 6 * (number % 2)) for number in range(2 * MOST_DEAD_PAGES + 2 * PAGE_LINES)]
    bench_.rows(PAGES)
    assert bench_.shelf.spent_units == pages.units
