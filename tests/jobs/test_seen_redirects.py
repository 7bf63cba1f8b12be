"""Redirects that work, through whole audits over real HTTP: the moves that they tell, and those that lead elsewhere."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.jobs.audits import day, run_audit, write_links
from tests.jobs.web import NOT_FOUND, Host, Page, page, serve, with_origin

from linkreclaim.jobs.audits.audit import AuditResult
from linkreclaim.model.verdicts import VerdictKind

TEXTS = {
    "bread": "Mix flour, water, salt and sourdough starter, knead the dough until it is smooth, let it rest overnight"
    " in a cool place and bake the loaf in a very hot oven for forty minutes, until its crust is dark and hollow.",
    "tea": "Green leaves are steamed, rolled and dried within hours of the picking; brew them with soft water that is"
    " not quite boiling for two minutes, pour everything out at once, and steep the same leaves again three times.",
    "bicycle": "Clean the bicycle chain with degreaser, wipe each link with a rag, put one drop of oil on all rollers,"
    " turn the pedals backwards, and measure the wear with a gauge before the sprockets suffer from it.",
    "tent": "Pitch the tent on flat ground above the valley floor, peg all corners first, raise both poles, tighten"
    " the guy lines against the wind, and open the vents so that no moisture gathers under the flysheet.",
    "map": "Contour lines show how steep the slope is; lay the compass along the route, turn the dial to the meridian,"
    " follow the bearing from one landmark to the next, and count your paces where fog hides the hills.",
}
TITLES = {
    "bread": "Baking sourdough bread",
    "tea": "Brewing green leaves",
    "bicycle": "Cleaning a bicycle chain",
    "tent": "Pitching in the wind",
    "map": "Reading contour lines",
}


class Site:
    """A site after a relaunch, from /posts/ to /guides/, with the redirects that its owner set."""

    def __init__(self, redirects: dict[str, str]) -> None:
        self.redirects = redirects

    def __call__(self, path: str) -> Page:
        name = path.removeprefix("/guides/")
        if path in self.redirects:
            return 301, {"Location": self.redirects[path]}, ""
        if path == "/sitemap.xml":
            urls = "".join(f"<url><loc>{{origin}}/guides/{name}</loc></url>" for name in TEXTS)
            return 200, {"Content-Type": "application/xml"}, f"<urlset>{urls}</urlset>"
        if path == "/":
            return page("Guides", "What we know about kitchens and the outdoors.")
        return page(TITLES[name], TEXTS[name]) if name in TEXTS else NOT_FOUND


class Lab:
    """The served site, with copies of its old pages."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host = host
        self.folder = folder

    def capture(self, **old_pages: str) -> Path:
        """Copies of /posts/NAME, each with the text of one of today's guides."""
        folder = self.folder / "captures"
        folder.mkdir(exist_ok=True)
        rows = ["url,file"]
        for slug, name in old_pages.items():
            _, _, body = page(TITLES[name], TEXTS[name])
            (folder / f"{slug}.html").write_text(body, encoding="utf-8")
            rows.append(f"{self.host.origin}/posts/{slug},{slug}.html")
        (folder / "index.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        return folder

    def audit(
        self, redirects: dict[str, str], paths: list[str], captures: Path | None = None, old: tuple[Path, ...] = ()
    ) -> AuditResult:
        self.host.answer = with_origin(self.host, Site(redirects))
        links = write_links(self.folder / "links.csv", [self.host.origin + path for path in paths])
        given = () if captures is None else (captures,)
        return run_audit(self.host.origin, links, day(0), captures=given, old=old)

    def rows(self) -> dict[str, dict[str, str]]:
        """Rows of dead_pages.csv by path."""
        with open(self.folder / "ws" / "report" / "dead_pages.csv", encoding="utf-8-sig", newline="") as sheet:
            return {row["url"].removeprefix(self.host.origin): row for row in csv.DictReader(sheet)}

    def summary(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "ws" / "report" / "summary.json").read_text("utf-8"))
        return found


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    host = Host(lambda path: NOT_FOUND)
    with serve(host):
        yield Lab(host, tmp_path)


def test_a_redirect_to_a_page_about_something_else_is_dead_and_gets_the_right_target(lab: Lab) -> None:
    captures = lab.capture(loaf="bread", leaves="tea")
    redirects = {"/posts/loaf": "/guides/bicycle", "/posts/leaves": "/guides/tea"}
    result = lab.audit(redirects, ["/posts/loaf", "/posts/leaves"], captures)
    rows = lab.rows()
    assert list(rows) == ["/posts/loaf"]
    row = rows["/posts/loaf"]
    assert row["verdict"] == "redirected_unlike"
    assert row["verdict_reason"] == f"sent to {lab.host.origin}/guides/bicycle, which is about something else"
    assert row["target_url"] == f"{lab.host.origin}/guides/bread"
    assert row["disposition"] == "redirect"
    assert dict(result.summary.verdict_counts) == {VerdictKind.REDIRECTED: 1, VerdictKind.REDIRECTED_UNLIKE: 1}
    assert result.summary.dead_with_links == 1
    assert "redirected_unlike" in json.dumps(lab.summary())


def test_what_is_not_known_of_the_old_page_is_not_held_against_a_redirect(lab: Lab) -> None:
    result = lab.audit({"/posts/loaf": "/guides/bicycle"}, ["/posts/loaf"])
    assert lab.rows() == {}
    assert dict(result.summary.verdict_counts) == {VerdictKind.REDIRECTED: 1}


def test_a_later_audit_sees_it_dead_again_and_counts_the_looks(lab: Lab) -> None:
    captures = lab.capture(loaf="bread")
    redirects = {"/posts/loaf": "/guides/bicycle"}
    lab.audit(redirects, ["/posts/loaf"], captures)
    run_audit(lab.host.origin, lab.folder / "links.csv", day(2), captures=(captures,))
    assert lab.rows()["/posts/loaf"]["looks_dead"] == "2"


def test_redirects_that_work_tell_where_the_pages_of_a_folder_went(lab: Lab) -> None:
    moved = {f"/posts/{name}": f"/guides/{name}" for name in ("tea", "bicycle", "tent", "map")}
    paths = [*moved, "/posts/bread"]
    lab.audit({}, ["/posts/bread"])
    alone = lab.rows()["/posts/bread"]
    fresh = Lab(lab.host, lab.folder / "again")
    fresh.folder.mkdir()
    fresh.audit(moved, paths)
    row = fresh.rows()["/posts/bread"]
    assert list(fresh.rows()) == ["/posts/bread"]
    assert row["target_url"] == f"{lab.host.origin}/guides/bread"
    assert "4 other pages moved from /posts/ to /guides/." in row["match_reason"]
    assert "moved from" not in alone["match_reason"]


def test_a_redirect_that_was_lost_is_found_again_where_its_page_still_lives(lab: Lab) -> None:
    crawl = lab.folder / "crawl.csv"
    origin = lab.host.origin
    rows = [f"{origin}/x/91,301,,{origin}/guides/tea", f"{origin}/x/92,301,,{origin}/", f"{origin}/guides/tea,200,Tea,"]
    crawl.write_text("\n".join(["Address,Status Code,Title 1,Redirect URL", *rows, f"{origin}/,200,Guides,"]) + "\n")
    lab.audit({}, ["/x/91", "/x/92"], old=(crawl,))
    found = lab.rows()
    assert found["/x/91"]["target_url"] == f"{origin}/guides/tea"
    assert found["/x/91"]["match_confidence_0_1"] == "0.9"
    assert found["/x/91"]["match_reason"] == "The site itself once redirected it there (crawl.csv)."
    assert found["/x/92"]["target_url"] == "", "what went home was lost already"
