"""Opening logs: packed in any way, broken off anywhere, through a pipe, as a JSON document."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.errors import InputError
from linkreclaim.sources.logs import packing
from linkreclaim.sources.logs.blocks import divided, read_range, whole_lines
from linkreclaim.sources.logs.elements import MAX_ELEMENT_BYTES, split_elements
from linkreclaim.sources.logs.opening import STDIN, LogFile, find_log, first_line_digest, open_log

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pack = Callable[[bytes], bytes]
PACKS: dict[str, Pack] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": lambda text: zstd.compress(text, options={zstd.CompressionParameter.checksum_flag: 1}),  # as zstd(1)
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
PACKED = {name: pack for name, pack in PACKS.items() if name != "plain"}


def made_log(lines: int, seed: int = 1) -> bytes:
    """Combined lines whose addresses do not pack well."""
    chance = random.Random(seed)
    return b"".join(
        b'%d.%d.0.9 - - [15/Apr/2026:09:41:07 +0200] "GET /p%d HTTP/1.1" 404 153 "-" "Mozilla/5.0 (X11) %d"\n'
        % (chance.randrange(256), chance.randrange(256), number, chance.randrange(10**9))
        for number in range(lines)
    )


LOG = made_log(300)


def opened(path: Path) -> LogFile:
    file = open_log(path)
    assert file is not None
    return file


def read_whole(file: LogFile) -> tuple[bytes, list[str]]:
    told: list[str] = []
    return b"".join(file.blocks(told.append, lambda _: None)), told


@pytest.mark.parametrize("name", PACKS)
class TestPacked:
    def test_content_tells_and_not_the_name(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / "access.log.bz2"
        path.write_bytes(PACKS[name](LOG))
        file = opened(path)
        assert (file.packing, file.log_format.name, file.divisible) == (name, "combined", name == "plain")
        assert read_whole(file) == (LOG, [])

    def test_joined_members_are_all_read(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / "log"
        path.write_bytes(PACKS[name](LOG) + PACKS[name](b"") + PACKS[name](LOG))
        assert read_whole(opened(path)) == (LOG * 2, [])

    def test_grown_or_packed_it_is_the_same_log(self, tmp_path: Path, name: str) -> None:
        plain, path, other = tmp_path / "plain", tmp_path / "packed", tmp_path / "other"
        plain.write_bytes(b"#Version: 1.0\r\n\r\n" + LOG.replace(b"\n", b"\r\n") + LOG)
        path.write_bytes(PACKS[name](LOG))
        other.write_bytes(PACKS[name](made_log(3, seed=2)))
        assert first_line_digest(path) == first_line_digest(plain) != first_line_digest(other)

    def test_a_pipe_is_read_once(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / "pipe"
        os.mkfifo(path)
        packed = PACKS[name](LOG * 20)
        writer = threading.Thread(target=path.write_bytes, args=(packed,))
        writer.start()
        file = opened(path)
        assert file.is_stream
        assert read_whole(file) == (LOG * 20, [])
        writer.join()

    def test_standard_input(self, name: str) -> None:
        file = open_log(Path(STDIN), stdin=io.BytesIO(PACKS[name](LOG)))
        assert file is not None
        assert file.name == "standard input"
        assert read_whole(file) == (LOG, [])


@pytest.mark.parametrize("name", PACKED)
class TestBrokenOff:
    def test_what_comes_before_is_kept_and_told(self, tmp_path: Path, name: str) -> None:
        packed = PACKED[name](LOG) + PACKED[name](LOG)
        path = tmp_path / "log"
        lengths = []
        for size in range(len(packed) // 2, len(packed), 97):
            path.write_bytes(packed[:size])
            text, told = read_whole(opened(path))
            assert (LOG * 2).startswith(text.removesuffix(b"\n"))
            assert len(text) >= len(LOG)
            assert len(told) == (size != len(packed) // 2)
            lengths.append(len(text))
        assert lengths == sorted(lengths)

    def test_damage_is_told(self, tmp_path: Path, name: str) -> None:
        packed = bytearray(PACKED[name](LOG))
        packed[len(packed) // 2] ^= 0xFF
        path = tmp_path / "log"
        path.write_bytes(PACKED[name](LOG) + packed)
        text, told = read_whole(opened(path))
        assert text.startswith(LOG)
        assert len(told) == 1
        assert "damaged" in told[0]

    def test_what_follows_is_told_and_zeros_are_not(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / "log"
        path.write_bytes(PACKED[name](LOG) + bytes(5000))
        assert read_whole(opened(path)) == (LOG, [])
        path.write_bytes(PACKED[name](LOG) + b"something else")
        text, told = read_whole(opened(path))
        assert text == LOG
        assert "not read" in told[0]


def test_a_bomb_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "RATIO_FREE_BYTES", 2_000_000)
    path = tmp_path / "log"
    path.write_bytes(bz2.compress(LOG + b"\n" * 50_000_000))
    text, told = read_whole(opened(path))
    assert text.startswith(LOG)
    assert len(text) < 5_000_000
    assert "bomb" in told[0]


@pytest.mark.parametrize("name", ["zip", "tar", "tar.gz", "utf-16", "7z"])
def test_other_archives_are_refused_with_advice(tmp_path: Path, name: str) -> None:
    (tmp_path / "access.log").write_bytes(LOG)
    path = tmp_path / f"log.{name}"
    if name == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(tmp_path / "access.log")
    elif name.startswith("tar"):
        with tarfile.open(path, "w:gz" if name == "tar.gz" else "w") as tape:
            tape.add(tmp_path / "access.log", "access.log")
    else:
        path.write_bytes(LOG.decode().encode("utf-16") if name == "utf-16" else b"7z\xbc\xaf\x27\x1c\0\4")
    with pytest.raises(InputError, match=f"log.{name}: this is .*(unpack|UTF-8)"):
        open_log(path)
    assert find_log(path) is None


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be opened: No such file"):
        open_log(tmp_path / "none")
    with pytest.raises(InputError, match="folder"):
        open_log(tmp_path)
    with pytest.raises(InputError, match="No such file"):
        find_log(tmp_path / "none")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"url,anchor\nhttps://a.example/,x\n", bytes(range(256)) * 9])
def test_what_is_no_log_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert open_log(path) is None


def test_a_mark_before_the_first_line_is_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\xef\xbb\xbf" + LOG)
    file = opened(path)
    assert read_whole(file)[0] == LOG
    part = (0, file.size_bytes)
    assert b"".join(file.range_blocks(part, pytest.fail, lambda _: None)) == LOG


@given(st.lists(st.binary(max_size=9).map(lambda line: line.replace(b"\n", b"")), max_size=12), st.integers(1, 40))
def test_blocks_and_ranges_hold_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], size: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "ranges"
    text = b"\n".join(lines)
    path.write_bytes(text)
    whole = text + b"\n" if text and not text.endswith(b"\n") else text
    parts = [b"".join(read_range(path, part)) for part in divided(len(text), lambda left: size + left // 8)]
    assert b"".join(parts) == whole
    blocks = [text[at : at + size] for at in range(0, len(text), size)]
    found = list(whole_lines(blocks))
    assert b"".join(found) == whole
    assert all(block.endswith(b"\n") for block in found)


def test_an_endless_line_is_cut_and_the_next_one_read(tmp_path: Path) -> None:
    found = b"".join(whole_lines([b"x" * 700_000] * 9 + [b"\nnext\n"]))
    assert found.endswith(b"\nnext\n")
    assert len(found) < 2_000_000
    path = tmp_path / "log"
    path.write_bytes(b"first\n" + b"x" * 3_000_000 + b"\nnext\n")
    blocks = list(read_range(path, (0, path.stat().st_size)))
    assert b"".join(blocks).startswith(b"first\nxxx")
    assert blocks[-1].endswith(b"\nnext\n")
    assert max(map(len, blocks)) < 2_000_000


def test_a_file_that_is_emptied_while_it_is_read_ends_there(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"line\n" * 300_000)
    blocks = read_range(path, (0, path.stat().st_size))
    first = next(blocks)
    path.write_bytes(b"cut off")
    assert set(first.split(b"\n")) == {b"line", b""}
    assert b"".join(blocks) == b""


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(['"', "\\", "{", "}", '\\"', "é\n"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.dictionaries(st.text(max_size=3), JSON, max_size=3), max_size=5),
    st.integers(1, 30),
    st.booleans(),
    st.sampled_from([None, 2]),
)
def test_every_element_of_a_document_is_one_line(
    elements: list[dict[str, object]], size: int, escaped: bool, indent: int | None
) -> None:
    text = json.dumps(elements, ensure_ascii=escaped, indent=indent).encode()
    text += b"\n" + text
    found = list(split_elements(text[at : at + size] for at in range(0, len(text), size)))
    assert [json.loads(line) for line in found] == elements * 2
    assert all(line.count(b"\n") == 1 for line in found)


def test_a_document_that_breaks_off_keeps_its_end_for_the_parser() -> None:
    assert list(split_elements([b'[{"a":1},{"b":"x'])) == [b'{"a":1}\n', b'{"b":"x\n']
    assert list(split_elements([b'[{"a":1}, 7, "x{", [{"b":2}]]'])) == [b'{"a":1}\n', b'{"b":2}\n']


def test_an_endless_element_is_cut_and_the_search_goes_on() -> None:
    found = list(split_elements([b'{"a":"', *[b"x" * 300_000] * 9, b'"}', b',"y":1}\n', b'{"b":2}\n{"c":3}']))
    assert found[0].startswith(b'{"a":"xxx')
    assert max(map(len, found)) <= MAX_ELEMENT_BYTES + 1
    assert found[-1] == b'{"c":3}\n'
    at_the_end_of_a_block = [b'{"a":"' + b"x" * MAX_ELEMENT_BYTES, b'"}\n', b'{"b":2}\n', b'{"c":3}\n']
    assert list(split_elements(at_the_end_of_a_block))[1:] == [b'{"b":2}\n', b'{"c":3}\n']


def test_an_array_of_a_log_drain_is_read(tmp_path: Path) -> None:
    path = tmp_path / "drain.json"
    request = {"ts": 1776238867.25, "status": 404, "request": {"method": "GET", "host": "a.example", "uri": "/old"}}
    path.write_text(json.dumps([request | {"logger": "http.log.access"}] * 5, indent=1), encoding="utf-8")
    file = opened(path)
    assert (file.log_format.name, file.in_array, file.divisible) == ("caddy", True, False)
    assert read_whole(file)[0].count(b"\n") == 5
