"""The programs that turn one path into another."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.model.rules import PartKind, RedirectRule
from linkreclaim.rules import UrlPair, apply_rule
from linkreclaim.rules.programs import MAX_PROGRAMS, program_keys, rule_of, spell_program

words = st.sampled_from(
    ["a", "b-c", "2019", "05", "12-tips", "tips-12", "2019-05-06-news", "x.html", "index.php", "%2F", "news"]
)
paths = st.builds(
    lambda parts, end: "/" + "/".join(parts) + end, st.lists(words, max_size=6), st.sampled_from(["", "/", ".htm"])
)
targets = st.builds(
    lambda head, path, tail: head + path + tail,
    st.sampled_from(["", "https://x.example"]),
    paths,
    st.sampled_from(["", "?a=1", "#b"]),
)


def rules_of(pair: UrlPair) -> list[RedirectRule]:
    """All programs of a pair as rules."""
    return [rule_of(spell_program(pair, at)) for at in range(len(program_keys(pair)))]


@given(paths, targets)
def test_every_program_of_a_pair_does_what_the_pair_says(source: str, target: str) -> None:
    rules = rules_of(UrlPair(source, target))
    assert len(rules) <= MAX_PROGRAMS
    assert all(apply_rule(rule, source) == target for rule in rules)


@given(paths, targets)
def test_every_program_keeps_the_contract_of_a_rule(source: str, target: str) -> None:
    for rule in rules_of(UrlPair(source, target)):
        kinds = [part.kind for part in rule.source]
        assert kinds[0] is PartKind.TEXT
        assert rule.source[0].text.startswith("/")
        assert PartKind.REST not in kinds[:-1]
        assert PartKind.TEXT in kinds[:1]
        for one, other in pairwise(kinds):
            assert (one is PartKind.TEXT) != (other is PartKind.TEXT)
        for at in range(1, len(kinds) - 2, 2):
            assert separates(kinds[at], rule.source[at + 1].text, kinds[at + 2])
        assert str(rule.target[0]).startswith(("/", "https://x.example/"))
        assert all(1 <= part <= 9 for part in rule.target if isinstance(part, int))


def separates(before: PartKind, text: str, after: PartKind) -> bool:
    """Whether a text between two captures lets a path be read in one way only."""
    ends = {text[0], text[-1]}
    return "/" in ends or (PartKind.DIGITS in (before, after) and not all(character.isdigit() for character in ends))


@pytest.mark.parametrize("other", ["/blog/2020/other/", "/blog/1999/b-c/"])
def test_equal_programs_have_equal_keys(other: str) -> None:
    name = other.split("/")[3]
    one, two = UrlPair("/blog/2019/name/", "/news/name/"), UrlPair(other, f"/news/{name}/")
    texts = [{spell_program(pair, at): key for at, key in enumerate(program_keys(pair))} for pair in (one, two)]
    shared = texts[0].keys() & texts[1].keys()
    assert shared
    assert all(texts[0][text] == texts[1][text] for text in shared)
    assert len(set(program_keys(one))) == len(set(texts[0]))
