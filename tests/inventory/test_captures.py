"""Archived copies found by URL."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.conftest import RequireProgram

from linkreclaim.errors import InputError
from linkreclaim.inventory.captures import CaptureFolder
from linkreclaim.urls import parse


def page(title: str) -> str:
    return f"<html lang=en><title>{title}</title><h1>Head of {title}</h1><p>Text of {title}.</p>"


def title_of(captures: CaptureFolder, address: str) -> str | None:
    url = parse(address)
    assert url is not None
    return next((capture.title for capture in captures.find(url)), None)


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(page(name), encoding="utf-8")


def test_index(tmp_path: Path) -> None:
    write(tmp_path, "00001.html", "deep/2.html", "unlisted.html")
    (tmp_path / "index.csv").write_text(
        "\ufeffdate,url,file\n2019,https://example.org/old?a=1,00001.html\n2020,/path,deep/2.html\n", encoding="utf-8"
    )
    captures = CaptureFolder(tmp_path, ["example.org"])
    assert (len(captures), captures.problems) == (2, ())
    (found,) = captures.find(parse("http://www.example.org/old?a=1"))  # type: ignore[arg-type]
    assert (found.url, found.title, found.lang) == ("http://www.example.org/old?a=1", "00001.html", "en")
    assert (found.headings, found.text) == (("Head of 00001.html",), "Head of 00001.html Text of 00001.html.")
    assert title_of(captures, "https://example.org/path") == "deep/2.html"
    assert title_of(captures, "https://example.org/old") is None


def test_an_index_cannot_reach_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "captures"
    write(tmp_path, "secret.html", "captures/good.html", "captures-2/near.html")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    names = [
        "../secret.html",
        str(tmp_path / "secret.html"),
        "link.html",
        "up/secret.html",
        "../captures-2/near.html",
        ".",
    ]
    names += ["a/../../secret.html", "pipe", "none.html", "", "a\0b"]
    rows = [f"https://example.org/{n},{name}" for n, name in enumerate(names)]
    (folder / "index.csv").write_text(
        "\n".join(["url,file", *rows, "mailto:x,good.html", "https://example.org/good,good.html"]), encoding="utf-8"
    )
    captures = CaptureFolder(folder, ["example.org"])
    assert len(captures) == 1
    assert title_of(captures, "https://example.org/good") == "captures/good.html"
    assert len(captures.problems) == len(names) + 1
    assert sum("refused" in problem for problem in captures.problems) == 6


def test_names_that_no_file_can_have_cost_one_line(tmp_path: Path) -> None:
    write(tmp_path, "good.html")
    rows = [f"https://example.org/{'a' * 9},{'n' * 300}.html", "https://example.org/good,good.html"]
    (tmp_path / "index.csv").write_text("\n".join(["url,file", *rows]), encoding="utf-8")
    captures = CaptureFolder(tmp_path, ["example.org"])
    assert title_of(captures, "https://example.org/good")
    assert len(captures.problems) == 1


@given(st.binary(max_size=200))
@example(b"x" * 200_000)
@example(b"\nhttps://example.org/,../a\n/b,\xff\n")
def test_any_index_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "any_index"
    folder.mkdir(exist_ok=True)
    for start in (b"", b"url,file"):
        (folder / "index.csv").write_bytes(start + content)
        with suppress(InputError):
            assert len(CaptureFolder(folder, ["example.org"])) <= 1


def test_a_broken_index(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("address,name\nx,y\n", encoding="utf-8")
    with pytest.raises(InputError, match="columns url,file"):
        CaptureFolder(tmp_path, ["example.org"])
    with pytest.raises(InputError, match="no folder"):
        CaptureFolder(tmp_path / "none", ["example.org"])


MIRROR = {
    "example.org/index.html": ["/", "/index.html"],
    "example.org/about/index.html": ["/about/", "/about", "/about/index.html"],
    "example.org/news.html": ["/news.html", "/news"],
    "example.org/shop/item.php?id=3": ["/shop/item.php?id=3"],
    "example.org/list?page=2.html": ["/list?page=2"],
    "example.org/index.html?lang=de": ["/?lang=de"],
    "example.org/win@q=1.html": ["/win?q=1"],
    "example.org/größe & maß.html": ["/gr%C3%B6%C3%9Fe%20&%20ma%C3%9F"],
    "example.org/50%25.html": ["/50%25"],
    "example.org/plain": ["/plain"],
}


def test_a_mirror(tmp_path: Path) -> None:
    write(tmp_path, *MIRROR, "example.org/logo.png", "example.org/site.css", "other.example/index.html")
    captures = CaptureFolder(tmp_path, ["www.example.org", "old.example"])
    assert len(captures) == len(MIRROR)
    for name, paths in MIRROR.items():
        for path in paths:
            assert title_of(captures, "https://www.example.org" + path) == name
    assert title_of(captures, "https://example.org/shop/item.php") is None
    assert title_of(captures, "https://example.org/logo.png") is None
    assert title_of(captures, "https://other.example/") is None


def test_the_likelier_file_wins(tmp_path: Path) -> None:
    write(tmp_path, "example.org/a.html", "example.org/a", "example.org/b/index.html", "example.org/b.html")
    captures = CaptureFolder(tmp_path, ["example.org"])
    assert title_of(captures, "https://example.org/a") == "example.org/a"
    assert title_of(captures, "https://example.org/a.html") == "example.org/a.html"
    assert title_of(captures, "https://example.org/b/") == "example.org/b/index.html"
    assert title_of(captures, "https://example.org/b") == "example.org/b.html"


@pytest.mark.parametrize("inside", ["", "old.example:8080"])
def test_a_mirror_without_its_host_folder(tmp_path: Path, inside: str) -> None:
    write(tmp_path / inside, "index.html", "a/b.html")
    captures = CaptureFolder(tmp_path / inside, ["example.org", "old.example:8080"])
    host = inside or "example.org"
    assert title_of(captures, f"https://{host}/a/b.html") == "a/b.html"
    assert len(captures) == 2


def test_links_out_of_a_mirror_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "secret/x.html", "mirror/example.org/a.html")
    (tmp_path / "mirror" / "example.org" / "b.html").symlink_to(tmp_path / "secret" / "x.html")
    (tmp_path / "mirror" / "example.org" / "dir").symlink_to(tmp_path / "secret")
    (tmp_path / "mirror" / "old.example").symlink_to(tmp_path / "secret")
    captures = CaptureFolder(tmp_path / "mirror", ["example.org", "old.example"])
    assert len(captures) == 1


def test_a_huge_file_is_read_in_part_and_a_vanished_one_reported(tmp_path: Path) -> None:
    write(tmp_path, "example.org/big.html", "example.org/gone.html")
    with (tmp_path / "example.org" / "big.html").open("ab") as stream:
        stream.write(b"<p>x" * 100)
        stream.truncate(200_000_000)  # sparse: takes no space
    captures = CaptureFolder(tmp_path, ["example.org"])
    (tmp_path / "example.org" / "gone.html").unlink()
    assert title_of(captures, "https://example.org/big.html") == "example.org/big.html"
    assert title_of(captures, "https://example.org/gone.html") is None
    assert "gone.html" in captures.problems[0]


SITE = {
    "/": "<a href=/a/>a</a><a href=/b>b</a><a href='/c?x=1&amp;y=2'>c</a><a href=/d%20e.html>d</a><a href=/f/g.php>",
    **dict.fromkeys(["/a/", "/b", "/c?x=1&y=2", "/d%20e.html", "/f/g.php"], ""),
}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = (page(self.path) + SITE[self.path]).encode() if self.path in SITE else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("options", [[], ["--adjust-extension"], ["--restrict-file-names=windows", "-E"], ["-nH"]])
def test_what_wget_really_writes(
    tmp_path: Path, site: str, require_program: RequireProgram, options: list[str]
) -> None:
    wget = str(require_program("wget"))
    command = [wget, "--no-config", "--no-proxy", "-q", "-r", "-l2", "-e", "robots=off", *options, f"http://{site}/"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=30)
    captures = CaptureFolder(tmp_path, [site])
    assert len(captures) == len(SITE)
    for path in SITE:
        assert title_of(captures, f"http://{site}{path}") == path
