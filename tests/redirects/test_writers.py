"""No source, target or header can add a directive: each file is read back by a reader of its own, line for line."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.redirects.hostile import SITE, hostile_lines
from tests.redirects.servers import OWN_SERVERS

from linkreclaim.errors import RedirectMapError
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects import WRITERS, RedirectPlan, WrittenRedirects, plan_redirects
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.writers.preamble import site_name

_TEXT = st.text(st.characters() | st.sampled_from(" %/\\?#&='\"$;{}*:@.|\n\x00%22%0A${x}%{y}"), max_size=40)
_LINE = st.builds(
    lambda host, source, target, number: RedirectLine(host + source, f"/t{number}/{target}"),
    st.sampled_from(["/", "https://old.example/"]),
    _TEXT,
    _TEXT,
    st.integers(0, 99),
)
PLANS = st.lists(_LINE, max_size=12).map(lambda lines: plan_redirects(lines, SITE))
HEADERS = st.lists(_TEXT, max_size=3)
Meaning = set[tuple[str, bytes, str, str]]
"""(host, decoded path, query, "status target") of each line."""


def meant(plan: RedirectPlan, written: WrittenRedirects) -> Meaning:
    refused = {refusal.line for refusal in written.refused}
    return {meaning_of(line) for line in plan.lines if line not in refused}


def meaning_of(line: RedirectLine) -> tuple[str, bytes, str, str]:
    source = source_of(line.source)
    return source.host, unquote_to_bytes(source.path), source.query or "", f"{line.status} {line.target}"


def content(written: WrittenRedirects, name: str) -> bytes:
    return next(file.content for file in written.files if file.name == name)


# --- nginx: tokens as its documentation gives them --------------------------------------------------------------------

_NGINX_TOKEN = re.compile(rb"""\s+|\#[^\n]*|("(?:[^"\\]|\\.)*"(?=[\s;{])|[;{}]|[^\s;{}"'\\]+)""", re.DOTALL)
_UNQUOTE = {b'\\"': b'"', b"\\\\": b"\\", b"\\t": b"\t", b"\\n": b"\n", b"\\r": b"\r"}


def nginx_tokens(text: bytes) -> Iterator[tuple[bytes, bool]]:
    at = 0
    while at < len(text):
        found = _NGINX_TOKEN.match(text, at)
        assert found, text[at : at + 60]
        at = found.end()
        if found[1] is not None:
            quoted = found[1].startswith(b'"')
            body = re.sub(rb"\\.", lambda pair: _UNQUOTE.get(pair[0], pair[0]), found[1][1:-1]) if quoted else found[1]
            yield body, quoted


def nginx_directives(text: bytes) -> list[tuple[list[bytes], list[list[bytes]]]]:
    """Top-level directives, each with the directives in its block."""
    done: list[tuple[list[bytes], list[list[bytes]]]] = []
    words: list[bytes] = []
    inside: list[list[bytes]] | None = None
    for body, quoted in nginx_tokens(text):
        if quoted or body not in (b";", b"{", b"}"):
            words.append(body)
        elif body == b";" and inside is not None:
            inside.append(words)
            words = []
        elif body == b"{":
            assert inside is None
            done.append((words, inside := []))
            words = []
        elif body == b"}":
            assert not words
            inside = None
        else:
            done.append((words, []))
            words = []
    return done


NGINX_NAME = f"linkreclaim_{site_name(SITE)}_".encode()


def nginx_meaning(text: bytes) -> Meaning:
    tables = {words[2]: entries[1:] for words, entries in nginx_directives(text) if words[0] == b"map"}
    found: Meaning = set()
    for name in (b"$%bpaths" % NGINX_NAME, b"$%bqueries" % NGINX_NAME):
        for key, value in tables[name]:
            parts = value.replace(b"${%bdollar}" % NGINX_NAME, b"$").split(b"\n")
            for exact, answer in zip(parts[::2], parts[1::2], strict=True):
                assert exact.lower() == key.lower()
                host, path = re.fullmatch(rb"([^/]*)(/.*)", exact, re.DOTALL).groups()  # type: ignore[union-attr]
                path, _, query = path.partition(b"\t")
                status, _, *words = answer.split(b" ")
                found.add((host.decode(), path, query.decode(), f"{status.decode()} {b''.join(words).decode()}"))
    return found


@settings(max_examples=40, deadline=None)
@given(PLANS, HEADERS)
def test_nginx_reads_back_what_was_meant(plan: RedirectPlan, header: list[str]) -> None:
    written = WRITERS["nginx"].write(plan, SITE, header)
    http_file = content(written, "linkreclaim-redirects.conf")
    directives = nginx_directives(http_file)
    empty = nginx_directives(content(WRITERS["nginx"].write(RedirectPlan((), (), ()), SITE, []), written.files[0].name))
    assert [words[0] if words[0] != b"map" else words[2] for words, _ in directives] == [
        words[0] if words[0] != b"map" else words[2] for words, _ in empty
    ]
    by_request = next(entries[1:] for words, entries in directives if words[-1] == b"$%brequest" % NGINX_NAME)
    assert len(nginx_meaning(http_file)) + len(by_request) == written.written
    assert nginx_meaning(http_file) <= meant(plan, written)
    for _, value in by_request:
        assert b"$" not in value.replace(b"${%bdollar}" % NGINX_NAME, b"")
    server_file = nginx_directives(content(written, "linkreclaim-redirects-server.conf"))
    assert {words[0] for words, _ in server_file} <= {b"absolute_redirect", b"if"}


# --- Apache: words in quotes, a backslash before a quote or a backslash is taken off ----------------------------------

_APACHE_LINE = re.compile(r'(\w+)((?: (?:"(?:[^"\\]|\\.)*"|[^\s"]+))+)')
_APACHE_WORD = re.compile(r' (?:"((?:[^"\\]|\\.)*)"|([^\s"]+))')


def apache_directives(text: bytes) -> Iterator[list[str]]:
    for line in text.decode().split("\n"):
        assert not line.endswith("\\")
        if line and not line.startswith("#"):
            found = _APACHE_LINE.fullmatch(line)
            assert found, line
            words = [re.sub(r'\\(["\\])', r"\1", one or other) for one, other in _APACHE_WORD.findall(found[2])]
            yield [found[1], *words]


def rewrite_rules(text: bytes) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Each rule with the conditions before it, by what they test."""
    conditions: dict[str, str] = {}
    for name, *words in apache_directives(text):
        if name == "RewriteCond":
            conditions[words[0]] = words[1]
        elif name == "RewriteRule":
            yield conditions, words
            conditions = {}
        else:
            assert [name, *words] == ["RewriteEngine", "On"]


@settings(max_examples=40, deadline=None)
@given(PLANS, HEADERS)
def test_htaccess_reads_back_what_was_meant(plan: RedirectPlan, header: list[str]) -> None:
    written = WRITERS["htaccess"].write(plan, SITE, header)
    text = content(written, ".htaccess")
    assert b"${" not in b"".join(line for line in text.split(b"\n") if not line.startswith(b"#"))
    found = set()
    for conditions, (pattern, substitution, _) in rewrite_rules(text):
        if substitution == "-" or "%{THE_REQUEST}" in conditions or "%1" in re.sub(r"\\.", "", substitution):
            continue
        found.add((pattern, conditions.get("%{QUERY_STRING}"), re.sub(r"\\(.)", r"\1", substitution)))
    exact = {one for one in meant(plan, written) if b"//" not in one[1]}
    assert len(found) == len({(path, query, answer) for _, path, query, answer in exact})
    for _, path, query, answer in exact:
        assert any(
            re.fullmatch(pattern.encode(), path[1:])
            and re.fullmatch(condition or "", query)
            and f"301 {target}" == answer
            for pattern, condition, target in found
        )


@settings(max_examples=40, deadline=None)
@given(PLANS, HEADERS)
def test_apache_map_reads_back_what_was_meant(plan: RedirectPlan, header: list[str]) -> None:
    written = WRITERS["apache"].write(plan, SITE, header)
    names = {name for name, *_ in apache_directives(content(written, "linkreclaim-redirects.conf"))}
    assert names <= {"RewriteEngine", "RewriteMap", "RewriteCond", "RewriteRule", "AllowEncodedSlashes"}
    found = set()
    for line in content(written, "linkreclaim-redirects.txt").decode().split("\n"):
        if line and not line.startswith("#"):
            key, value = line.split(" ")
            assert re.fullmatch("301[+-].+", value)
            host, path, query = re.fullmatch(r"([^/]*)(/[^?]*)(?:\?(.*))?", key).groups()  # type: ignore[union-attr]
            decoded = unquote_to_bytes(path).replace(b"%2F", b"/").replace(b"%2f", b"/")
            found.add((host, decoded, query or "", f"301 {value[4:]}"))
    rules = {
        one
        for one in meant(plan, written)
        if b"//" in one[1] or "?" in one[3].partition("#")[2] or b"%2" in one[1].lower()
    }
    assert found - rules == {one for one in meant(plan, written) - rules if b"%2" not in one[1].lower()}


# --- _redirects files: blank-separated words --------------------------------------------------------------------------


@pytest.mark.parametrize(("engine", "status"), [("netlify", "301!"), ("cloudflare", "301")])
@settings(max_examples=40, deadline=None)
@given(PLANS, HEADERS)
def test_redirects_files_read_back_what_was_meant(
    engine: str, status: str, plan: RedirectPlan, header: list[str]
) -> None:
    written = WRITERS[engine].write(plan, SITE, header)
    found: Meaning = set()
    for line in content(written, "_redirects").decode().split("\n"):
        if line and not line.startswith("#"):
            path, *query, target, code = line.split(" ")
            assert code == status
            host = re.match("https?://(?:www[.])?([^/]+)", path)
            path = path if host is None else "/" + path.split("/", 3)[3]
            source = Source(host[1] if host else "", path, "&".join(query) or None)
            assert "*" not in path
            found.add((source.host, source.path_bytes, source.query or "", f"301 {target}"))
    assert found == meant(plan, written)
    assert written.written + len(written.refused) == len(plan.lines)


@pytest.mark.parametrize("engine", sorted(WRITERS))
def test_every_engine_accounts_for_every_line(engine: str) -> None:
    plan = plan_redirects(hostile_lines(), SITE)
    written = WRITERS[engine].write(plan, SITE, ["accepted lines"])
    assert written.engine == engine
    assert written.written + len(written.refused) == len(plan.lines)
    assert written.files[-1].name == f"INSTALL-{engine}.txt"
    if engine in OWN_SERVERS:
        assert written.files[0].content.startswith(b"# accepted lines\n")
        assert "old.example" in written.files[-1].content.decode()
    install = written.files[-1].content.decode()
    for part in ("Where it goes", "Test it", "Undo it"):
        assert part in install
    assert all(refusal.reason and ":" in refusal.reason for refusal in written.refused)


@pytest.mark.parametrize("engine", sorted(WRITERS))
def test_a_plan_made_by_hand_cannot_smuggle(engine: str) -> None:
    for source, target in [
        ('/a" "/b"; } server {', "/b"),
        ("/a", "/b\nRewriteRule ^ /evil"),
        ("/a b", "/c"),
        ("/a", "/b c"),
    ]:
        with pytest.raises(RedirectMapError):
            WRITERS[engine].write(RedirectPlan((RedirectLine(source, target),), (), ()), SITE, [])


def refusals(engine: str, *lines: RedirectLine) -> list[str]:
    plan = plan_redirects(lines, SITE)
    assert not plan.refused
    return [refusal.reason for refusal in WRITERS[engine].write(plan, SITE, []).refused]


@pytest.mark.parametrize(
    ("engine", "line", "words"),
    [
        ("cloudflare", RedirectLine("https://old.example/a", "/b"), "cannot match hosts"),
        ("cloudflare", RedirectLine("/a?x=1", "/b"), "cannot match queries"),
        ("cloudflare", RedirectLine("/a*", "/b"), "wildcard"),
        ("cloudflare", RedirectLine("/a:b", "/b"), "wildcard"),
        ("cloudflare", RedirectLine("/a", None, 410), "410"),
        ("cloudflare", RedirectLine("/a/", "/b/index.html"), "loop"),
        ("cloudflare", RedirectLine("/a", "/" + "b" * 1000), "1,000"),
        ("netlify", RedirectLine("/a*", "/b"), "wildcard"),
        ("netlify", RedirectLine("/a/:b", "/b"), "wildcard"),
        ("netlify", RedirectLine("/a//b", "/b"), "//"),
        ("netlify", RedirectLine("/a?x", "/b"), "name=value"),
        ("netlify", RedirectLine("/a?x=1&x=2", "/b"), "each name once"),
        ("netlify", RedirectLine("/a", None, 410), "410"),
        ("netlify", RedirectLine("http://former.example:8081/a", "/b"), "port"),
        ("htaccess", RedirectLine("/a%2Fb", "/b"), "%2F"),
        ("htaccess", RedirectLine("/" + "a" * 256, "/b"), "255"),
        ("nginx", RedirectLine("/" + "a" * 4100, "/b"), "4,096"),
        ("nginx", RedirectLine("/" + "a" * 2000, "/" + "b" * 2100), "4,096"),
        ("apache", RedirectLine("/" + "a" * 8100, "/b"), "8,000"),
    ],
)
def test_what_an_engine_cannot_do_is_refused_by_name(engine: str, line: RedirectLine, words: str) -> None:
    (reason,) = refusals(engine, line)
    assert words in reason


def test_netlify_cannot_tell_a_last_slash() -> None:
    (reason,) = refusals("netlify", RedirectLine("/a", "/x"), RedirectLine("/a/", "/y"), RedirectLine("/b/", "/z"))
    assert "last slash" in reason


def test_cloudflare_keeps_to_its_limits_and_its_order() -> None:
    lines = [RedirectLine("/p0/", "/q/", match=MapMatch.PREFIX)]
    lines += [RedirectLine(f"/a{number}", "/b") for number in range(2_002)]
    lines += [RedirectLine(f"/p{number}/", "/q/", match=MapMatch.PREFIX) for number in range(1, 102)]
    plan = plan_redirects(lines, SITE)
    written = WRITERS["cloudflare"].write(plan, SITE, [])
    assert [refusal.line.source for refusal in written.refused] == ["/a2000", "/a2001", "/p100/", "/p101/"]
    rows = content(written, "_redirects").decode().split()
    assert "/*" not in " ".join(rows[: 2_000 * 3])
    assert rows[2_000 * 3].endswith("/*")


def test_former_hosts_on_netlify_are_named_in_full() -> None:
    written = WRITERS["netlify"].write(plan_redirects([RedirectLine("https://old.example/a", "/b")], SITE), SITE, [])
    assert content(written, "_redirects").decode().splitlines() == [
        f"{scheme}://{www}old.example/a http://site.test/b 301!" for scheme in ("https", "http") for www in ("", "www.")
    ]


def test_netlify_orders_rules_so_that_the_most_special_matches_first() -> None:
    lines = [
        RedirectLine("/docs", "/d", match=MapMatch.PREFIX),
        RedirectLine("/docs/old/", "/o/", match=MapMatch.PREFIX),
        RedirectLine("/a", "/path"),
        RedirectLine("/a?x=1", "/one"),
        RedirectLine("/a?x=1&y=2", "/two"),
        RedirectLine("https://old.example/a", "/host"),
    ]
    written = WRITERS["netlify"].write(plan_redirects(lines, SITE), SITE, [])
    assert content(written, "_redirects").decode().splitlines()[4:] == [
        "/a x=1 y=2 /two 301!",
        "/a x=1 /one 301!",
        "/a /path 301!",
        "/docs/old/* /o/:splat 301!",
        "/docs /d 301!",
        "/docs/* /d/:splat 301!",
    ]


def test_subdomains_are_hosts_of_their_own() -> None:
    site = Site("site.test", with_subdomains=True)
    plan = plan_redirects(
        [RedirectLine("https://blog.site.test/a", "https://site.test/b"), RedirectLine("/a", "/c")], site
    )
    assert [line.source for line in plan.lines] == ["https://blog.site.test/a", "/a"]
    (entries,) = [
        words
        for directive, words in nginx_directives(
            content(WRITERS["nginx"].write(plan, site, []), "linkreclaim-redirects.conf")
        )
        if directive[-1].endswith(b"_paths")
    ]
    assert [entry[0] for entry in entries[1:]] == [b"blog.site.test/a", b"/a"]
