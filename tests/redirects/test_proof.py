"""Judging one answer beside one line: which spelling of a Location is the target, and what each other one is called."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.model.proofs import Fault
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, Hop, Look, Verdict, VerdictKind
from linkreclaim.redirects import proof
from linkreclaim.redirects.expected import ExpectedAnswers
from linkreclaim.redirects.proof import FirstAnswer
from linkreclaim.redirects.wanted import Wanted, carried_on, wanted_of
from linkreclaim.urls import Url, parse

SITE = Site("site.test", "https", old_hosts=("old.example",))


def url(text: str) -> Url:
    parsed = parse(text)
    assert parsed is not None
    return parsed


def wanted(target: str | None, source: str = "/old", status: int = 301, base_port: int | None = None) -> Wanted:
    return wanted_of(RedirectLine(source, target, status), SITE, url("https://site.test/"), base_port)


def faults(target: str, location: str, base_port: int | None = None) -> list[str]:
    line = wanted(target, base_port=base_port)
    first = FirstAnswer(line.asked, 301, location)
    return [finding.fault.value for finding in proof.judge_location(first, line, None)]


@pytest.mark.parametrize(
    ("target", "location", "found"),
    [
        ("/new", "/new", []),
        ("/new", "https://site.test/new", []),
        ("/new", "https://www.site.test/new", []),
        ("/new", "http://site.test/new", ["wrong_scheme"]),
        ("/new", "https://else.example/new", ["wrong_host"]),
        ("/new", "//evil.example/new", ["wrong_host"]),
        ("/new", "new", []),
        ("/new", "/new/", ["wrong_target"]),
        ("/new", "/", ["home"]),
        ("/new", "/old", ["loop"]),
        ("/new", "mailto:a@b.example", ["wrong_target"]),
        ("https://www.site.test/new", "https://site.test/new", ["wrong_host"]),
        ("https://site.test/new", "http://site.test/new", ["wrong_scheme"]),
        ("/caf%C3%A9", "/caf%c3%a9", []),
        ("/caf%C3%A9", "/café", []),
        ("/caf%C3%A9", "/caf%25C3%25A9", ["double_encoding"]),
        ("/100%25", "/100%25", []),
        ("/a%2Fb", "/a/b", ["wrong_target"]),
        ("/new?a=1", "/new?a=1", []),
        ("/new?a=1", "/new", ["dropped_query"]),
        ("/new?a=1", "/new?b=1", ["wrong_target"]),
        ("/new#part", "/new#part", []),
        ("/new#part", "/new", ["wrong_target"]),
    ],
)
def test_a_location_is_the_target_or_has_a_name(target: str, location: str, found: list[str]) -> None:
    assert faults(target, location) == found


def test_a_staging_server_may_add_its_port() -> None:
    assert faults("/new", "https://site.test:8443/new", base_port=8443) == []
    assert faults("/new", "https://site.test:8443/new", base_port=8080) == ["wrong_host"]
    assert faults("/new", "https://else.example:8443/new", base_port=8443) == ["wrong_host"]


@pytest.mark.parametrize(
    ("wanted_status", "status", "found"),
    [(301, 308, []), (308, 301, []), (302, 307, []), (301, 302, ["wrong_status"]), (302, 301, ["wrong_status"])],
)
def test_permanent_and_temporary_are_two_kinds(wanted_status: int, status: int, found: list[str]) -> None:
    line = wanted("/new", status=wanted_status)
    told = proof.judge_first(FirstAnswer(line.asked, status, "/new"), line)
    assert [finding.fault.value for finding in told] == found


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_refusal_tells_nothing(status: int) -> None:
    line = wanted("/new")
    (finding,) = proof.judge_first(FirstAnswer(line.asked, status), line)
    assert (finding.fault.value, finding.sure) == ("untold", False)


def look(*hops: Hop, kind: VerdictKind = VerdictKind.ALIVE) -> Look:
    return Look(hops[0].url, Answer(hops[0].url, hops), Verdict(kind, "as told", 1.0), datetime.now(UTC))


def test_a_chain_that_ends_right_is_a_chain_and_another_end_is_wrong() -> None:
    line = wanted("/new")
    first = FirstAnswer(line.asked, 301, "/between")
    for end, fault in (("https://site.test/new", "chain"), ("https://site.test/other", "wrong_target")):
        landing = look(Hop("https://site.test/between", 301, end), Hop(end, 200))
        (finding,) = proof.judge_location(first, line, landing)
        assert finding.fault.value == fault
    back = look(Hop("https://site.test/between", 301, line.asked.href), Hop(line.asked.href, 301, "/between"))
    assert [finding.fault.value for finding in proof.judge_location(first, line, back)] == ["loop"]


@pytest.mark.parametrize(
    ("kind", "fault", "sure"),
    [
        (VerdictKind.NOT_FOUND, "dead_target", True),
        (VerdictKind.SOFT_404, "soft_404", True),
        (VerdictKind.BLOCKED, "untold", False),
        (VerdictKind.SERVER_ERROR, "untold", False),
    ],
)
def test_a_target_is_judged_by_its_verdict(kind: VerdictKind, fault: str, sure: bool) -> None:
    landing = look(Hop("https://site.test/new", 200), kind=kind)
    (finding,) = proof.judge_target(landing, wanted("/new"), public=True)
    assert (finding.fault.value, finding.sure) == (fault, sure)


@pytest.mark.parametrize(
    ("target", "location", "captured"),
    [
        ("/new", "/new", True),
        ("/new", "/new-ab", True),
        ("/new", "/news", False),
        ("/new", "/other", False),
        ("/new", "https://else.example/new", False),
        ("/", "/welcome", False),
        ("/", "/", True),
    ],
)
def test_a_neighbour_is_swallowed_where_it_lands_with_the_line(target: str, location: str, captured: bool) -> None:
    first = FirstAnswer(url("https://site.test/old-ab"), 301, location)
    assert bool(list(proof.judge_neighbour(first, wanted(target), twin=False))) == captured


def test_what_a_prefix_and_a_query_carry_over() -> None:
    line = RedirectLine("/blog/", "/articles/", match=MapMatch.PREFIX)
    carried = carried_on(wanted_of(line, SITE, url("https://site.test/")), line, "a%20b", "x=1")
    assert carried is not None
    assert carried.target is not None
    assert (carried.asked.request_target, carried.target.request_target) == ("/blog/a%20b?x=1", "/articles/a%20b?x=1")
    exact = RedirectLine("/old", "/new?y=2#part")
    carried = carried_on(wanted_of(exact, SITE, url("https://site.test/")), exact, "", "x=1")
    assert carried is not None
    assert carried.target is not None
    assert carried.target.href == "https://site.test/new?y=2&x=1#part"
    asked = RedirectLine("/old?id=1", "/new")
    assert carried_on(wanted_of(asked, SITE, url("https://site.test/")), asked, "", "x=1") is None


def test_the_line_that_answers_is_the_most_special_one() -> None:
    lines = [
        RedirectLine("/a", "/1"),
        RedirectLine("/a?x=1", "/2"),
        RedirectLine("/a/", "/b/", match=MapMatch.PREFIX),
        RedirectLine("/a/c/", "/d/", match=MapMatch.PREFIX),
        RedirectLine("https://old.example/a", "https://site.test/3"),
    ]
    expected = ExpectedAnswers(lines, SITE)
    for text, line in (
        ("https://site.test/a?y", lines[0]),
        ("https://www.site.test/a?x=1", lines[1]),
        ("https://site.test/a/z", lines[2]),
        ("https://site.test/a/c/z", lines[3]),
        ("https://old.example/a", lines[4]),
        ("https://site.test/A", None),
        ("https://site.test/ab", None),
        ("https://else.example/a", None),
    ):
        assert expected.line_for(url(text)) is line, text


@given(st.text(max_size=60), st.sampled_from(["/new", "/caf%C3%A9?x=1#y", "https://site.test/"]))
def test_no_location_breaks_the_judgement(location: str, target: str) -> None:
    line = wanted(target)
    first = FirstAnswer(line.asked, 301, location)
    list(proof.judge_first(first, line))
    list(proof.judge_location(first, line, None))
    list(proof.judge_neighbour(first, line, twin=True))
    list(proof.judge_query(first, line, "utm_source=x"))
    list(proof.judge_prefix(first, line))
    list(proof.judge_slash(first, line))
    list(proof.judge_live(first))


@pytest.mark.parametrize(
    ("target", "status", "location", "found"),
    [
        ("/new?a=1#b", 301, "/new?a=1#b", []),
        ("/new", 301, "http://site.test:8080/new", []),
        ("/new", 308, "/new", ["wrong_status"]),
        ("/caf%C3%A9", 301, "/caf%c3%a9", ["wrong_target"]),
        ("/new", 301, "/else", ["wrong_target"]),
        ("/new", 200, "", ["missing_line"]),
        (None, 410, "", []),
        (None, 404, "", ["wrong_status"]),
    ],
)
def test_a_written_file_is_judged_to_the_letter(
    target: str | None, status: int, location: str, found: list[str]
) -> None:
    line = RedirectLine("/old", target, 301 if target else 410)
    asked = wanted_of(line, SITE, url("http://site.test/"), 8080)
    first = FirstAnswer(asked.asked, status, location)
    assert [finding.fault.value for finding in proof.judge_written(first, asked)] == found


@pytest.mark.parametrize(
    ("status", "location", "found"),
    [(404, "", []), (403, "", []), (301, "/new", ["live_page"]), (410, "", ["live_page"]), (500, "", ["untold"])],
)
def test_what_no_line_means_may_be_anything_but_redirected(status: int, location: str, found: list[str]) -> None:
    first = FirstAnswer(url("http://site.test/live"), status, location)
    assert [each.fault.value for each in proof.judge_untouched(first, Fault.LIVE_PAGE)] == found
