"""Links as totals count them say the same as whole backlinks, of every kind of claim and look."""

import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.store.test_ledger import NOW, add_file, link

from linkreclaim.equity import PageEquity, worth
from linkreclaim.model.links import Backlink, Claim, Metric, MetricScale, PageLook, PageOutcome, Place, Rel, SeenLink
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.counting import CountedLink, facts_of, still_claimed
from linkreclaim.store.merging import without_known_domains

TODAY = date(2026, 11, 1)
TARGETS = [f"https://example.com/{n}" for n in range(12)]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def random_claim(draw: random.Random, line: int) -> Claim:
    """A row as some tool might give it: any of its facts may be missing."""
    site = f"site{draw.randrange(9)}.test"
    pages = [f"https://{site}/", f"http://www.{site}/a?b=c", f"https://{site}/a/b#c", f"https://{site}/d/e/f"]
    metrics = [Metric("dr", draw.randrange(101) / 1.0, MetricScale.DOMAIN), Metric("pa", 31.5, MetricScale.PAGE)]
    claim = Claim(
        line,
        target_url=draw.choice(TARGETS),
        anchor_text=draw.choice([None, "", "read this", "ÄÖ €"]),
        rel=draw.choice([None, Rel.NONE, Rel.NOFOLLOW, Rel.UGC | Rel.SPONSORED]),
        place=draw.choice(list(Place)),
        last_seen=draw.choice([None, date(2026, 1, 1), date(2027, 1, 1), date(2020, 5, draw.randrange(1, 29))]),
        lost_reason=draw.choice([None, None, None, "link removed"]),
        external_links=draw.choice([None, 0, 17]),
        metrics=tuple(draw.sample(metrics, draw.randrange(3))),
    )
    if draw.random() < 0.15:
        return claim._replace(referring_domain=site)
    return claim._replace(referring_page=draw.choice(pages))


def look_at_some(workspace: Workspace, draw: random.Random) -> None:
    """A run that looked at some pages and met links to half of the targets."""
    pages = [f"https://site{n}.test/{path}" for n in range(3) for path in ("", "d/e/f", "new")]
    run = workspace.runs.begin(1, "q", NOW, fresh=True)
    workspace.tasks.add(run.id, "k", pages)
    looks = []
    for page in pages:
        links = tuple(SeenLink(t, "seen", draw.choice(list(Rel)), Place.CONTENT) for t in draw.sample(TARGETS[:6], 2))
        outcome = draw.choice([PageOutcome.READ, PageOutcome.READ, PageOutcome.GONE, PageOutcome.BLOCKED])
        read = outcome is PageOutcome.READ
        look = PageLook(page, outcome, 200, "", NOW, final_url=page, links=links if read else (), external_links=9)
        looks.append((workspace.urls.id_of(page) or 0, look))
    workspace.sightings.save_page_looks(run.id, "k", looks)


def counted_of_backlinks(workspace: Workspace, ids: list[int]) -> list[CountedLink]:
    """The same by way of whole backlinks."""
    links = workspace.backlinks.of_targets(1, ids)
    return [CountedLink(n.target_id, n.anchor_text, facts_of(n, TODAY)) for n in links if still_claimed(n)]


@pytest.mark.parametrize("looked", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_counted_links_are_the_backlinks_that_count(workspace: Workspace, seed: int, looked: bool) -> None:
    draw = random.Random(seed)
    for tool in ("Ahrefs", "Moz", "Log"):
        add_file(workspace, f"{tool}.csv", [random_claim(draw, line) for line in range(2, 150)], tool)
    if looked:
        look_at_some(workspace, draw)
    ids = [workspace.urls.id_of(target) or 0 for target in TARGETS]
    expected = counted_of_backlinks(workspace, ids)
    assert workspace.backlinks.states(1, ids) == Counter(each.state for each in workspace.backlinks.of_targets(1, ids))
    counted = list(workspace.backlinks.counted(1, ids, TODAY))
    assert sorted(counted, key=repr) == sorted(expected, key=repr)
    assert any(n.facts.present for n in counted) is looked
    assert any(not n.facts.referring_page for n in counted)
    assert [n for n in counted if n.target_id == ids[0]] == [n for n in expected if n.target_id == ids[0]], "in order"


@pytest.mark.parametrize("looked", [False, True])
def test_links_read_page_by_page_are_those_of_the_target(workspace: Workspace, looked: bool) -> None:
    draw = random.Random(5)
    for tool in ("Ahrefs", "Moz", "Log"):
        add_file(workspace, f"{tool}.csv", [random_claim(draw, line) for line in range(2, 150)], tool)
    if looked:
        look_at_some(workspace, draw)
    for number in (workspace.urls.id_of(target) or 0 for target in TARGETS):
        found = without_known_domains(backlinks_by_pages(workspace, number))
        assert list(found) == list(workspace.backlinks.of_targets(1, [number]))


def backlinks_by_pages(workspace: Workspace, number: int) -> Iterator[Backlink]:
    """All backlinks of a target, by three linking pages at a time."""
    beyond = ""
    while keys := workspace.backlinks.page_keys(1, number, beyond, 3):
        assert sorted(set(keys)) == keys
        yield from workspace.backlinks.of_pages(1, number, keys)
        beyond = keys[-1]


def test_a_target_of_very_many_links_takes_the_memory_of_few(workspace: Workspace) -> None:
    """Half of its pages were looked at, so that all streams have their part in it."""
    pages = [f"https://site{n % 20}.test/{n}" for n in range(3_000)]
    add_file(workspace, "a.csv", [link(n, page, TARGETS[0]) for n, page in enumerate(pages, 2)])
    run = workspace.runs.begin(1, "q", NOW, fresh=True)
    workspace.tasks.add(run.id, "k", pages[:1_500])
    tasks = workspace.tasks.open(run.id, "k", 1_500)
    seen = (SeenLink(TARGETS[0], "seen", Rel.NONE, Place.CONTENT),)
    looks = [(t.url_id, PageLook(t.url, PageOutcome.READ, 200, "", NOW, final_url=t.url, links=seen)) for t in tasks]
    workspace.sightings.save_page_looks(run.id, "k", looks)
    del pages, tasks, looks
    ids = [workspace.urls.id_of(TARGETS[0]) or 0]
    assert sum(1 for _ in workspace.backlinks.counted(1, ids, TODAY)) == 3_000  # URLs are remembered from here on
    tracemalloc.start()
    try:
        equity = PageEquity()
        for _, _, facts in workspace.backlinks.counted(1, ids, TODAY):
            equity.add(facts.referring_domain, worth(facts))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (equity.result().links, equity.result().referring_domains) == (3_000, 20)
    assert peak < 150_000, "50 bytes a link: no list of links, claims or looks"


def test_the_site_named_only_by_its_domain_is_worth_no_home_page(workspace: Workspace) -> None:
    add_file(workspace, "log.csv", [Claim(2, target_url=TARGETS[0], referring_domain="a.test")], "Log")
    add_file(workspace, "a.csv", [link(2, "https://b.test/", TARGETS[0]), link(3, "https://c.test/x/y", TARGETS[0])])
    ids = [workspace.urls.id_of(TARGETS[0]) or 0]
    worths = {n.facts.referring_domain: worth(n.facts) for n in workspace.backlinks.counted(1, ids, TODAY)}
    assert worths["a.test"] == worths["c.test"] < worths["b.test"]
