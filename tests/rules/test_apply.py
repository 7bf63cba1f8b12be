"""Rules applied to paths, and told in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.model.rules import PartKind, RedirectRule, SourcePart
from linkreclaim.rules import RuleSet, apply_rule, describe


def rule(source: str, *target: str | int, host: str = "") -> RedirectRule:
    """A rule; `#`, `*` and `>` in its source stand for digits, a segment and the rest."""
    kinds = {"#": PartKind.DIGITS, "*": PartKind.SEGMENT, ">": PartKind.REST}
    pieces = re.findall(r"[#*>]|[^#*>]+", source)
    parts = (SourcePart(kinds[p]) if p in kinds else SourcePart(PartKind.TEXT, p) for p in pieces)
    return RedirectRule(tuple(parts), target, host=host)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/blog/2019/05/a-lease/", "/resources/a-lease/"),
        ("/blog/2019/05/%C3%A9t%C3%A9/", "/resources/%C3%A9t%C3%A9/"),
        ("/blog/2019/05/a/b/", None),
        ("/blog/2019/05//", None),
        ("/blog/2019/may/a/", None),
        ("/blog/2019/05/a", None),
        ("/blog/\u0662\u0660\u0661\u0669/05/a/", None),
        ("/Blog/2019/05/a/", None),
        ("/blog/2019/05/a/?page=2", None),
    ],
)
def test_apply_puts_captures_in(path: str, target: str | None) -> None:
    assert apply_rule(rule("/blog/#/#/*/", "/resources/", 3, "/"), path) == target


def test_rest_takes_slashes_and_at_least_one_character() -> None:
    docs = rule("/docs/v1/>", "/docs/", 1)
    assert apply_rule(docs, "/docs/v1/a/b.html") == "/docs/a/b.html"
    assert apply_rule(docs, "/docs/v1/") is None


def test_text_is_plain_text() -> None:
    assert apply_rule(rule("/a.b(c)$/*", "/x/", 1), "/a.b(c)$/n") == "/x/n"
    assert apply_rule(rule("/a.b/*", "/x/", 1), "/aXb/n") is None
    assert apply_rule(rule("/a/*", "/{0}/", 1, "?{"), "/a/{1}") == "/{0}/{1}?{"


def test_first_rule_wins_and_hosts_are_apart() -> None:
    rules = RuleSet(
        [
            rule("/blog/news/*/", "/news/", 1, "/"),
            rule("/blog/>", "/resources/", 1),
            rule("/>", "https://new.example/", 1, host="old.example"),
        ]
    )
    assert rules.answer("/blog/news/a/") == (rules.rules[0], "/news/a/")
    assert rules.answer("/blog/news/a") == (rules.rules[1], "/resources/news/a")
    assert rules.answer("/about") is None
    assert rules.answer("/about", "old.example") == (rules.rules[2], "https://new.example/about")


@given(path=st.text(max_size=60) | st.text(alphabet="/a1-%.\x00\n?", max_size=60))
def test_any_text_may_be_asked(path: str) -> None:
    rules = [rule("/#-*", "/", 2), rule("/*-#", "/", 1), rule("/a/>", "/b/", 1), rule("/*/*.html", "/", 1, "/", 2)]
    answer = RuleSet(rules).answer(path)
    first = next((one for one in rules if apply_rule(one, path) is not None), None)
    assert answer == (None if first is None else (first, apply_rule(first, path)))


def test_long_paths_take_no_time() -> None:
    rules = RuleSet([rule("/*-#/x", "/", 1), rule("/#-*/*", "/", 1), rule("/a/>", "/b/", 1)])
    for path in ("/" + "-1" * 200_000, "/1-" + "/" * 200_000, "/a/" + "%" * 400_000, "/" + "1" * 400_000):
        rules.answer(path)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (rule("/blog/#/#/*", "/resources/", 3), "/blog/YEAR/MONTH/NAME -> /resources/NAME"),
        (rule("/docs/v1/>", "/docs/", 1), "every page under /docs/v1/ keeps its place under /docs/"),
        (rule("/old/>", "/hub/"), "every page under /old/ -> /hub/"),
        (rule("/node/#", "/articles/", 1), "/node/NUMBER -> /articles/NUMBER"),
        (rule("/*/*.html", "/", 1, "/", 2), "/FOLDER/NAME.html -> /FOLDER/NAME"),
        (rule("/*/*/*", "/", 1, "/", 3), "/FOLDER1/FOLDER2/NAME -> /FOLDER1/NAME"),
        (
            rule("/>", "https://new.example/", 1, host="old.example"),
            "every page under https://old.example/ keeps its place under https://new.example/",
        ),
    ],
)
def test_describe(one: RedirectRule, words: str) -> None:
    assert describe(one) == words


def test_describe_sees_dates_in_examples() -> None:
    blog = rule("/blog/#/*", "/resources/", 2)
    assert describe(blog, ["/blog/2019/a", "/blog/2021/b"]) == "/blog/YEAR/NAME -> /resources/NAME"
    assert describe(blog, ["/blog/17/a"]) == "/blog/NUMBER/NAME -> /resources/NAME"
