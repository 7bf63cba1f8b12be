"""Where other pages of a site suggest that a dead URL went."""

from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.rules import UrlPair, predict

PAIRS = [
    UrlPair("/blog/2019/lease", "/news/lease"),
    UrlPair("/blog/2020/probate", "/news/probate"),
    UrlPair("/blog/2020/tax", "/tax/"),
    UrlPair("/shop/boat.html", "/products/boat"),
]


def test_pages_of_the_same_folder_tell() -> None:
    first = predict(PAIRS).targets("/blog/2021/wills")[0]
    assert (first.target, first.support, round(first.precision_0_1, 2)) == ("/news/wills", 2, 0.67)


def test_one_pair_is_enough_for_a_guess() -> None:
    assert ("/products/ship", 1, 1.0) in predict(PAIRS).targets("/shop/ship.html")


def test_a_pair_does_not_vote_for_itself() -> None:
    predictor = predict(PAIRS)
    assert predictor.targets("/shop/boat.html", without=PAIRS[3]) == []
    own = predictor.targets("/blog/2019/lease", without=PAIRS[0])[0]
    assert (own.target, own.support, own.precision_0_1) == ("/news/lease", 1, 0.5)


def test_a_stranger_changes_nothing() -> None:
    predictor = predict(PAIRS)
    stranger = UrlPair("/blog/2020/x", "/news/x")
    assert predictor.targets("/blog/2021/wills", without=stranger) == predictor.targets("/blog/2021/wills")


def test_hosts_are_apart() -> None:
    predictor = predict([UrlPair("/a/x", "/b/x", host="old.example")])
    assert predictor.targets("/a/y") == []
    assert [one.target for one in predictor.targets("/a/y", "old.example")] == ["/b/y"]


@given(path=st.text(max_size=40), at=st.integers(0, len(PAIRS) - 1))
def test_any_path_may_be_asked(path: str, at: int) -> None:
    for prediction in predict(PAIRS).targets(path, without=PAIRS[at]):
        assert prediction.support > 0
        assert 0 < prediction.precision_0_1 <= 1
