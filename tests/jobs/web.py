"""A small web on loopback for whole-run tests: a site and its referring sites, each on a port of its own."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import zip_longest

Page = tuple[int, dict[str, str], str]
Answer = Callable[[str], Page]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


@dataclass
class Host:
    """One served host: what it answers, and what it was asked."""

    answer: Answer
    delay_s: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)
    netloc: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def origin(self) -> str:
        """http://host:port"""
        return f"http://{self.netloc}"


@contextmanager
def serve(*hosts: Host, ports: Sequence[int] = ()) -> Iterator[None]:
    """Serve every host on a free port of 127.0.0.1, or on its own of `ports`, until the block ends."""
    servers = []
    for host, port in zip_longest(hosts, ports, fillvalue=0):
        assert isinstance(host, Host)
        server = _Server(("127.0.0.1", port), _handler(host))
        host.netloc = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        servers.append(server)
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            with host.lock:
                host.asked[self.path] += 1
            time.sleep(host.delay_s)
            status, headers, body = host.answer(self.path)
            payload = body.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def page(title: str, text: str, links: str = "") -> Page:
    """A page of the site."""
    menu = "<nav><a href='/'>Home</a> <a href='/contact'>Contact</a></nav>"
    return 200, {}, f"<title>{title}</title>{menu}<main><h1>{title}</h1><p>{text}</p>{links}</main>"


NOT_FOUND: Page = (404, {}, "<title>Page not found</title><h1>Page not found</h1>")
ARTICLES = {
    "contract-law": "How to end a contract early without paying the whole term, and what notice the courts expect.",
    "tenant-rights": "What a tenant may withhold when the heating fails in winter, and how to prove the defect.",
    "inheritance-tax": "Allowances for children, spouses and siblings, and the ten-year rule for gifts in life.",
    "unfair-dismissal": "Deadlines for an action against dismissal, and when a warning must come first.",
    "traffic-fines": "Objecting to a speeding ticket, the calibration of the device and the tolerance.",
    "divorce-costs": "Court and lawyer fees of a divorce, and how the value of the claim is fixed.",
}


def law_firm(path: str) -> Page:
    """A site after a relaunch: /blog/x became /resources/x; /blog/retired is gone for good; one page walls bots off."""
    if path == "/robots.txt":
        return 200, {"Content-Type": "text/plain"}, "User-agent: *\nAllow: /\n"
    if path == "/sitemap.xml":
        urls = "".join(f"<url><loc>{{origin}}/resources/{name}</loc></url>" for name in ARTICLES)
        return (
            200,
            {"Content-Type": "application/xml"},
            f"<urlset>{urls}<url><loc>{{origin}}/contact</loc></url></urlset>",
        )
    name = path.rsplit("/", 1)[-1]
    if path.startswith("/resources/") and name in ARTICLES:
        return page(name.replace("-", " ").title(), ARTICLES[name])
    if path == "/blog/old-news":
        return 301, {"Location": "/resources/contract-law"}, ""
    if path == "/walled":
        return 403, {"cf-mitigated": "challenge"}, "<title>Just a moment...</title>"
    if path == "/":
        return page("Law firm", "We advise tenants, heirs and employees in the whole region.")
    if path == "/contact":
        return page("Contact", "Write to us or call during office hours.")
    return NOT_FOUND


def with_origin(host: Host, answer: Answer) -> Answer:
    """An answer that may name its own host as {origin}."""

    def filled(path: str) -> Page:
        status, headers, body = answer(path)
        return status, headers, body.replace("{origin}", host.origin)

    return filled
