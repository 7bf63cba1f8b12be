"""Search Console: login, property, clicks by page, inspections of dead URLs, and what its errors tell a person."""

import base64
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from tests.sources.apis.fakes import google as fakes
from tests.sources.apis.fakes.google import FakeGoogle, error, known
from tests.sources.apis.server import NOW, WANT, Bench, Reply, VendorServer, bench

from linkreclaim.errors import MissingExtraError
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.gsc import VENDOR
from linkreclaim.sources.apis.interface import (
    AnswerError,
    BudgetReachedError,
    KeyRefusedError,
    QuotaSpentError,
    TryLaterError,
    Want,
)
from linkreclaim.sources.apis.secrets import open_secrets

ORIGINS = ("https://searchconsole.googleapis.com", "https://oauth2.googleapis.com")
DOMAIN = "sc-domain:example.com"
PERFORMANCE, INSPECTIONS = VENDOR.reports
OLD, GONE, SOFT, STRANGE = (f"https://example.com/{name}" for name in ("old", "gone", "soft", "strange"))
WANT_DEAD = replace(WANT, dead_urls=(OLD, GONE, SOFT, STRANGE))

Made = tuple[Bench, VendorServer]


@pytest.fixture
def fake() -> FakeGoogle:
    return FakeGoogle(
        pages={DOMAIN: [(OLD, 420), (f"{OLD}/2", 3), ("https://example.com/live", 1), ("https://example.com/none", 0)]},
        inspected={
            OLD: known("NOT_FOUND", "https://blog.example.org/post", "https://example.com/", "https://b.example.net/"),
            GONE: known("NOT_FOUND"),
            SOFT: known("SOFT_404", "https://blog.example.org/2"),
        },
    )


@pytest.fixture
def made(fake: FakeGoogle) -> Iterator[Made]:
    with bench(VENDOR, fake, ORIGINS, {"GSC_ACCESS_TOKEN": "token-by-hand"}) as bench_and_server:
        yield bench_and_server


def write(path: Path, told: dict[str, object]) -> dict[str, str]:
    path.write_text(json.dumps(told))
    return {"GSC_CREDENTIALS": str(path)}


def user_file(folder: Path, **changed: object) -> dict[str, str]:
    told = {"type": "authorized_user", **fakes.CLIENT, "refresh_token": fakes.REFRESH, **changed}
    return write(folder / "login.json", told)


def inspected(server: VendorServer) -> list[str]:
    return [entry.json["inspectionUrl"] for entry in server.asked if entry.path.endswith(":inspect")]


def paths(server: VendorServer) -> list[str]:
    return [entry.path for entry in server.asked]


# Clicks by page


def test_pages_that_had_clicks_are_claims_with_their_clicks(made: Made) -> None:
    pulled, server = made
    claims = pulled.claims(PERFORMANCE)
    assert claims == [
        Claim(1, None, OLD, hits=420),
        Claim(2, None, f"{OLD}/2", hits=3),
        Claim(3, None, "https://example.com/live", hits=1),
    ]
    body = server.asked[-1].json
    assert (body["startDate"], body["endDate"]) == ("2025-07-23", "2026-11-22")
    assert "dimensionFilterGroups" not in body


def test_pages_are_asked_25000_at_a_time_until_one_has_no_clicks(fake: FakeGoogle, made: Made) -> None:
    fake.pages[DOMAIN] = [(f"https://example.com/{number}", 1) for number in range(25_002)]
    pulled, server = made
    begun = list(islice(PERFORMANCE.pull(WANT, pulled.asker()), 25_000))
    assert len(server) == 2
    whole = pulled.claims(PERFORMANCE)
    assert (len(whole), whole[:25_000] == begun) == (25_002, True)
    assert [entry.json["startRow"] for entry in server.asked if entry.body] == [0, 25_000]


def test_an_interface_without_rows_says_so_and_an_empty_property_is_empty(fake: FakeGoogle, made: Made) -> None:
    fake.pages = {}
    assert made[0].rows(PERFORMANCE) == []
    query = f"/webmasters/v3/sites/{DOMAIN.replace(':', '%3A')}/searchAnalytics/query"
    fake.answers[query] = Reply({"results": []})
    with pytest.raises(AnswerError, match="'rows'"):
        Bench(VENDOR, made[0].session, made[0].secrets).rows(PERFORMANCE)


@pytest.mark.parametrize("row", [{"keys": ["ftp://x"], "clicks": 2}, {"keys": [OLD]}, {"clicks": 3}, "text"])
def test_a_row_that_cannot_be_read_costs_itself_alone(fake: FakeGoogle, made: Made, row: object) -> None:
    query = f"/webmasters/v3/sites/{DOMAIN.replace(':', '%3A')}/searchAnalytics/query"
    fake.answers[query] = Reply({"rows": [row, {"keys": [OLD], "clicks": 2.0}]})
    rows = made[0].rows(PERFORMANCE)
    assert isinstance(rows[0], RowProblem)
    assert rows[1:] == [Claim(2, None, OLD, hits=2)]


# Properties


def test_a_domain_property_is_asked_alone_and_url_prefixes_where_there_is_none(fake: FakeGoogle, made: Made) -> None:
    prefixes = (
        f"https://{place}/" for place in ("example.com", "example.com/blog", "www.example.com", "other.example")
    )
    fake.properties = dict.fromkeys((*prefixes, DOMAIN), "siteFullUser")
    pulled, server = made
    pulled.claims(PERFORMANCE)
    assert len(server) == 2
    del fake.properties[DOMAIN]
    fake.pages = {"https://www.example.com/": [("https://www.example.com/a", 2)]}
    claims = Bench(VENDOR, pulled.session, pulled.secrets).claims(PERFORMANCE)
    assert [claim.target_url for claim in claims] == ["https://www.example.com/a"]
    assert paths(server)[3:] == [
        f"/webmasters/v3/sites/https%3A%2F%2F{host}%2F/searchAnalytics/query"
        for host in ("example.com", "www.example.com")
    ]


def test_a_subdomain_is_picked_out_of_its_domain_property(fake: FakeGoogle, made: Made) -> None:
    pages = ["https://blog.example.com/a", "http://www.blog.example.com/b", "https://example.com/c"]
    fake.pages[DOMAIN] = [(page, 5) for page in (*pages, "https://myblog.example.com/d", "https://blogXexample.com/e")]
    claims = made[0].claims(PERFORMANCE, Want(Site("blog.example.com"), WANT.today))
    assert [claim.target_url for claim in claims] == pages[:2]


def test_a_former_domain_has_a_property_of_its_own(fake: FakeGoogle, made: Made) -> None:
    fake.properties = {DOMAIN: "siteOwner", "sc-domain:former.example": "siteOwner"}
    fake.pages["sc-domain:former.example"] = [("https://former.example/x", 7)]
    want = Want(Site("example.com", old_hosts=("former.example",)), WANT.today, (OLD, "https://former.example/x"))
    assert made[0].claims(PERFORMANCE, want)[-1] == Claim(4, None, "https://former.example/x", hits=7)
    made[0].rows(INSPECTIONS, want)
    asked = [entry.json["siteUrl"] for entry in made[1].asked if entry.path.endswith(":inspect")]
    assert asked == [DOMAIN, "sc-domain:former.example"]


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({}, "it has no site"),
        ({"sc-domain:other.example": "siteOwner"}, r"no property for example\.com.*sc-domain:other\.example"),
        ({DOMAIN: "siteUnverifiedUser"}, "not verified"),
    ],
)
def test_an_account_without_the_property_is_told_so(
    fake: FakeGoogle, made: Made, properties: dict[str, str], words: str
) -> None:
    fake.properties = properties
    with pytest.raises(KeyRefusedError, match=words):
        made[0].rows(PERFORMANCE)


# Inspections


def test_an_inspection_gives_the_state_and_each_page_that_refers(made: Made) -> None:
    pulled, server = made
    rows = pulled.claims(INSPECTIONS, WANT_DEAD)
    crawled = date(2026, 8, 21)
    assert rows == [
        Claim(1, None, OLD, last_seen=crawled, target_status=404),
        Claim(2, "https://blog.example.org/post", OLD, target_status=404),
        Claim(3, "https://example.com/", OLD, target_status=404),
        Claim(4, "https://b.example.net/", OLD, target_status=404),
        Claim(5, None, GONE, last_seen=crawled, target_status=404),
        Claim(6, None, SOFT, last_seen=crawled, target_soft_404=True),
        Claim(7, "https://blog.example.org/2", SOFT, target_soft_404=True),
    ]
    assert inspected(server) == [OLD, GONE, SOFT, STRANGE]


def test_without_dead_urls_nothing_is_asked(made: Made) -> None:
    assert made[0].rows(INSPECTIONS) == []
    assert len(made[1]) == 0
    assert "for each dead page that the audit finds" in INSPECTIONS.estimate(WANT).words


def test_an_interrupted_pull_goes_on_without_inspecting_again(made: Made) -> None:
    pulled, server = made
    list(islice(INSPECTIONS.pull(WANT_DEAD, pulled.asker()), 5))
    assert inspected(server) == [OLD, GONE]
    assert len(pulled.claims(INSPECTIONS, WANT_DEAD)) == 7
    assert inspected(server) == [OLD, GONE, SOFT, STRANGE]


def test_the_budget_is_a_hard_stop(made: Made) -> None:
    pulled, server = made
    with pytest.raises(BudgetReachedError):
        pulled.rows(INSPECTIONS, WANT_DEAD, budget_units=2)
    assert inspected(server) == [OLD, GONE]


def test_an_account_that_may_not_inspect_ends_the_pull_soon(fake: FakeGoogle, made: Made) -> None:
    urls = tuple(f"https://example.com/{number}" for number in range(30))
    fake.answers = {url: error(403, "User does not have sufficient permission", "forbidden") for url in urls}
    with pytest.raises(KeyRefusedError, match="10 URLs one after the other"):
        made[0].rows(INSPECTIONS, replace(WANT, dead_urls=urls))
    assert len(inspected(made[1])) == 10


def test_urls_that_google_refuses_cost_themselves_alone(fake: FakeGoogle, made: Made) -> None:
    fake.answers[OLD] = error(400, "Invalid value at 'inspection_url'", canonical="INVALID_ARGUMENT")
    fake.answers[GONE] = error(403, "You do not own this site, or the inspected URL is not part of this property.")
    want = replace(WANT, dead_urls=(OLD, GONE, "https://elsewhere.example.net/x", SOFT))
    rows = made[0].rows(INSPECTIONS, want)
    assert [type(row) for row in rows] == [RowProblem, RowProblem, RowProblem, Claim, Claim]
    assert [row.line for row in rows] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            error(429, "Quota exceeded for quota metric 'Inspections' and limit '... per day'"),
            QuotaSpentError,
            "tomorrow",
        ),
        (error(403, "Quota exceeded.", "quotaExceeded"), QuotaSpentError, "tomorrow"),
        (error(429, "Quota exceeded for sc-domain:example.com.", "rateLimitExceeded"), TryLaterError, "5 times"),
        (error(401, "Request had invalid authentication credentials."), KeyRefusedError, "new one"),
        (error(403, "Insufficient Permission", "insufficientPermissions"), KeyRefusedError, "webmasters.readonly"),
        (error(500, "Internal error"), TryLaterError, "HTTP 500"),
        (Reply(b"<html>"), AnswerError, "not JSON"),
        (Reply([1]), AnswerError, "no JSON object"),
        (Reply({"result": {}}), AnswerError, "'inspectionResult'"),
        (Reply({"inspectionResult": {}}), AnswerError, "'indexStatusResult'"),
    ],
)
def test_what_ends_a_pull_keeps_what_came_before(
    fake: FakeGoogle, made: Made, answer: Reply, kind: type[Exception], words: str
) -> None:
    fake.answers[SOFT] = answer
    rows = INSPECTIONS.pull(WANT_DEAD, made[0].asker())
    assert len(list(islice(rows, 5))) == 5
    with pytest.raises(kind, match=words):
        list(rows)


# Logins


def test_a_login_is_exchanged_once_and_its_token_is_kept_nowhere(fake: FakeGoogle, tmp_path: Path) -> None:
    fake.quota_project = "my-project"
    secrets = user_file(tmp_path, quota_project_id="my-project")
    with bench(VENDOR, fake, ORIGINS, secrets) as (pulled, server):
        assert len(pulled.claims(INSPECTIONS, WANT_DEAD)) == 7
        assert paths(server).count("/token") == 1
        assert fake.logins == [{"grant_type": "refresh_token", "refresh_token": fakes.REFRESH, **fakes.CLIENT}]
        kept = b"".join(pulled.shelf.kept.values())
    assert fakes.REFRESH.encode() not in kept
    assert fake.tokens_given[0].encode() not in kept


def test_a_token_that_ends_is_replaced(fake: FakeGoogle, tmp_path: Path) -> None:
    fake.lifetime_s = 60
    with bench(VENDOR, fake, ORIGINS, user_file(tmp_path)) as (pulled, _):
        asker = pulled.asker()
        minutes = itertools.count()
        asker._clock = lambda: NOW + timedelta(minutes=next(minutes))
        assert len(list(INSPECTIONS.pull(WANT_DEAD, asker))) == 7
    assert len(fake.tokens_given) > 1


def test_a_login_that_was_taken_back_says_how_to_log_in_again(fake: FakeGoogle, tmp_path: Path) -> None:
    with (
        bench(VENDOR, fake, ORIGINS, user_file(tmp_path, refresh_token="1//old-secret")) as (pulled, _),
        pytest.raises(KeyRefusedError, match=r"expired or revoked.*log in again") as caught,
    ):
        pulled.rows(PERFORMANCE)
    assert "1//old-secret" not in str(caught.value)


def test_a_login_without_a_quota_project_says_how_to_name_one(fake: FakeGoogle, tmp_path: Path) -> None:
    fake.quota_project = "my-project"
    with (
        bench(VENDOR, fake, ORIGINS, user_file(tmp_path)) as (pulled, _),
        pytest.raises(KeyRefusedError, match="set-quota-project"),
    ):
        pulled.rows(PERFORMANCE)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"installed": {"client_id": "x"}}, "OAuth client"),
        ({"type": "external_account"}, "authorized_user or service_account"),
        ({"type": "authorized_user", "client_id": "x", "client_secret": "y"}, '"refresh_token"'),
        ({"type": "service_account", "private_key": "x"}, '"client_email"'),
    ],
)
def test_other_files_are_told_apart(fake: FakeGoogle, tmp_path: Path, told: dict[str, object], words: str) -> None:
    with (
        bench(VENDOR, fake, ORIGINS, write(tmp_path / "f.json", told)) as (pulled, server),
        pytest.raises(KeyRefusedError, match=words),
    ):
        pulled.rows(PERFORMANCE)
    assert len(server) == 0


def test_a_missing_file_and_no_key_at_all_are_told(fake: FakeGoogle, tmp_path: Path) -> None:
    with (
        bench(VENDOR, fake, ORIGINS, {"GSC_CREDENTIALS": str(tmp_path / "none.json")}) as (pulled, _),
        pytest.raises(KeyRefusedError, match="No such file"),
    ):
        pulled.rows(PERFORMANCE)
    (tmp_path / "f.json").write_text("{")
    with (
        bench(VENDOR, fake, ORIGINS, {"GSC_CREDENTIALS": str(tmp_path / "f.json")}) as (pulled, _),
        pytest.raises(KeyRefusedError, match="not JSON"),
    ):
        pulled.rows(PERFORMANCE)
    with bench(VENDOR, fake, ORIGINS, {}) as (pulled, _), pytest.raises(KeyRefusedError, match="GSC_ACCESS_TOKEN"):
        pulled.rows(PERFORMANCE)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Reply("", 503), TryLaterError, "busy"),
        (Reply(b"<html>", 200), AnswerError, "no JSON object"),
        (Reply({"token": "x"}), AnswerError, "'access_token'"),
        (
            Reply({"error": "invalid_client", "error_description": "Unauthorized"}, 401),
            KeyRefusedError,
            "invalid_client",
        ),
    ],
)
def test_what_else_the_login_may_answer(
    fake: FakeGoogle, tmp_path: Path, answer: Reply, kind: type[Exception], words: str
) -> None:
    with (
        bench(VENDOR, lambda asked: answer, ORIGINS, user_file(tmp_path)) as (pulled, _),
        pytest.raises(kind, match=words),
    ):
        pulled.rows(PERFORMANCE)


@pytest.mark.parametrize(
    ("environment", "missing"),
    [({}, ["GSC_CREDENTIALS"]), ({"GSC_ACCESS_TOKEN": "x"}, []), ({"GSC_CREDENTIALS": "x"}, [])],
)
def test_a_file_or_a_token_is_needed(environment: dict[str, str], missing: list[str], tmp_path: Path) -> None:
    places = open_secrets(environment, tmp_path / "none.toml", lambda name: None)
    assert [spec.name for spec in places.find(VENDOR).missing] == missing


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_service_account_signs_with_its_own_key(fake: FakeGoogle, tmp_path: Path) -> None:
    crypt = pytest.importorskip("google.auth.crypt", reason="needs google-auth, of the google extra")
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa", reason="needs cryptography")
    from cryptography.hazmat.primitives import serialization as form

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    private = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    public = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    told = {
        "type": "service_account",
        "client_email": "reader@my-project.iam.gserviceaccount.com",
        "private_key": private.decode(),
        "private_key_id": "k1",
        "token_uri": "https://elsewhere.example.net/token",
    }
    with bench(VENDOR, fake, ORIGINS, write(tmp_path / "sa.json", told)) as (pulled, _):
        assert len(pulled.claims(PERFORMANCE)) == 3
    assertion = fake.logins[0]["assertion"]
    signed, _, signature = assertion.rpartition(".")
    assert crypt.RSAVerifier.from_string(public).verify(signed.encode(), _decode(signature))
    claims = json.loads(_decode(signed.partition(".")[2]))
    assert claims["iss"] == told["client_email"]
    assert claims["aud"] == "https://oauth2.googleapis.com/token"
    assert claims["scope"] == "https://www.googleapis.com/auth/webmasters.readonly"
    assert claims["exp"] - claims["iat"] == 3600


def test_a_service_account_without_the_extra_names_it(
    fake: FakeGoogle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "google.auth.crypt", None)
    told: dict[str, object] = {"type": "service_account", "client_email": "a@b.example", "private_key": "x"}
    with (
        bench(VENDOR, fake, ORIGINS, write(tmp_path / "sa.json", told)) as (pulled, _),
        pytest.raises(MissingExtraError, match=r"linkreclaim\[google\]"),
    ):
        pulled.rows(PERFORMANCE)
