"""The site's own broken links, over real HTTP: what is found, what is left in peace, and that a killed run goes on."""

import asyncio
import csv
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.command import run_text
from tests.jobs.audits import day, write_links
from tests.jobs.shop_site import GUIDES, HOSTILE, PRODUCTS, body, shop, shop_host
from tests.jobs.web import NOT_FOUND, Host, Page, serve

from linkreclaim.config import FetchSettings
from linkreclaim.errors import SiteBlockedError, UsageError
from linkreclaim.jobs.audits.audit import AuditResult, audit
from linkreclaim.jobs.runs.context import AuditRequest
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store import open_workspace

Row = dict[str, str]
PAGES = len(PRODUCTS) + len(GUIDES) + len(["home", "products", "guides", "imprint", "sign in"])

WALLED = re.compile(r"/(products|guides)/\w+")


@pytest.fixture
def site() -> Iterator[Host]:
    host = shop_host()
    with serve(host):
        yield host


def run(
    host: Host, folder: Path, *, links: tuple[str, ...] = (), warned: list[str] | None = None, **options: Any
) -> AuditResult:
    """Audit the site's own links in this process, beside backlinks to the paths that are given."""
    folder.mkdir(exist_ok=True)
    exports = (write_links(folder / "links.csv", [host.origin + path for path in links]),) if links else ()
    request = AuditRequest(
        site=host.origin,
        links=exports,
        workspace=folder / "ws",
        out=folder / "report",
        columns=(("referring_page", "Referring page URL"), ("target_url", "Target URL"), ("anchor_text", "Anchor")),
        settings=FetchSettings(allow_private=True, stranger_per_s=1000),
        **{"internal": True, "read_pages": False} | options,
    )
    told = [] if warned is None else warned
    sink = lambda event: told.append(event.message) if event.warning else None  # noqa: E731
    return asyncio.run(audit(request, sink, lambda summary: None, clock=lambda: day(0)))


def rows_of(host: Host, folder: Path) -> list[Row]:
    """The lines of `internal_links.csv`, the site's origin left out."""
    with open(folder / "report" / "internal_links.csv", encoding="utf-8-sig", newline="") as sheet:
        return [{name: cell.replace(host.origin, "") for name, cell in row.items()} for row in csv.DictReader(sheet)]


def by_target(rows: list[Row]) -> dict[str, Row]:
    return {row["target_url"]: row for row in rows}


@pytest.fixture(scope="module")
def shop_rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    """The lines of one audit of the site, for all tests that only read them."""
    host, folder = shop_host(), tmp_path_factory.mktemp("shop")
    with serve(host):
        run(host, folder)
        return by_target(rows_of(host, folder))


def test_a_broken_menu_link_is_one_line_with_its_pages(shop_rows: dict[str, Row]) -> None:
    menu = shop_rows["/sale-2019"]
    assert (menu["kind"], menu["verdict"], menu["place"], menu["anchor_text"]) == (
        *("broken", "not_found", "chrome"),
        "Winter sale",
    )
    assert int(menu["pages"]) == PAGES, "every page of the site, its error pages left out"
    assert len(menu["example_pages"].split(" | ")) == 3
    assert menu["suggested_url"] == ""


def test_broken_links_of_every_form_are_found_and_nothing_else_is(shop_rows: dict[str, Row]) -> None:
    missing = {f"/guides/oiling-{tree}" for tree in ("maple", "cherry", "ash", "elm")}
    written = {"/sale-2019", "/products/oak-table-larg", "/map-target", "/products/no-such-bench", "/catalogue/lamps"}
    broken = {url for url, row in shop_rows.items() if row["kind"] == "broken"}
    assert {url for url in broken if not url.startswith("/missing")} == missing | written
    assert len(broken) == len(missing | written) + 1


def test_what_looks_like_success_is_a_soft_404(shop_rows: dict[str, Row]) -> None:
    assert shop_rows["/catalogue/lamps"]["verdict"] == "soft_404"


def test_a_mistyped_link_gets_the_page_that_was_meant(shop_rows: dict[str, Row]) -> None:
    row = shop_rows["/products/oak-table-larg"]
    assert row["suggested_url"] == "/products/oak-table-large"
    assert float(row["confidence_0_1"]) > 0.9
    assert row["example_pages"] == "/products/oak-table-small"


def test_links_through_permanent_redirects_get_their_end(shop_rows: dict[str, Row]) -> None:
    once, twice = shop_rows["/guide/waxing-oak"], shop_rows["/twice"]
    assert (once["kind"], once["hops"], once["suggested_url"]) == ("redirect", "301 200", "/guides/waxing-oak")
    assert (twice["kind"], twice["hops"], twice["suggested_url"]) == ("redirect", "301 308 200", "/guides/storing-pine")


def test_a_temporary_redirect_is_told_and_nothing_is_suggested(shop_rows: dict[str, Row]) -> None:
    assert (shop_rows["/today"]["kind"], shop_rows["/today"]["suggested_url"]) == ("redirect", "")
    assert "temporary" in shop_rows["/today"]["suggestion_reason"]


def test_being_sent_to_sign_in_is_no_finding(shop_rows: dict[str, Row]) -> None:
    assert "/account" not in shop_rows


def test_hostile_words_and_urls_are_harmless_cells(shop_rows: dict[str, Row]) -> None:
    (row,) = (row for url, row in shop_rows.items() if url.startswith("/missing"))
    assert row["anchor_text"] == "'" + HOSTILE
    assert row["target_url"] == "/missing?x=;%3D1+1&y=%E2%80%AE"


def test_lines_come_by_kind_and_then_by_pages(site: Host, tmp_path: Path) -> None:
    run(site, tmp_path)
    rows = rows_of(site, tmp_path)
    assert [row["kind"] for row in rows] == sorted((row["kind"] for row in rows), key=("broken", "redirect").index)
    assert rows[0]["target_url"] == "/sale-2019"


def test_the_numbers_agree_with_the_lines(site: Host, tmp_path: Path) -> None:
    result = run(site, tmp_path)
    rows = rows_of(site, tmp_path)
    told = result.internal
    assert told is not None
    assert told.broken_links == sum(int(row["pages"]) for row in rows if row["kind"] == "broken")
    assert told.redirect_urls == sum(row["kind"] == "redirect" for row in rows)
    assert told.pages == PAGES
    assert not result.with_backlinks
    assert not result.partial
    assert not list((tmp_path / "ws").glob("internal-links-*")), "nothing is kept of a finished run"


def test_every_address_is_asked_once_but_for_ends_of_redirects(site: Host, tmp_path: Path) -> None:
    run(site, tmp_path)
    ends = {"/", "/login?next=/account", "/guides/waxing-oak", "/guides/moving-pine", "/guides/storing-pine"}
    assert {path for path, count in site.asked.items() if count > 1} <= ends
    assert not {path for path in site.asked if "elsewhere" in path or "mailto" in path or "#" in path}


def test_pages_that_only_a_sitemap_names_are_read_too(site: Host, tmp_path: Path) -> None:
    def with_orphan(path: str) -> Page:
        if path == "/sitemap.xml":
            locations = "".join(f"<url><loc>{site.origin}{each}</loc></url>" for each in ("/", "/orphan"))
            return 200, {"Content-Type": "application/xml"}, f"<urlset>{locations}</urlset>"
        return (
            body("Orphan", "<p><a href='/lost'>x</a> <a href='/lost#a'>x</a></p>") if path == "/orphan" else shop(path)
        )

    site.answer = with_orphan
    run(site, tmp_path)
    row = by_target(rows_of(site, tmp_path))["/lost"]
    assert (row["pages"], row["example_pages"]) == ("1", "/orphan"), "two links by the same words are one of its page"


def test_a_page_that_a_file_calls_living_is_looked_at_before_it_is_suggested(site: Host, tmp_path: Path) -> None:
    listed = tmp_path / "pages.csv"
    names = ("/products/no-such-bench-large", "/products/oak-table-large", "/products/oak-table-small")
    rows = [f"{site.origin}{name},{name[10:].replace('-', ' ')}" for name in names]
    listed.write_text("\n".join(["url,title", *rows]) + "\n", encoding="utf-8")
    run(site, tmp_path, pages=(str(listed),))
    found = by_target(rows_of(site, tmp_path))
    assert found["/products/no-such-bench"]["suggested_url"] != names[0], "it is dead itself"
    assert found["/products/oak-table-larg"]["suggested_url"] == names[1]
    assert site.asked["/sitemap.xml"] == 0


def test_another_form_of_an_address_is_a_detour_and_an_own_way_out_is_none(site: Host, tmp_path: Path) -> None:
    partner = Host(lambda path: body("Partner", "<p>A joiner of another town, with pages and links of its own.</p>"))

    def forms(path: str) -> Page:
        if path == "/imprint":
            return body("Imprint", "<a href='/guides'>guides</a> <a href='/go/partner'>partner</a>")
        if path == "/guides":
            return 301, {"Location": "/guides/"}, ""
        return (301, {"Location": f"{partner.origin}/shop"}, "") if path == "/go/partner" else shop(path)

    site.answer = forms
    with serve(partner):
        run(site, tmp_path)
    found = by_target(rows_of(site, tmp_path))
    assert (found["/guides"]["kind"], found["/guides"]["suggested_url"]) == ("redirect", "/guides/")
    assert "/go/partner" not in found


def test_links_to_a_former_host_are_the_sites_own(site: Host, tmp_path: Path) -> None:
    former = Host(lambda path: shop(path) if path == "/" else NOT_FOUND)
    with serve(former):
        away = f"{former.origin}/old-guide"
        site.answer = lambda path: body("Imprint", f"<a href='{away}'>old</a>") if path == "/imprint" else shop(path)
        run(site, tmp_path, old_hosts=(former.netloc,))
        assert by_target(rows_of(site, tmp_path))[away]["kind"] == "broken"
        assert "/products/" not in former.asked, "its pages are not the site's"


def test_a_link_far_down_a_large_page_is_found(site: Host, tmp_path: Path) -> None:
    filler = "<p>Wood moves with the seasons, and so do drawers that were cut too tightly.</p>" * 4_000

    def large(path: str) -> Page:
        return body("Imprint", f"{filler}<a href='/at-the-end'>end</a>") if path == "/imprint" else shop(path)

    site.answer = large
    run(site, tmp_path)
    assert "/at-the-end" in by_target(rows_of(site, tmp_path))


def test_menus_of_error_pages_are_no_places_of_links(site: Host, tmp_path: Path) -> None:
    def chatty(path: str) -> Page:
        status, headers, page = shop(path)
        return status, headers, page + "<a href='/from-an-error-page'>x</a>" if status == 404 else page

    site.answer = chatty
    run(site, tmp_path)
    assert "/from-an-error-page" not in site.asked


def test_what_is_refused_is_told_as_untold(site: Host, tmp_path: Path) -> None:
    site.answer = lambda path: (403, {}, "") if path == "/imprint" else shop(path)
    run(site, tmp_path)
    row = by_target(rows_of(site, tmp_path))["/imprint"]
    assert (row["kind"], row["verdict"], row["suggested_url"]) == ("untold", "blocked", "")


def test_max_pages_bounds_what_is_asked_and_says_so(site: Host, tmp_path: Path) -> None:
    warned: list[str] = []
    result = run(site, tmp_path, warned=warned, max_pages=5)
    assert result.internal is not None
    assert result.internal.urls <= 10
    assert result.partial
    assert any("--max-pages 5" in words for words in warned)


def test_backlinks_and_their_results_stay_as_they_are(site: Host, tmp_path: Path) -> None:
    lost = ("/sale-2019", "/products/oak-table-larg", "/guides/waxing-oak")
    plain = run(site, tmp_path / "plain", links=lost, internal=False)
    both = run(site, tmp_path / "both", links=lost)
    assert both.internal is not None
    assert both.top == plain.top
    for name in ("dead_pages.csv", "backlinks.csv", "redirects.csv", "provisional.csv"):
        assert (tmp_path / "both/report" / name).read_bytes() == (tmp_path / "plain/report" / name).read_bytes(), name
    assert not (tmp_path / "plain/report/internal_links.csv").exists()
    assert {row.url for row in both.top} == {site.origin + path for path in lost[:2]}


def test_a_dead_page_with_backlinks_has_one_target_in_both_lists(site: Host, tmp_path: Path) -> None:
    result = run(site, tmp_path, links=("/products/oak-table-larg",))
    row = by_target(rows_of(site, tmp_path))["/products/oak-table-larg"]
    assert site.origin + row["suggested_url"] == result.top[0].target_url
    assert row["suggestion_reason"] == result.top[0].match_reason.replace(site.origin, "")


@pytest.mark.parametrize(("state", "suggested"), [(DecisionState.ACCEPTED, "/guides/"), (DecisionState.REJECTED, "")])
def test_what_a_person_decided_holds_inside_the_site_too(
    site: Host, tmp_path: Path, state: DecisionState, suggested: str
) -> None:
    lost = "/products/oak-table-larg"
    run(site, tmp_path, links=(lost,))
    made = Decision(site.origin + lost, state, Disposition.REDIRECT, f"{site.origin}/guides/", "Ada", day(0))
    with open_workspace(tmp_path / "ws") as workspace:
        workspace.decisions.append(workspace.ledger.site_id(site.netloc), None, [made])
    run(site, tmp_path, links=(lost,))
    row = by_target(rows_of(site, tmp_path))[lost]
    assert (row["suggested_url"], row["suggestion_reason"]) == (suggested, f"{state} by Ada")


def test_a_refusal_after_the_backlinks_leaves_their_audit_whole(site: Host, tmp_path: Path) -> None:
    site.answer = lambda path: (403, {}, "<title>403</title>") if WALLED.match(path) else shop(path)
    warned: list[str] = []
    result = run(site, tmp_path, links=("/sale-2019",), warned=warned)
    assert any("could not all be checked" in words and "refuses us" in words for words in warned)
    assert [row.url for row in result.top] == [f"{site.origin}/sale-2019"]
    assert (tmp_path / "report/dead_pages.csv").exists()
    assert result.internal is not None
    assert result.partial == (result.internal.unasked_urls > 0)


def test_a_site_that_refuses_is_told_how_to_let_us_in_and_asked_again(site: Host, tmp_path: Path) -> None:
    refused = {"now": True}
    site.answer = lambda path: (403, {}, "<title>403</title>") if refused["now"] and WALLED.match(path) else shop(path)
    with pytest.raises(SiteBlockedError, match="refuses us"):
        run(site, tmp_path)
    refused["now"] = False
    run(site, tmp_path)
    assert "/products/oak-table-larg" in by_target(rows_of(site, tmp_path))


def test_a_site_without_a_page_is_not_called_sound(tmp_path: Path) -> None:
    host = Host(lambda path: NOT_FOUND)
    warned: list[str] = []
    with serve(host):
        result = run(host, tmp_path, warned=warned)
    assert result.partial
    assert any("no page of the site could be read" in words for words in warned)


def test_somebody_elses_site_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--internal"):
        run(Host(shop, netloc="rival.example"), tmp_path, foreign=True)


def command(site: Host, folder: Path, *more: str) -> list[str]:
    base = [sys.executable, "-m", "linkreclaim", "audit", site.origin, "--internal", "--workspace", str(folder / "ws")]
    return [*base, "--out", str(folder / "report"), "--rate", "1000", "--allow-private", *more]


def test_a_killed_run_asks_nothing_twice(site: Host, tmp_path: Path) -> None:
    run(site, tmp_path / "unbroken")
    unbroken = site.asked.copy()
    site.asked.clear()
    site.delay_s, in_flight = 0.05, 4
    asked = command(site, tmp_path, "--concurrency", str(in_flight))
    killed = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while site.asked.total() < 45 and time.monotonic() < deadline:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    site.delay_s = 0.0
    done = run_text(asked)
    assert done.returncode == 3, done.stderr
    assert "continuing the run" in done.stderr
    # what was in flight, and pages that waited for what the random address of their folder gets; of 45 at the kill
    again = sum(max(0, count - unbroken.get(path, 1)) for path, count in site.asked.items())
    assert again <= 5 * in_flight
    whole = {url: row["pages"] for url, row in by_target(rows_of(site, tmp_path)).items()}
    assert whole == {url: row["pages"] for url, row in by_target(rows_of(site, tmp_path / "unbroken")).items()}


def test_the_screen_sums_it_up_and_json_stays_one_document(site: Host, tmp_path: Path) -> None:
    told = run_text(command(site, tmp_path))
    assert told.returncode == 3, told.stderr
    assert "54 links lead to 10 URLs that are not there" in told.stdout
    assert "internal_links.csv" in told.stdout
    assert re.search(r"41 pages +/sale-2019 +no page fits", told.stdout)
    assert re.search(r"1 page +/products/oak-table-larg +-> /products/oak-table-large +97 %", told.stdout)
    asked = command(site, tmp_path / "json", "--json")
    told = run_text(asked)
    assert json.loads(told.stdout)["dead_pages"] == []
    assert "54 links lead to 10 URLs that are not there" in told.stderr
