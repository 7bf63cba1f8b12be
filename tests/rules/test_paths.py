"""An index of paths finds what asking the rule about each path finds, however the paths come."""

from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.model.rules import PartKind, RedirectRule, SourcePart
from linkreclaim.rules.apply import compile_rule
from linkreclaim.rules.paths import PathIndex

PLACES = st.lists(
    st.tuples(st.sampled_from(["", "old.example"]), st.text("ab/1?\u00e9\U0001f600\ud800", max_size=7).map("/".__add__))
)
TEXTS = st.text("ab/1\u00e9", max_size=3)
CLASSES = st.sampled_from([PartKind.DIGITS, PartKind.SEGMENT, PartKind.REST])


@st.composite
def rules(draw: st.DrawFn) -> RedirectRule:
    first, kind, last = "/" + draw(TEXTS), draw(CLASSES), draw(TEXTS)
    parts = (SourcePart(PartKind.TEXT, first), SourcePart(kind), SourcePart(PartKind.TEXT, last))
    return RedirectRule(parts, ("/new/", 1), host=draw(st.sampled_from(["", "old.example"])))


@given(PLACES, rules())
def test_the_same_paths_match_with_the_same_captures(places: list[tuple[str, str]], rule: RedirectRule) -> None:
    compiled = compile_rule(rule)
    bare = [(host, path.partition("?")[0]) for host, path in places]
    by_hand = {
        number: captures
        for number, (host, path) in enumerate(bare)
        if host == rule.host and (captures := compiled.captures(path)) is not None
    }
    index = PathIndex(places)
    assert dict(index.matches(compiled)) == by_hand
    assert index.matches_any(compiled) is bool(by_hand)


@given(PLACES, PLACES)
def test_it_holds_what_was_put_in_with_its_query(places: list[tuple[str, str]], others: list[tuple[str, str]]) -> None:
    index = PathIndex(places)
    assert all(index.holds(host, path) for host, path in places)
    assert [index.holds(host, path) for host, path in others] == [other in places for other in others]
    assert bool(index) is bool(places)


def test_only_paths_that_begin_alike_are_asked_about() -> None:
    rule = RedirectRule((SourcePart(PartKind.TEXT, "/blog/"), SourcePart(PartKind.DIGITS)), ("/new/", 1))
    paths = ("/shop/1", "/blog/x", "/blog/2", "/blog/2/3")
    index = PathIndex([*(("", path) for path in paths), ("old.example", "/blog/4")])
    assert list(index.matches(compile_rule(rule))) == [(2, ("2",))]
    assert index.asked == 2
