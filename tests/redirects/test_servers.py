"""The hostile map in the real servers: every line right in one hop, every neighbour untouched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

import pytest
from tests.redirects.hostile import SITE, hostile_lines
from tests.redirects.servers import OWN_SERVERS, START, RequireProgram, RunningServer, run_nginx

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import UNNAMED_HOST, Site
from linkreclaim.redirects import WRITERS, RedirectPlan, ServerFile, plan_redirects
from linkreclaim.redirects.canonical import Source, source_of, target_of

ENGINES = sorted(START)


@dataclass(frozen=True)
class Hostile:
    """A server with the hostile map, its plan, and the sources that the writer refused."""

    engine: str
    server: RunningServer
    plan: RedirectPlan
    refused: frozenset[str]

    def written(self) -> Iterator[tuple[RedirectLine, Source]]:
        for line in self.plan.lines:
            if line.source not in self.refused:
                yield line, source_of(line.source)


@pytest.fixture(scope="module", params=ENGINES)
def hostile(request: pytest.FixtureRequest, require_program: RequireProgram) -> Iterator[Hostile]:
    engine = request.param
    plan = plan_redirects(hostile_lines(), SITE)
    written = WRITERS[engine.split()[0]].write(plan, SITE, ["a hostile map \\", "second line\nserver { }"])
    assert written.written + len(written.refused) == len(plan.lines)
    refused = frozenset(refusal.line.source for refusal in written.refused)
    with START[engine](written.files, require_program) as server:
        yield Hostile(engine, server, plan, refused)


def spellings(source: Source, engine: str) -> Iterator[bytes]:
    """The ways in which clients may ask for a source; HAProxy answers 400 to bytes that must be escaped."""
    query = "" if source.query is None else "?" + source.query
    yield (source.path + query).encode()
    yield (re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), source.path) + query).encode()
    raw = unquote_to_bytes(source.path)
    must_be_escaped = source.encoded_slash or re.search(rb'[\x00-\x20\x7f%?#"<>]', raw)
    if not must_be_escaped and (engine != "haproxy" or raw.isascii()):
        yield raw + query.encode()


def host_of(source: Source) -> str:
    return source.host or "site.test"


def expected(line: RedirectLine, asked: str) -> tuple[int, str | None]:
    """The answer a line must give; Apache writes path targets out with the host that was asked."""
    return line.status, absolute(line.target, asked)


def absolute(location: str | None, asked: str) -> str | None:
    return location if location is None or "://" in location else f"http://{asked}{location}"


def port_free(location: str | None, server: RunningServer) -> str | None:
    return location.replace(f":{server.port}/", "/", 1) if location else None


def test_the_map_is_hostile_enough() -> None:
    plan = plan_redirects(hostile_lines(), SITE)
    assert not plan.refused
    assert len(plan.lines) >= 240
    assert {line.status for line in plan.lines} == {301, 302, 307, 308, 410}


def test_only_what_the_server_cannot_do_is_refused(hostile: Hostile) -> None:
    def cannot(source: Source) -> bool:
        if hostile.engine == "htaccess":
            return source.encoded_slash or any(len(part) > 255 for part in source.path_bytes.split(b"/"))
        return hostile.engine == "lighttpd" and re.search(rb"[\x00-\x1f\x7f]", source.path_bytes) is not None

    assert hostile.refused == {line.source for line in hostile.plan.lines if cannot(source_of(line.source))}


def test_every_line_answers_in_one_hop(hostile: Hostile) -> None:
    wrong = []
    for line, source in hostile.written():
        host = host_of(source)
        for asked in spellings(source, hostile.engine):
            status, location = hostile.server.ask(asked, host)
            found = status, port_free(absolute(location, host), hostile.server)
            if found != expected(line, host):
                wrong.append((asked, found, line.target))
    assert not wrong


def test_the_query_of_a_request_is_carried_on(hostile: Hostile) -> None:
    wrong = []
    for line, source in hostile.written():
        if source.query is not None or line.target is None:
            continue
        host, target = host_of(source), target_of(line.target)
        status, location = hostile.server.ask(source.path.encode() + b"?utm=%41&b=c?d", host)
        found = port_free(absolute(location, host), hostile.server)
        carried = "utm=%41&b=c?d" if target.query is None else f"{target.query}&utm=%41&b=c?d"
        wanted = f"{target.base}?{carried}" + ("" if target.fragment is None else "#" + target.fragment)
        if (status, found) != (line.status, absolute(wanted, host)):
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


def test_every_neighbour_is_untouched(hostile: Hostile) -> None:
    server = hostile.server
    sources = [source_of(line.source) for line in hostile.plan.lines]
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


def test_a_request_cannot_pose_as_an_answer(hostile: Hostile) -> None:
    for asked in (
        b"/x%0A301%20?%20https://evil.example/%0A/x",
        b"/x%0A/x%0A301%20-%20https://evil.example/",
        b"/x%09y%0A301%20?%20https://evil.example/?y",
        b"/a%0d%0aLocation:%20https://evil.example/",
        b"/x%20301+https://evil.example/",
        b"/${linkreclaim:/old}",
        b"/x?301+https://evil.example/",
    ):
        assert hostile.server.ask(asked)[0] in (400, 403, 404), asked


@pytest.mark.parametrize("engine", ENGINES)
def test_prefix_and_statuses(engine: str, require_program: RequireProgram) -> None:
    long = "/%7Blong%7D" + "/y" * 500
    plan = plan_redirects(
        [
            RedirectLine("/blog/", "/articles/", match=MapMatch.PREFIX),
            RedirectLine("/blog/news", "https://site.test/n", 308, MapMatch.PREFIX),
            RedirectLine("/blog/news/special", "/sp", 302),
            RedirectLine("/a+b é", "/plus", 307, MapMatch.PREFIX),
            RedirectLine("https://old.example/", "https://site.test/", match=MapMatch.PREFIX),
            RedirectLine("/two//x", "/plain"),
            RedirectLine("/two//x?q=1", "/query"),
            RedirectLine(long, "/plain"),
            RedirectLine(long + "?q=1", "/query"),
            RedirectLine("/long-target", long + long),
            RedirectLine("//long-target", "/slashes"),
            RedirectLine("/long-target?q=1", "/query"),
            RedirectLine("/gone", None, 410),
            RedirectLine("/gone/all", None, 410, MapMatch.PREFIX),
        ],
        SITE,
    )
    assert not plan.refused
    written = WRITERS[engine.split()[0]].write(plan, SITE, [])
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
        ("site.test", "/two//x?q=1", 301, "http://site.test/query"),
        ("site.test", "/two//x?q=2", 301, "http://site.test/plain?q=2"),
        ("site.test", long + "?q=1", 301, "http://site.test/query"),
        ("site.test", long + "?q=2", 301, "http://site.test/plain?q=2"),
        ("site.test", "/long-target?q=1", 301, "http://site.test/query"),
        ("site.test", "//long-target", 301, "http://site.test/slashes"),
        ("site.test", "/long-target?q=2", 301, f"http://site.test{long}{long}?q=2"),
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


@pytest.mark.parametrize("engine", ENGINES)
def test_a_map_of_paths_for_a_site_that_nobody_named_answers_for_every_host(
    engine: str, require_program: RequireProgram
) -> None:
    lines = [
        RedirectLine("/old", "/new"),
        RedirectLine("/blog/", "/news/", match=MapMatch.PREFIX),
        RedirectLine("https://old.example/", "https://new.example/all"),
    ]
    unnamed = Site(UNNAMED_HOST, old_hosts=("old.example",))
    plan = plan_redirects(lines, unnamed)
    written = WRITERS[engine.split()[0]].write(plan, unnamed, [])
    assert not written.refused
    with START[engine](written.files, require_program) as server:
        for host in ("site.test", "other.test"):
            for asked, location in (("/old", "/new"), ("/blog/a", "/news/a")):
                status, found = server.ask(asked.encode(), host)
                assert (status, port_free(absolute(found, host), server)) == (301, f"http://{host}{location}")
        assert server.ask(b"/", "old.example") == (301, "https://new.example/all")


def test_two_sites_stand_side_by_side_on_one_nginx(require_program: RequireProgram) -> None:
    sites = [SITE, Site("second.test", "http")]
    plans = [plan_redirects([RedirectLine("/old$1", f"http://{site.host}/new")], site) for site in sites]
    written = [WRITERS["nginx"].write(plan, site, []).files for plan, site in zip(plans, sites, strict=True)]
    beside = tuple(ServerFile("second-" + file.name, file.content) for file in written[1])
    with run_nginx((*written[0], *beside), require_program, second_site=True) as server:
        for site in sites:
            assert server.ask(b"/old%241", site.host) == (301, f"http://{site.host}/new")


def test_apache_reads_many_lines_as_dbm() -> None:
    for lines, kind in ((1_000, b"txt"), (1_001, b"dbm")):
        plan = plan_redirects([RedirectLine(f"/old/{number}", "/new") for number in range(lines)], SITE)
        conf = WRITERS["apache"].write(plan, SITE, []).files[0].content
        assert re.findall(rb'(?m)^RewriteMap linkreclaim "([a-z]+)', conf) == [kind]


@pytest.mark.parametrize("engine", OWN_SERVERS)
def test_a_target_that_ends_in_a_separator_arrives_whole_or_is_refused(
    engine: str, require_program: RequireProgram
) -> None:
    ends = ("?id=&", "?a=?", "#x?", "?a=1#x&", "?a=&&")
    plan = plan_redirects([RedirectLine(f"/old/{n}", f"/new/{n}{end}") for n, end in enumerate(ends)], SITE)
    written = WRITERS[engine].write(plan, SITE, [])
    assert len(written.refused) == (len(ends) if engine in ("apache", "htaccess") else 0)
    refused = {refusal.line.source for refusal in written.refused}
    with START[engine](written.files, require_program) as server:
        for line in plan.lines:
            status, location = server.ask(line.source.encode())
            found = status, port_free(absolute(location, "site.test"), server)
            assert found == ((404, None) if line.source in refused else expected(line, "site.test"))


def test_nginx_is_not_given_what_it_answers_400_to(require_program: RequireProgram) -> None:
    sources = ["/..%2Fa", "/%2F..", "/a%2F..%2F..%2Fb", "/a%2F..%2Fb", "/..a%2Fb"]
    plan = plan_redirects([RedirectLine(source, f"/new/{n}") for n, source in enumerate(sources)], SITE)
    written = WRITERS["nginx"].write(plan, SITE, [])
    assert [refusal.line.source for refusal in written.refused] == sources[:3]
    with run_nginx(written.files, require_program) as server:
        for n, source in enumerate(sources):
            assert server.ask(source.encode())[0] == (400 if n < 3 else 301)


LONGEST = {"nginx": 3_900, "apache": 7_900, "htaccess": 250, "caddy": 7_900, "haproxy": 7_900, "lighttpd": 7_900}
"""Bytes of a path that is still written; lighttpd and the request line of others take some 8,000 by default."""


@pytest.mark.parametrize("engine", sorted(LONGEST))
def test_the_longest_lines_work(engine: str, require_program: RequireProgram) -> None:
    plan = plan_redirects(
        [
            RedirectLine("/" + "a" * LONGEST[engine], "/b"),
            RedirectLine("/c", "/" + "d" * LONGEST[engine]),
            RedirectLine("/" + "e" * (LONGEST[engine] - 50) + "/", "/f/", match=MapMatch.PREFIX),
        ],
        SITE,
    )
    written = WRITERS[engine].write(plan, SITE, [])
    assert not written.refused
    with START[engine](written.files, require_program) as server:
        for line in plan.lines:
            status, location = server.ask(line.source.encode())
            assert (status, port_free(absolute(location, "site.test"), server)) == expected(line, "site.test")
