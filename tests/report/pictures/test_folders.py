"""From lost folders to live ones: what is counted, and how it is grouped."""

from collections.abc import Callable

import pytest

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.reports import DeadPageRow
from linkreclaim.report.pictures import FolderFlows, draw_folders, folders

DeadPage = Callable[..., DeadPageRow]
Told = set[tuple[str, str, int]]
SITE = "https://example.com"


def told(rows: list[DeadPageRow]) -> Told:
    flows = FolderFlows()
    for row in rows:
        flows.add(row)
    return {(flow.source, flow.target, flow.pages) for flow in flows.flows()}


@pytest.fixture
def moved(dead_page: DeadPage) -> Callable[..., DeadPageRow]:
    """A page that moved from one path to another; None: it is to be brought back."""

    def make(path: str, to: str | None, **changes: object) -> DeadPageRow:
        target = None if to is None else SITE + to
        values = {
            "url": SITE + path,
            "disposition": Disposition.REDIRECT if to else Disposition.RESTORE,
            "equity_share_0_1": 0.1,
        }
        return dead_page(target_url=target, **(values | changes))

    return make


def test_pages_of_one_folder_are_one_flow(moved: DeadPage) -> None:
    rows = [moved(f"/{a}/{n}", f"/new/{n}") for a in ("a", "b", "c") for n in range(3)]
    assert told(rows) == {("/a/", "/new/", 3), ("/b/", "/new/", 3), ("/c/", "/new/", 3)}


def test_a_page_with_a_slash_at_its_end_lies_in_the_folder_above(moved: DeadPage) -> None:
    assert told([moved("/blog/post/", "/about/")]) == {("/blog/", "/ (top level)", 1)}


def test_within_few_folders_the_inner_ones_are_told_apart(moved: DeadPage) -> None:
    rows = [moved("/blog/2019/a", "/news/a"), moved("/blog/2020/b", "/news/b")]
    assert told(rows) == {("/blog/2019/", "/news/", 1), ("/blog/2020/", "/news/", 1)}


def test_a_former_host_is_named(moved: DeadPage) -> None:
    row = moved("/x", "/a/b", url="https://old.example/shop/x", former_host=True)
    assert told([row]) == {("old.example/shop/", "/a/", 1)}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"disposition": Disposition.RESTORE}, "page to bring back"),
        ({"disposition": Disposition.GONE}, "to stay gone"),
        ({"disposition": Disposition.FIX_AT_SOURCE}, "to be fixed by others"),
        ({"disposition": Disposition.REVIEW}, "to be looked at"),
        ({"decision": DecisionState.REJECTED}, "redirect refused"),
    ],
)
def test_pages_without_a_target_say_what_becomes_of_them(
    moved: DeadPage, changes: dict[str, object], where: str
) -> None:
    assert told([moved("/a/b", "/c/d", **changes)]) == {("/a/", where, 1)}


def test_spam_is_no_loss(moved: DeadPage) -> None:
    assert told([moved("/a/b", "/c/d", cause=Cause.INJECTED)]) == set()


def test_of_many_folders_the_largest_are_named(moved: DeadPage) -> None:
    rows = [moved(f"/f{n}/x", "/new/x", equity_share_0_1=1 / (n + 2)) for n in range(30)]
    flows = told(rows)
    assert len(flows) == folders.NODES_SHOWN + 1
    assert ("other folders", "/new/", 30 - folders.NODES_SHOWN) in flows


def test_memory_is_bounded_and_no_page_is_dropped(moved: DeadPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_PAIRS_HELD", 5)
    flows = FolderFlows()
    for n in range(50):
        flows.add(moved(f"/f{n}/x", f"/t{n}/x"))
    assert len(flows.pairs) <= 6
    assert sum(flow.pages for flow in flows.flows()) == 50


def test_a_former_host_that_all_share_is_named_once(moved: DeadPage) -> None:
    flows = FolderFlows()
    for n in range(3):
        flows.add(moved("", f"/t{n}/x", url=f"https://old.example/f{n}/x", former_host=True))
    picture = draw_folders("f", flows)
    assert picture is not None
    assert picture.title == "From lost folders of old.example to where their links should lead"
    assert {row[0] for row in picture.rows} == {"/f0/", "/f1/", "/f2/"}


def test_one_flow_alone_is_no_picture(moved: DeadPage) -> None:
    flows = FolderFlows()
    assert draw_folders("f", flows) is None
    flows.add(moved("/a/b", "/c/d"))
    assert draw_folders("f", flows) is None
    flows.add(moved("/b/b", None))
    assert draw_folders("f", flows) is not None
