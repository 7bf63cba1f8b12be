"""Hosts on loopback, served by one nginx worker: the mix of answers that link checkers are measured on.

Of 20,000 URLs: 62 % pages (5 to 50 KB), 3 % slow pages (200 ms), 10 % one redirect, 3 % three redirects, 2 % a redirect
to a 404, 3 % a redirect to the home page, 1 % loops, 10 % 404, 2 % 410, 2 % soft 404, 1 % 500, 1 % 403. Nothing else
exists: any other path is a 404, as on real sites, so that a checker's probes meet what they would meet there.
"""

import asyncio
import json
import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.check.certificates import write_certificates

HOSTS = 50
PAGES = 100
SLOW_S = 0.2
WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot")
MIX = (
    ("articles", 0.62),
    ("slow", 0.03),
    ("old", 0.10),
    ("older", 0.03),
    ("moved-away", 0.02),
    ("to-home", 0.03),
    ("circle", 0.01),
    ("missing", 0.10),
    ("removed", 0.02),
    ("soft", 0.02),
    ("broken", 0.01),
    ("private", 0.01),
)
EXPECTED = {
    "articles": {"alive"},
    "slow": {"alive"},
    "old": {"redirected"},
    "older": {"redirected"},
    "moved-away": {"redirect_broken"},
    "to-home": {"redirected_home"},
    "circle": {"redirect_broken"},
    "missing": {"not_found"},
    "removed": {"gone"},
    "soft": {"soft_404"},
    "broken": {"server_error"},
    "private": {"blocked"},
}
"""The verdicts that are right for each kind."""

_CONF = """
daemon off; master_process off; worker_processes 1; pid {root}/nginx.pid; error_log {root}/error.log crit;
events {{ worker_connections 16384; }}
http {{
  access_log off; keepalive_requests 100000; default_type text/html; charset utf-8; sendfile on;
  client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3;
  uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;
  server {{
    {listen}
    root {root}/site; error_page 404 /missing.html; absolute_redirect on; server_name_in_redirect off;
    location = / {{ try_files /home.html =404; }}
    location ~ ^/articles/(\\d\\d)-({words})(?:-\\d+)?\\.html$ {{ try_files /pages/$1.html =404; }}
    location ~ ^/slow/(\\d\\d)-({words})(?:-\\d+)?\\.html$ {{ proxy_pass http://127.0.0.1:{slow_port}; }}
    location ~ ^/old/(\\d\\d-(?:{words})(?:-\\d+)?)\\.html$ {{ return 301 /articles/$1.html; }}
    location ~ ^/older/(\\d\\d-(?:{words})(?:-\\d+)?)\\.html$ {{ return 301 /older-1/$1.html; }}
    location ~ ^/older-1/(\\d\\d-(?:{words})(?:-\\d+)?)\\.html$ {{ return 302 /older-2/$1.html; }}
    location ~ ^/older-2/(\\d\\d-(?:{words})(?:-\\d+)?)\\.html$ {{ return 301 /articles/$1.html; }}
    location ~ ^/moved-away/(\\d\\d-(?:{words})(?:-\\d+)?)\\.html$ {{ return 301 /missing/$1.html; }}
    location /to-home/ {{ return 301 /; }}
    location ~ ^/circle/(.*)$ {{ return 301 /circle-2/$1; }}
    location ~ ^/circle-2/(.*)$ {{ return 301 /circle/$1; }}
    location /removed/ {{ return 410; }}
    location /soft/ {{ try_files /soft.html =404; }}
    location ~ ^/broken/\\d\\d-({words})(?:-\\d+)?\\.html$ {{ return 500; }}
    location ~ ^/private/\\d\\d-({words})(?:-\\d+)?\\.html$ {{ return 403; }}
  }}
}}
"""

_CERTIFICATES = " ssl_certificate {root}/certificates/$server_addr.pem; ssl_certificate_key {root}/key.pem;"


@dataclass(frozen=True, slots=True)
class Testbed:
    """The running hosts."""

    port: int
    folder: Path
    hosts: int = HOSTS
    scheme: str = "http"

    def urls(self, number: int, seed: int = 7) -> list[tuple[str, str]]:
        """(URL, kind) pairs of the mix, shuffled; all distinct."""
        rng = random.Random(seed)
        made: dict[str, str] = {}
        for kind, share in MIX:
            wanted = len(made) + round(number * share)
            for serial in range(10_000_000):
                if len(made) >= wanted:
                    break
                made[self._url(kind, serial)] = kind
        pairs = list(made.items())
        rng.shuffle(pairs)
        return pairs

    def _url(self, kind: str, serial: int) -> str:
        host, rest = serial % self.hosts, serial // self.hosts
        page, rest = rest % PAGES, rest // PAGES
        word, rest = WORDS[rest % len(WORDS)], rest // len(WORDS)
        again = f"-{rest}" if rest else ""
        return f"{self.scheme}://{address(host)}:{self.port}/{kind}/{page:02d}-{word}{again}.html"


def address(host: int) -> str:
    """The loopback address of a host, by its number from 0."""
    return f"127.0.{host // 250 + 1}.{host % 250 + 1}"


@contextmanager
def running(folder: Path, pages: Sequence[str], hosts: int = HOSTS, *, tls: bool = False) -> Iterator[Testbed]:
    """Serve the hosts until the block ends; `pages` are the HTML documents, of which the first 100 are used.

    Over TLS each host has a certificate for its address, by the authority in `authorities.pem` of the folder.
    """
    _write_site(folder / "site", pages)
    slow = _SlowServer((folder / "site" / "pages" / "00.html").read_bytes())
    port = _free_port()
    addresses = [address(host) for host in range(hosts)]
    listen = " ".join(f"listen {each}:{port}{' ssl' if tls else ''} backlog=1024;" for each in addresses)
    if tls:
        write_certificates(folder, addresses)
        listen += _CERTIFICATES.format(root=folder)
    conf = folder / "nginx.conf"
    conf.write_text(
        _CONF.format(root=folder, listen=listen, slow_port=slow.port, words="|".join(WORDS)), encoding="utf-8"
    )
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        raise SystemExit("this benchmark needs nginx")
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(conf)])
    try:
        _await(port)
        yield Testbed(port, folder, hosts, "https" if tls else "http")
    finally:
        process.terminate()
        process.wait()


def made_pages(number: int = PAGES, seed: int = 5) -> list[str]:
    """Made-up pages of 5 to 50 KB with head, menu, text and footer, where no saved pages are at hand."""
    rng = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(rng.choices(letters, k=rng.randint(3, 10))) for _ in range(3_000)]
    return [_made_page(rng, words, n) for n in range(number)]


def saved_pages(corpus: Path, number: int = PAGES) -> list[str]:
    """Real pages of the soft-404 corpus: labelled ok, 5 to 50 KB, at most one of a site."""
    found: dict[str, str] = {}
    lines = subprocess.run(["zstd", "-dc", str(corpus)], capture_output=True, check=True).stdout.splitlines()
    for line in lines:
        row = json.loads(line)
        plain = row["label"] == "ok" and row["provenance"] == "page" and not row["hard"]
        if plain and 20_000 <= len(row["html"]) <= 50_000:
            found.setdefault(row["site"], row["html"])
        if len(found) >= number:
            break
    return list(found.values())


def _made_page(rng: random.Random, words: list[str], number: int) -> str:
    def text(count: int) -> str:
        return " ".join(rng.choices(words, k=count))

    menu = "".join(f'<li><a href="/menu/{n}.html">{text(2)}</a></li>' for n in range(40))
    title = text(4)
    body: list[str] = []
    wanted = rng.randint(5_000, 50_000)
    size = 0
    while size < wanted:
        body.append(f'<h2>{text(4)}</h2><p>{text(60)} <a href="https://{words[size % 99]}.example/">{text(3)}</a></p>')
        size += len(body[-1])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body><nav><ul>{menu}'
        f"</ul></nav><main><h1>{title}</h1>{''.join(body)}</main><footer>{text(30)} {number}</footer></body></html>"
    )


def _write_site(root: Path, pages: Sequence[str]) -> None:
    (root / "pages").mkdir(parents=True)
    for number, page in enumerate(pages[:PAGES]):
        (root / "pages" / f"{number:02d}.html").write_text(page, encoding="utf-8", errors="replace")
    frame = (
        "<!doctype html><html lang=en><head><title>{0}</title></head>"
        "<body><nav><a href=/>Start</a></nav>{1}</body></html>"
    )
    (root / "home.html").write_text(
        frame.format("Example Ltd", "<h1>Welcome</h1><p>" + "We make and sell things. " * 40 + "</p>"), encoding="utf-8"
    )
    soft = "<h1>Page not found</h1><p>Sorry, the page you were looking for does not exist any more.</p>"
    for name in ("soft.html", "missing.html"):
        (root / name).write_text(frame.format("Page not found - Example Ltd", soft), encoding="utf-8")


class _SlowServer:
    """Answers every request with one page after `SLOW_S`."""

    def __init__(self, page: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n"
        self._answer = head.encode() + page
        self.port = _free_port()
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True).start()
        ready.wait()

    async def _serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._answer_one, "127.0.0.1", self.port, backlog=1024)
        ready.set()
        await server.serve_forever()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(SLOW_S)
                writer.write(self._answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.1.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("nginx did not start")
