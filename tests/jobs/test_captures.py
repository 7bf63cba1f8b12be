"""What dead pages were: sources in the order of trust, the archive within its budget, and whole runs."""

import asyncio
import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.inventory.archive import Archive, Reply, serve_archive
from tests.inventory.test_wayback import TEXT, Clock, url
from tests.inventory.warc_files import http, page, record, write_packed
from tests.jobs.conftest import Web
from tests.jobs.web import ARTICLES

from linkreclaim.config import FetchSettings
from linkreclaim.inventory.wayback import ORIGIN, Wayback
from linkreclaim.inventory.wayback_client import WaybackClient
from linkreclaim.jobs.judging.captures import Shelf, check_sources, describe_origin, is_good, merge_captures, open_shelf
from linkreclaim.jobs.judging.wayback import LIST_FROM, ask_wayback
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.model.events import RunEvent, Stage
from linkreclaim.model.pages import Capture
from linkreclaim.model.sites import Site
from linkreclaim.net import CurlTransport, open_fetcher
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.targets import TargetTotals

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTINGS = FetchSettings(allow_private=True, total_timeout_s=5)
LONG = "The allowance of children and spouses, and the ten-year rule for gifts in life. " * 3


class Bench:
    """A workspace with a run, and an archive that is asked on a clock of its own."""

    def __init__(self, folder: Path, archive: Archive) -> None:
        self.folder = folder
        self.archive = archive
        self.events: list[RunEvent] = []
        self.clock = Clock()

    def request(self, **given: object) -> AuditRequest:
        request = AuditRequest("example.org", (), self.folder / "ws", self.folder / "out", settings=SETTINGS)
        return replace(request, **given)  # type: ignore[arg-type]

    def ask(self, addresses: list[str], wayback_max: int = 1_000, fresh: bool = False) -> dict[str, Capture]:
        """Ask about dead pages, the most valuable first; gives what is kept afterwards."""
        return asyncio.run(self._ask(addresses, self.request(wayback_max=wayback_max), fresh))

    async def _ask(self, addresses: list[str], request: AuditRequest, fresh: bool) -> dict[str, Capture]:
        site = Site("example.org", "http", False, ())
        with open_workspace(request.workspace) as workspace:
            site_id = workspace.ledger.site_id(site.host)
            run = workspace.runs.begin(site_id, "question", NOW, fresh)
            async with open_fetcher(SETTINGS) as fetcher:
                context = RunContext(workspace, run, site, request, fetcher, self.events.append, lambda: NOW)
                transport = CurlTransport(SETTINGS)
                client = WaybackClient(transport, self.archive.address, clock=self.clock, sleep=self.clock.sleep)
                try:
                    await ask_wayback(context, Wayback(client), totals(workspace, run.id, addresses), is_good)
                finally:
                    await transport.close()
            return {capture.url: capture for _, capture in workspace.captures.found(site_id)}

    @property
    def warnings(self) -> list[str]:
        return [event.message for event in self.events if event.warning]


def totals(workspace: Workspace, run_id: int, addresses: list[str]) -> list[TargetTotals]:
    workspace.tasks.add(run_id, "test", addresses)
    ids = [(workspace.urls.id_of(address), address) for address in addresses]
    return [TargetTotals(n, address, 1, 1, 1, 1.0, "", "", (), False) for n, address in ids if n is not None]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with serve_archive(Archive()) as archive:
        yield Bench(tmp_path, archive)


def pages(count: int) -> list[str]:
    return [f"http://example.org/p{number:02}" for number in range(count)]


def test_few_pages_are_asked_one_by_one_and_never_again(bench: Bench) -> None:
    asked = pages(3)
    bench.archive.hold(asked[0], "20190501000000", TEXT.format("First"))
    bench.archive.redirect(asked[1], "20190501000000", "http://example.org/moved")
    found = bench.ask(asked)
    assert (found[asked[0]].title, found[asked[0]].captured_on, found[asked[0]].origin) == (
        "First",
        date(2019, 5, 1),
        ORIGIN,
    )
    assert found[asked[1]].redirects_to == "http://example.org/moved"
    assert set(found) == set(asked[:2])
    assert (bench.archive.count("/cdx/"), bench.archive.count("/web/")) == (3, 2)
    assert bench.ask(asked, fresh=True) == found
    assert (bench.archive.count("/cdx/"), bench.archive.count("/web/")) == (3, 2)


def test_many_pages_of_a_host_take_one_index_request(bench: Bench) -> None:
    asked = [*pages(40), "http://www.example.org/"]
    for address in asked[::2]:
        bench.archive.hold(address, "20190501000000", TEXT.format(address[-3:]))
    found = bench.ask(asked)
    assert set(found) == set(asked[::2])
    assert bench.archive.count("/cdx/") == 2  # the host, and its home page
    assert bench.events[-1].message.startswith("the Wayback Machine knows 21 of 41 dead pages, and has nothing of 20")
    counts = [event for event in bench.events if event.stage is Stage.CAPTURES and event.total]
    assert (counts[-1].done, counts[-1].total) == (41, 41)


def test_an_index_that_is_too_long_is_not_read_to_its_end(bench: Bench) -> None:
    asked = pages(LIST_FROM)
    for address in [*asked, *(f"http://example.org/a{n:03}" for n in range(100))]:
        bench.archive.hold(address, "20190501000000", TEXT.format(address[-3:]))
    bench.archive.limit = 10
    found = bench.ask(asked)
    assert set(found) == set(asked)
    assert bench.archive.count("/cdx/") == LIST_FROM // 4 + LIST_FROM


def test_the_budget_goes_to_the_most_valuable_pages(bench: Bench) -> None:
    asked = pages(6)
    for address in asked:
        bench.archive.hold(address, "20190501000000", TEXT.format(address[-3:]))
    assert set(bench.ask(asked, wayback_max=2)) == set(asked[:2])
    assert "4 less valuable dead pages were not asked about" in bench.events[-1].message
    assert set(bench.ask(asked, wayback_max=2, fresh=True)) == set(asked[:4])


def test_what_could_not_be_asked_is_completed_by_a_later_run(bench: Bench) -> None:
    asked = pages(30)
    for address in asked:
        bench.archive.hold(address, "20190501000000", TEXT.format(address[-3:]))
    bench.archive.always = lambda path: (429, {}, b"") if bench.archive.count("/web/") > 10 else None
    first = bench.ask(asked)
    assert 0 < len(first) < 30
    (warning,) = bench.warnings
    assert f"could not be asked about {30 - len(first)} of 30 dead pages" in warning
    assert "refused further requests" in warning
    assert bench.archive.count("/web/") <= 10 + 4 * 3  # those in flight together, three times
    bench.archive.always = lambda path: None
    assert set(bench.ask(asked, fresh=True)) == set(asked)


def test_a_run_that_is_killed_goes_on_without_asking_for_the_index_again(bench: Bench) -> None:
    asked = pages(20)
    for address in asked:
        bench.archive.hold(address, "20190501000000", TEXT.format(address[-3:]))

    class Killed(BaseException):
        pass

    sink = bench.events.append

    def kill(event: RunEvent) -> None:
        sink(event)
        if event.done == 5:
            raise Killed

    bench.events = type("Sink", (list,), {"append": staticmethod(kill)})()
    with pytest.raises(BaseExceptionGroup):
        bench.ask(asked)
    bench.events = []
    assert set(bench.ask(asked)) == set(asked)
    assert bench.archive.count("/cdx/") == 1
    assert bench.archive.count("/web/") <= 20 + 8


def test_a_closed_site_is_asked_once(bench: Bench) -> None:
    blocked: Reply = (
        403,
        {},
        b"org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error",
    )
    bench.archive.always = lambda path: blocked
    assert bench.ask(pages(20)) == {}
    assert len(bench.archive.asked) == 1
    assert "does not show 20 dead pages: the site's owner closed them" in bench.warnings[0]
    bench.ask(pages(20), fresh=True)
    assert len(bench.archive.asked) == 1


# The shelf


class Held:
    """A source that holds given captures of every page."""

    problems = ("a line is broken",)

    def __init__(self, *captures: Capture) -> None:
        self._captures = captures

    def find(self, url: object) -> tuple[Capture, ...]:
        return self._captures


def test_the_first_copy_that_shows_the_page_is_taken() -> None:
    error = Capture("u", "Page not found", "Sorry, the page you are looking for does not exist.")
    older = Capture("u", "Inheritance tax", LONG, captured_on=date(2014, 1, 1), redirects_to="http://example.org/r")
    shelf = Shelf([Held(error, older)])
    assert shelf.find(url("http://example.org/u")) == older
    assert shelf.problems == ("a line is broken",)
    assert Shelf([Held(error)]).find(url("http://example.org/u")) is None
    assert Shelf([Held(replace(error, ids=("wp:404",)))]).find(url("http://example.org/u")) is None
    moved = Shelf([Held(replace(error, redirects_to="http://example.org/r"))]).find(url("http://example.org/u"))
    assert moved is not None
    assert (moved.title, moved.redirects_to) == ("", "http://example.org/r")


def test_records_add_what_copies_do_not_say() -> None:
    copy = Capture("u", "Blue shoes", LONG, ("Shoes",), captured_on=date(2019, 5, 1), origin="x.warc.gz")
    old_record = Capture("u", "Shoe 4711 blue", "", (), "en", ("sku:4711",), origin="shop.csv (Shopify)")
    archived = Capture("u", "Other", "other text", origin=ORIGIN, redirects_to="http://example.org/r")
    merged = merge_captures((copy, None, old_record, archived))
    assert merged is not None
    assert (merged.title, merged.text, merged.lang, merged.ids) == ("Blue shoes", LONG, "en", ("sku:4711",))
    assert merged.headings == ("Shoes", "Shoe 4711 blue", "Other")
    assert (merged.redirects_to, describe_origin(merged)) == ("http://example.org/r", "x.warc.gz, 2019-05-01")
    assert merge_captures((None,)) is None


def test_a_record_without_text_takes_the_text_of_a_copy() -> None:
    merged = merge_captures((Capture("u", "Title", "", ids=("wp:1",)), Capture("u", "Title", LONG, origin=ORIGIN)))
    assert merged is not None
    assert (merged.text, merged.ids, merged.origin) == (LONG, ("wp:1",), ORIGIN)


def test_sources_are_asked_in_the_order_of_trust(tmp_path: Path) -> None:
    warc = write_packed(tmp_path / "x.warc.gz", record("http://example.org/a", http(page("From WARC"))))
    mirror = tmp_path / "copies"
    (mirror / "example.org").mkdir(parents=True)
    (mirror / "example.org" / "b.html").write_bytes(page("From mirror"))
    crawl = tmp_path / "crawl.csv"
    crawl.write_text("url,title,text\n/a,Record A,\n/c,Record C,What C was about\n", encoding="utf-8")
    request = AuditRequest("example.org", (), tmp_path, tmp_path, captures=(warc, mirror), old=(crawl,))
    with open_workspace(tmp_path / "ws") as workspace:
        run = workspace.runs.begin(workspace.ledger.site_id("example.org"), "q", NOW)
        site = Site("example.org", "https", False, ())
        context = RunContext(workspace, run, site, request, None, print, lambda: NOW)  # type: ignore[arg-type]
        shelf = open_shelf(context, ["example.org/a", "example.org/b.html", "example.org/c"])
        found = {path: shelf.find(url(f"http://example.org/{path}")) for path in ("a", "b.html", "c", "d")}
    assert found["a"] is not None
    assert (found["a"].title, found["a"].headings[-1]) == ("From WARC", "Record A")
    assert found["b.html"] is not None
    assert found["b.html"].title == "From mirror"
    assert found["c"] is not None
    assert (found["c"].title, found["c"].text) == ("Record C", "What C was about")
    assert found["d"] is None


def test_records_count_for_former_hosts_too(bench: Bench, tmp_path: Path) -> None:
    shop = tmp_path / "shop.csv"
    shop.write_text("Handle,Title,Body (HTML),Vendor,Variant SKU\nmug,Blue mug,A mug,Acme,M-1\n")
    listed = tmp_path / "list.txt"
    listed.write_text("old.example/about\n")
    site = Site("example.org", "https", False, ("old.example",))
    request = bench.request(old=(shop, listed), old_hosts=("old.example",))
    check_sources(request, site)
    with open_workspace(request.workspace) as workspace:
        run = workspace.runs.begin(workspace.ledger.site_id("example.org"), "q", NOW)
        context = RunContext(workspace, run, site, request, None, print, lambda: NOW)  # type: ignore[arg-type]
        keys = ["example.org/products/mug", "old.example/collections/new/products/mug", "old.example/about"]
        shelf = open_shelf(context, keys)
        found = [shelf.find(url(f"http://{key}")) for key in keys]
    assert [None if one is None else one.title for one in found] == ["Blue mug", "Blue mug", ""]
    assert shelf.problems == ()


# Whole runs


def test_what_cannot_be_read_is_refused_before_anything_is_asked(web: Web, tmp_path: Path) -> None:
    arc = tmp_path / "old.arc"
    arc.write_bytes(b"filedesc://old.arc 0.0.0.0 2005 text/plain 77\n")
    for given, words in [(("--captures", str(arc)), "warcio recompress"), (("--old", str(arc)), "old.arc")]:
        code, _, log = web.audit("--links", str(web.ahrefs()), *given)
        assert code == 1
        assert words in log
    assert not web.site.asked


def test_the_archive_is_offered_where_nothing_is_known(web: Web) -> None:
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--no-read")
    commands = [line["command"] for line in result["summary"]["next_commands"]]
    assert any(line.startswith(f"linkreclaim audit {web.site.origin} --wayback --workspace ") for line in commands)


def test_an_audit_with_a_warc_file_and_the_archive(web: Web, tmp_path: Path) -> None:
    first, second, *others = list(ARTICLES)
    address = f"{web.site.origin}/blog/retired"
    packed = http(gzip.compress(page("Heating"))[:-9], b"Content-Encoding: gzip\r\n")
    warc = write_packed(
        tmp_path / "crawl.warc.gz",
        record(f"{web.site.origin}/blog/{first}", http(page("How contracts end"))),
        record(f"{web.site.origin}/blog/{second}", packed),
        *(record(f"{web.site.origin}/blog/{name}", http(page(name))) for name in others),
    )
    with serve_archive(Archive()) as archive:
        archive.hold(address, "20190501000000", TEXT.format("The retired page"))
        given = ["--links", str(web.ahrefs()), "--captures", str(warc)]
        code, result, log = web.audit(*given, "--wayback", "--wayback-url", archive.address, "--wayback-max", "20")
        asked = len(archive.asked)
        assert code == 3, log
        titles = {row["url"]: row["old_title"] for row in result["dead_pages"]}
        assert titles[f"{web.site.origin}/blog/{first}"] == "How contracts end"
        assert titles[f"{web.site.origin}/blog/{second}"] == "Heating"
        assert titles[address] == "The retired page"
        evidence = {row["url"]: " ".join(row["cause_evidence"]) for row in result["dead_pages"]}
        assert "crawl.warc.gz, 2019-05-01" in evidence[f"{web.site.origin}/blog/{first}"]
        assert "Wayback Machine, 2019-05-01" in evidence[address]
        assert "compressed body is cut off" in log
        _, again, _ = web.audit(*given)
        assert {row["url"]: row["old_title"] for row in again["dead_pages"]} == titles
        assert len(archive.asked) == asked
