"""Bad exports and hostile servers: each with its clear message, everything good kept, never a traceback or a hang."""

import contextlib
import csv
import gzip
import io
import socket
import ssl
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import RequireProgram
from tests.jobs.conftest import Web
from tests.jobs.test_audit import check_law_firm
from tests.jobs.web import NOT_FOUND, Host, Page, serve


def with_first_row(path: Path, row: str) -> Path:
    """The export with one more row right after its header."""
    header, rest = path.read_text(encoding="utf-16").split("\n", 1)
    path.write_text(f"{header}\n{row}\n{rest}", encoding="utf-16")
    return path


@pytest.mark.parametrize(
    "row",
    [
        "a\x00b\thttps://x.example/\x00",
        "only\ttwo",
        "\t".join(["cell"] * 40),
        "big\t" + "x" * 10_000_000,
        'unclosed\t"https://x.example/',
        "",
    ],
    ids=["nul", "short", "long", "ten-megabytes", "unclosed-quote", "empty"],
)
def test_a_broken_row_is_told_with_its_line_and_costs_nothing_else(web: Web, row: str) -> None:
    code, result, _ = web.audit("--links", str(with_first_row(web.ahrefs(), row)))
    assert code == 3
    check_law_firm(web, result)
    (source,) = result["summary"]["sources"]
    assert row == "" or "line 2" in " ".join(source["notes"])


def test_an_export_in_a_wrong_encoding_is_read_with_a_note(web: Web) -> None:
    text = web.ahrefs().read_text(encoding="utf-16").replace("read this", "Gebühren lesen").replace("\t", ",")
    path = web.folder / "latin.csv"
    path.write_bytes(text.encode("cp1252"))
    code, result, _ = web.audit("--links", str(path), "--no-read")
    assert code == 3
    check_law_firm(web, result)
    assert any("Gebühren lesen" in row["anchors"] for row in result["dead_pages"])


def test_a_zip_bomb_is_refused_in_time(web: Web) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("Table.csv", "w") as table:
        table.write(b"URL,Last crawled\n")
        for _ in range(300):
            table.write(b"0" * 1_000_000)
    path = web.folder / "bomb.zip"
    path.write_bytes(bomb.getvalue())
    started = time.monotonic()
    code, _, stderr = web.audit("--links", str(path))
    assert time.monotonic() - started < 60
    assert code in (0, 1, 4)
    assert "bomb.zip" in stderr


def test_formulas_in_cells_are_neutralised_in_every_sheet(web: Web) -> None:
    extra = [(f"{web.referring[0].origin}/x", f"{web.site.origin}/blog/gone-too")]
    path = web.ahrefs(extra)
    text = path.read_text(encoding="utf-16").replace("read this", '=HYPERLINK("http://evil.example";"click")')
    path.write_text(text, encoding="utf-16")
    web.audit("--links", str(path), "--no-read")
    seen = 0
    for sheet in (web.folder / "ws/report").glob("*.csv"):
        with open(sheet, encoding="utf-8-sig", newline="") as rows:
            for cell in (cell for row in csv.reader(rows) for cell in row):
                assert not cell.startswith(("=", "+", "@")), (sheet.name, cell)
                seen += "HYPERLINK" in cell
    assert seen > 0
    assert "<script" not in (web.folder / "ws/report/report.html").read_text(encoding="utf-8")


def test_targets_that_fail_are_kept_apart_and_never_called_dead(web: Web) -> None:
    def answer(path: str) -> Page:
        if path == "/slow":
            time.sleep(5)
        answers: dict[str, Page] = {
            "/broken": (503, {}, "later"),
            "/loop": (301, {"Location": "/loop2"}, ""),
            "/loop2": (301, {"Location": "/loop"}, ""),
            "/slow": (200, {}, "late"),
        }
        return answers.get(path, NOT_FOUND)

    site = Host(answer)
    with serve(site), endless_server() as endless, tls_server(web.folder) as secure:
        rows = ["page,target"]
        for number, target in enumerate([f"{site.origin}/{name}" for name in ("broken", "loop", "slow", "gone")]):
            rows.append(f"http://127.0.0.1:9/{number},{target}")
        rows += [f"http://127.0.0.1:9/e,{endless}/x", f"http://127.0.0.1:9/s,{secure}/x"]
        path = web.folder / "links.csv"
        path.write_text("\n".join(rows) + "\n")
        web.site = site
        code, result, stderr = web.audit(
            *("--links", str(path), "--columns", "referring_page=page,target_url=target", "--timeout", "2"),
            *("--old-host", endless.removeprefix("http://"), "--old-host", secure.removeprefix("https://")),
        )
    assert code == 3, stderr
    verdicts = {row["url"].removeprefix(site.origin): row["verdict"] for row in result["dead_pages"]}
    assert verdicts == {"/gone": "not_found", "/loop": "redirect_broken"}
    counts = result["summary"]["verdict_counts"]
    assert counts["server_error"] == 1
    assert counts["unreachable"] >= 2, "the slow one, and the one whose certificate nobody knows"


def test_robots_of_a_linking_site_is_obeyed_and_told(web: Web) -> None:
    host = web.referring[0]
    serving = host.answer
    host.answer = lambda path: (
        (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /") if path == "/robots.txt" else serving(path)
    )
    _, result, _ = web.audit("--links", str(web.latest()))
    assert set(host.asked) == {"/robots.txt"}
    assert result["summary"]["page_outcomes"]["skipped"] > 0


def test_a_gzip_bomb_among_the_linking_pages_ends_in_its_limit(web: Web) -> None:
    bomb = gzip.compress(b"<p>" + b"0" * 50_000_000)
    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + bomb) as bombing:
        path = web.folder / "latest.csv"
        pages = [source for source, _ in web.links] + [f"{bombing}/page"]
        path.write_text("\n".join(["Linking page,Last crawled", *(f"{page},2026-09-01" for page in pages)]) + "\n")
        code, result, _ = web.audit("--links", str(path))
    assert code == 3
    check_law_firm(web, result)


@contextmanager
def raw_server(answer: bytes, then: Callable[[socket.socket], None] | None = None) -> Iterator[str]:
    """A server that sends the same bytes to every caller; `then` goes on with the open connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65_536)
                connection.sendall(answer)
                if then is not None:
                    then(connection)
            except OSError:
                pass  # the caller has had enough

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@contextmanager
def endless_server() -> Iterator[str]:
    """A server whose answer never ends."""

    def drip(connection: socket.socket) -> None:
        for _ in range(2_000):
            connection.sendall(b"<p>and so on</p>")
            time.sleep(0.01)

    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", drip) as origin:
        yield origin


@contextmanager
def tls_server(folder: Path) -> Iterator[str]:
    """A server with a certificate that nobody vouches for."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run(
        [*make, "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost"],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):  # SSLError is one: the caller trusts nobody
                context.wrap_socket(connection, server_side=True).close()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@pytest.fixture(autouse=True)
def _needs_openssl(require_program: RequireProgram) -> None:
    require_program("openssl")
