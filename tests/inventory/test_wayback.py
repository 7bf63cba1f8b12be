"""The Wayback Machine asked as its limits want it, and its answers read: made-up ones and recorded ones."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.inventory.archive import Archive, Reply, recorded, row, serve_archive

from linkreclaim.config import FetchSettings
from linkreclaim.errors import UsageError
from linkreclaim.inventory.wayback import Listing, Snapshot, Wayback, common_texts, read_listing, write_listing
from linkreclaim.inventory.wayback_client import NotTold, WaybackClient
from linkreclaim.model.pages import Capture
from linkreclaim.net import CurlTransport
from linkreclaim.urls import Url, parse

Result = TypeVar("Result")
PAGE = "http://example.org/a"
TEXT = "<title>{0}</title><h1>{0}</h1><p>About {0}.</p>"


def url(address: str) -> Url:
    parsed = parse(address)
    assert parsed is not None
    return parsed


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.starts: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def archive() -> Iterator[Archive]:
    with serve_archive(Archive()) as served:
        yield served


def ask(archive: Archive, work: Callable[[Wayback], Awaitable[Result]], clock: Clock | None = None) -> Result:
    """Do something with the archive, on a clock of its own."""
    time = clock or Clock()

    async def run() -> Result:
        transport = CurlTransport(FetchSettings(allow_private=True, total_timeout_s=5, connect_timeout_s=5))
        try:
            return await work(Wayback(WaybackClient(transport, archive.address, clock=time, sleep=time.sleep)))
        finally:
            await transport.close()

    return asyncio.run(run())


def best(archive: Archive, address: str = PAGE, clock: Clock | None = None) -> Capture | NotTold | None:
    async def work(wayback: Wayback) -> Capture | NotTold | None:
        listing = await wayback.list_page(url(address))
        if isinstance(listing, NotTold):
            return listing
        common = common_texts(listing.snapshots)
        return await wayback.read_best(listing.snapshots, lambda c: "not found" not in c.title, common)

    return ask(archive, work, clock)


def test_the_newest_good_copy_is_taken(archive: Archive) -> None:
    for taken, title in [("20140101000000", "Old"), ("20190501120000", "Good"), ("20200101000000", "Page not found")]:
        archive.hold(PAGE, taken, TEXT.format(title.lower() if "not" in title else title))
    found = best(archive)
    assert isinstance(found, Capture)
    assert (found.url, found.title, str(found.captured_on)) == (PAGE, "Good", "2019-05-01")
    assert (found.origin, found.headings, found.redirects_to) == ("Wayback Machine", ("Good",), "")
    assert archive.count("/web/") == 2


def test_at_most_three_copies_of_a_page_are_looked_at(archive: Archive) -> None:
    for year in range(2010, 2020):
        archive.hold(PAGE, f"{year}0101000000", TEXT.format("not found"))
    assert best(archive) is None
    assert archive.count("/web/") == 3


def test_a_redirect_that_the_site_had_is_kept(archive: Archive) -> None:
    archive.hold(PAGE, "20150101000000", TEXT.format("Good"))
    archive.redirect(PAGE, "20170101000000", "http://example.org/new")
    found = best(archive)
    assert isinstance(found, Capture)
    assert (found.title, found.redirects_to) == ("Good", "http://example.org/new")
    archive.redirect("http://example.org/b", "20170101000000", "http://example.org/c")
    bare = best(archive, "http://example.org/b")
    assert isinstance(bare, Capture)
    assert (bare.title, bare.text, bare.redirects_to) == ("", "", "http://example.org/c")


def test_the_archives_own_redirects_are_followed(archive: Archive) -> None:
    archive.hold("https://www.example.org/a", "20150101000000", TEXT.format("Good"))
    archive.rows = [row(PAGE, "20150102000000")]
    archive.pages[f"20150102000000 {PAGE}"] = (
        302,
        {"Location": f"{archive.address}/web/20150101000000id_/https://www.example.org/a"},
        b"",
    )
    found = best(archive)
    assert isinstance(found, Capture)
    assert (found.title, str(found.captured_on)) == ("Good", "2015-01-01")


def test_a_circle_of_redirects_ends(archive: Archive) -> None:
    archive.rows = [row(PAGE, "20150102000000")]
    head = {"Location": f"{archive.address}/web/20150102000000id_/{PAGE}", "Memento-Datetime": "x"}
    archive.pages[f"20150102000000 {PAGE}"] = (302, head, b"")
    assert best(archive) is None
    assert archive.count("/web/") <= 4


def test_an_address_that_it_does_not_know(archive: Archive) -> None:
    assert best(archive) is None
    assert (archive.count("/cdx/"), archive.count("/web/")) == (1, 0)


def test_the_index_is_asked_24_times_a_minute_and_pages_8_times_a_second(archive: Archive) -> None:
    clock = Clock()

    async def work(wayback: Wayback) -> tuple[float, float]:
        start = clock.now
        await asyncio.gather(*(wayback.list_page(url(f"{PAGE}/{n}")) for n in range(25)))
        middle = clock.now
        snapshots = [Snapshot("example.org/a", f"2015010100000{n}", PAGE, 200, f"D{n}") for n in range(3)]
        await asyncio.gather(*(wayback.read_best(snapshots, lambda c: False) for _ in range(11)))
        return middle - start, clock.now - middle

    index_s, playback_s = ask(archive, work, clock)
    assert index_s >= 60
    assert archive.count("/web/") == 33
    assert playback_s >= 4


def test_a_refusal_is_waited_out(archive: Archive) -> None:
    archive.hold(PAGE, "20150101000000", TEXT.format("Good"))
    for head, least_s in [({"Retry-After": "17"}, 17), ({}, 60)]:
        archive.first = [(429, head, b"Too Many Requests")]
        clock = Clock()
        assert isinstance(best(archive, clock=clock), Capture)
        assert clock.now - 1_000 >= least_s


def test_after_three_refusals_it_is_left_alone(archive: Archive) -> None:
    archive.always = lambda path: (429, {}, b"")

    async def work(wayback: Wayback) -> tuple[NotTold | Listing, NotTold | Listing]:
        first = await wayback.list_page(url(PAGE))
        return first, await wayback.list_page(url(PAGE))

    first, second = ask(archive, work)
    assert isinstance(first, NotTold)
    assert isinstance(second, NotTold)
    assert "refused" in first.reason
    assert not first.final
    assert len(archive.asked) == 3


def test_a_long_pause_is_not_waited_for(archive: Archive) -> None:
    archive.always = lambda path: (429, {"Retry-After": "3600"}, b"")
    clock = Clock()
    told = best(archive, clock=clock)
    assert isinstance(told, NotTold)
    assert "3,600 s" in told.reason
    assert (len(archive.asked), clock.now) == (1, 1_000)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_outage_is_no_answer(archive: Archive, status: int) -> None:
    archive.hold(PAGE, "20150101000000", TEXT.format("Good"))
    archive.first = [(status, {}, b"")]
    assert isinstance(best(archive), Capture)  # one that passes
    archive.always = lambda path: (status, {}, b"")
    told = best(archive)
    assert isinstance(told, NotTold)
    assert str(status) in told.reason
    assert not told.final


def test_a_403_about_us_is_no_answer_and_soon_the_last(archive: Archive) -> None:
    archive.always = lambda path: (403, {}, b"<h1>Forbidden</h1>")

    async def work(wayback: Wayback) -> list[NotTold | Listing]:
        return [await wayback.list_page(url(PAGE)) for _ in range(20)]

    told = ask(archive, work)
    assert all(isinstance(one, NotTold) and not one.final and "403" in one.reason for one in told)
    assert len(archive.asked) == 5


def test_an_archive_that_is_not_there() -> None:
    with serve_archive(Archive()) as gone:
        pass

    async def work(wayback: Wayback) -> tuple[object, ...]:
        return tuple([await wayback.list_page(url(PAGE)) for _ in range(4)])

    told = ask(gone, work)
    assert all(isinstance(one, NotTold) and not one.final for one in told)


def test_an_error_in_the_middle_of_playback_is_no_answer(archive: Archive) -> None:
    archive.hold(PAGE, "20150101000000", TEXT.format("Good"))
    archive.always = lambda path: (503, {}, b"") if path.startswith("/web/") else None
    assert isinstance(best(archive), NotTold)


def test_an_archived_error_is_an_answer(archive: Archive) -> None:
    archive.rows = [row(PAGE, "20150101000000"), row(PAGE, "20140101000000")]
    archive.pages[f"20150101000000 {PAGE}"] = (429, {"Memento-Datetime": "x", "Content-Type": "text/html"}, b"slow")
    archive.pages[f"20140101000000 {PAGE}"] = (200, {"Memento-Datetime": "x"}, TEXT.format("Good").encode())
    found = best(archive)
    assert isinstance(found, Capture)
    assert found.title == "Good"


def test_a_host_is_listed_in_pieces(archive: Archive) -> None:
    for number in range(10):
        archive.hold(f"http://www.example.org/p{number}", "20150101000000", TEXT.format(number))
    archive.rows += [
        row("http://example.org/", "20150101000000"),
        row("http://example.org/x.png", "2015", mime="image/png"),
    ]
    archive.limit = 4
    wanted = {f"example.org/p{number}" for number in range(0, 10, 2)}

    async def work(wayback: Wayback) -> list[Listing]:
        pieces: list[Listing] = []
        while not pieces or pieces[-1].resume_key:
            piece = await wayback.list_host("example.org", wanted, pieces[-1].resume_key if pieces else "")
            assert isinstance(piece, Listing)
            pieces.append(piece)
        return pieces

    pieces = ask(archive, work)
    assert len(pieces) == 3
    assert {s.key for piece in pieces for s in piece.snapshots} == wanted
    assert [read_listing(write_listing(piece)) for piece in pieces] == [
        Listing(p.snapshots, p.resume_key, 0) for p in pieces
    ]


def test_a_text_at_many_addresses_is_an_error_page() -> None:
    rows = "\n".join(row(f"http://example.org/{n}", "20150101000000", digest="SAME") for n in range(3))
    rows += "\n" + "\n".join(row("http://example.org/x", f"2015010100000{n}", digest="OWN") for n in range(3))
    assert common_texts(read_listing(rows).snapshots) == {"SAME"}


def test_a_common_text_comes_last(archive: Archive) -> None:
    archive.hold(PAGE, "20150101000000", TEXT.format("Good"), digest="OWN")
    archive.hold(PAGE, "20190101000000", TEXT.format("Everywhere"), digest="SAME")

    async def work(wayback: Wayback) -> Capture | NotTold | None:
        listing = await wayback.list_page(url(PAGE))
        assert isinstance(listing, Listing)
        return await wayback.read_best(listing.snapshots, lambda c: True, {"SAME"})

    found = ask(archive, work)
    assert isinstance(found, Capture)
    assert found.title == "Good"


def test_its_address_must_be_one() -> None:
    with pytest.raises(UsageError, match="no http"):
        WaybackClient(None, "ftp://archive")  # type: ignore[arg-type]


@given(st.text(max_size=300))
def test_any_text_is_some_listing(text: str) -> None:
    listing = read_listing(text)
    again = read_listing(write_listing(listing))
    assert again == Listing(listing.snapshots, listing.resume_key)


@given(
    st.lists(
        st.sampled_from(
            [
                Snapshot("example.org/a", "20150101000000", PAGE, 200, "D"),
                Snapshot("example.org/b", "20160101000000", "http://example.org/b", 0, "E"),
            ]
        ),
        max_size=3,
    ),
    st.sampled_from(["", "org%2Cexample%29%2F+20150101000000"]),
)
def test_a_kept_listing_is_the_same(snapshots: list[Snapshot], resume_key: str) -> None:
    listing = Listing(tuple(snapshots), resume_key)
    assert read_listing(write_listing(listing)) == listing


# Recorded answers of the real services


@pytest.fixture
def cassettes(shared_dir: Path) -> Path:
    return shared_dir / "samples" / "commoncrawl" / "wayback_cassettes"


def resume_key(path: str) -> list[str]:
    return parse_qs(urlsplit(path).query).get("resumeKey", [])


def replay(archive: Archive, cassette: Path, index: tuple[str, ...] = ()) -> None:
    """Give recorded answers: to an index question by its resume key, to a playback by its path."""
    answers = recorded(cassette)

    def answer(path: str) -> Reply | None:
        if path.startswith("/cdx/"):
            if index:
                return 200, {"Content-Type": "text/plain"}, "\n".join(index).encode()
            found = next((a for p, a in answers if resume_key(p) == resume_key(path)), None)
        else:
            found = next((a for p, a in answers if p == path), None)
        if found is None:
            return None
        here = {name: value.replace("https://web.archive.org", archive.address) for name, value in found[1].items()}
        return found[0], here, found[2]

    archive.always = answer


def test_recorded_index(archive: Archive, cassettes: Path) -> None:
    replay(archive, cassettes / "test_search.yaml")
    listing = ask(archive, lambda wayback: wayback.list_page(url("http://nasa.gov/")))
    assert isinstance(listing, Listing)
    assert (listing.unread, listing.resume_key) == (0, "")
    assert {(s.timestamp, s.url, s.status_code, s.digest) for s in listing.snapshots} == {
        ("19961231235847", "http://www.nasa.gov:80/", 200, "MGIGF4GRGGF5GKV6VNCBAXOE3OR5BTZC")
    }


def test_recorded_index_in_many_pieces(archive: Archive, cassettes: Path) -> None:
    replay(archive, cassettes / "test_search_multipage.yaml")
    answers = len(recorded(cassettes / "test_search_multipage.yaml"))

    async def work(wayback: Wayback) -> list[Listing]:
        pieces: list[Listing] = []
        while not pieces or pieces[-1].resume_key:
            piece = await wayback.list_host("cnn.com", {"cnn.com/"}, pieces[-1].resume_key if pieces else "")
            assert isinstance(piece, Listing)
            pieces.append(piece)
        return pieces

    pieces = ask(archive, work)
    assert len(pieces) == answers == 15
    assert all(piece.unread == 0 and len(piece.snapshots) == 25 for piece in pieces[:-1])
    assert {s.status_code for piece in pieces for s in piece.snapshots} >= {200, 302}


def test_recorded_lines_that_are_no_rows(cassettes: Path) -> None:
    text = (cassettes / "malformed_cdx.txt").read_text(encoding="utf-8")
    listing = read_listing(text)
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(listing.snapshots) + listing.unread == len(lines)
    assert listing.snapshots[0] == Snapshot(
        "epa.gov/", "20200418003811", "https://www.epa.gov/", 200, "B2RKOLH7OEPRC5ZLUE7T3TGB7DRLGZ7J"
    )


def test_recorded_index_of_a_site_that_is_closed(archive: Archive, cassettes: Path) -> None:
    replay(archive, cassettes / "test_search_raises_for_blocked_urls.yaml")
    told = best(archive, "https://nationalpost.com/health")
    assert isinstance(told, NotTold)
    assert told.final
    assert len(archive.asked) == 1


def test_recorded_page_of_a_site_that_is_closed(archive: Archive, cassettes: Path) -> None:
    address = "https://nationalpost.com/health/"
    replay(archive, cassettes / "test_get_memento_raises_blocked_error.yaml", (row(address, "20170929002712"),))
    told = best(archive, address)
    assert isinstance(told, NotTold)
    assert told.final


@pytest.mark.parametrize(
    ("name", "address", "taken"),
    [
        ("raises_no_memento_error", "https://this-is-not-real-url.whatever/", "20170929002712"),
        ("raises_when_memento_is_outside_target_window", "https://www.fws.gov/birds/", "20171101000000"),
        ("should_fail_for_non_playbackable_mementos", "https://www.fws.gov/birds/", "20150509080314"),
        ("works_on_archived_rate_limit_responses", "http://www.reddit.com/r/PokemonGiveaway", "20150129034904"),
    ],
)
def test_recorded_pages_that_cannot_be_shown(
    archive: Archive, cassettes: Path, name: str, address: str, taken: str
) -> None:
    replay(archive, cassettes / f"test_get_memento_{name}.yaml", (row(address, taken),))
    assert best(archive, address) is None


def test_recorded_page(archive: Archive, cassettes: Path) -> None:
    address = "https://www.fws.gov/birds/"
    replay(archive, cassettes / "test_get_memento_with_mode.yaml", (row(address, "20171124151315"),))
    found = best(archive, address)
    assert isinstance(found, Capture)
    assert "U.S. Fish" in found.title
    assert str(found.captured_on) == "2017-11-24"


def test_recorded_redirects(archive: Archive, cassettes: Path) -> None:
    address = "https://www.epa.gov/ghgreporting/san5779-factsheet"
    replay(archive, cassettes / "test_get_memento_with_redirects.yaml", (row(address, "20180808094144", "301"),))
    found = best(archive, address)
    assert isinstance(found, Capture)
    assert found.redirects_to.endswith(
        "/proposed-rule-fact-sheet-greenhouse-gas-reporting-program-addition-global-warming"
    )
    cassette = cassettes / "test_get_memento_follows_historical_redirects.yaml"
    replay(archive, cassette, (row("http://epa.gov/climatechange", "20200201020357", "301"),))
    found = best(archive, "http://epa.gov/climatechange")
    assert isinstance(found, Capture)
    assert found.redirects_to == "https://www.epa.gov/sites/production/files/signpost/cc.html"
