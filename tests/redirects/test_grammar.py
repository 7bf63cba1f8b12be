"""HAProxy, lighttpd and Caddy files, read back by readers of their own: nothing adds a line, a word or a directive."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from tests.redirects.hostile import SITE
from tests.redirects.test_rules import RULES
from tests.redirects.test_writers import HEADERS, PLANS, Meaning, content, meant

from linkreclaim.redirects import WRITERS, RedirectPlan, WrittenRedirects
from linkreclaim.redirects.canonical import source_of

EMPTY = RedirectPlan((), (), ())


# --- HAProxy and lighttpd: a map of lines, key and words parted by blanks ---------------------------------------------


def map_rows(text: bytes) -> Iterator[tuple[bytes, list[bytes]]]:
    for row in text.split(b"\n")[:-1]:
        if not row.startswith(b"#"):
            key, *words = row.split(b" ")
            assert not any(byte < 0x21 or byte == 0x7F for byte in key)
            yield key, words


def row_meaning(key: bytes, words: list[bytes]) -> tuple[str, bytes, str, str]:
    host, path, query = re.fullmatch(rb"([^/?]*)(/[^?]*)(?:\?(.*))?", key, re.DOTALL).groups()  # type: ignore[union-attr]
    assert (words[1] == b"-") == (query is not None)
    answer = b"%b %b" % (words[0], b"".join(words[2:]))
    return host.decode(), unquote_to_bytes(path), (query or b"").decode(), answer.decode()


@settings(max_examples=60, deadline=None)
@given(PLANS, HEADERS)
def test_haproxy_reads_back_what_was_meant(plan: RedirectPlan, header: list[str]) -> None:
    written = WRITERS["haproxy"].write(plan, SITE, header)
    rows = map_rows(content(written, "linkreclaim-redirects.map"))
    assert {row_meaning(*row) for row in rows} == meant(plan, written)
    assert not list(map_rows(content(written, "linkreclaim-redirects-patterns.map")))
    empty = content(WRITERS["haproxy"].write(EMPTY, SITE, []), "linkreclaim-redirects.cfg").decode().splitlines()
    for line in content(written, "linkreclaim-redirects.cfg").decode().split("\n"):
        if line and not line.startswith("#") and line not in empty:
            assert re.fullmatch(
                r"http-request (?:redirect code 301 location (?:%\[(?:var\(req\.linkreclaim_\w+\)|query)\])+"
                r"|set-var\(req\.linkreclaim_host\) str\(old\.example\)) if \{ [^{}\"]+ \}(?: linkreclaim_query)?",
                line,
            ), line


@settings(max_examples=60, deadline=None)
@given(PLANS, HEADERS)
def test_lighttpd_reads_back_what_was_meant(plan: RedirectPlan, header: list[str]) -> None:
    written = WRITERS["lighttpd"].write(plan, SITE, header)
    rows = list(map_rows(content(written, "linkreclaim-redirects.map")))
    assert {row_meaning(key[1:], words) for key, words in rows if key[:1] == b"="} == meant(plan, written)
    assert {key for key, _ in rows if key[:1] != b"="} <= {b"@site.test", b"@old.example"}
    empty = WRITERS["lighttpd"].write(EMPTY, SITE, [])
    for name, comment in (("linkreclaim-redirects.conf", "# "), ("linkreclaim-redirects.lua", "-- ")):
        lines = content(written, name).decode().split("\n")
        assert "\n".join(lines[len(header) :]) == content(empty, name).decode()
        assert all(line.startswith(comment) or line == comment.strip() for line in lines[: len(header)])


# --- Caddy: tokens as its documentation gives them --------------------------------------------------------------------

_CADDY_TOKEN = re.compile(r'[ \t]+|#[^\n]*|(\n|"(?:[^"\\]|\\.)*"|`[^`]*`|[^\s"`]\S*)')


def caddy_lines(text: str) -> Iterator[list[str]]:
    words: list[str] = []
    at = 0
    while at < len(text):
        found = _CADDY_TOKEN.match(text, at)
        assert found, text[at : at + 60]
        at = found.end()
        if found[1] == "\n":
            if words:
                yield words
            words = []
        elif found[1]:
            words.append(found[1])


def caddy_tables(text: str) -> dict[str, list[tuple[str, str]]]:
    """The entries of each map, without their quotes; every other line must be one of an empty plan."""
    empty = content(WRITERS["caddy"].write(EMPTY, SITE, []), "linkreclaim-redirects.caddy").decode()
    known = list(caddy_lines(empty))
    tables: dict[str, list[tuple[str, str]]] = {}
    table: list[tuple[str, str]] = []
    for words in caddy_lines(text):
        if words[0] == "map":
            table = tables.setdefault(words[2], [])
        if words not in known:
            assert len(words) == 2, words
            assert all(word[0] == word[-1] == "`" for word in words), words
            assert "{" not in words[0]
            table.append((words[0][1:-1], words[1][1:-1]))
    return tables


def caddy_meaning(tables: dict[str, list[tuple[str, str]]]) -> Meaning:
    found: Meaning = set()
    for name in ("{linkreclaim_path}", "{linkreclaim_query}"):
        for key, answer in tables[name]:
            assert "{" not in answer
            path, blank, query = key.rpartition(" ") if name == "{linkreclaim_query}" else (key, "", "")
            host, path = re.fullmatch("([^/]*)(/.*)", path, re.DOTALL).groups()  # type: ignore[union-attr]
            status, joiner, *words = answer.split(" ")
            assert (joiner == "-") == bool(blank)
            found.add((host, path.encode(), query, f"{status} {''.join(words)}"))
    return found


def unmatched(tables: dict[str, list[tuple[str, str]]], plan: RedirectPlan, written: WrittenRedirects) -> Meaning:
    """The lines that stand in no table of keys, and that no pattern means either."""
    rest = meant(plan, written) - caddy_meaning(tables)
    for line in plan.lines:
        source = source_of(line.source)
        asked = source.host + source.path + ("" if source.query is None else "?" + source.query)
        for pattern, answer in tables["{linkreclaim_request}"]:
            status, _, *words = answer.replace("$$", "$").split(" ")
            if re.match(pattern[1:], asked) and f"{status} {''.join(words)}" == f"{line.status} {line.target}":
                rest.discard((source.host, source.path_bytes, source.query or "", f"{line.status} {line.target}"))
    return rest


@settings(max_examples=60, deadline=None)
@given(PLANS, HEADERS)
def test_caddy_reads_back_what_was_meant(plan: RedirectPlan, header: list[str]) -> None:
    written = WRITERS["caddy"].write(plan, SITE, header)
    tables = caddy_tables(content(written, "linkreclaim-redirects.caddy").decode())
    assert caddy_meaning(tables) <= meant(plan, written)
    assert not unmatched(tables, plan, written)
    assert sum(map(len, tables.values())) == len(plan.lines) + any(line.source[0] != "/" for line in plan.lines)


@pytest.mark.parametrize(
    ("engine", "name", "form"),
    [
        ("haproxy", "linkreclaim-redirects-patterns.map", rb"\^[^ \t]+\$ [0-9]{3} [-?&](?: [^ \t]+){0,2}"),
        ("lighttpd", "linkreclaim-redirects.map", rb"~\^[^ \t]+\$ [0-9]{3} [-?&](?: [^ \t]+){0,2}"),
        ("caddy", "linkreclaim-redirects.caddy", rb"\t`~\^[^ \t`{}]+\$\)` `[0-9]{3} [-?&](?: [^ \t`]+){0,2}`"),
    ],
)
def test_each_rule_is_one_line(engine: str, name: str, form: bytes) -> None:
    written = WRITERS[engine].write(RedirectPlan((), (), (), RULES), SITE, [])
    rows = [row for row in content(written, name).split(b"\n") if re.fullmatch(form, row)]
    assert len(rows) == len(RULES)
