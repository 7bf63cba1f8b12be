"""The demo's data agrees with itself: whoever edits a text cannot lose a link or a truth."""

from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.demo.scenes import LinkState, Scene, split_links


def linked_paths(scene: Scene) -> set[str]:
    texts = [page.text for referrer in scene.referrers for page in referrer.pages]
    return {part.path for text in texts for part in split_links(text) if part.path}


def test_the_four_scenes_are_there(scenes: dict[str, Scene]) -> None:
    assert list(scenes) == ["1-relaunch", "2-shop", "3-new-domain", "4-competitor"]
    assert [scene.foreign for scene in scenes.values()] == [False, False, False, True]
    assert [scene.has_old_host for scene in scenes.values()] == [False, False, True, False]


def test_the_relaunch_moves_enough_articles_with_texts_of_their_own(scenes: dict[str, Scene]) -> None:
    moved = [page for page in scenes["1-relaunch"].pages if page.was]
    assert len(moved) >= 20
    assert len({page.text for page in moved}) == len(moved)
    assert min(len(page.text) for page in moved) > 150


def test_the_deleted_guide_has_forty_referring_domains(scenes: dict[str, Scene]) -> None:
    referrers = scenes["4-competitor"].referrers
    assert len({referrer.name for referrer in referrers}) == len(referrers) == 40
    states = [page.state for referrer in referrers for page in referrer.pages]
    assert {state: states.count(state) for state in LinkState} == {
        LinkState.PRESENT: 35,
        LinkState.REMOVED: 2,
        LinkState.GONE: 2,
        LinkState.BLOCKED: 1,
    }


def test_every_linked_path_has_a_known_answer(scenes: dict[str, Scene]) -> None:
    for scene in scenes.values():
        live = set() if scene.has_old_host else {page.path for page in scene.pages}
        known = live | {dead.path for dead in scene.dead} | {source for source, _ in scene.redirects} | {*scene.blocked}
        assert linked_paths(scene) - known == set(), scene.key


def test_every_dead_path_is_linked_and_its_target_lives(scenes: dict[str, Scene]) -> None:
    for scene in scenes.values():
        live = {page.path for page in scene.pages}
        assert {dead.path for dead in scene.dead} <= linked_paths(scene), scene.key
        assert {dead.target for dead in scene.dead} - {None} <= live, scene.key
        assert {target for _, target in scene.redirects} <= live, scene.key
        if not scene.has_old_host:
            assert live.isdisjoint(dead.path for dead in scene.dead), scene.key


def test_a_scene_has_dead_pages_that_fit_and_one_that_fits_none(scenes: dict[str, Scene]) -> None:
    for scene in scenes.values():
        targets = [dead.target for dead in scene.dead]
        assert targets.count(None) == 1, scene.key
        assert scene.foreign or len(targets) > 1, scene.key


@given(st.lists(st.tuples(st.text("abc .,", min_size=1), st.text("xyz ", min_size=1), st.booleans()), max_size=5))
def test_split_links_gives_back_every_run_and_link_in_order(pieces: list[tuple[str, str, bool]]) -> None:
    text = "".join(f"{run}[{anchor}]({'old:' * old}/p/)" for run, anchor, old in pieces)
    parts = list(split_links(text))
    assert [part.text for part in parts] == [word for run, anchor, _ in pieces for word in (run, anchor)]
    assert [part.to_old_host for part in parts if part.path] == [old for _, _, old in pieces]
