"""Archived copies in WARC files, whole and broken, made here and written by real programs."""

import gzip
import io
import re
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from fastwarc.stream_io import BrotliWriter, ZstdWriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inventory.warc_files import HTML, http, page, record, write_packed, write_plain

from linkreclaim.errors import InputError
from linkreclaim.inventory.captures import open_captures
from linkreclaim.inventory.payload import MAX_BODY_BYTES, read_body
from linkreclaim.inventory.warc import COPIES_PER_PAGE, WarcCopies
from linkreclaim.inventory.warc_records import read_answer, read_records, refuse_file
from linkreclaim.model.pages import Capture
from linkreclaim.urls import match_key, parse

A, B, C = "http://example.org/a", "https://www.example.org/b?x=1", "http://example.org/c"


def copies(path: Path, *urls: str) -> WarcCopies:
    return WarcCopies([path], {key for url in urls if (key := match_key(url))})


def find(held: WarcCopies, address: str) -> tuple[Capture, ...]:
    url = parse(address)
    assert url is not None
    return held.find(url)


def titles(held: WarcCopies, address: str) -> list[str]:
    return [capture.title for capture in find(held, address)]


def write_zstd(path: Path, *records: bytes) -> Path:
    with path.open("wb") as stream, ZstdWriter(stream) as packed:
        packed.write(b"".join(records))
    return path


@pytest.mark.parametrize("write", [write_plain, write_packed, write_zstd])
def test_pages_are_found_by_url_whatever_the_scheme_or_www(tmp_path: Path, write: Callable[..., Path]) -> None:
    path = write(tmp_path / "site.warc", record(A, http(page("Ä"))), record(B, http(page("B"))))
    held = copies(path, A, "http://example.org/b?x=1", C)
    (found,) = find(held, "https://www.example.org/a")
    assert (found.url, found.title, found.headings, found.lang) == (A, "Ä", ("Ä",), "en")
    assert (str(found.captured_on), found.origin) == ("2019-05-01", "site.warc")
    assert (titles(held, B), titles(held, C), len(held), held.problems) == (["B"], [], 2, ())


def test_only_wanted_pages_with_html_and_status_200_are_kept(tmp_path: Path) -> None:
    path = write_packed(
        tmp_path / "x",
        record(A, http(page("gone"), status="404 Not Found")),
        record(B, http(b"\x89PNG", b"Content-Type: image/png\r\n")),
        record(C, http(page("not wanted"))),
        record(A, b"GET / HTTP/1.1\r\n\r\n", kind="request"),
    )
    held = copies(path, A, B)
    assert (len(held), held.problems) == (0, ())


def test_the_newest_copies_come_first_and_each_text_once(tmp_path: Path) -> None:
    years = (2014, 2019, 2011, 2016, 2012)
    rows = [record(A, http(page(str(year))), taken=f"{year}-01-02T00:00:00Z", digest=f"D{year}") for year in years]
    again = record(A, http(page("2019")), taken="2021-01-02T00:00:00Z", digest="D2019")
    held = copies(write_packed(tmp_path / "x.warc.gz", *rows, again), A)
    assert [(c.title, str(c.captured_on)) for c in find(held, A)] == [
        ("2019", "2021-01-02"),
        ("2016", "2016-01-02"),
        ("2014", "2014-01-02"),
    ]
    assert len(find(held, A)) == COPIES_PER_PAGE


def test_redirects_say_where_a_page_once_led(tmp_path: Path) -> None:
    def moved(to: str) -> bytes:
        return http(b"", f"Location: {to}\r\n".encode(), "301")  # without a reason phrase, as some servers send it

    path = write_packed(
        tmp_path / "x.warc.gz",
        record(A, moved("/older"), taken="2015-01-01T00:00:00Z"),
        record(A, moved("../new?x=1"), taken="2018-01-01T00:00:00Z"),
        record(B, moved("https://example.org/b?x=1"), taken="2018-01-01T00:00:00Z"),  # another spelling of itself
        record(C, http(page("C")), taken="2014-01-01T00:00:00Z"),
        record(C, moved("/d"), taken="2018-01-01T00:00:00Z"),
    )
    held = copies(path, A, B, C)
    (bare,), (both,) = find(held, A), find(held, C)
    assert (bare.title, bare.text, bare.redirects_to) == ("", "", "http://example.org/new?x=1")
    assert (both.title, both.redirects_to) == ("C", "http://example.org/d")
    assert find(held, B) == ()


def test_revisits_get_their_text_also_from_another_url_and_a_later_file(tmp_path: Path) -> None:
    head = http(b"")
    first = write_packed(
        tmp_path / "1.warc.gz",
        record(A, http(page("A")), taken="2015-01-01T00:00:00Z", digest="AA"),
        record(A, head, "revisit", "2019-01-01T00:00:00Z", "AA"),
        record(B, head, "revisit", "2018-01-01T00:00:00Z", "CC"),
        record(C, head, "revisit", "2018-01-01T00:00:00Z", "ELSEWHERE"),
    )
    second = write_packed(tmp_path / "2.warc.gz", record("http://other.example/", http(page("shared")), digest="CC"))
    held = WarcCopies([first, second], {"example.org/a", "example.org/b?x=1", "example.org/c"})
    assert [(c.title, str(c.captured_on)) for c in find(held, A)] == [("A", "2019-01-01")]
    assert [(c.url, c.title, str(c.captured_on)) for c in find(held, B)] == [(B, "shared", "2018-01-01")]
    assert find(held, C) == ()
    assert held.problems == ("1 wanted pages are only revisits here: the records they repeat are in other files",)


def test_resources_and_wget_brackets(tmp_path: Path) -> None:
    path = write_packed(
        tmp_path / "x.warc.gz",
        record(A, page("resource"), "resource", content_type="text/html"),
        record("metadata://gnu.org/software/wget/warc/wget.log", b"log", "resource", content_type="text/plain"),
        record(f"<{B}>", http(page("in brackets"))),
    )
    held = copies(path, A, B)
    assert (titles(held, A), titles(held, B)) == (["resource"], ["in brackets"])


def brotli(body: bytes) -> bytes:
    packed = io.BytesIO()
    with BrotliWriter(packed) as writer:
        writer.write(body)
    return packed.getvalue()


def chunked(body: bytes, size: int = 20) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "transfer", "coding"),
    [
        (page("x"), "", ""),
        (gzip.compress(page("x")), "", "gzip"),
        (zlib.compress(page("x")), "", "deflate"),
        (zlib.compress(page("x"), wbits=-15), "", "Deflate"),
        (brotli(page("x")), "", "br"),
        (chunked(page("x")), "Chunked", "identity"),
        (chunked(gzip.compress(page("x"))), "chunked", "x-gzip"),
        (gzip.compress(zlib.compress(page("x"))), "", "deflate, gzip"),
        (page("x"), "chunked", "gzip"),  # unpacked before it was archived, its head left as it was
        (page("x"), "", "br"),
        (page("x"), "", "deflate"),
    ],
)
def test_bodies_are_read_as_they_were_sent_or_unpacked(body: bytes, transfer: str, coding: str) -> None:
    assert read_body(body, transfer, coding) == (page("x"), "")


@pytest.mark.parametrize(
    ("body", "transfer", "coding", "fault"),
    [
        (chunked(page("x") * 9, 200)[:500], "chunked", "", "its last chunk is cut off"),
        (chunked(page("x") * 9)[:-5] + b"zz\r\nrest", "chunked", "", "its chunks are broken"),
        (gzip.compress(page("x") * 9)[:-20], "", "gzip", "its compressed body is cut off"),
        (page("x"), "", "sdch", "its compression 'sdch' is not known"),
    ],
)
def test_what_is_there_of_a_broken_body_is_kept(body: bytes, transfer: str, coding: str, fault: str) -> None:
    read, said = read_body(body, transfer, coding)
    assert said == fault
    assert b"<title>x</title>" in read


@pytest.mark.parametrize("coding", ["gzip", "br", "gzip, gzip"])
def test_a_body_that_unpacks_to_much_more_is_cut(coding: str) -> None:
    bomb = b"<p>" + b"0" * 40_000_000
    packed = brotli(bomb) if coding == "br" else gzip.compress(bomb)
    if coding == "gzip, gzip":
        packed = gzip.compress(packed)
    tracemalloc.start()
    try:
        body, _ = read_body(packed, "", coding)
        assert len(body) == MAX_BODY_BYTES
        assert tracemalloc.get_traced_memory()[1] < 4 * MAX_BODY_BYTES
    finally:
        tracemalloc.stop()


@given(
    st.binary(max_size=300), st.sampled_from(["", "chunked"]), st.sampled_from(["", "gzip", "deflate", "br", "zstd"])
)
def test_any_bytes_are_some_body(raw: bytes, transfer: str, coding: str) -> None:
    body, _ = read_body(raw, transfer, coding)
    assert len(body) <= MAX_BODY_BYTES


@given(st.binary(max_size=200), st.integers(1, 50))
def test_chunks_are_joined_again(body: bytes, size: int) -> None:
    assert read_body(chunked(body, size), "chunked", "") == (body, "")


def test_reading_goes_on_after_a_broken_member(tmp_path: Path) -> None:
    first, broken, last = (gzip.compress(record(url, http(page(url) + bytes(range(256)) * 9))) for url in (A, B, C))
    path = tmp_path / "x.warc.gz"
    path.write_bytes(first + broken[:90] + bytes(40) + broken[130:] + last)
    held = copies(path, A, B, C)
    assert (titles(held, A), titles(held, C)) == ([A], [C])
    assert any(f"it goes on at byte {len(first + broken):,}" in problem for problem in held.problems)


def test_reading_goes_on_after_a_record_of_the_wrong_length(tmp_path: Path) -> None:
    rows = [record(url, http(page(url))) for url in (A, B, C)]
    held = copies(write_plain(tmp_path / "x.warc", rows[0], rows[1][:-30], rows[2]), A, B, C)
    assert (titles(held, A), titles(held, C)) == ([A], [C])
    assert any(problem.startswith("x.warc: broken after byte") for problem in held.problems)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.booleans(), st.lists(st.tuples(st.integers(0, 1_500), st.binary(max_size=40)), max_size=5), st.integers(0, 40)
)
def test_any_damage_is_survived(tmp_path: Path, packed: bool, strokes: list[tuple[int, bytes]], gap: int) -> None:
    rows = [record(address, http(page(address)), digest=address) for address in (A, B, C)]
    path = (write_packed if packed else write_plain)(tmp_path / "x.warc", *rows)
    raw = path.read_bytes()
    for at, put in strokes:
        raw = raw[:at] + put + raw[at + gap :]
    path.write_bytes(raw)
    held = copies(path, A, B, C)
    assert (len(held) == 3 and not held.problems) or strokes


def test_a_file_that_ends_too_early_is_read_to_there(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "x.warc", record(A, http(page("A"))), record(B, http(page("B") + b"<p>more" * 99)))
    path.write_bytes(path.read_bytes()[:-300])
    held = copies(path, A, B)
    assert (titles(held, A), titles(held, B)) == (["A"], ["B"])
    assert any("record is cut off" in problem and "record at byte" in problem for problem in held.problems)


def test_no_memory_for_what_is_not_wanted(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    with path.open("wb") as stream:
        for number in range(40):
            stream.write(gzip.compress(record(f"{C}/{number}", http(bytes(3_000_000))), 1))
    tracemalloc.start()
    try:
        assert len(copies(path, A)) == 0
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_files_are_told_by_their_content(tmp_path: Path) -> None:
    warc = write_packed(tmp_path / "pages.bin", record(A, http(page("A"))))
    (source,) = open_captures(warc, ["example.org"], {"example.org/a"})
    assert len(source.find(parse(A))) == 1  # type: ignore[arg-type]
    for body, reason in [
        (b"filedesc://x.arc 0.0.0.0 2019 text/plain 77\n1 0 IA\n", "warcio recompress"),
        (gzip.compress(b"<html>"), "no WARC file"),
        (b"", "no WARC file"),
        (b"\x1f\x8b\x08broken", "cannot be read"),
    ]:
        (tmp_path / "other.warc").write_bytes(body)
        with pytest.raises(InputError, match=reason):
            open_captures(tmp_path / "other.warc", ["example.org"], set())


def test_a_folder_may_hold_warc_files_and_a_mirror(tmp_path: Path) -> None:
    (tmp_path / "example.org").mkdir()
    (tmp_path / "example.org" / "m.html").write_bytes(page("mirrored"))
    (tmp_path / "deep").mkdir()
    write_packed(tmp_path / "deep" / "1.warc.gz", record(A, http(page("A"))))
    write_plain(tmp_path / "unnamed", record(B, http(page("B"))))
    (tmp_path / "old.arc.gz").write_bytes(gzip.compress(b"filedesc://x"))
    sources = open_captures(tmp_path, ["example.org"], {"example.org/a", "example.org/b?x=1"})

    def found(address: str) -> list[str]:
        url = parse(address)
        assert url is not None
        return [capture.title for source in sources for capture in source.find(url)]

    assert (found(A), found(B), found("http://example.org/m.html")) == (["A"], ["B"], ["mirrored"])
    assert [p for s in sources for p in s.problems if "old.arc.gz" in p]


EXPECTED_REFUSED = {"warcio-example.arc.gz": "an ARC file"}
BROKEN = {
    "fastwarc-clipped.warc.gz": "record is cut off",
    "missing-status-text.warc": "holds no HTTP answer",  # its lines end in CR CR LF, also in the WARC head
    "warcio-example-trunc.warc": "cut off",
}


def test_every_real_sample_is_read_or_refused(shared_dir: Path) -> None:
    """Counted by hand: the records' own lines in the unpacked bytes."""
    samples = sorted(
        p
        for p in (shared_dir / "samples" / "commoncrawl").glob("*")
        if re.search(r"(?<!\.wat)\.w?arc(\.gz)?$|warc$", p.name)
    )
    assert len(samples) >= 18
    for path in samples:
        if path.name in EXPECTED_REFUSED:
            assert EXPECTED_REFUSED[path.name] in refuse_file(path)
            continue
        raw = unpack(path.read_bytes())
        by_hand = {
            kind: len(re.findall(rb"(?m)^WARC-Type: " + kind + rb"\r", raw))
            for kind in (b"response", b"resource", b"revisit")
        }
        read: dict[bytes, int] = dict.fromkeys(by_hand, 0)
        pages: set[str] = set()
        for one, _ in read_records(path, lambda problem: None):
            read[str(one.record_type).encode()] += 1
            url = parse((one.headers.get("WARC-Target-URI") or "").strip("<>"))
            answer = read_answer(one)
            if url is not None and answer.status_code == 200 and answer.is_page and str(one.record_type) != "revisit":
                pages.add(url.key)
        assert read == by_hand, path.name
        held = WarcCopies([path], pages)
        assert {key for key in pages if find(held, f"http://{key}")} == pages, path.name
        assert bool(held.problems) == (path.name in BROKEN) or path.name == "missing-status-text.warc", path.name


def unpack(raw: bytes) -> bytes:
    """All members of a gzip file, the last one as far as it goes."""
    out = b""
    while raw.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(31)
        out += member.decompress(raw)
        raw = member.unused_data
    return out + raw


def test_the_real_broken_samples_say_what_is_wrong(shared_dir: Path) -> None:
    wanted = {"houstonpress.com/music/a-humble-chance-the-rapper-leads-a-spiritual-awakening-at-revention-8866723"}
    wanted |= {"iana.org/bads", "example.com/"}
    for name, words in BROKEN.items():
        problems = WarcCopies([shared_dir / "samples" / "commoncrawl" / name], wanted).problems
        assert any(words in problem and "record at byte" in problem for problem in problems), (name, problems)


def test_real_pages_read_well(shared_dir: Path) -> None:
    folder = shared_dir / "samples" / "commoncrawl"
    for name, key, title in [
        ("warcio-example-iana.org-chunked.warc", "iana.org/", "Internet Assigned Numbers Authority"),
        ("warcio-example.warc.gz", "example.com/", "Example Domain"),
        ("warcio-example-bad-non-chunked.warc.gz", "example.com/", "Example Domain"),
        ("warcio-example-wrong-chunks.warc.gz", "example.com/", "Example Domain"),
        ("warcio-example-trunc.warc", "example.com/", "Example Domain"),
        ("aut-issue-514.warc", "wiki.archiveteam.org/", "Archiveteam"),
        ("title-extraction-embedded-SVG.warc", "example.org/testEmbeddedSVG.html", "Testing title extraction"),
        ("fastwarc-warcfile.warc.gz", "01spb.ru/company/", "О компании - Стратегия пожарной безопасности"),
        ("iana.warc.gz", "iana.org/about", "IANA — About the Internet Assigned Numbers Authority"),
    ]:
        (first, *_) = find(WarcCopies([folder / name], {key}), f"http://{key}")
        assert first.title.startswith(title), name


def test_a_head_without_an_end_is_no_page(tmp_path: Path) -> None:
    held = copies(write_plain(tmp_path / "x.warc", record(A, b"HTTP/1.1 200 OK\r\n" + HTML)), A)
    assert titles(held, A) == [""]
