"""The owner's own site refuses us: noticed early, told with a recipe, and gone on from without loss."""

import os
import pwd
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.command import run_command
from tests.jobs.audits import day, run_audit, write_links
from tests.jobs.web import NOT_FOUND, Host, Page, page, serve

from linkreclaim.errors import SiteBlockedError
from linkreclaim.jobs.runs.blocked_site import RECIPES, BlockedWatch, Wall, explain
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, Hop, Look, PageFacts, Verdict, VerdictKind
from linkreclaim.store import open_workspace

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
DOCS = Path(__file__).parents[2] / "docs"
TARGETS = 120
CHALLENGE: Page = (403, {"cf-mitigated": "challenge", "Server": "cloudflare"}, "<title>Just a moment...</title>")
PASSWORD: Page = (401, {"WWW-Authenticate": 'Basic realm="staging"'}, "<title>401 Authorization Required</title>")


class OwnSite:
    """A site with many targets, of which `refused` get `wall`; half of the others are dead."""

    def __init__(self, folder: Path) -> None:
        self.wall = CHALLENGE
        self.refused: Callable[[int], bool] = lambda number: True
        self.host = Host(self.answer)
        self.folder = folder
        self.targets = TARGETS

    def answer(self, path: str) -> Page:
        number = path.removeprefix("/guide-")
        if number.isdigit():
            if self.refused(int(number)):
                return self.wall
            return NOT_FOUND if int(number) % 2 else page(f"Guide {number}", f"Words of guide {number} " * 9)
        return page("Home", "We advise tenants, heirs and employees.") if path == "/" else NOT_FOUND

    def audit(self, **options: object) -> None:
        links = write_links(self.folder / "links.csv", [f"{self.host.origin}/guide-{n}" for n in range(self.targets)])
        run_audit(self.host.origin, links, day(0), probe=False, max_pages=1, **options)  # type: ignore[arg-type]

    def kept(self) -> dict[str, str]:
        """{path: verdict} of the looks that the only run has saved."""
        with open_workspace(self.folder / "ws") as workspace:
            tasks = workspace.tasks.answered(1, "target", VerdictKind)
            looks = workspace.looks.of(1, [task.url_id for task in tasks])
        return {look.url.removeprefix(self.host.origin): look.verdict.kind.value for look in looks.values()}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnSite]:
    site = OwnSite(tmp_path)
    with serve(site.host):
        yield site


def test_a_site_that_refuses_ends_the_run_early_with_a_recipe(own: OwnSite) -> None:
    with pytest.raises(SiteBlockedError) as caught:
        own.audit()
    said = str(caught.value)
    assert caught.value.exit_code == 4
    assert f"{own.host.netloc} refuses us: " in said
    assert "targets (403, Cloudflare challenge)" in said
    assert "answered 403, header cf-mitigated of Cloudflare" in said
    assert 'any(http.request.headers["x-reclaim-key"][*] eq "SECRET")' in said
    assert "docs/blocked-site.md#cloudflare" in said
    assert "--keep-going" in said
    assert sum(own.host.asked.values()) < TARGETS, "the rest is not asked"
    assert own.kept() == {}


def test_the_same_command_goes_on_without_loss(own: OwnSite) -> None:
    own.refused = lambda number: number % 3 == 0
    with pytest.raises(SiteBlockedError):
        own.audit()
    kept = own.kept()
    assert kept
    assert set(kept.values()) <= {"alive", "not_found"}
    own.refused = lambda number: False
    own.audit()
    assert sorted(own.kept().values()) == ["alive"] * (TARGETS // 2) + ["not_found"] * (TARGETS // 2)
    assert {own.host.asked[path] for path in kept} == {1}, "what was saved is not asked again"


def test_a_site_that_goes_on_refusing_is_told_again(own: OwnSite) -> None:
    for _ in range(2):
        with pytest.raises(SiteBlockedError):
            own.audit()
    assert own.kept() == {}


@pytest.mark.parametrize("options", [{"keep_going": True}, {"foreign": True}])
def test_whoever_insists_or_asks_about_strangers_goes_on(own: OwnSite, options: dict[str, bool]) -> None:
    own.audit(**options)
    assert set(own.kept().values()) == {"blocked"}
    assert len(own.kept()) == TARGETS


def test_a_site_that_guards_some_pages_is_audited(own: OwnSite) -> None:
    own.refused = lambda number: number % 7 == 0
    own.audit()
    assert len(own.kept()) == TARGETS
    assert list(own.kept().values()).count("blocked") == len(range(0, TARGETS, 7))


@pytest.mark.parametrize(("refused", "ends"), [(8, True), (5, True), (4, False)])
def test_a_short_list_is_measured_by_its_own_length(own: OwnSite, refused: int, ends: bool) -> None:
    own.targets, own.wall, own.refused = 8, PASSWORD, lambda number: number < refused
    if not ends:
        own.audit()
        return
    with pytest.raises(
        SiteBlockedError, match=rf"{refused} of the first 8 targets \(401, wants a password\)"
    ) as caught:
        own.audit()
    assert 'answered 401, www-authenticate: Basic realm="staging"' in str(caught.value)
    assert "--basic-auth USER:PASSWORD" in str(caught.value)


# The watch alone

SITE = Site("shop.example")


def a_look(
    status: int, *headers: tuple[str, str], url: str = "https://shop.example/a", final: str = "", words: str = ""
) -> Look:
    hops = (Hop(url, 301, final), Hop(final, status)) if final else (Hop(url, status),)
    page_facts = PageFacts(title=words, text=words) if words else None
    answer = Answer(url, hops, headers=headers, page=page_facts)
    kind = VerdictKind.BLOCKED if status in (401, 403, 429, 451, 503) else VerdictKind.ALIVE
    return Look(url, answer, Verdict(kind, "", 0.9), datetime(2026, 11, 2, tzinfo=UTC))


FINE = a_look(200)
REFUSED = a_look(403)


def watched(*looks: Look) -> BlockedWatch:
    watch = BlockedWatch(SITE)
    for look in looks:
        watch.add(look)
    return watch


def test_more_than_a_fifth_of_the_first_fifty_is_needed() -> None:
    assert watched(*[FINE] * 40, *[REFUSED] * 10).tripped is None
    assert watched(*[FINE] * 40, *[REFUSED] * 10).at_end is None
    blocked = watched(*[FINE] * 39, *[REFUSED] * 11).tripped
    assert blocked is not None
    assert (blocked.refused, blocked.looked) == (11, 50)


def test_what_comes_after_the_first_fifty_does_not_count() -> None:
    watch = watched(*[FINE] * 50, *[REFUSED] * 500)
    assert (watch.tripped, watch.at_end) == (None, None)


def test_other_hosts_and_withheld_pages_are_no_refusal_of_the_site() -> None:
    stranger = a_look(403, url="https://else.example/a")
    led_away = a_look(403, final="https://social.example/wall")
    assert watched(*[stranger] * 60, *[led_away] * 30, *[a_look(451)] * 20).at_end is None
    assert watched(*[a_look(403, final="https://www.shop.example/a/")] * 20).tripped is not None


@pytest.mark.parametrize(
    ("look", "wall", "sign"),
    [
        (a_look(403, ("cf-mitigated", "challenge")), Wall.CLOUDFLARE, "403, Cloudflare challenge"),
        (a_look(403, ("server", "cloudflare")), Wall.CLOUDFLARE, "403, Cloudflare"),
        (a_look(401, ("server", "cloudflare"), ("www-authenticate", "Basic")), Wall.PASSWORD, "401, wants a password"),
        (a_look(503, ("server", "nginx"), words="Generated by Wordfence"), Wall.WORDFENCE, "503, Wordfence"),
        (a_look(429, ("server", "nginx")), Wall.PACE, "429"),
        (a_look(403, ("server", "nginx/1.24.0")), Wall.NGINX, "403"),
        (a_look(403, ("server", "Sucuri/Cloudproxy"), ("x-sucuri-block", "FBP007")), Wall.OTHER, "403"),
        (a_look(403), Wall.OTHER, "403"),
    ],
)  # fmt: skip
def test_the_wall_is_told_by_its_signs_and_named_with_its_recipe(look: Look, wall: Wall, sign: str) -> None:
    blocked = watched(*[look] * 12).tripped
    assert blocked is not None
    assert (blocked.wall, blocked.sign) == (wall, sign)
    said = explain(blocked, "shop.example")
    assert RECIPES[wall][0] in said
    assert f"docs/blocked-site.md#{wall.value}" in said
    assert max(map(len, said.splitlines())) <= 140


def test_every_recipe_is_on_the_page() -> None:
    text = (DOCS / "blocked-site.md").read_text(encoding="utf-8")
    headings = [line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line.startswith("## ")]
    assert {wall.value for wall in Wall} <= set(headings)


@pytest.mark.parametrize("section", ["Too many requests", "nginx"])
def test_the_recipes_for_nginx_let_in_whoever_has_the_secret(
    require_program: Callable[..., Path], tmp_path: Path, section: str
) -> None:
    nginx = require_program("nginx")
    text = (DOCS / "blocked-site.md").read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    maps = re.findall(r"```nginx\n(.*?)```", text, re.S)
    rules = {
        "Too many requests": "limit_req zone=visitors; limit_req_status 429;",
        "nginx": "if ($refused) { return 403; } auth_basic $realm; auth_basic_user_file passwords;",
    }
    with running_nginx(nginx, tmp_path, "map $http_user_agent $bad_bot { default 1; }" + "".join(maps), rules[section]):
        origin = f"http://127.0.0.1:{(tmp_path / 'port').read_text()}/"
        asked = [(ask(origin, {}), ask(origin, {"X-Reclaim-Key": "SECRET"})) for _ in range(5)]
    assert {with_secret for _, with_secret in asked} == {200}
    assert asked[-1][0] == {"Too many requests": 429, "nginx": 403}[section]


def ask(url: str, headers: dict[str, str]) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"nginx did not start: {log.read_text() if log.exists() else ''}")


@contextmanager
def running_nginx(nginx: Path, folder: Path, outside: str, inside: str) -> Iterator[None]:
    """A real nginx on loopback with our lines in its http and server blocks; its port is in the file `port`."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (folder / "port").write_text(str(port))
    (folder / "index.html").write_text("here")
    (folder / "passwords").write_text("me:{PLAIN}pass\n")
    temporary = " ".join(f"{kind}_temp_path {folder}/t-{kind};" for kind in TEMPORARY)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
        f"http {{ access_log off; {temporary} {outside}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; {inside} location / {{}} }} }}\n"
    )
    folder.chmod(0o755)
    user = ["-g", f"user {pwd.getpwuid(os.getuid()).pw_name};"]
    process = subprocess.Popen([str(nginx), "-c", str(folder / "nginx.conf"), *user], stderr=subprocess.DEVNULL)
    try:
        await_port(port, process, folder / "log")
        yield
    finally:
        process.terminate()
        process.wait(10)


def test_a_hostile_header_cannot_write_to_the_terminal() -> None:
    look = a_look(403, ("server", "x\x1b[2J\x9b31m" + "y" * 400))
    blocked = watched(*[look] * 12).tripped
    assert blocked is not None
    assert blocked.evidence.isprintable()
    assert len(blocked.evidence) < 300


# Secrets: to the site's hosts only, and nowhere on disk or screen

KEY = "k3y-that-nobody-may-see"
SECRET = "pass-that-nobody-may-see"


@dataclass
class Listener:
    """A server that keeps the host and the credentials of each request."""

    port: int = 0
    heard: list[tuple[str, str, str]] = field(default_factory=list)  # (host without port, path, what was sent)

    def secrets_at(self, host: str) -> set[str]:
        """What requests to a host name carried, robots.txt left out."""
        return {sent for name, path, sent in self.heard if name == host and path != "/robots.txt"}


@contextmanager
def listening(answer: Callable[[str, str], Page]) -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "").partition(":")[0]
            sent = f"{self.headers.get('X-Key', '')} {self.headers.get('Authorization', '')}".strip()
            listener.heard.append((host, self.path, sent))
            status, headers, body = answer(host, self.path)
            self.send_response(status)
            for name, value in {"Content-Type": "text/html", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        listener.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield listener
        server.shutdown()


def every_byte(folder: Path) -> bytes:
    """All files of a folder, with the compressed documents of the workspace unpacked."""
    found = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    with open_workspace(folder / "ws") as workspace, workspace.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT run_id, name FROM document").all()
    with open_workspace(folder / "ws") as workspace:
        documents = [workspace.documents.get(run_id, name) for run_id, name in names]
    return found + b"".join(held[1] for held in documents if held is not None)


@pytest.mark.parametrize("wall", [None, PASSWORD])
def test_secrets_go_to_the_site_only_and_are_kept_nowhere(tmp_path: Path, wall: Page | None) -> None:
    elsewhere: list[str] = []

    def answer(host: str, path: str) -> Page:
        if host != "localhost":
            return page("Elsewhere", "Another host.")
        if path.startswith("/leave-"):
            return 302, {"Location": elsewhere[int(path[-1])]}, ""
        return wall or (page("Home", "Of the site.") if path in ("/", "/fine") else NOT_FOUND)

    with listening(answer) as listener:
        elsewhere += [f"http://127.0.0.1:{listener.port}/x", f"http://sub.localhost:{listener.port}/y"]
        site = f"http://localhost:{listener.port}"
        paths = ["fine", "leave-0", "leave-1", *(f"dead-{n}" for n in range(8))]
        links = write_links(tmp_path / "links.csv", [f"{site}/{path}" for path in paths])
        command = [sys.executable, "-m", "linkreclaim", "audit", site, "--links", str(links), "--no-read"]
        command += ["--columns", "referring_page=Referring page URL,target_url=Target URL", "--allow-private"]
        command += ["--workspace", str(tmp_path / "ws"), "--header", f"X-Key: {KEY}"]
        environment = {**os.environ, "LINKRECLAIM_BASIC_AUTH": f"me:{SECRET}"}
        done = run_command(command, env=environment)
    assert done.returncode == (4 if wall else 3), done.stderr
    own = listener.secrets_at("localhost")
    assert len(own) == 1
    sent = own.pop()
    assert sent.startswith(f"{KEY} Basic ")
    assert listener.secrets_at("127.0.0.1") == listener.secrets_at("sub.localhost") == {""}
    seen = every_byte(tmp_path) + done.stdout + done.stderr
    for secret in (KEY, SECRET, sent.rpartition(" ")[2]):
        assert secret.encode() not in seen


def test_secrets_of_an_https_site_do_not_travel_over_plain_http(tmp_path: Path) -> None:
    with listening(lambda host, path: PASSWORD) as listener:
        site = f"localhost:{listener.port}"
        links = write_links(tmp_path / "links.csv", [f"http://{site}/guide-{n}" for n in range(6)])
        for given in (f"https://{site}", site):
            with pytest.raises(SiteBlockedError, match=f"give it as http://{site}"):
                run_audit(given, links, day(0), probe=False, site_headers=(("X-Key", KEY),), fresh=True)
        assert listener.secrets_at("localhost") == {""}
        with pytest.raises(SiteBlockedError) as caught:
            run_audit(f"http://{site}", links, day(0), probe=False, site_headers=(("X-Key", KEY),), fresh=True)
        assert "give it as http" not in str(caught.value)
        assert KEY in listener.secrets_at("localhost")
