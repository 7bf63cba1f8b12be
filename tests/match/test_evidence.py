"""What redirects and sure matches tell of a site's moves."""

from tests.match.small_site import gone, home, page

from linkreclaim.match.evidence import Moves, Pair, folder_move, front_move
from linkreclaim.match.search import Search
from linkreclaim.match.site import SiteTable
from linkreclaim.match.tokens import read_shape


def _pair(old: str, new: str) -> Pair:
    return Pair(read_shape(old), read_shape(new))


def test_move_is_the_changed_front_with_digits_masked() -> None:
    pair = _pair("/2013/05/oak-trees.html", "/blog/oak-trees/")
    assert front_move(pair.old, pair.new) == (("#", "#"), ("blog",))
    assert folder_move(pair.old, pair.new) == (("#", "#"), ("blog",))


def test_longest_equal_end_is_no_part_of_a_move() -> None:
    pair = _pair("/docs/v1/trees/oak", "/manual/trees/oak")
    assert front_move(pair.old, pair.new) == (("docs", "v#"), ("manual",))


def test_changed_slug_is_a_folder_move_only() -> None:
    pair = _pair("/old/oak-tree", "/new/oaks")
    assert front_move(pair.old, pair.new) is None
    assert folder_move(pair.old, pair.new) == (("old",), ("new",))


def test_support_leaves_the_own_pair_out() -> None:
    moves = Moves([_pair("/a/one", "/b/one"), _pair("/a/two", "/b/two"), _pair("/a/three", "/c/three")])
    move = (("a",), ("b",))
    assert moves.front(move, None) == (2.0, 2 / 4)
    assert moves.front(move, move) == (1.0, 1 / 3)
    assert moves.front(None, None) == (0.0, 0.0)
    assert moves.folder((("x",), ("y",)), None) == (0.0, 0.0)


def test_moved_paths_start_with_the_most_specific_move() -> None:
    moves = Moves([_pair("/docs/old/one", "/docs/new/one"), _pair("/docs/two", "/manual/two")])
    assert moves.moved_paths(read_shape("/docs/old/nine")) == [("docs", "new", "nine"), ("manual", "old", "nine")]


def test_slug_on_two_pages_is_no_sure_match() -> None:
    pages = [page("/en/garden-shears/"), page("/de/garden-shears/"), page("/en/garden-rake/")]
    found = list(Search(SiteTable(pages, home()), [gone("/shop/garden-shears"), gone("/shop/garden-rake")]))
    assert [one.question.sure_row for one in found] == [-1, 1]
