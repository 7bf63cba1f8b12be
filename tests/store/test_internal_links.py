"""The links of a site on disk: grouped, bounded, and whole after a stop."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkreclaim.errors import WorkspaceError
from linkreclaim.model.internal_links import InternalKind, PageLink, TargetLook
from linkreclaim.model.links import Place
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.store.internal_links import InternalLinks, remove_internal_links

HOME = "https://shop.example/"


def look(kind: InternalKind | None, verdict: VerdictKind = VerdictKind.ALIVE) -> TargetLook:
    return TargetLook(kind, verdict, "seen", 0.9, (200,), HOME, datetime(2026, 11, 22, tzinfo=UTC))


def link(name: str, words: str = "words", place: Place = Place.CONTENT) -> PageLink:
    return PageLink(HOME + name, words, place)


def read_pages(links: InternalLinks, pages: Sequence[Sequence[PageLink]]) -> None:
    """Save one read page for each list of links; then call everything else that is open broken."""
    links.add_pages(f"{HOME}page-{n}" for n in range(len(pages)))
    for (number, _), found in zip(list(links.open_urls()), pages, strict=False):
        links.save([(number, look(None), found)])
    for number, _ in list(links.open_urls()):
        links.save([(number, look(InternalKind.BROKEN, VerdictKind.NOT_FOUND), None)])


def test_equal_links_of_many_pages_are_one_group(tmp_path: Path) -> None:
    with InternalLinks(tmp_path / "links.db", 100) as links:
        read_pages(
            links,
            [[link("dead", place=Place.CHROME), link("dead", "other")]] + [[link("dead", place=Place.CHROME)]] * 4,
        )
        menu, alone = links.groups()
        assert (menu.place, menu.pages, menu.example_pages) == (
            *(Place.CHROME, 5),
            tuple(f"{HOME}page-{n}" for n in range(3)),
        )
        assert (alone.anchor_text, alone.pages, alone.example_pages) == ("other", 1, (f"{HOME}page-0",))
        assert links.anchors(menu.target_id) == ("words", "other")
        told = links.summary()
        assert (told.pages, told.broken_urls, told.broken_links) == (5, 1, 6)


def test_urls_beyond_the_limit_are_counted_and_not_asked(tmp_path: Path) -> None:
    with InternalLinks(tmp_path / "links.db", 2) as links:
        read_pages(links, [[link("a"), link("b"), link("c"), link("page-0")]])
        assert {group.target_url for group in links.groups()} == {HOME + "a", HOME + "b"}
        assert links.summary().unasked_links == 1
        assert links.summary().partial


def test_what_was_saved_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    with InternalLinks(path, 2) as links:
        links.add_pages([HOME])
        links.save([(1, look(None), [link("a")])])
    with InternalLinks(path, 2) as links:
        links.add_pages([HOME])
        assert list(links.open_urls()) == [(2, HOME + "a")]
        links.save([], [HOME + "b", HOME + "c"])
        assert links.counts() == (1, 3), "the limit holds over both sittings"
    remove_internal_links(path)
    assert list(tmp_path.iterdir()) == []


def test_looks_that_are_taken_back_are_asked_again_but_read_pages_are_not(tmp_path: Path) -> None:
    with InternalLinks(tmp_path / "links.db", 10) as links:
        links.add_pages([HOME, HOME + "a"])
        links.save([(1, look(None, VerdictKind.UNSURE), []), (2, look(InternalKind.UNTOLD, VerdictKind.BLOCKED), None)])
        links.forget([VerdictKind.BLOCKED, VerdictKind.UNSURE])
        assert list(links.open_urls()) == [(2, HOME + "a")]


def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(WorkspaceError, match=r"links\.db.*delete the file"):
        InternalLinks(path, 10)


PAGES = st.lists(
    st.lists(st.builds(link, st.sampled_from("abc"), st.text(max_size=3), st.sampled_from(Place)), unique=True),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=PAGES)
def test_groups_count_every_link_of_every_page_once(tmp_path: Path, pages: list[list[PageLink]]) -> None:
    path = tmp_path / "links.db"
    remove_internal_links(path)
    with InternalLinks(path, 10) as links:
        read_pages(links, pages)
        groups = {(each.target_url, each.anchor_text, each.place): each.pages for each in links.groups()}
    wanted: dict[tuple[str, str, Place], int] = {}
    for page in pages:
        for each in page:
            key = (each.target_url, each.anchor_text, each.place)
            wanted[key] = wanted.get(key, 0) + 1
    assert groups == wanted
