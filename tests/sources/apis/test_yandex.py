"""Yandex: links page by page, an interrupted pull, and what its errors tell a person."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

import pytest
from tests.sources.apis.fakes import yandex as fakes
from tests.sources.apis.fakes.yandex import FakeYandex, error, host, link
from tests.sources.apis.server import WANT, Bench, Reply, VendorServer, bench

from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources.apis.interface import (
    AnswerError,
    BudgetReachedError,
    KeyRefusedError,
    QuotaSpentError,
    TryLaterError,
)
from linkreclaim.sources.apis.yandex import VENDOR

HTTPS = "https:example.com:443"
REPORT = VENDOR.reports[0]
ORIGIN = "https://api.webmaster.yandex.net"


@pytest.fixture
def fake() -> FakeYandex:
    return FakeYandex(links={HTTPS: [link(number) for number in range(250)]})


@pytest.fixture
def yandex(fake: FakeYandex) -> Iterator[tuple[Bench, VendorServer]]:
    with bench(VENDOR, fake, [ORIGIN], {"YANDEX_WEBMASTER_TOKEN": fakes.TOKEN}) as made:
        yield made


def test_every_link_is_a_claim_with_its_dates(yandex: tuple[Bench, VendorServer]) -> None:
    pulled, server = yandex
    claims = pulled.claims(REPORT)
    assert len(claims) == 250
    assert claims[-1] == Claim(
        250,
        "https://blog249.example.org/post",
        "https://example.com/old/249",
        first_seen=date(2019, 1, 1),
        last_seen=date(2026, 3, 5),
    )
    assert [asked.params["offset"] for asked in server.asked[2:]] == ["0", "100", "200"]


def test_all_verified_addresses_of_the_site_are_asked_and_no_other(fake: FakeYandex) -> None:
    fake.hosts = [
        host("http://example.com"),
        host("https://www.example.com", verified=False),
        host("https://example.com"),
        host("https://other.example.net"),
    ]
    fake.links["http:example.com:80"] = [link(900)]
    with bench(VENDOR, fake, [ORIGIN], {"YANDEX_WEBMASTER_TOKEN": fakes.TOKEN}) as (pulled, server):
        assert len(pulled.claims(REPORT)) == 251
    asked = {entry.path.split("/")[5] for entry in server.asked if "samples" in entry.path}
    assert asked == {"http:example.com:80", HTTPS}


def test_a_count_that_comes_as_text_is_read(fake: FakeYandex, yandex: tuple[Bench, VendorServer]) -> None:
    fake.answers[0] = Reply({"count": "1", "links": [link(1)]})
    assert len(yandex[0].claims(REPORT)) == 1


def test_an_interrupted_pull_goes_on_without_asking_again(yandex: tuple[Bench, VendorServer]) -> None:
    pulled, server = yandex
    begun = list(islice(REPORT.pull(WANT, pulled.asker()), 150))
    asked_before = len(server)
    whole = pulled.claims(REPORT)
    assert whole[:150] == begun
    assert len(whole) == 250
    assert (asked_before, len(server)) == (4, 7)  # the lists of the account are asked anew


def test_the_budget_is_a_hard_stop(yandex: tuple[Bench, VendorServer]) -> None:
    pulled, server = yandex
    with pytest.raises(BudgetReachedError):
        pulled.rows(REPORT, budget_units=2)
    assert len(server) == 4  # two for what the account has, which are not counted


def test_an_expired_token_says_how_to_get_a_new_one(fake: FakeYandex) -> None:
    with (
        bench(VENDOR, fake, [ORIGIN], {"YANDEX_WEBMASTER_TOKEN": "y0-ended"}) as (pulled, _),
        pytest.raises(KeyRefusedError, match="oauth") as caught,
    ):
        pulled.rows(REPORT)
    assert "y0-ended" not in str(caught.value)


def test_a_site_that_the_account_lacks_is_named_with_those_it_has(fake: FakeYandex) -> None:
    fake.hosts = [host("https://other.example.net")]
    with (
        bench(VENDOR, fake, [ORIGIN], {"YANDEX_WEBMASTER_TOKEN": fakes.TOKEN}) as (pulled, _),
        pytest.raises(KeyRefusedError, match=r"no site example\.com.*other\.example\.net"),
    ):
        pulled.rows(REPORT)


def test_a_site_that_is_not_verified_is_told_so(fake: FakeYandex) -> None:
    fake.hosts = [host("https://example.com", verified=False)]
    with (
        bench(VENDOR, fake, [ORIGIN], {"YANDEX_WEBMASTER_TOKEN": fakes.TOKEN}) as (pulled, _),
        pytest.raises(KeyRefusedError, match="not verified"),
    ):
        pulled.rows(REPORT)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (error(404, "HOST_NOT_VERIFIED", "some string"), KeyRefusedError, "verify"),
        (error(403, "ACCESS_FORBIDDEN", "explicit"), KeyRefusedError, "webmaster:hostinfo"),
        (error(404, "HOST_NOT_LOADED", "some string"), AnswerError, "some days"),
        (error(429, "QUOTA_EXCEEDED", "quota"), QuotaSpentError, "tomorrow"),
        (error(429, "TOO_MANY_REQUESTS_ERROR", "slow"), TryLaterError, "5 times"),
        (Reply(b"<html>oops", 500), TryLaterError, "HTTP 500"),
        (Reply(b"<html>oops"), AnswerError, "not JSON"),
        (Reply({"count": 3, "samples": []}), AnswerError, "'links'"),
        (Reply({"links": [link(1)]}), AnswerError, "'count'"),
        (Reply({"count": 1, "links": [{"from": "https://a.example.org/"}]}), AnswerError, "source_url"),
        (Reply([]), AnswerError, "'links'"),
    ],
)
def test_what_ends_a_pull_keeps_what_came_before(
    fake: FakeYandex, yandex: tuple[Bench, VendorServer], answer: Reply, kind: type[Exception], words: str
) -> None:
    pulled, _ = yandex
    fake.answers[200] = answer
    rows = REPORT.pull(WANT, pulled.asker())
    assert len(list(islice(rows, 200))) == 200
    with pytest.raises(kind, match=words):
        list(rows)


def test_a_row_that_cannot_be_read_costs_itself_alone(fake: FakeYandex, yandex: tuple[Bench, VendorServer]) -> None:
    fake.links[HTTPS] = [link(1), {**link(2), "source_url": "ftp://x"}, "text", link(3)]
    rows = yandex[0].rows(REPORT)
    assert [type(row) for row in rows] == [Claim, RowProblem, RowProblem, Claim]
    assert isinstance(rows[1], RowProblem)
    assert (rows[1].line, "ftp://x" in rows[1].reason) == (2, True)


def test_the_estimate_says_that_it_is_free() -> None:
    estimate = REPORT.estimate(WANT)
    assert estimate.units is None
    assert "free" in estimate.words
