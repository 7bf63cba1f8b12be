"""Workspaces whose runs found dead pages, made by the store's own calls."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linkreclaim.jobs.delivery.list_dead import list_dead_pages
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.pages import LivePage
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, Hop, Look, Verdict, VerdictKind
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.browsing import DeadPageLine, Page
from linkreclaim.store.dead_page_view import DeadPageView
from linkreclaim.store.findings import Finding
from linkreclaim.store.saved_views import read_query
from linkreclaim.store.schema import target
from linkreclaim.store.targets import TargetTotals

HOST = "shop.example"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SOURCES = ("Ahrefs Backlinks", "Search Console Links", "Majestic Backlinks")
SITE = Site(HOST, "https", False, ("old.example",))


@dataclass(frozen=True)
class Dead:
    """A dead page as a test tells of it."""

    path: str
    verdict: VerdictKind = VerdictKind.NOT_FOUND
    cause: Cause = Cause.DELETED
    target: str | None = "/new"
    confidence_0_1: float = 0.9
    disposition: Disposition = Disposition.REDIRECT
    links: int = 1
    title: str = ""
    anchors: tuple[str, ...] = ()
    sources: frozenset[str] = frozenset()  # of `SOURCES`

    @property
    def url(self) -> str:
        """Its address."""
        return self.path if "://" in self.path else f"https://{HOST}{self.path}"

    @property
    def target_url(self) -> str | None:
        """The address of its target."""
        return None if self.target is None else f"https://{HOST}{self.target}"


@dataclass(frozen=True)
class Listed:
    """A workspace with one site, whose newest run is listed."""

    workspace: Workspace
    site_id: int
    run_id: int

    def page(self, query: str = "", limit: int = 50) -> Page:
        """One page of a view."""
        return self.workspace.browsing.page(self.run_id, read_query(query), limit)

    def lines(self, view: DeadPageView) -> list[DeadPageLine]:
        """All rows of a view."""
        return [line for block in self.workspace.browsing.walk(self.run_id, view, 3) for line in block]

    def paths(self, query: str = "") -> list[str]:
        """Paths of the rows of a view's first page."""
        return [line.url.removeprefix(f"https://{HOST}") for line in self.page(query).rows]

    def line(self, path: str) -> DeadPageLine:
        """The row of one page."""
        url_id = self.workspace.urls.id_of(f"https://{HOST}{path}")
        line = self.workspace.browsing.line(self.run_id, url_id or 0)
        assert line is not None
        return line

    def decide(self, path: str, by: str = "Ada", revision: int | None = None, **what: object) -> int:
        """Accept a page's proposal, or decide otherwise."""
        line = self.line(path)
        made = Decision(line.url, DecisionState.ACCEPTED, line.disposition, line.target_url or None, by, NOW)
        made = replace(made, **what)  # type: ignore[arg-type]
        expected = line.revision if revision is None else revision
        return self.workspace.decisions.decide(self.site_id, line.url_id, expected, made)


@contextmanager
def listed(folder: Path, dead: Sequence[Dead], pages: Mapping[str, bool] | None = None) -> Iterator[Listed]:
    """A new workspace, one run that found these pages dead, and its list."""
    with open_workspace(folder) as workspace:
        yield list_next_run(workspace, dead, pages)


def list_next_run(
    workspace: Workspace, dead: Sequence[Dead], pages: Mapping[str, bool] | None = None, to_list: bool = True
) -> Listed:
    """One more run of the site, a week after the one before; `pages` are {path: live} of its inventory."""
    site_id = workspace.ledger.site_id(HOST)
    newest = workspace.runs.latest(site_id)
    now = NOW if newest is None else newest.started_at + timedelta(days=7)
    run = workspace.runs.begin(site_id, now.isoformat(), now)
    workspace.runs.note(
        run.id,
        site={"host": HOST, "scheme": "https", "with_subdomains": False, "old_hosts": ["old.example"]},
        sources=SOURCES,
    )
    workspace.tasks.add(run.id, "target", [each.url for each in dead])
    ids = [workspace.urls.id_of(each.url) or 0 for each in dead]
    looks = [_look(each, now) for each in dead]
    workspace.looks.save(run.id, "target", [(n, look, None) for n, look in zip(ids, looks, strict=True)])
    _save_targets(workspace, site_id, dict(zip(ids, dead, strict=True)))
    known: dict[int, list[int]] = {}
    for n, each in zip(ids, dead, strict=True):
        known.setdefault(sum(1 << bit for bit, name in enumerate(SOURCES) if name in each.sources), []).append(n)
    workspace.targets.save_sources(site_id, known)
    workspace.findings.save(run.id, [(n, _finding(each)) for n, each in zip(ids, dead, strict=True)])
    for path, live in (pages or {}).items():
        workspace.tasks.add(run.id, "inventory", [f"https://{HOST}{path}"])
        page = LivePage(f"https://{HOST}{path}", title=f"The page {path.strip('/')}")
        workspace.pages.save(run.id, "inventory", [(workspace.urls.id_of(page.url) or 0, page, live)])
    workspace.runs.finish(run.id, now)
    if to_list:
        list_dead_pages(workspace, run, SITE)
    return Listed(workspace, site_id, run.id)


def _save_targets(workspace: Workspace, site_id: int, dead: Mapping[int, Dead]) -> None:
    with workspace.engine.begin() as connection:
        rows = [
            {
                "site_id": site_id,
                "url_id": n,
                "links": 0,
                "links_seen": 0,
                "referring_domains": 0,
                "value": 0.0,
                "best_link": "",
                "best_link_parts": "",
                "anchors": "[]",
                "said_dead": False,
            }
            for n in dead
        ]
        connection.execute(target.insert().prefix_with("OR IGNORE"), rows)
    workspace.targets.save_totals(
        site_id,
        [TargetTotals(n, "", d.links, 0, d.links, float(d.links), "", "", d.anchors, False) for n, d in dead.items()],
    )


def _look(dead: Dead, now: datetime) -> Look:
    verdict = Verdict(dead.verdict, f"it is {dead.verdict.value}", 0.9, ("a fact",))
    return Look(dead.url, Answer(dead.url, (Hop(dead.url, 404),)), verdict, now)


def _finding(dead: Dead) -> Finding:
    return Finding(
        dead.cause, 0.8, ("a reason",), dead.title, dead.target_url, dead.confidence_0_1, "alike", (), dead.disposition
    )
