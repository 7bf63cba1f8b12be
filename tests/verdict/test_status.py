"""Status codes and failures have three outcomes: dead, alive, cannot tell."""

import pytest
from tests.verdict.lab import (
    ARTICLE_PAGE,
    ASKED,
    HOME,
    LOST_PAGE,
    SITE,
    answer,
    around,
    failed,
    ok,
    page,
    sent_to,
    status,
)

from linkreclaim.model.verdicts import UNTOLD_KINDS, Answer, FailureKind, Hop, VerdictKind
from linkreclaim.verdict import Context, judge, wants_sibling


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (404, VerdictKind.NOT_FOUND),
        (410, VerdictKind.GONE),
        (401, VerdictKind.BLOCKED),
        (403, VerdictKind.BLOCKED),
        (429, VerdictKind.BLOCKED),
        (451, VerdictKind.BLOCKED),
        (999, VerdictKind.BLOCKED),
        (500, VerdictKind.SERVER_ERROR),
        (503, VerdictKind.SERVER_ERROR),
        (521, VerdictKind.SERVER_ERROR),
        (400, VerdictKind.UNSURE),
        (405, VerdictKind.UNSURE),
        (406, VerdictKind.UNSURE),
        (418, VerdictKind.UNSURE),
        (200, VerdictKind.ALIVE),
        (206, VerdictKind.ALIVE),
        (304, VerdictKind.ALIVE),
        (301, VerdictKind.REDIRECT_BROKEN),
    ],
)
def test_each_status_has_its_verdict(code: int, kind: VerdictKind) -> None:
    verdict = judge(status(code), around())
    assert verdict.kind is kind
    assert verdict.reason
    assert any(str(code) in line for line in verdict.evidence)


@pytest.mark.parametrize("kind", list(FailureKind))
def test_a_failure_is_never_dead_by_itself(kind: FailureKind) -> None:
    verdict = judge(failed(kind), around())
    assert verdict.kind in UNTOLD_KINDS
    assert not verdict.dead


@pytest.mark.parametrize("kind", [FailureKind.PRIVATE_ADDRESS, FailureKind.ROBOTS, FailureKind.UNSUPPORTED])
def test_what_we_do_not_ask_is_skipped(kind: FailureKind) -> None:
    assert judge(failed(kind), around()).kind is VerdictKind.SKIPPED


def test_a_former_host_that_resolves_nowhere_is_dead() -> None:
    gone = failed(FailureKind.DNS, "http://old-example.org/page")
    assert judge(gone, around(host_resolves=False)).dead
    assert not judge(gone, around(host_resolves=True)).dead
    assert not judge(gone, around()).dead, "not asked is not no"


def test_a_stranger_or_todays_host_that_resolves_nowhere_is_not_dead() -> None:
    assert not judge(failed(FailureKind.DNS, "http://other.org/page"), around(host_resolves=False)).dead
    assert not judge(failed(FailureKind.DNS), around(host_resolves=False)).dead
    assert not judge(failed(FailureKind.DNS), Context(host_resolves=False)).dead


def test_endless_redirects_are_broken() -> None:
    hops = (Hop(ASKED, 302, ASKED),)
    assert judge(Answer(ASKED, hops, loop=True), around()).kind is VerdictKind.REDIRECT_BROKEN
    assert judge(Answer(ASKED, hops, too_many_hops=True), around()).kind is VerdictKind.REDIRECT_BROKEN


def test_a_redirect_into_a_404_is_a_dead_end_but_a_scheme_change_is_not() -> None:
    elsewhere = answer(ASKED, (301, ASKED), (404, "https://example.com/new"))
    assert judge(elsewhere, around()).kind is VerdictKind.REDIRECT_BROKEN
    plain = "http://www.example.com/guides/red-shoes.html"
    assert judge(answer(plain, (301, plain), (404, ASKED)), around()).kind is VerdictKind.NOT_FOUND


@pytest.mark.parametrize("code", [200, 403, 404, 503])
@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Just a moment...", "<h1>Checking your browser before accessing this site</h1>"),
        ("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>"),
        ("Access to this page has been denied", "<p>Press &amp; Hold to confirm you are a human</p>"),
        ("example.com", "<p>Please enable JS and disable any ad blocker</p>"),
        ("Access Denied", "<p>You don't have permission to access this page on this server. Reference #18.2f3e</p>"),
        ("", "<p>Request unsuccessful. Incapsula incident ID: 1234-5678</p>"),
        ("Pardon Our Interruption", "<p>As you were browsing something about your browser made us think.</p>"),
    ],
)
def test_a_bot_wall_is_blocked_whatever_its_status(code: int, title: str, body: str) -> None:
    assert judge(status(code, facts=page(title, body, menu="")), around()).kind is VerdictKind.BLOCKED


def test_a_wall_is_known_by_its_headers_or_address() -> None:
    mitigated = answer(ASKED, (404, ASKED), headers=(("cf-mitigated", "challenge"),))
    assert judge(mitigated, around()).kind is VerdictKind.BLOCKED
    checked = sent_to("https://validate.perfdrive.com/?ssa=1")
    assert judge(checked, around()).kind is VerdictKind.BLOCKED


def test_a_refusing_hosts_404_is_no_evidence() -> None:
    refusing = Context(SITE, home=status(403, HOME))
    assert judge(status(404), refusing).kind is VerdictKind.UNSURE
    assert judge(status(404), Context(SITE, home=status(200, HOME))).kind is VerdictKind.NOT_FOUND


def test_an_article_about_bot_walls_is_no_wall() -> None:
    long = "Just a moment... is what Cloudflare shows. " + "We explain how the check works and what it costs. " * 60
    assert (
        judge(ok(ASKED, page("Just a moment: how checks work", f"<p>{long}</p>")), around()).kind is VerdictKind.ALIVE
    )


def test_the_sibling_is_asked_only_where_it_could_change_the_verdict() -> None:
    assert wants_sibling(ok(ASKED, ARTICLE_PAGE), SITE)
    assert wants_sibling(ok(ASKED, LOST_PAGE), SITE)
    assert wants_sibling(sent_to(HOME, facts=ARTICLE_PAGE), SITE)
    assert wants_sibling(sent_to("https://example.com/guides/"), SITE)
    for code in (404, 410, 403, 429, 500, 503, 400):
        assert not wants_sibling(status(code, facts=LOST_PAGE), SITE)
    assert not wants_sibling(ok(HOME, ARTICLE_PAGE), SITE)
    assert not wants_sibling(ok(ASKED, None), SITE), "not an HTML page"
    assert not wants_sibling(ok(ASKED, page("Just a moment...", "", menu="")), SITE)
    assert not wants_sibling(sent_to("https://example.com/404.html"), SITE)
    assert not wants_sibling(sent_to("https://example.com/login?next=/x"), SITE)
    assert not wants_sibling(failed(FailureKind.TIMEOUT), SITE)
