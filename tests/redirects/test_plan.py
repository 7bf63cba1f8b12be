"""Planning: one answer for each request, one hop, nothing alive captured, every refusal with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.errors import RedirectMapError
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects import RedirectPlan, plan_redirects, source_keys
from linkreclaim.redirects.canonical import read_source, read_target, requested_by, source_of, target_of
from linkreclaim.redirects.chains import MAX_HOPS
from linkreclaim.urls import match_key, parse

SITE = Site("site.test", "https", old_hosts=("old.example",))


def plan_of(*pairs: tuple[str, str | None], live: set[str] | None = None) -> RedirectPlan:
    return plan_redirects([RedirectLine(source, target) for source, target in pairs], SITE, live)


def only_reason(plan: RedirectPlan) -> str:
    assert not plan.lines
    assert len({refusal.reason for refusal in plan.refused}) == 1
    return plan.refused[0].reason


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("/a b", "/a%20b"),
        ("  /a ", "/a"),
        ("/caf%c3%a9", "/caf%C3%A9"),
        ("/café", "/caf%C3%A9"),
        ("/%7Euser/%41", "/~user/A"),
        ("/a%28b%29%2B", "/a(b)+"),
        ("/a%2fb", "/a%2Fb"),
        ("/100%", "/100%25"),
        ("/back\\slash", "/back%5Cslash"),
        ("/a/./b/../c", "/a/c"),
        ("//a//b", "//a//b"),
        ("/a#frag", "/a"),
        ("/a?", "/a"),
        ("/a?b=1&a=%c3", "/a?b=1&a=%c3"),
        ("https://www.site.test/a?b", "/a?b"),
        ("http://SITE.test:80/a", "/a"),
        ("https://www.old.example/a", "https://old.example/a"),
    ],
)
def test_sources_have_one_spelling(written: str, canonical: str) -> None:
    assert read_source(written, SITE).text == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("/a b?c d#e f", "/a%20b?c%20d#e%20f"),
        ("/caf%c3%a9", "/caf%c3%a9"),
        ("https://Other.example/x?y=${z}", "https://other.example/x?y=$%7Bz%7D"),
        ("/a|b^c`d", "/a%7Cb%5Ec%60d"),
        ("/a#b#c", "/a#b%23c"),
    ],
)
def test_targets_keep_their_form(written: str, canonical: str) -> None:
    assert read_target(written, SITE).text == canonical


@pytest.mark.parametrize(
    "bad", ["/a\nb", "/a\x00", "/a\r", "/\ufeffa", "/a\u2028b", "/a\x7f", "/\ud800", "/a\tb", "\n/a"]
)
def test_characters_that_break_files_are_refused_in_either_column(bad: str) -> None:
    assert "no URL may hold" in only_reason(plan_of((bad, "/b")))
    assert "no URL may hold" in only_reason(plan_of(("/b", bad)))


@pytest.mark.parametrize(
    "bad", ["//evil.example/x", "javascript:alert(1)", "evil", "https://u:p@site.test/", "", "https://"]
)
def test_targets_that_are_no_address_are_refused(bad: str) -> None:
    assert only_reason(plan_of(("/a", bad)))


@pytest.mark.parametrize(
    "bad", ["a", "ftp://site.test/a", "https://elsewhere.example/a", "/a%00", "https://u@site.test/a"]
)
def test_sources_that_cannot_match_are_refused(bad: str) -> None:
    assert only_reason(plan_of((bad, "/b")))


def test_duplicates_are_merged_and_conflicts_refused() -> None:
    plan = plan_of(("/a", "/x"), ("https://site.test/%61", "/x"), ("/b?x=1&y=2", "/1"), ("/b?y=2&x=1", "/2"))
    assert [line.source for line in plan.lines] == ["/a"]
    assert "1 duplicate lines were merged" in plan.notes
    assert [refusal.reason for refusal in plan.refused] == [
        "conflict: another line sends the same source to 301 /2 (/b?y=2&x=1)",
        "conflict: another line sends the same source to 301 /1 (/b?x=1&y=2)",
    ]


def test_a_person_holds_against_proposals() -> None:
    lines = [RedirectLine("/a", "/guess", confidence_0_1=0.97, line=2), RedirectLine("/a", "/chosen", line=3)]
    plan = plan_redirects(lines, SITE)
    assert [line.target for line in plan.lines] == ["/chosen"]
    assert plan.refused[0].reason == "a person's line sends this source elsewhere (line 3)"


def test_chains_are_collapsed_with_what_they_carry() -> None:
    plan = plan_of(("/a", "/b?x=1#top"), ("/b", "https://www.site.test/c"), ("/c", "/d?y=2"), ("/e", "/b"))
    assert {line.source: line.target for line in plan.lines} == {
        "/a": "/d?y=2&x=1#top",
        "/b": "/d?y=2",
        "/c": "/d?y=2",
        "/e": "/d?y=2",
    }


def test_a_chain_with_a_temporary_hop_stays_temporary() -> None:
    plan = plan_redirects([RedirectLine("/a", "/b", 308), RedirectLine("/b", "/c", 307)], SITE)
    assert [(line.target, line.status) for line in plan.lines] == [("/c", 302), ("/c", 307)]


@pytest.mark.parametrize(
    "pairs",
    [
        [("/a", "/a")],
        [("/a", "http://www.site.test/%61#x")],
        [("/a", "/a?x=1")],
        [("/a", "/b"), ("/b", "/c"), ("/c", "/a")],
    ],
)
def test_loops_are_refused(pairs: list[tuple[str, str]]) -> None:
    plan = plan_of(*pairs)
    assert not plan.lines
    assert all("itself" in refusal.reason or "loop" in refusal.reason for refusal in plan.refused)


def test_a_line_into_a_loop_or_to_a_gone_page_is_refused() -> None:
    lines = [RedirectLine("/in", "/a"), RedirectLine("/a", "/b"), RedirectLine("/b", "/a"), RedirectLine("/x", "/gone")]
    plan = plan_redirects([*lines, RedirectLine("/gone", None, 410)], SITE)
    assert [line.source for line in plan.lines] == ["/gone"]
    assert "declared gone" in plan.refused[-1].reason


def test_an_endless_chain_costs_little_and_is_refused() -> None:
    plan = plan_of(*((f"/p{number}", f"/p{number + 1}") for number in range(3_000)))
    assert len(plan.lines) == MAX_HOPS
    assert "longer than" in plan.refused[0].reason


def test_live_pages_are_never_redirected() -> None:
    live = {key for url in ("https://site.test/Live", "https://site.test/a(b)?x=1&a=2") if (key := match_key(url))}
    plan = plan_of(("/Live", "/x"), ("/live", "/y"), ("/a%28b%29?a=2&x=1", "/z"), ("/a(b)", "/w"), live=live)
    assert [line.source for line in plan.lines] == ["/live", "/a(b)"]
    assert {refusal.reason for refusal in plan.refused} == {"the source is a live page"}


def test_the_keys_of_the_sources_are_all_that_need_be_known_of_the_live_pages() -> None:
    sources = ("/Live", "/a%28b%29?a=2&x=1", "https://www.site.test/c#d", "/caf%c3%a9", "https://old.example/e", "none")
    paths = ("/Live", "/a(b)?x=1&a=2", "/c", "/café", "/other")
    pages = [*(f"https://site.test{path}" for path in paths), "https://old.example/e"]
    live = {key for page in pages if (key := match_key(page))}
    lines = [RedirectLine(source, "/new") for source in sources]
    known = live & set(source_keys(lines, SITE))
    assert known == live - {"site.test/other"}
    assert plan_redirects(lines, SITE, known) == plan_redirects(lines, SITE, live)


def test_a_prefix_over_a_live_page_is_refused() -> None:
    lines = [RedirectLine(source, "/new", match=MapMatch.PREFIX) for source in ("/blog", "/docs")]
    plan = plan_redirects(lines, SITE, {"site.test/blog/alive", "site.test/docsearch"})
    assert [line.source for line in plan.lines] == ["/docs"]
    assert plan.refused[0].reason == "the prefix would capture the live page site.test/blog/alive"


@pytest.mark.parametrize(
    ("source", "target"),
    [("/", "/new"), ("/a/", "/b"), ("/a", "/b?x=1"), ("/a?x", "/b"), ("/a//b", "/c"), ("/a/", "/a/b/"), ("/a", "/b#c")],
)
def test_prefixes_that_cannot_be_carried_are_refused(source: str, target: str) -> None:
    assert only_reason(plan_redirects([RedirectLine(source, target, match=MapMatch.PREFIX)], SITE))


def test_chains_run_through_prefixes() -> None:
    lines = [
        RedirectLine("/a", "/old/x y"),
        RedirectLine("/old/", "/mid/", match=MapMatch.PREFIX),
        RedirectLine("/mid/", "https://site.test/new/", match=MapMatch.PREFIX),
    ]
    plan = plan_redirects(lines, SITE)
    assert [line.target for line in plan.lines] == ["https://site.test/new/x%20y", *["https://site.test/new/"] * 2]


def test_what_a_prefix_carries_to_another_source_takes_one_hop_too() -> None:
    lines = [
        RedirectLine("/blog/", "/articles/", match=MapMatch.PREFIX),
        RedirectLine("/articles/x?y=1", "https://site.test/z"),
        RedirectLine("/articles/gone", None, 410),
    ]
    plan = plan_redirects(lines, SITE)
    added = [(line.source, line.target, line.status, line.match) for line in plan.lines[3:]]
    assert added == [
        ("/blog/x?y=1", "https://site.test/z", 301, MapMatch.EXACT),
        ("/blog/gone", None, 410, MapMatch.EXACT),
    ]


def test_home_is_a_target_for_former_homes_only() -> None:
    plan = plan_of(("/a", "/"), ("/b", "https://www.site.test/"), ("https://old.example/", "/"), ("/index.html", "/"))
    assert [line.source for line in plan.lines] == ["https://old.example/", "/index.html"]
    assert {refusal.reason for refusal in plan.refused} == {
        "the target is the home page: search engines treat that as a soft 404"
    }


def test_only_a_person_sends_visitors_to_another_host() -> None:
    lines = [RedirectLine("/a", "https://elsewhere.example/x"), RedirectLine("/b", "https://elsewhere.example/", 301)]
    proposed = RedirectLine("/c", "https://elsewhere.example/x", confidence_0_1=0.99)
    plan = plan_redirects([*lines, proposed, RedirectLine("/d", "https://old.example/x")], SITE)
    assert [line.source for line in plan.lines] == ["/a", "/b"]
    assert ["only a person" in plan.refused[0].reason, "former host" in plan.refused[1].reason] == [True, True]


def test_former_hosts_are_absolute_and_noted() -> None:
    plan = plan_of(("https://old.example/a", "/b"), ("/a", "/c"))
    assert [line.target for line in plan.lines] == ["https://site.test/b", "/c"]
    assert plan.notes == (
        "old.example must be kept or regained, and must point to your server: 1 lines redirect from it",
    )


@pytest.mark.parametrize(("status", "target"), [(303, "/b"), (200, "/b"), (410, "/b"), (301, None), (301, "")])
def test_status_and_target_must_fit(status: int, target: str | None) -> None:
    assert only_reason(plan_redirects([RedirectLine("/a", target, status)], SITE))


def test_lines_that_were_never_planned_are_not_taken_apart() -> None:
    with pytest.raises(RedirectMapError):
        source_of('/a" "/b";')
    with pytest.raises(RedirectMapError):
        target_of("/a b")
    with pytest.raises(RedirectMapError):
        source_of("/" + "a" * 100_000 + "\n")


_HOSTILE = st.text(st.characters() | st.sampled_from(" %/\\?#&='\"$;{}*:@.\n\x00"), max_size=40)


@given(st.lists(st.tuples(st.sampled_from(["", "/", "https://old.example/"]), _HOSTILE, _HOSTILE), max_size=8))
def test_any_input_comes_out_planned_or_refused(drawn: list[tuple[str, str, str]]) -> None:
    lines = [
        RedirectLine(start + source, "/" + target, line=number) for number, (start, source, target) in enumerate(drawn)
    ]
    plan = plan_redirects(lines, SITE)
    numbers = [line.line for line in plan.lines] + [refusal.line.line for refusal in plan.refused]
    assert len(numbers) == len(set(numbers))
    for line in plan.lines:
        source, target = source_of(line.source), target_of(line.target or "")
        assert (source.text, target.text) == (line.source, line.target)
        assert read_source(line.source, SITE) == source
        assert read_target(target.text, SITE) == target
        assert requested_by(target, SITE) != source
        browser = parse(line.source if source.host else "https://site.test" + line.source)
        assert browser is not None
        assert browser.request_target == source.path + ("" if source.query is None else "?" + source.query)


def test_a_target_that_no_server_answers_is_refused_and_the_others_stay() -> None:
    plan = plan_redirects([RedirectLine("/x", "/a%00b"), RedirectLine("/y", "/z")], SITE)
    assert [line.source for line in plan.lines] == ["/y"]
    assert [refusal.reason for refusal in plan.refused] == ["target holds a NUL byte (%00), which every server refuses"]
