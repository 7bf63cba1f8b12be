"""Whole audits over real HTTP: what the linking pages show, and what those that cannot be read leave open."""

import csv
from pathlib import Path
from typing import Any

import pytest
from tests.command import run_text
from tests.jobs.conftest import Web
from tests.jobs.web import NOT_FOUND, Host, Page, page

from linkreclaim.jobs.findings.page_yield import wilson_interval

DEAD = "/blog/retired"


def referring(web: Web) -> dict[str, Page]:
    """A page for each state that a backlink can be in; all of them are said to link to the same dead page."""
    dead = f"<p>Please <a href='{web.site.origin}{DEAD}'>read this</a> today.</p>"
    long = "A text about tenants, heirs and the law of the land, long enough to be a page."
    other = f"<p><a href='{web.site.origin}/contact'>read this</a> <a href='{web.site.origin}/'>firm</a></p>"
    return {
        "/present": page("A", long, dead),
        "/moved": (301, {"Location": "/moved-here"}, ""),
        "/moved-here": page("A", long, dead),
        "/nofollowed": page("A", long, dead.replace("<a ", "<a rel='nofollow ugc' ")),
        "/changed": page("A", long, other),
        "/only-link": page("A", long, f"<a href='{web.site.origin}/resources/divorce-costs'>another word</a>"),
        "/gone": page("A", long, "<a href='http://else.example/'>else</a>"),
        "/besides": page("A", long, f"<a href='{web.site.origin}/contact'>contact them</a>"),
        "/blocked": (403, {"cf-mitigated": "challenge"}, "<title>Just a moment...</title>"),
        "/shell": (200, {}, "<title>App</title><div id=root></div><script src=app.js></script>"),
        "/failing": (500, {}, "oops"),
        "/document": (200, {"Content-Type": "application/pdf"}, "%PDF"),
        "/sent-home": (301, {"Location": "/"}, ""),
        "/": page("Blog", long, f"<a href='{web.site.origin}/'>a friend</a>"),
        "/hidden": (
            200,
            {},
            f"<meta name=robots content=noindex><link rel=canonical href=/present><p>{long}</p>{dead}",
        ),
    }


def serve_pages(host: Host, pages: dict[str, Page]) -> None:
    host.answer = lambda path: pages.get(path, NOT_FOUND)


def backlinks(web: Web, target: str) -> dict[str, dict[str, str]]:
    """Rows of backlinks.csv about one target by the linking page's path."""
    with (web.folder / "ws/report/backlinks.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["target_url"] == web.site.origin + target]
    return {row["referring_page"].rpartition("/")[2]: row for row in rows}


def test_every_backlink_has_its_state(web: Web) -> None:
    host = web.referring[0]
    pages = referring(web)
    serve_pages(host, pages)
    named = [path for path in pages if path not in ("/", "/moved-here")]
    web.links = [(host.origin + path, web.site.origin + DEAD) for path in [*named, "/nowhere"]]
    living = [
        (f"{host.origin}/to-living", f"{web.site.origin}/contact"),
        (f"{host.origin}/besides", f"{web.site.origin}/contact"),
    ]
    code, result, _ = web.audit("--links", str(web.ahrefs(living)))
    assert code == 3
    rows = backlinks(web, DEAD)
    states = {
        "present": "present", "moved": "moved", "nofollowed": "nofollowed", "changed": "changed", "gone": "gone",
        "only-link": "changed", "blocked": "blocked", "shell": "needs_script", "failing": "unreadable",
        "document": "unreadable", "sent-home": "page_gone", "nowhere": "page_gone", "hidden": "present",
        "besides": "gone",
    }  # fmt: skip
    assert {key: row["seen"] for key, row in rows.items()} == states
    assert backlinks(web, "/contact")["to-living"]["seen"] == "not_looked"
    assert rows["moved"]["moved_to"] == f"{host.origin}/moved-here"
    assert rows["changed"]["changed_to"] == f"{web.site.origin}/contact", "the same words lead there now"
    assert rows["only-link"]["changed_to"] == f"{web.site.origin}/resources/divorce-costs"
    assert rows["hidden"]["page_marks"] == f"noindex; canonical {host.origin}/present"
    assert float(rows["nofollowed"]["value"]) < float(rows["present"]["value"])
    assert {key for key, row in rows.items() if float(row["value"]) == 0} >= {"changed", "gone", "sent-home", "nowhere"}
    counts = result["summary"]["link_states"]
    assert counts["changed"] == 2
    assert counts["gone"] == 2, "the other one's page links elsewhere too, as its source says"
    (dead,) = result["dead_pages"]
    assert dead["links_seen"] == 4
    report = (web.folder / "ws/report/report.html").read_text(encoding="utf-8")
    assert "link seen, now nofollow 1" in report
    assert "link changed 2" in report


def test_the_yield_of_pages_without_a_target_bounds_what_is_not_known(web: Web) -> None:
    host = web.referring[0]
    pages = referring(web)
    serve_pages(host, pages)
    listing = web.folder / "latest.csv"
    named = ["/present", "/moved", "/gone", "/changed", "/blocked", "/shell", "/nowhere"]
    listing.write_text("\n".join(["Linking page,Last crawled", *(f"{host.origin}{path},2026-09-01" for path in named)]))
    done = run_text(web.command("--links", str(listing)))
    _, result, _ = web.audit("--links", str(listing))
    gave: dict[str, Any] = result["summary"]["page_yield"]
    assert (gave["pages"], gave["read"], gave["gone"], gave["unlooked"]) == (7, 4, 1, 0)
    assert gave["untold"] == {"blocked": 1, "needs_script": 1}
    assert (gave["linking"], gave["dead_linking"], gave["dead_links"]) == (3, 2, 2)
    assert gave["unread_dead_linking"] == pytest.approx(1.0)
    assert gave["unread_dead_linking_low"] == pytest.approx(2 * 0.150, abs=0.01)
    assert gave["unread_dead_linking_high"] == pytest.approx(2 * 0.850, abs=0.01)
    said = " ".join(done.stdout.split())
    assert "Of 7 linking pages named without a target 4 were read, 1 is gone; 3 of them link to the site" in said
    assert "2 pages could not be told (1 blocked, 1 need a script): if they are like those read, about 1" in said


def test_without_reading_the_yield_is_open(web: Web) -> None:
    _, result, _ = web.audit("--links", str(web.latest()), "--no-read")
    gave = result["summary"]["page_yield"]
    assert (gave["read"], gave["unlooked"], gave["unread_dead_linking"]) == (0, len(web.links), None)


def test_wilson_s_interval_is_the_published_one() -> None:
    """R, prop.test(97, 812, correct = FALSE): 0.0989 to 0.1436."""
    assert wilson_interval(97, 812) == pytest.approx((0.0989, 0.1436), abs=0.0005)
    assert wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=0.0005)


def test_the_sheet_reads_back(web: Web, tmp_path: Path) -> None:
    """The columns of before stand where they stood."""
    web.audit("--links", str(web.ahrefs()))
    with (tmp_path / "ws/report/backlinks.csv").open(encoding="utf-8-sig") as stream:
        header = stream.readline().strip().split(",")
    assert header[-6:] == ["value", "value_parts", "changed_to", "moved_to", "page_marks", "ask_owner"]
