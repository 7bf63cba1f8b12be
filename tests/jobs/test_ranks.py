"""Lists of ranked domains become a table; the newest one is fetched, also in several goes."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.errors import InputError, LinkreclaimError, UnknownFormatError
from linkreclaim.jobs.ranks import download as ranks_download
from linkreclaim.jobs.ranks.download import fetch, newest_release
from linkreclaim.jobs.ranks.importing import import_ranks, open_ranks, update_ranks
from linkreclaim.jobs.ranks.table import RankTable, TableMaker, default_place, find_table
from linkreclaim.model.events import RunEvent

COMMON_CRAWL = "#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\t#n_hosts\n"
MAJESTIC = "GlobalRank,TldRank,Domain,TLD,RefSubNets,RefIPs,IDN_Domain,IDN_TLD\n"


def common_crawl(*rows: tuple[int, str]) -> str:
    return COMMON_CRAWL + "".join(f"{n}\t2.9E7\t{rank}\t0.01\t{name}\t20\n" for n, (rank, name) in enumerate(rows, 1))


def ranks_of(path: Path, *domains: str) -> list[int | None]:
    with RankTable(path) as table:
        return [table.rank(domain) for domain in domains]


@pytest.fixture
def told() -> list[RunEvent]:
    return []


@pytest.mark.parametrize(
    ("name", "text", "source"),
    [
        ("ranks.txt", common_crawl((3, "com.example"), (1, "uk.co.bbc"), (2, "com.example.blog")), "Common Crawl"),
        ("tranco.csv", "1,bbc.co.uk\r\n2,blog.example.com\r\n3,example.com\r\n", "Tranco"),
        (
            "majestic.csv",
            MAJESTIC + "1,1,bbc.co.uk,uk,9,9,x,uk\n2,1,blog.example.com,com,1,1,x,com\n3,2,example.com,com,9,9,x,com\n",
            "Majestic Million",
        ),
    ],
)
@pytest.mark.parametrize("packed", ["plain", "gzip", "zip"])
def test_every_list_in_every_packing(
    tmp_path: Path, told: list[RunEvent], name: str, text: str, source: str, packed: str
) -> None:
    path, table = tmp_path / name, tmp_path / "deep" / "t.table"
    data = text.encode()
    if packed == "gzip":
        data = gzip.compress(data)
    elif packed == "zip":
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("top.csv", data)
        data = held.getvalue()
    path.write_bytes(data)
    summary = import_ranks(path, told.append, table)
    assert (summary.source, summary.kept, summary.lines, summary.bad_lines) == (source, 3, summary.lines, 0)
    assert ranks_of(table, "bbc.co.uk", "blog.example.com", "example.com", "other.com") == [1, 2, 3, None]
    with RankTable(table) as opened:
        assert opened.score("bbc.co.uk") == 100.0
        assert 90 < (opened.score("example.com") or 0) < 95
        assert opened.score("other.com") is None


def test_bad_lines_are_told_and_never_cost_good_ones(tmp_path: Path, told: list[RunEvent]) -> None:
    path = tmp_path / "r.txt"
    rows = COMMON_CRAWL + "1\t1\tx\t1\tcom.bad\t1\nshort\n2\t1\t7\t1\tcom.good\t1\n3\t1\t8\t1\tcom.<b>\t1\n\n"
    path.write_text(rows + "4\t1\t9\t1\tcom.fine\t1", encoding="utf-8")
    summary = import_ranks(path, told.append, tmp_path / "t")
    assert (summary.kept, summary.bad_lines) == (2, 3)
    assert ranks_of(tmp_path / "t", "good.com", "fine.com") == [7, 9]
    warned = [event.message for event in told if event.warning]
    assert any("line 2" in text for text in warned)
    assert any("line 3" in text for text in warned)


def test_ranks_beyond_those_kept_are_left_out_and_the_best_of_two_counts(tmp_path: Path, told: list[RunEvent]) -> None:
    path = tmp_path / "r.csv"
    path.write_text("9,twice.org\n3,twice.org\n10,kept.org\n11,late.org\n", encoding="utf-8")
    import_ranks(path, told.append, tmp_path / "t", kept=10)
    assert ranks_of(tmp_path / "t", "twice.org", "kept.org", "late.org") == [3, 10, None]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", InputError),
        (b"url,title\nhttps://a.org/,A\n", UnknownFormatError),
        (b"#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\n1\t1\t1\t1\tcom.a.www\n", UnknownFormatError),
        (gzip.compress(common_crawl((1, "com.a")).encode())[:-12], InputError),
        (b"1,a.org\n" + b"x" * 3_000_000, InputError),
        (COMMON_CRAWL.encode(), InputError),
    ],
)
def test_what_is_no_list_leaves_the_table_as_it_was(
    tmp_path: Path, told: list[RunEvent], data: bytes, error: type[LinkreclaimError]
) -> None:
    (tmp_path / "good.csv").write_text("1,a.org\n", encoding="utf-8")
    import_ranks(tmp_path / "good.csv", told.append, tmp_path / "t")
    (tmp_path / "bad").write_bytes(data)
    with pytest.raises(error, match="bad"):
        import_ranks(tmp_path / "bad", told.append, tmp_path / "t")
    assert ranks_of(tmp_path / "t", "a.org") == [1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "good.csv", "t"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_list_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder, held = tmp_path_factory.getbasetemp(), io.BytesIO()
    method = data.draw(st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2]))
    text = "".join(f"{rank},site-{rank}.org\n" for rank in range(1, 500)).encode()
    with zipfile.ZipFile(held, "w", method) as archive:
        archive.writestr("top.csv", text)
    body = bytearray(data.draw(st.sampled_from([text, held.getvalue(), gzip.compress(text)])))
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=5)):
        body[place] = data.draw(st.integers(0, 255))
    (folder / "damaged").write_bytes(body)
    with suppress(InputError):
        assert import_ranks(folder / "damaged", lambda event: None, folder / "t").kept <= 500


@settings(max_examples=30)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}\.(com|org)", fullmatch=True), st.integers(1, 2**32 - 1)))
def test_a_table_gives_back_what_went_in(tmp_path_factory: pytest.TempPathFactory, ranked: dict[str, int]) -> None:
    path = tmp_path_factory.mktemp("t") / "t"
    maker = TableMaker()
    maker.add((rank, domain) for domain, rank in ranked.items())
    maker.write(path, "made up", 2**32)
    with RankTable(path) as table:
        assert len(table) == len(ranked)
        assert table.rank("not-there.net") is None
        for domain, rank in ranked.items():
            assert table.rank(domain) == pytest.approx(rank, rel=4e-4, abs=1)


def test_a_damaged_table_is_told(tmp_path: Path, told: list[RunEvent]) -> None:
    (tmp_path / "r.csv").write_text("1,a.org\n2,b.org\n", encoding="utf-8")
    import_ranks(tmp_path / "r.csv", told.append, tmp_path / "t")
    whole = (tmp_path / "t").read_bytes()
    for damaged in (whole[:-1], whole[:100], b"x" + whole[1:], whole.replace(b'"kept"', b'"kepp"')):
        (tmp_path / "t").write_bytes(damaged)
        with pytest.raises(InputError, match="ranks import"):
            RankTable(tmp_path / "t")


def test_a_workspaces_table_comes_before_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKRECLAIM_CACHE", str(tmp_path / "user"))
    assert find_table(tmp_path / "ws") is None
    for folder, domain in (("user", "user.org"), ("ws", "ws.org")):
        maker = TableMaker()
        maker.add([(1, domain)])
        maker.write(tmp_path / folder / "ranks.table", folder, 10)
    assert default_place() == tmp_path / "user" / "ranks.table"
    for workspace, source in ((None, "user"), (tmp_path / "none", "user"), (tmp_path / "ws", "ws")):
        table = find_table(workspace)
        assert table is not None
        with table:
            assert table.source == source


def test_a_list_can_be_given_in_place_of_a_table(tmp_path: Path, told: list[RunEvent]) -> None:
    (tmp_path / "r.csv").write_text("5,a.org\n", encoding="utf-8")
    with open_ranks(tmp_path / "r.csv", None, told.append) as table:
        assert table is not None
        assert table.rank("a.org") == 5


class RanksServer:
    """Serves the list of releases and a ranks file, which may break off; a loopback server."""

    def __init__(self) -> None:
        self.body = gzip.compress(common_crawl((4, "com.example"), (8, "org.a")).encode())
        self.tag = '"v1"'
        self.cut_at: list[int] = []  # how much of each of the next answers is sent
        self.asked: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if request.path == "/releases":
            self.send(request, 200, json.dumps([{"id": "cc-main-2026-apr-may-jun"}, {"id": "older"}]).encode())
        elif request.path == "/away":
            request.send_response(302)
            request.send_header("Location", f"{self.base}/ranks.txt.gz")
            request.end_headers()
        else:
            wanted = request.headers.get("Range")
            self.asked.append(wanted)
            same = request.headers.get("If-Range") == self.tag
            start = int(wanted[6:-1]) if wanted and same else 0
            cut = self.cut_at.pop(0) if self.cut_at else len(self.body)
            self.send(request, 206 if start else 200, self.body[start:], cut)

    def send(self, request: BaseHTTPRequestHandler, status: int, body: bytes, cut: int | None = None) -> None:
        request.send_response(status)
        request.send_header("ETag", self.tag)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[:cut])


@pytest.fixture
def server() -> Iterator[RanksServer]:
    made = RanksServer()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_the_newest_list_is_fetched_made_into_a_table_and_deleted(
    tmp_path: Path, told: list[RunEvent], server: RanksServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert newest_release(f"{server.base}/releases") == "cc-main-2026-apr-may-jun"
    summary = update_ranks(told.append, tmp_path / "t", url=f"{server.base}/ranks.txt.gz")
    assert summary.kept == 2
    assert ranks_of(tmp_path / "t", "example.com", "a.org") == [4, 8]
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


def test_a_fetch_that_breaks_off_goes_on_where_it_stopped(tmp_path: Path, server: RanksServer) -> None:
    server.cut_at = [30, 20]
    waited: list[float] = []
    fetch(f"{server.base}/ranks.txt.gz", tmp_path / "f", lambda done, whole: None, waited.append)
    assert (tmp_path / "f").read_bytes() == server.body
    assert server.asked == [None, "bytes=30-", "bytes=50-"]
    assert len(waited) == 2


def test_a_file_that_changed_in_between_is_fetched_anew(tmp_path: Path, server: RanksServer) -> None:
    server.cut_at = [30]

    def change(_: float) -> None:
        server.tag = '"v2"'
        server.body = gzip.compress(b"quite another body that is not the same")

    fetch(f"{server.base}/ranks.txt.gz", tmp_path / "f", lambda done, whole: None, change)
    assert (tmp_path / "f").read_bytes() == server.body


def test_too_large_a_file_redirects_and_no_address_are_refused(
    tmp_path: Path, server: RanksServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="302"):
        fetch(f"{server.base}/away", tmp_path / "f", lambda done, whole: None)
    with pytest.raises(InputError, match="no http"):
        fetch("file:///etc/passwd", tmp_path / "f", lambda done, whole: None)
    monkeypatch.setattr(ranks_download, "MAX_BYTES", 10)
    with pytest.raises(LinkreclaimError, match="more than 10"):
        fetch(f"{server.base}/ranks.txt.gz", tmp_path / "f", lambda done, whole: None)
    with pytest.raises(InputError, match="no list of releases"):
        newest_release(f"{server.base}/ranks.txt.gz")


def test_the_real_head_of_common_crawls_ranks(tmp_path: Path, told: list[RunEvent], shared_dir: Path) -> None:
    sample = json.loads((shared_dir / "samples/commoncrawl/webgraph-domain-cc-main-2026-apr-may-jun.json").read_text())
    path = tmp_path / "r.txt"
    path.write_text("\n".join("\t".join(row) for row in [sample["header"], *sample["rows"]]) + "\n", encoding="utf-8")
    summary = import_ranks(path, told.append, tmp_path / "t")
    assert summary.bad_lines == 0
    assert ranks_of(tmp_path / "t", "googleapis.com", "facebook.com", "britannica.com") == [1, 3, 1199]
