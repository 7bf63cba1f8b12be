"""Rules learned from pairs: what they say about the pairs, and what they must never do."""

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.demo.scenes import read_scenes
from linkreclaim.model.rules import PartKind
from linkreclaim.rules import Learned, RuleSet, RuleVerdict, UrlPair, learn_rules

NAMES = [f"{one}-{other}" for one in ("lease", "probate", "notice", "wills", "fees") for other in ("old", "new", "law")]


def answers(learned: Learned, pairs: Sequence[UrlPair]) -> dict[UrlPair, str]:
    """What a server with exact lines before rules says to each source."""
    rules = RuleSet(rule.rule for rule in learned.rules)
    exact = {(pair.host, pair.source): pair.target for pair in learned.exact}
    said = {}
    for pair in pairs:
        answer = rules.answer(pair.source, pair.host)
        said[pair] = exact.get((pair.host, pair.source)) or (answer[1] if answer else "")
    return said


def moved(old: str, new: str, names: Sequence[str] = NAMES) -> list[UrlPair]:
    """A pair for each name."""
    return [UrlPair(old.format(name=name, at=at), new.format(name=name, at=at)) for at, name in enumerate(names)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("/blog/{name}/", "/resources/{name}/", "/blog/NAME/ -> /resources/NAME/"),
        ("/blog/{name}.html", "/blog/{name}", "/blog/NAME.html -> /blog/NAME"),
        ("/blog/{name}.php", "/posts/{name}.html", "/blog/NAME.php -> /posts/NAME.html"),
        ("/blog/{name}", "/blog/{name}/", "/blog/NAME -> /blog/NAME/"),
        ("/blog/{name}/index.html", "/blog/{name}/", "/blog/NAME/index.html -> /blog/NAME/"),
        ("/2019/0{at}/{name}/", "/{name}/", "/2019/NUMBER/NAME/ -> /NAME/"),
        ("/posts/201{at}-05-0{at}-{name}", "/posts/{name}", "/posts/YEAR-MONTH-DAY-NAME -> /posts/NAME"),
        ("/node/1{at}", "/articles/1{at}", "/node/NUMBER -> /articles/NUMBER"),
        ("/p/9{at}-{name}", "/articles/9{at}", "/p/NUMBER-NAME -> /articles/NUMBER"),
        ("/p/9{at}-{name}", "/articles/{name}", "/p/NUMBER-NAME -> /articles/NAME"),
        ("/p/{name}-9{at}", "/articles/{name}", "/p/NAME-NUMBER -> /articles/NAME"),
        ("/law/{name}/", "/en/law/{name}/", "/law/NAME/ -> /en/law/NAME/"),
        ("/en/law/{name}/", "/law/{name}/", "/en/law/NAME/ -> /law/NAME/"),
        ("/a/f{at}/g{at}/{name}", "/x/{name}", "/a/FOLDER1/FOLDER2/NAME -> /x/NAME"),
        ("/shop/{name}/reviews", "/products/{name}/opinions", "/shop/NAME/reviews -> /products/NAME/opinions"),
        ("/docs/setup-{name}/", "/docs/{name}/", "/docs/setup-NAME/ -> /docs/NAME/"),
    ],
)
def test_a_move_of_the_whole_site_is_one_rule(old: str, new: str, words: str) -> None:
    pairs = moved(old, new, NAMES[:10])
    learned = learn_rules(pairs, live=[pair.target for pair in pairs])
    assert [rule.description for rule in learned.rules] == [words]
    assert learned.exact == ()
    assert learned.rules[0].support == 10


def test_folders_of_any_depth_are_one_rule() -> None:
    pairs = [UrlPair(f"/docs/v1/{path}", f"/docs/{path}") for path in ("a", "b/c", "d/e/f", "g/h/", "i.html", "k/l")]
    learned = learn_rules(pairs, live=[pair.target for pair in pairs])
    assert [r.description for r in learned.rules] == ["every page under /docs/v1/ keeps its place under /docs/"]


def test_exceptions_stay_exact() -> None:
    pairs = [*moved("/blog/{name}", "/news/{name}"), UrlPair("/blog/fees", "/prices")]
    learned = learn_rules(pairs, live=[pair.target for pair in pairs])
    assert learned.exact == (pairs[-1],)
    assert (learned.rules[0].support, learned.rules[0].exceptions, learned.rules[0].dead_ends) == (15, 1, 1)
    assert learned.rules[0].precision_0_1 == 15 / 16


def test_a_special_case_goes_before_the_general_one() -> None:
    pairs = moved("/blog/{name}", "/news/{name}") + moved("/blog/tax-{name}", "/tax/{name}", NAMES[:5])
    learned = learn_rules(pairs, live=[pair.target for pair in pairs])
    assert [r.description for r in learned.rules] == ["/blog/tax-NAME -> /tax/NAME", "/blog/NAME -> /news/NAME"]
    assert learned.exact == ()


def test_two_pages_are_an_anecdote() -> None:
    pairs = moved("/blog/{name}", "/news/{name}", NAMES[:2])
    assert learn_rules(pairs, live=[pair.target for pair in pairs]) == Learned((), tuple(sorted(pairs, key=str)))


def test_no_live_page_is_caught() -> None:
    pairs = moved("/blog/{name}", "/news/{name}")
    live = [pair.target for pair in pairs]
    learned = learn_rules(pairs, live=[*live, "/blog/archive"])
    assert RuleSet(r.rule for r in learned.rules).answer("/blog/archive") is None
    assert learn_rules(pairs, live=[*live, "/blog/a/b/archive"]).exact == ()


def test_no_target_is_caught() -> None:
    pairs = [*moved("/blog/{name}", "/news/{name}"), UrlPair("/home-old", "/blog/archive")]
    learned = learn_rules(pairs)
    assert RuleSet(r.rule for r in learned.rules).answer("/blog/archive") is None


def test_rules_never_lead_in_circles() -> None:
    there = moved("/a/{name}", "/b/{name}", [f"x{n}" for n in range(10)])
    back = moved("/b/{name}.html", "/a/{name}.html", [f"y{n}" for n in range(10)])
    rules = RuleSet(r.rule for r in learn_rules(there + back).rules)
    path, hops = "/a/z.html", 0
    while answer := rules.answer(path):
        path, hops = answer[1], hops + 1
        assert hops < 5


def test_an_unseen_url_gets_a_live_page_or_none() -> None:
    pairs = moved("/blog/2019/{name}", "/news/{name}", NAMES[:7]) + moved(
        "/blog/2020/{name}", "/news/{name}", NAMES[7:]
    )
    live = [pair.target for pair in pairs] + ["/news/moved-too"]
    helped = learn_rules(pairs, live, unseen=["/blog/2020/moved-too?utm_source=x", pairs[0].source])
    assert [(r.description, r.unseen) for r in helped.rules] == [("/blog/YEAR/NAME -> /news/NAME", 1)]
    narrowed = learn_rules(pairs, live, unseen=["/blog/2020/party"])
    assert narrowed.rules[0].description == "/blog/2019/NAME -> /news/NAME"
    assert "/blog/2020/wills-NAME -> /news/wills-NAME" in [r.description for r in narrowed.rules]
    assert RuleSet(r.rule for r in narrowed.rules).answer("/blog/2020/party") is None


def test_targets_that_are_not_live_are_kept_as_written() -> None:
    pairs = moved("/blog/{name}", "/news/{name}")
    learned = learn_rules(pairs, live=[pair.target for pair in pairs[1:]])
    assert learned.exact == (pairs[0],)


def test_without_the_live_pages_a_person_has_to_look() -> None:
    pairs = moved("/blog/{name}", "/news/{name}", [f"page-{n}x" for n in range(100)])
    assert learn_rules(pairs).rules[0].verdict is RuleVerdict.PROPOSED
    assert learn_rules(pairs, [pair.target for pair in pairs]).rules[0].verdict is RuleVerdict.ACCEPTED


def test_few_pairs_are_proposed_only() -> None:
    pairs = moved("/blog/{name}", "/news/{name}", NAMES[:4])
    (rule,) = learn_rules(pairs, [pair.target for pair in pairs]).rules
    assert rule.verdict is RuleVerdict.PROPOSED
    assert rule.precision_0_1 == 1.0
    assert rule.held_out_precision_0_1 < 0.98


def test_many_to_one_is_said_and_never_the_home_page() -> None:
    pairs = [UrlPair(f"/old-docs/{name}", "/docs/") for name in NAMES]
    (rule,) = learn_rules(pairs, ["/docs/"]).rules
    assert (rule.to_one_page, rule.verdict) == (True, RuleVerdict.PROPOSED)
    assert learn_rules(pairs[:5], ["/docs/"]).rules == ()
    home = [UrlPair(f"/old-docs/{name}", "/") for name in NAMES]
    assert learn_rules(home, ["/"]).rules == ()


def test_queries_case_and_other_statuses_stay_exact() -> None:
    odd = [
        UrlPair("/index.php?id=7", "/articles/7"),
        UrlPair("/Blog/Fees", "/news/fees"),
        UrlPair("/blog/old_page", "/news/old-page"),
        UrlPair("/blog/gone", "", 410),
        UrlPair("/blog/soon", "/news/soon", 302),
    ]
    pairs = moved("/blog/{name}", "/news/{name}", [f"page{n}" for n in range(40)]) + odd
    learned = learn_rules(pairs, [pair.target for pair in pairs if pair.target])
    assert sorted(learned.exact, key=str) == sorted(odd, key=str)
    assert len(learned.rules) == 1


def test_torn_sources_stay_exact() -> None:
    torn = [UrlPair("/blog/x", "/news/x"), UrlPair("/blog/x", "/news/y")]
    learned = learn_rules(moved("/blog/{name}", "/news/{name}") + torn)
    assert sorted(learned.exact, key=str) == torn


def test_a_former_host_is_a_map_of_its_own() -> None:
    pairs = [UrlPair(f"/{n}", f"https://new.example/{n}", host="old.example") for n in NAMES]
    learned = learn_rules(pairs, [f"/{name}" for name in NAMES], site_host="new.example")
    assert [r.rule.host for r in learned.rules] == ["old.example"]
    assert learned.exact == ()
    assert RuleSet(r.rule for r in learned.rules).answer(f"/{NAMES[0]}") is None
    stray = ["https://www.old.example/party"]
    assert "/NAME" not in [
        r.description.partition(" ")[0].removeprefix("https://old.example")
        for r in learn_rules(pairs, [f"/{name}" for name in NAMES], stray, site_host="new.example").rules
    ]


def test_the_law_firm_of_the_demo() -> None:
    scene = next(iter(read_scenes()))
    pairs = [UrlPair(page.was, page.path) for page in scene.pages if page.was]
    learned = learn_rules(pairs, [page.path for page in scene.pages])
    (rule,) = learned.rules
    assert rule.description == "/blog/YEAR/NAME/ -> /resources/NAME/"
    assert [part.kind for part in rule.rule.source if part.kind is not PartKind.TEXT] == ["digits", "segment"]
    assert len(learned.exact) == rule.exceptions == rule.dead_ends
    assert rule.support + rule.exceptions == len(pairs)


words = st.sampled_from(
    ["a", "b", "blog", "news", "2019", "05", "x-1", "7", "v1", "p.html", "q.html", "index.html", "%C3%A9"]
)
paths = st.builds(
    lambda parts, end: "/" + "/".join(parts) + end, st.lists(words, min_size=1, max_size=4), st.sampled_from(["", "/"])
)


@st.composite
def maps(draw: st.DrawFn) -> list[UrlPair]:
    """Maps of a few moves with exceptions."""
    pairs = []
    for old, new in draw(st.lists(st.tuples(paths, paths), min_size=1, max_size=3)):
        names = draw(
            st.lists(st.sampled_from([*NAMES, "1", "22", "2019", "n.html"]), min_size=1, max_size=9, unique=True)
        )
        pairs += [UrlPair(f"{old.rstrip('/')}/{name}", f"{new.rstrip('/')}/{name}") for name in names]
    pairs += [UrlPair(old, new) for old, new in draw(st.lists(st.tuples(paths, paths), max_size=4))]
    return pairs


@given(pairs=maps(), extra=st.lists(paths, max_size=6), unseen=st.lists(paths, max_size=4), known=st.booleans())
def test_what_must_hold_for_every_map(pairs: list[UrlPair], extra: list[str], unseen: list[str], known: bool) -> None:
    sources = {pair.source for pair in pairs}
    live = {page for page in [*extra, *(pair.target for pair in pairs)] if page not in sources} if known else set()
    learned = learn_rules(pairs, live, unseen)
    rules = RuleSet(rule.rule for rule in learned.rules)
    torn = {pair for pair in pairs if len({other.target for other in pairs if other.source == pair.source}) > 1}
    said = answers(learned, pairs)
    assert all(said[pair] == pair.target for pair in pairs if pair not in torn)
    assert not any(rules.answer(page) for page in live)
    assert not any(rules.answer(pair.target) for pair in pairs)
    for url in set(unseen) - sources if live else ():
        answer = rules.answer(url)
        assert answer is None or answer[1] in live
    assert learn_rules(random.Random(1).sample(pairs, len(pairs)), sorted(live), unseen[::-1]) == learned


@given(
    st.lists(
        st.builds(UrlPair, st.text(max_size=30), st.text(max_size=30), st.integers(-1, 999), st.text(max_size=5)),
        max_size=8,
    )
)
def test_any_text_may_be_a_pair(pairs: list[UrlPair]) -> None:
    learned = learn_rules(pairs, [pair.target for pair in pairs], [pair.source for pair in pairs])
    assert set(pairs) >= set(learned.exact)


@pytest.mark.parametrize(
    "source",
    [
        "/" + "a/" * 50_000 + "{n}",
        "/" + "%" * 100_000 + "{n}",
        "/{n}\x01\x02\x03",
        "/" + "1-" * 400 + "{n}",
        "//" * 7 + "{n}",
    ],
)
def test_hostile_addresses_cost_nothing(source: str) -> None:
    pairs = [UrlPair(source.replace("{n}", str(n)), f"/x/{n}") for n in range(60)]
    started = time.process_time()
    learned = learn_rules(pairs, ["/live"])
    assert time.process_time() - started < 10
    assert all(said == pair.target for pair, said in answers(learned, pairs).items())
