"""Whether one rule may answer what another one leads to."""

import itertools

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.test_apply import rule

from linkreclaim.rules import apply_rule
from linkreclaim.rules.overlap import may_follow, shortens

TEMPLATES = ["/a/*", "/b/*", "/a/>", "/#", "/*-#", "/a/#/*", "/*.a", "/b/*/1"]


def test_follow() -> None:
    assert may_follow(rule("/a/*", "/b/", 1), rule("/b/*", "/a/", 1))
    assert not may_follow(rule("/a/*", "/b/", 1), rule("/c/*", "/a/", 1))
    assert not may_follow(rule("/a/*", "/b/", 1, "/"), rule("/b/*", "/c/", 1))
    assert may_follow(rule("/a/*", "/b/", 1), rule("/b/*.html", "/c/", 1))
    assert not may_follow(rule("/a/#", "/b/", 1), rule("/b/*-x", "/c/", 1))


def test_other_hosts_are_followed_only_where_the_rule_is_for_them() -> None:
    away = rule("/a/*", "https://new.example/b/", 1)
    assert not may_follow(away, rule("/b/*", "/c/", 1))
    assert may_follow(away, rule("/b/*", "/c/", 1), "new.example")
    assert may_follow(away, rule("/b/*", "/c/", 1, host="new.example"))


def test_shortens() -> None:
    assert shortens(rule("/blog/*.html", "/blog/", 1))
    assert not shortens(rule("/a/*", "/b/", 1))
    assert not shortens(rule("/aaaaaaaaa/*", "/", 1, "/", 1))


@given(st.sampled_from(TEMPLATES), st.sampled_from(["/a/", "/b/", "/", "/1", "/b/1/"]), st.sampled_from(TEMPLATES))
def test_no_follower_is_overlooked(source: str, head: str, other: str) -> None:
    first, then = rule(source, head, 1), rule(other, "/end")
    samples = ("".join(text) for size in range(1, 6) for text in itertools.product("/ab1", repeat=size))
    targets = (apply_rule(first, "/" + sample) for sample in samples)
    if any(target is not None and apply_rule(then, target) for target in targets):
        assert may_follow(first, then)
