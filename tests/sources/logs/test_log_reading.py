"""Reading logs: what is added up, what is left out and counted, in one process or in several."""

import gzip
import io
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from ipaddress import ip_network
from pathlib import Path

import pytest

from linkreclaim.errors import LinkreclaimError
from linkreclaim.model.logs import LogRow
from linkreclaim.sources.logs import read, tally
from linkreclaim.sources.logs.address_ranges import load_ranges
from linkreclaim.sources.logs.crawlers import Crawlers
from linkreclaim.sources.logs.opening import STDIN, LogFile, open_log
from linkreclaim.sources.logs.read import LogReading, LogRequest, read_logs

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
OWN = "https://www.site.example/page"

Log = Callable[..., LogFile]


def line(
    target: str,
    status: int = 404,
    referrer: str = "-",
    agent: str = BROWSER,
    address: str = "192.0.2.7",
    day: int = 15,
    host: str = "",
) -> str:
    front = f"{host} {address}" if host else address
    return (
        f'{front} - - [{day:02}/Apr/2026:09:41:07 +0200] "GET {target} HTTP/1.1" {status} 153 "{referrer}" "{agent}"\n'
    )


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Writes lines as a log and opens it; a tail of own page views shows whose log it is."""

    def write(*lines: str, name: str = "access.log", views: int = 20) -> LogFile:
        path = tmp_path / name
        path.write_text("".join(lines) + line("/style.css", 200, OWN) * views, encoding="latin-1")
        file = open_log(path)
        assert file is not None
        return file

    return write


def reading_of(files: LogFile | Iterable[LogFile], **options: object) -> LogReading:
    found = [files] if isinstance(files, LogFile) else list(files)
    return read_logs(found, LogRequest(processes=1, **options), lambda done, total: None)  # type: ignore[arg-type]


def google(tmp_path: Path) -> Crawlers:
    path = tmp_path / "googlebot.json"
    path.write_text('{"creationTime": "2026-01-01", "prefixes": [{"ipv4Prefix": "66.249.64.0/27"}]}', encoding="utf-8")
    assert ip_network("66.249.64.0/27")
    return Crawlers(load_ranges([path]))


class TestRows:
    def test_hits_are_added_up_by_target_and_referrer(self, log: Log) -> None:
        link = "https://blog.other.example/guide"
        file = log(
            line("/old?x=1", 404, link, day=16),
            line("/old?x=1", 404, link, day=12),
            line("/old?x=1", 410, link),
            line("/old?x=1", 404, "https://other.example/"),
            line("/live", 200, link),
        )
        first, last = date(2026, 4, 12), date(2026, 4, 16)
        middle = date(2026, 4, 15)
        found = reading_of(file)
        assert found.rows == [
            LogRow("/old?x=1", 404, link, "other.example", 2, 0, first, last, "site"),
            LogRow("/old?x=1", 404, "https://other.example/", "other.example", 1, 0, middle, middle, "site"),
            LogRow("/old?x=1", 410, link, "other.example", 1, 0, middle, middle, "site"),
        ]
        assert (found.totals.first_day, found.totals.last_day) == (first, last)
        assert found.totals.statuses == {404: 3, 410: 1}
        assert (found.totals.lines, found.totals.requests, found.totals.unread) == (25, 25, 0)

    def test_every_kind_of_referrer_goes_where_it_belongs(self, log: Log) -> None:
        file = log(
            line("/a", referrer="https://www.google.com/"),
            line("/a", referrer="https://t.co/AbC123"),
            line("/a", referrer="https://chatgpt.com/"),
            line("/a", referrer="android-app://com.google.android.gm/"),
            line("/a", referrer="http://semalt.semalt.com/crawler.php"),
            line("/a", referrer="http://10.0.0.1/x"),
            line("/b", referrer=OWN),
            line("/.env", referrer="https://www.google.com/"),
            line("/nobody"),
        )
        found = reading_of(file)
        kinds = ["app", "assistant", "search", "social"]
        assert sorted(row.referrer_kind for row in found.rows) == kinds
        assert [(row.target, row.referrer, row.referrer_kind) for row in found.internal()] == [("/b", OWN, "own")]
        counted = Counter({"own": 1, "spam": 1, "junk": 1, "none": 1}) + Counter(kinds)
        assert found.totals.kinds == counted
        assert (found.totals.scans, found.totals.dead) == (1, 9)

    def test_only_people_and_proved_crawlers_make_rows(self, log: Log, tmp_path: Path) -> None:
        link = "https://other.example/"
        file = log(
            line("/a", referrer=link, agent=GOOGLEBOT, address="203.0.113.9"),
            line("/a", referrer=link, agent="curl/8.5"),
            line("/b", agent=GOOGLEBOT, address="66.249.64.3"),
            line("/b", agent=BROWSER),
            line("/c", agent=BROWSER),
            line("/d", agent=BROWSER),
            line("/d", referrer=link),
        )
        found = reading_of(file, crawlers=google(tmp_path))
        assert [(row.target, row.referrer, row.hits_people, row.hits_bots) for row in found.rows] == [
            ("/b", "", 1, 1),
            ("/d", "", 1, 0),
            ("/d", link, 1, 0),
        ]
        assert found.totals.visitors == {"claimed": 1, "program": 1, "crawler": 1, "person": 4}

    def test_a_full_reading_adds_what_links_led_to(self, log: Log) -> None:
        link = "https://other.example/"
        lines = [line(f"/s{status}", status, link) for status in (200, 206, 301, 302, 303, 304, 308, 403, 404, 500)]
        lines += [line("/s", 200, "https://www.site.example/x"), line("/s", 200), line("/s", 200, link, agent="curl/8")]
        quick, full = reading_of(log(*lines)), reading_of(log(*lines), full=True)
        assert [row.target for row in quick.rows] == ["/s404"]
        assert [row.target for row in full.rows] == ["/s200", "/s301", "/s302", "/s308", "/s404"]
        assert full.totals.statuses.total() == full.totals.requests == quick.totals.requests == 33
        assert full.totals.kinds == quick.totals.kinds

    @pytest.mark.parametrize("sites", [(), ("site.example",)])
    @pytest.mark.parametrize("host", ["", "www.site.example"])
    def test_a_full_reading_gives_what_parsing_each_line_gives(
        self, log: Log, monkeypatch: pytest.MonkeyPatch, sites: tuple[str, ...], host: str
    ) -> None:
        chance = random.Random(7)
        referrers = ("-", "", OWN, "https://other.example/a", "https://site.example", "https://www.google.com/", "x")
        targets = ("/a", "/b?c", "http://elsewhere.example/d", "/.env", "*")
        lines = [
            line(
                chance.choice(targets),
                chance.choice((200, 301, 304, 404, 410, 500)),
                chance.choice(referrers),
                host=host and chance.choice((host, "elsewhere.example")),
            )
            for _ in range(2000)
        ]
        file = log(*lines, name=f"{host}.log", views=0 if host else 2000)
        some = reading_of(file, full=True, sites=sites)
        monkeypatch.setattr(read, "own_origins", lambda own, hits: None)
        each = reading_of(file, full=True, sites=sites)
        assert (some.rows, some.internal(), some.totals) == (each.rows, each.internal(), each.totals)


class TestOwnHosts:
    def test_hosts_of_the_lines_are_own_ones_and_complete_the_target(self, log: Log) -> None:
        file = log(
            line("/a", host="shop.site.example", referrer="https://www.site.example/"),
            line("/a", host="shop.site.example", referrer="https://third.example/"),
            line("/a", host="third.example", referrer="https://www.site.example/"),
            views=0,
        )
        found = reading_of(file)
        assert [(row.target, row.referrer) for row in found.rows] == [
            ("https://shop.site.example/a", "https://third.example/"),
            ("https://third.example/a", "https://www.site.example/"),
        ]
        assert [row.target for row in found.internal()] == ["https://shop.site.example/a"]
        named = reading_of(file, sites=("site.example",))
        assert [row.target for row in named.rows] == ["https://shop.site.example/a"]
        assert named.totals.other_sites == 1

    def test_one_site_completes_paths(self, log: Log) -> None:
        file = log(line("/a", referrer="https://other.example/"), line("/b", referrer="https://www.mine.example/"))
        found = reading_of(file, sites=("mine.example",))
        assert [row.target for row in found.rows] == ["https://mine.example/a"]
        assert [row.target for row in found.internal()] == ["https://mine.example/b"]
        assert reading_of(file, sites=("mine.example", "site.example")).rows[0].target == "/a"

    def test_the_commonest_referrer_is_taken_and_never_a_guess_of_few(self, log: Log) -> None:
        assert reading_of(log(line("/a"))).own.domains == {"site.example"}
        many = [line("/a", referrer=f"https://s{n}.example/") for n in range(30)]
        assert reading_of(log(*many, views=5)).own.domains == set()


class TestBounds:
    def test_the_least_hit_rows_go_and_are_counted(self, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tally, "MAX_ROWS", 40)
        lines = [line(f"/p{n}", referrer="https://other.example/") for n in range(200)]
        lines += [line("/p7", referrer="https://other.example/")] * 30
        random.Random(1).shuffle(lines)
        found = reading_of(log(*lines), sites=("site.example",))
        assert len(found.rows) <= 41
        assert found.rows[0].target == "https://site.example/p7"
        assert found.totals.dropped == 230 - sum(row.hits_people for row in found.rows) > 0

    def test_forged_referrers_of_one_target_are_few(self, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tally, "MAX_REFERRERS", 10)
        lines = [line("/p", referrer=f"https://s{n}.example/") for n in range(100)]
        found = reading_of(log(*lines, line("/q", referrer="https://other.example/")))
        assert Counter(row.target for row in found.rows)["/p"] <= 11
        assert "/q" in {row.target for row in found.rows}

    def test_long_rows_are_bounded_too(self, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tally, "MAX_TEXT_CHARS", 20_000)
        lines = [line(f"/{'x' * 2000}{n}", referrer="https://other.example/") for n in range(50)]
        assert len(reading_of(log(*lines), sites=("site.example",)).rows) <= 11

    def test_unread_lines_are_counted_and_the_first_ones_kept(self, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(read, "MAX_UNREAD_KEPT", 3)
        good = line("/a") * 4
        files = [log(good, "dirt\n", good, "dirt\n", name="1"), log("dirt\n", good, "dirt\n" * 5, name="2")]
        found = reading_of(files)
        assert found.totals.unread == 8
        assert [(Path(unread.file).name, unread.line) for unread in found.unread] == [("1", 5), ("1", 10), ("2", 1)]
        assert [file.unread for file in found.files] == [2, 6]


def big_log(path: Path, lines: int) -> Path:
    """A log with everything in it, dirt as well."""
    chance = random.Random(lines)
    links = [
        "-",
        OWN,
        "https://www.google.com/",
        "http://semalt.semalt.com/",
        *(f"https://s{n}.example/" for n in range(9)),
    ]
    agents, statuses = [BROWSER, GOOGLEBOT, "curl/8.5"], [200, 301, 404, 404, 410]
    with path.open("w", encoding="latin-1") as file:
        for number in range(lines):
            made = line(
                f"/p{chance.randrange(300)}", chance.choice(statuses), chance.choice(links), chance.choice(agents)
            )
            file.write("dirt\n" if number % 97 == 5 else made.replace("GET", "G\xe9T") if number % 89 == 7 else made)
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return big_log(tmp_path_factory.mktemp("large") / "access.log", 20_000)


@pytest.fixture
def _several_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkreclaim.processes.usable_processes", lambda: 3)
    monkeypatch.setattr(read, "MIN_RANGE_BYTES", 300_001)
    monkeypatch.setattr(read, "RANGES_EACH", 100)


def logs_in(*paths: Path) -> list[LogFile]:
    return [file for path in paths if (file := open_log(path)) is not None]


@pytest.mark.usefixtures("_several_processes")
class TestProcesses:
    @pytest.mark.parametrize("full", [False, True])
    def test_they_give_what_one_gives(self, large: Path, tmp_path: Path, full: bool) -> None:
        packed = tmp_path / "packed"
        packed.write_bytes(gzip.compress(large.read_bytes()))
        told: list[tuple[int, int]] = []
        alone = reading_of(logs_in(large, packed), full=full)
        request = LogRequest(processes=3, full=full)
        spread = read_logs(logs_in(large, packed), request, lambda done, total: told.append((done, total)))
        assert (spread.rows, spread.internal(), spread.totals) == (alone.rows, alone.internal(), alone.totals)
        assert (spread.unread, spread.files, spread.own) == (alone.unread, alone.files, alone.own)
        assert alone.totals.unread > 300
        total = large.stat().st_size + packed.stat().st_size
        assert told[-1] == (total, total)
        assert told == sorted(told)

    def test_a_killed_process_is_told(self, large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        mother = os.getpid()

        def die(self: object, days: object) -> None:
            if os.getpid() != mother:
                os.kill(os.getpid(), signal.SIGKILL)

        monkeypatch.setattr("linkreclaim.sources.logs.tally.Tally.finish", die)
        with pytest.raises(LinkreclaimError, match="ended from outside"):
            read_logs(logs_in(large), LogRequest(processes=2), lambda done, total: None)

    def test_standard_input_is_read_here(self, large: Path) -> None:
        file = open_log(Path(STDIN), stdin=io.BytesIO(large.read_bytes()))
        assert file is not None
        found = read_logs([file], LogRequest(processes=3), lambda done, total: None)
        alone = reading_of(logs_in(large))
        assert (found.rows, found.totals) == (alone.rows, alone.totals)

    def test_a_file_that_ends_early_gives_what_comes_before(self, large: Path, tmp_path: Path) -> None:
        packed = tmp_path / "packed"
        packed.write_bytes(gzip.compress(large.read_bytes())[:-5000])
        found = read_logs(logs_in(packed, large), LogRequest(processes=2), lambda done, total: None)
        first, second = found.files
        assert 0 < first.lines < second.lines == 20_000
        assert len(first.notes) == 1
        assert "cut off" in first.notes[0]
        assert second.notes == []


def test_awk_counts_the_same(shared_dir: Path) -> None:
    """By hand: awk -F'"' '$3 ~ /^ 404 / {n++; if ($4 != "-") r++} END {print n, r}' gives 213 62."""
    path = shared_dir / "samples" / "logs" / "elastic_apache_combined.log"
    found = reading_of(logs_in(path))
    assert found.totals.dead == 213
    totals = found.totals
    assert totals.kinds.total() + totals.scans == totals.dead
    assert totals.kinds.total() == totals.visitors.total()
    quoted = [fields for text in path.read_bytes().split(b"\n") if len(fields := text.split(b'"')) > 5]
    dead = [fields[3] for fields in quoted if fields[2].startswith(b" 404 ")]
    assert (len(dead), sum(referrer != b"-" for referrer in dead)) == (213, 62)
    assert {row.referrer for row in found.rows} <= {referrer.decode() for referrer in dead}
