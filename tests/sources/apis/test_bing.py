"""Bing: dead pages, pages by their links, the links to each dead page, and what its errors tell a person."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from tests.sources.apis.fakes import bing as fakes
from tests.sources.apis.fakes.bing import FakeBing, error, issue
from tests.sources.apis.server import WANT, Bench, Reply, VendorServer, bench

from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources.apis.bing import VENDOR
from linkreclaim.sources.apis.interface import AnswerError, BudgetReachedError, KeyRefusedError, TryLaterError

ORIGIN = "https://ssl.bing.com"
SITE = "https://example.com/"
ISSUES, COUNTS, LINKS = VENDOR.reports
OLD, GONE, GUESSED, KNOWN = (f"https://example.com/{name}" for name in ("old", "gone", "guessed", "known"))
WANT_KNOWN = replace(WANT, dead_urls=(OLD, KNOWN, "https://elsewhere.example.net/x"))

Made = tuple[Bench, VendorServer]


def link(number: int) -> dict[str, str]:
    return {"AnchorText": f"anchor {number}", "Url": f"https://blog{number}.example.org/post"}


@pytest.fixture
def fake() -> FakeBing:
    return FakeBing(
        issues={
            SITE: [
                issue(GONE, 410, 3),
                issue(OLD, 404, 12),
                issue("https://example.com/moved", 301, 50, 1),
                issue("https://example.com/forbidden", 403, 9),
                issue(GUESSED, 0, 1),
                issue("https://example.com/unlinked", 404, 0),
            ]
        },
        counts=[{"Count": 12, "Url": OLD}, {"Count": 3, "Url": GONE}, {"Count": 1, "Url": f"{SITE}live"}],
        links={OLD: [link(1), link(2), link(3)], GONE: [link(4)], KNOWN: [link(5)]},
    )


@pytest.fixture
def bing(fake: FakeBing) -> Iterator[Made]:
    with bench(VENDOR, fake, [ORIGIN], {"BING_WEBMASTER_API_KEY": fakes.KEY}) as made:
        yield made


def links_asked(server: VendorServer) -> list[str]:
    return [f"{entry.params['link']} {entry.params['page']}" for entry in server.asked if "GetUrlLinks" in entry.path]


def test_issues_are_claims_as_the_saved_answer_would_give(bing: Made) -> None:
    claims = bing[0].claims(ISSUES)
    assert claims[0] == Claim(1, None, GONE, target_status=410, claimed_links=3)
    assert claims[4] == Claim(5, None, GUESSED, claimed_links=1)
    assert len(claims) == 6


def test_link_counts_are_read_to_the_last_page(bing: Made) -> None:
    claims = bing[0].claims(COUNTS)
    assert [claim.claimed_links for claim in claims] == [12, 3, 1]
    assert claims[2] == Claim(3, None, f"{SITE}live", claimed_links=1)
    assert len(bing[1]) == 3


def test_dead_pages_with_most_links_are_asked_first_and_known_ones_after_them(bing: Made) -> None:
    pulled, server = bing
    claims = pulled.claims(LINKS, WANT_KNOWN)
    assert links_asked(server) == [f"{OLD} 0", f"{OLD} 1", f"{GONE} 0", f"{GUESSED} 0", f"{KNOWN} 0"]
    assert claims[0] == Claim(1, "https://blog1.example.org/post", OLD, "anchor 1", target_status=404)
    assert [(claim.line, claim.target_url, claim.target_status) for claim in claims[3:]] == [
        (4, GONE, 410),
        (5, KNOWN, None),
    ]


def test_the_links_repeat_the_issues_from_the_shelf(bing: Made) -> None:
    pulled, server = bing
    pulled.claims(ISSUES)
    pulled.claims(LINKS)
    methods = [entry.path.rpartition("/")[2] for entry in server.asked]
    assert (methods.count("GetUserSites"), methods.count("GetCrawlIssues")) == (2, 1)


def test_an_interrupted_pull_goes_on_without_asking_again(bing: Made) -> None:
    pulled, server = bing
    begun = list(islice(LINKS.pull(WANT, pulled.asker()), 3))
    asked_before = links_asked(server)
    assert pulled.claims(LINKS)[:3] == begun
    assert asked_before == [f"{OLD} 0", f"{OLD} 1"]
    assert links_asked(server) == [*asked_before, f"{GONE} 0", f"{GUESSED} 0"]


def test_the_budget_is_a_hard_stop(bing: Made) -> None:
    pulled, server = bing
    rows = LINKS.pull(WANT, pulled.asker(budget_units=3))
    assert len(list(islice(rows, 3))) == 3
    with pytest.raises(BudgetReachedError):
        next(rows)
    assert len(server) == 4


def test_both_addresses_of_the_site_are_asked(fake: FakeBing, bing: Made) -> None:
    fake.sites = [
        {"Url": "http://www.example.com/", "IsVerified": True},
        {"Url": "https://example.com/", "IsVerified": True},
        {"Url": "https://example.net/", "IsVerified": True},
    ]
    fake.issues["http://www.example.com/"] = [issue("http://www.example.com/a", 404, 1)]
    assert len(bing[0].claims(ISSUES)) == 7


def test_a_refused_key_is_not_shown(fake: FakeBing) -> None:
    with (
        bench(VENDOR, fake, [ORIGIN], {"BING_WEBMASTER_API_KEY": "stalekey"}) as (pulled, _),
        pytest.raises(KeyRefusedError, match="new key") as caught,
    ):
        pulled.rows(ISSUES)
    assert "stalekey" not in str(caught.value)


@pytest.mark.parametrize(
    ("sites", "words"),
    [
        ([], "it has no site"),
        ([{"Url": "https://other.example.net/", "IsVerified": True}], r"other\.example\.net"),
        ([{"Url": "https://www.example.com/", "IsVerified": False}], "not verified"),
    ],
)
def test_an_account_without_the_site_is_told_so(
    fake: FakeBing, bing: Made, sites: list[dict[str, object]], words: str
) -> None:
    fake.sites = sites
    with pytest.raises(KeyRefusedError, match=words):
        bing[0].rows(ISSUES)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (error(14, "NotAuthorized"), KeyRefusedError, "may not read"),
        (error(4, "ThrottleUser"), TryLaterError, "ThrottleUser.*5 times"),
        (error(16, "Deprecated"), AnswerError, "Deprecated"),
        (Reply("", 503), TryLaterError, "busy"),
        (Reply("", 429), TryLaterError, "too many"),
        (Reply(b"<html>"), AnswerError, "not JSON"),
        (Reply({"data": []}), AnswerError, "'d'"),
        (Reply({"d": {"Rows": [], "TotalPages": 1}}), AnswerError, "'Details'"),
        (Reply({"d": {"Details": [link(1)]}}), AnswerError, "'TotalPages'"),
        (
            Reply({"d": {"Details": [{"Anchor": "x", "Url": "https://a.example.org/"}], "TotalPages": 1}}),
            AnswerError,
            "Anch",
        ),
        (Reply({"d": []}), AnswerError, "'Details'"),
    ],
)
def test_what_ends_a_pull_keeps_what_came_before(
    fake: FakeBing, bing: Made, answer: Reply, kind: type[Exception], words: str
) -> None:
    fake.answers[f"GetUrlLinks {GONE}"] = answer
    rows = LINKS.pull(WANT, bing[0].asker())
    assert len(list(islice(rows, 3))) == 3
    with pytest.raises(kind, match=words):
        list(rows)


def test_a_url_that_bing_does_not_know_costs_itself_alone(fake: FakeBing, bing: Made) -> None:
    fake.answers[f"GetUrlLinks {OLD}"] = error(11, "NotFound")
    rows = bing[0].rows(LINKS)
    assert isinstance(rows[0], RowProblem)
    assert OLD in rows[0].reason
    assert isinstance(rows[1], Claim)


def test_lists_that_dotnet_writes_as_null_are_empty(fake: FakeBing, bing: Made) -> None:
    fake.answers["GetCrawlIssues"] = Reply({"d": None})
    fake.answers["GetLinkCounts"] = Reply({"d": {"Links": None, "TotalPages": 0}})
    fake.answers["GetUrlLinks"] = Reply({"d": None})
    assert [bing[0].rows(report, WANT_KNOWN) for report in VENDOR.reports] == [[], [], []]


def test_rows_that_cannot_be_read_cost_themselves_alone(fake: FakeBing, bing: Made) -> None:
    fake.issues[SITE] = [issue("ftp://example.com/", 404, 1), "text", None, issue(OLD, 404, 1)]
    assert [type(row) for row in bing[0].rows(ISSUES)] == [RowProblem, RowProblem, RowProblem, Claim]
    assert [claim.target_url for claim in bing[0].claims(LINKS)] == [OLD] * 3


def test_the_estimates_say_that_it_is_free() -> None:
    assert all("free" in report.estimate(WANT).words for report in VENDOR.reports)
