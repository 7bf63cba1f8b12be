"""The hostile map in the real servers: every line right in one hop, every neighbour untouched."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from tests.redirects.hostile import SITE, hostile_lines
from tests.redirects.servers import RequireProgram, RunningServer, run_apache, run_nginx

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects import WRITERS, RedirectPlan, ServerFile, plan_redirects
from linkreclaim.redirects.canonical import Source, source_of, target_of

START = {"nginx": run_nginx, "apache": run_apache, "htaccess": run_apache}
ENGINES = sorted(START)


@pytest.fixture(scope="module", params=ENGINES)
def hostile(
    request: pytest.FixtureRequest, require_program: RequireProgram
) -> Iterator[tuple[RunningServer, RedirectPlan, frozenset[str]]]:
    """A server with the hostile map, the plan, and the sources that the writer refused."""
    plan = plan_redirects(hostile_lines(), SITE)
    written = WRITERS[request.param].write(plan, SITE, ["a hostile map \\", "second line\nserver { }"])
    assert written.written + len(written.refused) == len(plan.lines)
    with START[request.param](written.files, require_program) as server:
        yield server, plan, frozenset(refusal.line.source for refusal in written.refused)


def spellings(source: Source) -> Iterator[bytes]:
    """The ways in which clients may ask for a source."""
    query = "" if source.query is None else "?" + source.query
    yield (source.path + query).encode()
    yield (re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), source.path) + query).encode()
    raw = unquote_to_bytes(source.path)
    if not re.search(rb'[\x00-\x20\x7f%?#"<>]', raw) and not source.encoded_slash:
        yield raw + query.encode()


def host_of(source: Source) -> str:
    return source.host or "site.test"


def expected(server: RunningServer, line: RedirectLine, asked: str) -> str:
    """The Location a line must give; Apache writes path targets out with the host that was asked."""
    target = line.target or ""
    return target if "://" in target else f"http://{asked}{target}"


def absolute(location: str | None, asked: str) -> str | None:
    return location if location is None or "://" in location else f"http://{asked}{location}"


def port_free(location: str | None, server: RunningServer) -> str | None:
    return location.replace(f":{server.port}/", "/", 1) if location else None


def test_the_map_is_hostile_enough() -> None:
    plan = plan_redirects(hostile_lines(), SITE)
    assert len(plan.lines) >= 150
    assert not plan.refused


def test_only_what_the_server_cannot_do_is_refused(
    hostile: tuple[RunningServer, RedirectPlan, frozenset[str]], request: pytest.FixtureRequest
) -> None:
    _, plan, refused = hostile
    if "htaccess" not in request.node.name:
        assert not refused
        return
    for line in plan.lines:
        path = source_of(line.source).path_bytes
        assert (line.source in refused) == ("%2F" in line.source or any(len(part) > 255 for part in path.split(b"/")))


def test_every_line_answers_in_one_hop(hostile: tuple[RunningServer, RedirectPlan, frozenset[str]]) -> None:
    server, plan, refused = hostile
    wrong = []
    for line in plan.lines:
        source = source_of(line.source)
        if line.source in refused:
            continue
        for asked in spellings(source):
            status, location = server.ask(asked, host_of(source))
            found = port_free(absolute(location, host_of(source)), server)
            if (status, found) != (301, expected(server, line, host_of(source))):
                wrong.append((asked, status, found, line.target))
    assert not wrong


def test_the_query_of_a_request_is_carried_on(hostile: tuple[RunningServer, RedirectPlan, frozenset[str]]) -> None:
    server, plan, refused = hostile
    wrong = []
    for line in plan.lines:
        source, target = source_of(line.source), target_of(line.target or "")
        if line.source in refused or source.query is not None:
            continue
        status, location = server.ask(source.path.encode() + b"?utm=%41&b=c?d", host_of(source))
        found = port_free(absolute(location, host_of(source)), server)
        carried = "utm=%41&b=c?d" if target.query is None else f"{target.query}&utm=%41&b=c?d"
        wanted = f"{target.base}?{carried}" + ("" if target.fragment is None else "#" + target.fragment)
        wanted = wanted if "://" in target.base else f"http://{host_of(source)}{wanted}"
        if (status, found) != (301, wanted):
            wrong.append((source.path, status, found, wanted))
    assert not wrong


def neighbours(source: Source) -> Iterator[bytes]:
    """Requests next to a source that no line means: longer, shorter, below, other case, regex look-alikes."""
    query = b"" if source.query is None else b"?" + source.query.encode()
    raw = unquote_to_bytes(source.path)
    for path in (raw + b"x", raw[:-1], raw.rstrip(b"/") + b"/child", raw.swapcase(), raw.replace(b".", b"x")):
        yield quote(path or b"/", safe="/").encode() + query
    if query:
        yield source.path.encode() + query + b"x"
        yield source.path.encode() + query.swapcase()


def test_every_neighbour_is_untouched(hostile: tuple[RunningServer, RedirectPlan, frozenset[str]]) -> None:
    server, plan, _ = hostile
    sources = [source_of(line.source) for line in plan.lines]
    taken = {(s.host, unquote_to_bytes(s.path), s.query) for s in sources}
    touched = []
    for source in sources:
        for asked in neighbours(source):
            path, _, query = asked.partition(b"?")
            raw = re.sub(b"/+", b"/", unquote_to_bytes(path))
            meant = {
                (source.host, one, q) for one in (raw, unquote_to_bytes(path)) for q in (query.decode() or None, None)
            }
            if not meant & taken and server.ask(asked, host_of(source))[0] not in (400, 403, 404):
                touched.append((source.text, asked))
    assert not touched


def test_a_request_cannot_pose_as_an_answer(hostile: tuple[RunningServer, RedirectPlan, frozenset[str]]) -> None:
    server, _, _ = hostile
    for asked in (
        b"/x%0A301%20?%20https://evil.example/%0A/x",
        b"/x%0A/x%0A301%20-%20https://evil.example/",
        b"/x%09y%0A301%20?%20https://evil.example/?y",
        b"/a%0d%0aLocation:%20https://evil.example/",
        b"/x%20301+https://evil.example/",
        b"/${linkreclaim:/old}",
        b"/x?301+https://evil.example/",
    ):
        assert server.ask(asked)[0] in (400, 403, 404), asked


@pytest.mark.parametrize("engine", ENGINES)
def test_prefix_and_statuses(engine: str, require_program: RequireProgram) -> None:
    plan = plan_redirects(
        [
            RedirectLine("/blog/", "/articles/", match=MapMatch.PREFIX),
            RedirectLine("/blog/news", "https://site.test/n", 308, MapMatch.PREFIX),
            RedirectLine("/blog/news/special", "/sp", 302),
            RedirectLine("/a+b é", "/plus", 307, MapMatch.PREFIX),
            RedirectLine("https://old.example/", "https://site.test/", match=MapMatch.PREFIX),
            RedirectLine("/gone", None, 410),
            RedirectLine("/gone/all", None, 410, MapMatch.PREFIX),
        ],
        SITE,
    )
    assert not plan.refused
    written = WRITERS[engine].write(plan, SITE, [])
    assert not written.refused
    cases: list[tuple[str, str, int, str | None]] = [
        ("site.test", "/blog/", 301, "http://site.test/articles/"),
        ("site.test", "/blog/a%2Fb%3Fc/%C3%A9?x=1", 301, "http://site.test/articles/a%2Fb%3Fc/%C3%A9?x=1"),
        ("site.test", "/blog", 404, None),
        ("site.test", "/blog/news", 308, "https://site.test/n"),
        ("site.test", "/blog/news/x.html", 308, "https://site.test/n/x.html"),
        ("site.test", "/blog/newspaper", 301, "http://site.test/articles/newspaper"),
        ("site.test", "/blog/news/special?x", 302, "http://site.test/sp?x"),
        ("site.test", "/a+b%20%C3%A9/c", 307, "http://site.test/plus/c"),
        ("site.test", "/a%2bb%20%c3%a9", 307, "http://site.test/plus"),
        ("site.test", "/a+b%20%C3%A9c", 404, None),
        ("www.old.example", "/deep/page?q=1", 301, "https://site.test/deep/page?q=1"),
        ("www.old.example", "/blog/x", 301, "https://site.test/blog/x"),
        ("site.test", "/gone", 410, None),
        ("site.test", "/gone/all/of/it", 410, None),
        ("site.test", "/gone/allx", 404, None),
    ]
    with START[engine](written.files, require_program) as server:
        for host, asked, status, location in cases:
            if engine == "htaccess" and "%2F" in asked:
                continue
            found = server.ask(asked.encode(), host)
            assert (found[0], port_free(absolute(found[1], host), server)) == (status, location), asked


def test_apache_reads_the_map_as_dbm(require_program: RequireProgram) -> None:
    plan = plan_redirects(hostile_lines(), SITE)
    written = WRITERS["apache"].write(plan, SITE, [])
    convert = str(require_program("httxt2dbm"))
    with tempfile.TemporaryDirectory() as folder:
        text, dbm = Path(folder, "map.txt"), Path(folder, "linkreclaim-redirects.dbm")
        text.write_bytes(written.files[1].content)
        subprocess.run([convert, "-f", "SDBM", "-i", str(text), "-o", str(dbm)], check=True, capture_output=True)
        tables = tuple(ServerFile(path.name, path.read_bytes()) for path in Path(folder).glob("*.dbm.*"))
    conf = re.sub(rb'(?m)^RewriteMap linkreclaim "txt.*\n', b"", written.files[0].content)
    conf = conf.replace(b"# RewriteMap linkreclaim ", b"RewriteMap linkreclaim ")
    assert conf.count(b"RewriteMap linkreclaim ") == conf.count(b'"dbm=sdbm:') == 1
    with run_apache((ServerFile("linkreclaim-redirects.conf", conf), *tables), require_program) as server:
        for line in plan.lines:
            source = source_of(line.source)
            asked = source.path if source.query is None else f"{source.path}?{source.query}"
            found = server.ask(asked.encode(), host_of(source))
            assert port_free(absolute(found[1], host_of(source)), server) == expected(server, line, host_of(source))
