"""The plan of whole audits over real HTTP: rules before redirects, each page once, what to bring back, whom to ask."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from tests.jobs.conftest import Web
from tests.jobs.test_decide import decide, read_sheet_rows, save_csv
from tests.jobs.web import ARTICLES, NOT_FOUND, Host, page, with_origin

OLD_TEXT = "What our firm looked like when it was founded, and who worked in it then. " * 20


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as sheet:
        return list(csv.DictReader(sheet))


def check_sums(result: dict[str, Any]) -> None:
    """Every page in one step at most, the running total the sum of the steps, the best work first."""
    steps = result["plan"]
    urls = [url for step in steps for url in step["urls"]]
    assert len(urls) == len(set(urls))
    running = 0.0
    for step in steps:
        running += step["regained_share_0_1"]
        assert step["running_share_0_1"] == pytest.approx(running)
        assert 0 < step["regained_share_0_1"] <= step["equity_share_0_1"]
    assert result["summary"]["plan"]["regained_share_0_1"] == pytest.approx(running)
    worth = [step["regained_share_0_1"] / step["effort_hours"] for step in steps]
    assert worth == sorted(worth, reverse=True)
    shares = {row["url"]: row["equity_share_0_1"] for row in result["dead_pages"]}
    for step in steps:
        assert step["equity_share_0_1"] == pytest.approx(sum(shares[url] for url in step["urls"]))


def copies(web: Web, path: str, html: str) -> Path:
    """A folder of captures with one copy."""
    folder = web.folder / "copies"
    folder.mkdir()
    (folder / "index.csv").write_text(f"url,file\n{web.site.origin}{path},old.html\n", encoding="utf-8")
    (folder / "old.html").write_text(html, encoding="utf-8")
    return folder


def test_one_rule_mends_what_moved_alike_and_the_rest_is_brought_back(web: Web) -> None:
    _, result, _ = web.audit("--links", str(web.ahrefs()))
    check_sums(result)
    rule, restore = result["plan"]
    assert rule["kind"] == "rule"
    assert rule["what"] == "/blog/NAME -> /resources/NAME"
    assert set(rule["urls"]) == {f"{web.site.origin}/blog/{name}" for name in ARTICLES}
    assert rule["links"] == 3 * len(ARTICLES)
    assert "catches 1 dead page that no page replaces" in rule["why"]
    assert (restore["kind"], restore["effort_hours"]) == ("restore", 6.0)
    assert restore["target_url"] == f"{web.site.origin}/resources/retired", "where the rule will lead"
    figures = result["summary"]["plan"]
    assert (figures["rules"], figures["redirects"], figures["restores"]) == (1, 0, 1)
    lines = read_csv(web.folder / "ws/report/plan.csv")
    assert [line["kind"] for line in lines] == ["rule", "restore"]
    assert [line["pages"] for line in lines] == ["6", "1"]
    html = (web.folder / "ws/report/report.html").read_text("utf-8")
    assert "This rule regains" in html
    assert "What do I do first?" in html
    check_requests(web, result, html)


def check_requests(web: Web, result: dict[str, Any], html: str) -> None:
    """The best links to lost pages are marked, and no other."""
    links = read_csv(web.folder / "ws/report/backlinks.csv")
    dead = {row["url"] for row in result["dead_pages"]}
    asked = [row for row in links if row["ask_owner"] == "yes"]
    others = [row for row in links if row["ask_owner"] == "no"]
    assert len(asked) == result["summary"]["plan"]["owner_requests"] > 0
    assert {row["target_url"] for row in asked} <= dead
    least = min(float(row["value"]) for row in asked)
    assert all(least >= float(row["value"]) for row in others if row["target_url"] in dead)
    assert f"{web.site.origin}/contact" in {row["target_url"] for row in others}
    assert "Links worth a word to their owners" in html
    assert "Ask the owner to update this link." in html


def test_a_page_to_bring_back_has_its_brief(web: Web) -> None:
    html = f"<title>The <i>early</i> years</title><h1>Our early years</h1><h2>1950</h2><p>{OLD_TEXT}</p>"
    folder = copies(web, "/blog/retired", html)
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--captures", str(folder))
    check_sums(result)
    (restore,) = [step for step in result["plan"] if step["kind"] == "restore"]
    assert restore["effort_hours"] == 2.0, "there is a copy to build on"
    brief = (web.folder / "ws/report/restore/01-blog-retired.html").read_text("utf-8")
    for part in ("Our early years", "1950", OLD_TEXT[:200], "What other sites call it", "DR 55", "/page-"):
        assert part in brief, part
    assert OLD_TEXT[:400] not in brief
    assert "<i>early" not in brief
    assert "01-blog-retired.html" in (web.folder / "ws/report/restore/index.html").read_text("utf-8")


def test_redirects_without_a_pattern_stand_alone(web: Web) -> None:
    moved = dict(zip(ARTICLES, ("a-1", "fees/b", "c.html"), strict=False))

    def answer(path: str) -> Any:
        if path == "/sitemap.xml":
            urls = "".join(f"<url><loc>{{origin}}/{new}</loc></url>" for new in moved.values())
            return 200, {"Content-Type": "application/xml"}, f"<urlset>{urls}</urlset>"
        name = next((name for name, new in moved.items() if path == f"/{new}"), None)
        if name is not None:
            return page(name.replace("-", " ").title(), ARTICLES[name])
        return page("Law firm", "We advise tenants and heirs.") if path == "/" else NOT_FOUND

    web.site.answer = with_origin(web.site, answer)
    copies_of = web.folder / "copies"
    copies_of.mkdir()
    lines = ["url,file"]
    for name in moved:
        (copies_of / f"{name}.html").write_text(page(name.replace("-", " ").title(), ARTICLES[name])[2])
        lines.append(f"{web.site.origin}/blog/{name},{name}.html")
    (copies_of / "index.csv").write_text("\n".join(lines) + "\n")
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--captures", str(copies_of))
    check_sums(result)
    redirects = [step for step in result["plan"] if step["kind"] == "redirect"]
    assert {step["target_url"] for step in redirects} == {f"{web.site.origin}/{new}" for new in moved.values()}
    assert all(step["what"].endswith(f" -> {step['target_url']}") for step in redirects)
    assert result["summary"]["plan"]["first_redirects"] == len(moved)


def test_what_a_person_decided_is_planned_for(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    rows = read_sheet_rows(web)
    by_slug = {row["source"].rsplit("/", 1)[-1]: row for row in rows}
    by_slug["traffic-fines"]["decision"] = "rejected"
    by_slug["divorce-costs"].update(decision="accepted", target=f"{web.site.origin}/contact")
    by_slug["retired"].update(decision="accepted", disposition="fix_at_source")
    decide(web, save_csv(web.folder / "edited.csv", rows), "--by", "Ada")
    _, result, _ = web.audit("--links", str(web.ahrefs()))
    check_sums(result)
    planned = {url.rsplit("/", 1)[-1]: step for step in result["plan"] for url in step["urls"]}
    assert "traffic-fines" not in planned
    assert planned["divorce-costs"]["kind"] == "redirect"
    assert planned["retired"]["kind"] == "fix_at_source"
    assert planned["retired"]["effort_hours"] == pytest.approx(0.9), "three domains to ask"
    assert not (web.folder / "ws/report/restore").exists()


def test_a_link_that_is_gone_is_not_asked_for(web: Web) -> None:
    gone: Host = web.referring[0]
    gone.answer = lambda path: NOT_FOUND
    web.audit("--links", str(web.ahrefs()))
    rows = read_csv(web.folder / "ws/report/backlinks.csv")
    assert any(row["seen"] == "page_gone" for row in rows)
    assert all(row["seen"] == "present" for row in rows if row["ask_owner"] == "yes")


def test_somebody_elses_site_has_no_plan(web: Web) -> None:
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--foreign")
    assert result["plan"] == []
    assert result["summary"]["plan"] is None
    names = {path.name for path in (web.folder / "ws/report").iterdir()}
    assert not names & {"plan.csv", "restore"}
    assert {row["ask_owner"] for row in read_csv(web.folder / "ws/report/backlinks.csv")} == {"no"}


def test_nothing_lost_is_an_empty_plan(web: Web) -> None:
    path = web.folder / "Table.csv"
    path.write_text(f"URL,Last crawled\n{web.site.origin}/blog/retired,2026-01-01\n")
    _, result, _ = web.audit("--links", str(path))
    assert result["plan"] == []
    assert result["summary"]["plan"]["rules"] == 0
    assert read_csv(web.folder / "ws/report/plan.csv") == []
    assert json.loads((web.folder / "ws/report/summary.json").read_text())["plan"] == []
