"""Backlinks as claims and looks make them together: states, replacements, linking sites without a page."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.store.test_ledger import SITE, add_file, link

from linkreclaim.model.links import Backlink, Claim, LinkState, PageLook, PageOutcome, Place, Rel, SeenLink
from linkreclaim.model.sites import Site
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.claims import make_batches

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = "https://a.test/post"
OLD, NEW, THIRD = "https://example.com/old", "https://example.com/new", "https://example.com/third"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def look_at(workspace: Workspace, *links: tuple[str, str], site: str = SITE.host, **values: Any) -> None:
    """A look at PAGE in a run of its own that shows these links (target, anchor text)."""
    run = workspace.runs.begin(workspace.ledger.site_id(site), "q", NOW, fresh=True)
    workspace.tasks.add(run.id, "k", [PAGE])
    seen = tuple(SeenLink(target, anchor, values.get("rel", Rel.NONE), Place.CONTENT) for target, anchor in links)
    facts = {"final_url": PAGE, "internal_links": 3, "external_links": 4, **values}
    facts.pop("rel", None)
    outcome = facts.pop("outcome", PageOutcome.READ)
    look = PageLook(PAGE, outcome, 200, "read", NOW, links=seen, **facts)
    workspace.sightings.save_page_looks(run.id, "k", [(workspace.urls.id_of(PAGE) or 0, look)])


def backlink(workspace: Workspace, target: str = OLD) -> Backlink:
    (found,) = workspace.backlinks.of_targets(1, [workspace.urls.id_of(target) or 0])
    return found


@pytest.mark.parametrize(
    ("rel", "claimed", "state"),
    [
        (Rel.UGC, [Rel.NONE, None], LinkState.NOFOLLOWED),
        (Rel.SPONSORED, [Rel.NONE], LinkState.NOFOLLOWED),
        (Rel.NOFOLLOW, [Rel.NONE, Rel.NOFOLLOW], LinkState.PRESENT),
        (Rel.NOFOLLOW, [None], LinkState.PRESENT),
        (Rel.NONE, [Rel.NOFOLLOW], LinkState.PRESENT),
    ],
)
def test_nofollowed_is_what_every_source_that_says_calls_followed(
    workspace: Workspace, rel: Rel, claimed: list[Rel | None], state: LinkState
) -> None:
    add_file(workspace, "a.csv", [link(n, PAGE, OLD, rel=each) for n, each in enumerate(claimed, 2)])
    look_at(workspace, (OLD, "x"), rel=rel)
    assert (backlink(workspace).state, backlink(workspace).present) == (state, True)


@pytest.mark.parametrize(
    ("final_url", "there", "state"),
    [
        ("http://www.a.test/post", True, LinkState.PRESENT),
        ("https://blog.a.test/2026/post", True, LinkState.MOVED),
        ("https://b.test/post", True, LinkState.PRESENT),
        ("https://a.test/other", False, LinkState.GONE),
        ("https://a.test/", False, LinkState.PAGE_GONE),
        ("https://b.test/post", False, LinkState.PAGE_GONE),
    ],
)
def test_where_the_page_leads_today(workspace: Workspace, final_url: str, there: bool, state: LinkState) -> None:
    add_file(workspace, "a.csv", [link(2, PAGE, OLD)])
    look_at(workspace, *([(OLD, "x")] if there else []), final_url=final_url)
    assert backlink(workspace).state is state
    assert backlink(workspace).moved_to == ("" if "www" in final_url else final_url)


def test_the_same_words_or_the_only_link_name_what_took_its_place(workspace: Workspace) -> None:
    add_file(workspace, "a.csv", [link(2, PAGE, OLD, anchor_text="Read  THIS")])
    look_at(workspace, (NEW, "read this"), (THIRD, "else"))
    assert (backlink(workspace).state, backlink(workspace).changed_to) == (LinkState.CHANGED, NEW)
    look_at(workspace, (THIRD, "else"))
    assert backlink(workspace).changed_to == THIRD
    look_at(workspace, (NEW, "read this"), (THIRD, "read this"))
    assert backlink(workspace).state is LinkState.GONE, "two could be meant"


def test_a_link_that_was_there_before_has_replaced_nothing(workspace: Workspace) -> None:
    add_file(workspace, "a.csv", [link(2, PAGE, OLD, last_seen=date(2026, 1, 1)), link(3, PAGE, NEW)])
    look_at(workspace, (NEW, "x"))
    assert backlink(workspace).state is LinkState.GONE
    add_file(workspace, "b.csv", [link(2, PAGE, THIRD, first_seen=date(2026, 6, 1))])
    look_at(workspace, (THIRD, "x"))
    assert backlink(workspace).changed_to == THIRD, "its source met it only after the old one was last seen"


def test_a_link_that_we_saw_beside_it_has_replaced_nothing(workspace: Workspace) -> None:
    add_file(workspace, "a.csv", [link(2, PAGE, OLD)])
    look_at(workspace, (OLD, "x"), (NEW, "y"))
    look_at(workspace, (NEW, "y"))
    assert backlink(workspace).state is LinkState.GONE


@pytest.mark.parametrize(
    ("outcome", "state", "present"),
    [
        (PageOutcome.GONE, LinkState.PAGE_GONE, False),
        (PageOutcome.BLOCKED, LinkState.BLOCKED, None),
        (PageOutcome.NEEDS_SCRIPT, LinkState.NEEDS_SCRIPT, None),
        (PageOutcome.FAILED, LinkState.UNREADABLE, None),
        (PageOutcome.SKIPPED, LinkState.UNREADABLE, None),
    ],
)
def test_what_could_not_be_read_says_nothing_of_its_links(
    workspace: Workspace, outcome: PageOutcome, state: LinkState, present: bool | None
) -> None:
    add_file(workspace, "a.csv", [link(2, PAGE, OLD)])
    assert backlink(workspace).state is LinkState.NOT_LOOKED
    look_at(workspace, outcome=outcome)
    assert (backlink(workspace).state, backlink(workspace).present) == (state, present)


def test_what_a_page_says_of_itself_is_kept(workspace: Workspace) -> None:
    add_file(workspace, "a.csv", [link(2, PAGE, OLD)])
    look_at(workspace, (OLD, "x"), noindex=True, nofollow=True, canonical="https://a.test/main")
    found = backlink(workspace)
    assert (found.page_noindex, found.page_nofollow, found.page_canonical) == (True, True, "https://a.test/main")
    assert (found.internal_links, found.external_links) == (3, 4)


def test_a_look_for_another_site_says_nothing_about_this_one(workspace: Workspace) -> None:
    add_file(workspace, "a.csv", [link(2, PAGE, OLD)])
    look_at(workspace, (OLD, "x"))
    look_at(workspace, ("https://rival.example/", "y"), site="rival.example")
    assert backlink(workspace).state is LinkState.PRESENT


def domain_only(line: int, domain: str, target: str = OLD) -> Claim:
    return Claim(line, target_url=target, referring_domain=domain)


def test_a_linking_site_without_a_page_is_a_backlink_unless_a_page_of_it_is_known(workspace: Workspace) -> None:
    rows = [domain_only(2, "a.test"), domain_only(3, "b.test"), domain_only(4, "b.test"), domain_only(5, "c.test")]
    add_file(workspace, "log.csv", list(rows), tool="Log")
    ids = [workspace.urls.id_of(OLD) or 0]
    found = [(each.referring_page, each.referring_domain) for each in workspace.backlinks.of_targets(1, ids)]
    assert found == [("", "a.test"), ("", "b.test"), ("", "c.test")]
    add_file(workspace, "a.csv", [link(2, "https://www.b.test/post", OLD)])
    look_at(workspace, (OLD, "x"))  # a page of a.test, seen
    found = [(each.referring_page, each.referring_domain) for each in workspace.backlinks.of_targets(1, ids)]
    assert found == [(PAGE, "a.test"), ("https://www.b.test/post", "b.test"), ("", "c.test")]


def test_the_site_itself_is_no_linking_site(workspace: Workspace) -> None:
    wider = Site("example.com")
    batches = make_batches([domain_only(2, "example.com"), domain_only(3, "a.test")], wider)
    file = workspace.ledger.open_file(workspace.ledger.site_id("example.com"), wider, "l", "l", "Log", "404s", [])
    assert list(workspace.ledger.import_batches(file, batches))
    assert [each.referring_domain for each in workspace.backlinks.of_targets(1, [workspace.urls.id_of(OLD) or 0])] == [
        "a.test"
    ]


def test_the_yield_of_pages_without_a_target(workspace: Workspace) -> None:
    add_file(workspace, "latest.csv", [link(2, PAGE, None), link(3, "https://b.test/1", None)])
    look_at(workspace, (OLD, "x"), (OLD, "again"), (NEW, "y"))
    read, unlooked = sorted(workspace.sightings.untargeted_yield(1, 1), key=lambda each: each.outcome is None)
    assert (read.outcome, read.pages, read.linking, read.links, read.dead_links) == (PageOutcome.READ, 1, 1, 2, 0)
    assert (unlooked.outcome, unlooked.pages, unlooked.links) == (None, 1, 0)
