"""Session and asker against a real server: what is sent, what is kept, what is repeated, and what is never shown."""

import gzip
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.apis.server import Asked, Bench, Reply, VendorServer, bench, serve

from linkreclaim.errors import UsageError
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources.apis.asker import (
    MAX_ATTEMPTS,
    call_key,
    mask,
    pack_answer,
    parse_budget,
    read_retry_after,
    unpack_answer,
)
from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
    ApiError,
    ApiReport,
    Ask,
    BudgetReachedError,
    Call,
    Estimate,
    KeyRefusedError,
    SecretSpec,
    TryLaterError,
    Vendor,
    Want,
)
from linkreclaim.sources.apis.secrets import Secret
from linkreclaim.sources.apis.session import ApiSession, LostAnswerError

ORIGIN = "https://api.toy.example"
KEY = "k3y-that-nobody-sees"
PAGES = 3


class ToyReport:
    """Three pages of one link each."""

    name = "Toy links (API)"

    def estimate(self, want: Want) -> Estimate:
        return Estimate(30.0, "3 requests: 30 credits")

    def pull(self, want: Want, ask: Ask) -> Iterator[Claim | RowProblem]:
        for number in range(PAGES):
            content = ask(Call("links", f"{ORIGIN}/links", {"page": str(number)}, most_units=10))
            yield Claim(number + 1, content["from"], content["to"])


class Toy:
    """A vendor whose key stands in the address, as Semrush's and Majestic's do."""

    name = "toy"
    title = "Toy"
    unit = "credits"
    secrets: tuple[SecretSpec, ...] = (SecretSpec("TOY_KEY", "API key"),)
    reports: tuple[ApiReport, ...] = (ToyReport(),)

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        return replace(call, params={**call.params, "key": secrets["TOY_KEY"]}), {"X-Toy": "1"}

    def read(self, call: Call, answer: Answer) -> Any:
        if answer.status_code == 401:
            raise KeyRefusedError(f"Toy refuses the key: {answer.body.decode()}")
        if answer.status_code == 429:
            raise TryLaterError("Toy asks to slow down")
        try:
            return json.loads(answer.body)
        except ValueError as error:
            raise AnswerError("Toy: the answer is no JSON") from error

    def units(self, call: Call, answer: Answer) -> float:
        return 10.0


TOY: Vendor = Toy()


@dataclass
class FakeToy:
    """Answers pages; `instead` is answered first, one after the other."""

    instead: list[Reply] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        assert asked.params["key"] == KEY
        if self.instead:
            return self.instead.pop(0)
        page = asked.params["page"]
        return Reply({"from": f"https://a.example/{page}", "to": f"https://example.com/{page}"})


@pytest.fixture
def fake() -> FakeToy:
    return FakeToy()


@pytest.fixture
def toy(fake: FakeToy) -> Iterator[tuple[Bench, VendorServer]]:
    with bench(TOY, fake, [ORIGIN], {"TOY_KEY": KEY}) as running:
        yield running


def pages(server: VendorServer) -> list[str]:
    return [asked.params["page"] for asked in server.asked]


def test_a_pull_asks_each_page_once_and_a_second_one_nothing(toy: tuple[Bench, VendorServer]) -> None:
    bench_, server = toy
    first = bench_.claims("Toy links (API)")
    assert [claim.target_url for claim in first] == [f"https://example.com/{n}" for n in range(PAGES)]
    assert bench_.claims("Toy links (API)", budget_units=0) == first
    assert pages(server) == ["0", "1", "2"]
    assert bench_.shelf.spent_units == 30


def test_the_key_is_sent_and_neither_kept_nor_shown(toy: tuple[Bench, VendorServer], fake: FakeToy) -> None:
    bench_, server = toy
    bench_.claims("Toy links (API)")
    assert server.asked[0].headers["x-toy"] == "1"
    assert not any(KEY.encode() in content for content in bench_.shelf.kept.values())
    assert KEY not in repr(bench_.asker()._secrets)
    fake.instead = [Reply(f"unknown key {KEY}".encode(), 401)]
    bench_.shelf.kept.clear()
    with pytest.raises(KeyRefusedError, match=r"unknown key \*\*\*") as caught:
        bench_.claims("Toy links (API)")
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("told", [f"no such key: {KEY[:5]}…): make another", f"GET /links?key={KEY[:-1]}"])
def test_the_start_of_a_key_that_was_cut_off_is_not_shown(told: str) -> None:
    masked = mask(told, [Secret(KEY, "a test")])
    assert "***" in masked
    assert KEY[:4] not in masked


def test_the_budget_stops_before_the_request(toy: tuple[Bench, VendorServer]) -> None:
    bench_, server = toy
    with pytest.raises(
        BudgetReachedError, match=r"25 credits is reached: 20 credits are spent.* --budget toy=30 or more"
    ):
        bench_.rows("Toy links (API)", budget_units=25)
    assert pages(server) == ["0", "1"]
    assert len(bench_.claims("Toy links (API)", budget_units=30)) == PAGES
    assert pages(server) == ["0", "1", "2"]


def test_a_busy_vendor_is_asked_again_after_what_it_says(toy: tuple[Bench, VendorServer], fake: FakeToy) -> None:
    bench_, server = toy
    fake.instead = [Reply(b"", 0), Reply(b"", 429, {"Retry-After": "7"}), Reply(b"", 503)]
    assert len(bench_.claims("Toy links (API)")) == PAGES
    assert bench_.slept_s == [2.0, 7.0, 8.0]
    assert pages(server) == ["0", "0", "0", "0", "1", "2"]
    assert bench_.shelf.spent_units == 40  # the answer that was lost may have cost 10
    assert KEY not in " ".join(bench_.messages)


def test_lost_answers_count_towards_the_budget(toy: tuple[Bench, VendorServer], fake: FakeToy) -> None:
    bench_, server = toy
    fake.instead = [Reply(b"", 0)] * 9
    with pytest.raises(BudgetReachedError, match="20 credits are spent"):
        bench_.rows("Toy links (API)", budget_units=25)
    assert len(server) == 2
    with ApiSession({ORIGIN: "http://127.0.0.1:1"}) as nobody:
        bench_.session = nobody
        with pytest.raises(TryLaterError, match="did not answer"):
            bench_.rows("Toy links (API)", budget_units=30)
    assert bench_.shelf.spent_units == 20  # what never went out has cost nothing


def test_an_answer_that_does_not_come_is_waited_for_to_an_end() -> None:
    given_up = threading.Event()
    in_time = []

    def slow(asked: Asked) -> Reply:
        in_time.append(given_up.wait(30))
        return Reply({})

    with serve(slow) as server, ApiSession({ORIGIN: server.origin}, total_timeout_s=0.2) as session:
        with pytest.raises(LostAnswerError, match="did not answer"):
            session.send(Call("links", f"{ORIGIN}/links"), {})
        given_up.set()
    assert False not in in_time


def test_a_header_without_end_is_not_read(toy: tuple[Bench, VendorServer], fake: FakeToy) -> None:
    fake.instead = [Reply({}, headers={f"X-{n}": "x" * 5_000 for n in range(90)})]
    with pytest.raises(ApiError) as caught:
        toy[0].rows("Toy links (API)")
    assert not isinstance(caught.value, TryLaterError)
    assert len(toy[1]) == 1


def test_patience_ends(toy: tuple[Bench, VendorServer], fake: FakeToy) -> None:
    bench_, server = toy
    fake.instead = [Reply(b"", 503)] * MAX_ATTEMPTS
    with pytest.raises(TryLaterError, match="5 times: run the same command again later"):
        bench_.rows("Toy links (API)")
    fake.instead = [Reply(b"", 429, {"Retry-After": "3600"})]
    with pytest.raises(TryLaterError, match="for another 3,600 s: run the same command again then"):
        bench_.rows("Toy links (API)")
    assert len(server) == MAX_ATTEMPTS + 1


def test_a_bad_answer_is_paid_but_not_kept(toy: tuple[Bench, VendorServer], fake: FakeToy) -> None:
    bench_, server = toy
    fake.instead = [Reply(b"<html>")]
    with pytest.raises(AnswerError, match="no JSON"):
        bench_.rows("Toy links (API)")
    assert bench_.shelf.spent_units == 10
    assert len(bench_.claims("Toy links (API)")) == PAGES
    assert pages(server) == ["0", "0", "1", "2"]


def test_a_redirect_is_not_followed(toy: tuple[Bench, VendorServer], fake: FakeToy) -> None:
    bench_, server = toy
    fake.instead = [Reply(b"", 302, {"Location": f"https://elsewhere.example/?key={KEY}"})]
    with pytest.raises(
        AnswerError, match=r"127\.0\.0\.1 redirects to elsewhere\.example; that is not followed"
    ) as caught:
        bench_.rows("Toy links (API)")
    assert KEY not in str(caught.value)
    assert len(server) == 1


def test_a_packed_answer_is_read_and_a_bomb_is_not(
    toy: tuple[Bench, VendorServer], fake: FakeToy, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench_, _ = toy
    packed = gzip.compress(b'{"from": "https://b.example/", "to": "https://example.com/"}')
    fake.instead = [Reply(packed, headers={"Content-Encoding": "gzip"})]
    assert bench_.claims("Toy links (API)")[0].referring_page == "https://b.example/"
    bench_.shelf.kept.clear()
    monkeypatch.setattr("linkreclaim.sources.apis.session.MAX_ANSWER_BYTES", 1_000_000)
    fake.instead = [Reply(gzip.compress(b" " * 5_000_000), headers={"Content-Encoding": "gzip"})]
    with pytest.raises(AnswerError, match="more than 1,000,000 bytes"):
        bench_.rows("Toy links (API)")


def test_a_body_is_posted_as_json() -> None:
    def echo(asked: Asked) -> Reply:
        return Reply({"from": asked.method, "to": asked.json, "type": asked.headers["content-type"]})

    with bench(TOY, echo, [ORIGIN], {"TOY_KEY": KEY}) as (bench_, server):
        content = bench_.asker()(Call("links", f"{ORIGIN}/a/b%2Fc", {"q": "ü &"}, body=[{"x": 1}]))
    assert content == {"from": "POST", "to": [{"x": 1}], "type": "application/json"}
    assert server.asked[0].path == "/a/b%2Fc"
    assert server.asked[0].params["q"] == "ü &"


def test_a_key_is_masked_however_it_is_written() -> None:
    key = Secret("a b/c+d", "a test")
    assert mask("a b/c+d, key=a%20b%2Fc%2Bd&x, key=a+b%2Fc%2Bd", [key]) == "***, key=***&x, key=***"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.toy.example/", "without encryption"),
        ("http://127.0.0.1.toy.example/", "without encryption"),
        ("ftp://127.0.0.1/", "without encryption"),
        ("http://127.0.0.1:1/", "did not answer"),
    ],
)
def test_what_cannot_be_asked_is_told_without_its_address(url: str, words: str) -> None:
    with ApiSession() as session, pytest.raises(ApiError, match=words) as caught:
        session.send(Call("x", url, {"key": KEY}), {})
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("value", ["a\r\nb", "a\nHost: x", "a\0", "schlüssel"])
def test_a_key_that_would_break_a_header_is_refused(value: str) -> None:
    with ApiSession() as session, pytest.raises(ApiError, match="copy the key again"):
        session.send(Call("x", "http://127.0.0.1:1/"), {"Authorization": value})


def test_retry_after_as_seconds_and_as_a_date() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def after(text: str) -> float | None:
        return read_retry_after(Answer(429, {"retry-after": text}, b""), now)

    assert after("30") == 30.0
    assert after("Sun, 22 Nov 2026 12:01:00 GMT") == 60.0
    assert after("Sun, 22 Nov 2026 11:00:00 GMT") == 0.0
    assert after("soon") is None
    assert after("") is None


@given(st.binary(), st.integers(100, 599), st.dictionaries(st.text(), st.text()))
def test_a_kept_answer_is_the_same_again(body: bytes, status: int, headers: dict[str, str]) -> None:
    headers.pop("set-cookie", None)
    answer = Answer(status, headers, body)
    assert unpack_answer(pack_answer(answer)) == answer


@given(st.binary(max_size=60))
def test_a_broken_kept_answer_is_told(content: bytes) -> None:
    with pytest.raises(AnswerError, match="--fresh"):
        unpack_answer(content)


def test_the_key_of_an_answer_is_all_that_was_asked() -> None:
    call = Call("links", ORIGIN, {"a": "1", "b": "2"}, {"x": [1]}, most_units=5)
    assert call_key(call) == call_key(Call("links", ORIGIN, {"b": "2", "a": "1"}, {"x": [1]}, most_units=9))
    others = [replace(call, report="l"), replace(call, url="u"), replace(call, params={}), replace(call, body=None)]
    assert len({call_key(other) for other in (call, *others)}) == 5


def test_budgets() -> None:
    asked = ("ahrefs", "semrush")
    assert parse_budget("5000", asked) == {"ahrefs": 5000.0, "semrush": 5000.0}
    assert parse_budget("ahrefs=5_000, semrush=0.5", asked) == {"ahrefs": 5000.0, "semrush": 0.5}
    assert parse_budget("ahrefs=10,100", asked) == {"ahrefs": 10.0, "semrush": 100.0}


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "write a number"), ("much", "write a number"), ("-1", "write a number"), ("nan", "write a number"),
     ("moz=5", "'moz' is not asked; asked: ahrefs"), ("ahrefs=", "write a number")],
)  # fmt: skip
def test_a_budget_that_is_none(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_budget(text, ("ahrefs",))
