"""Rules in the real servers: hostile texts and captures, one hop, every neighbour untouched, lines before rules."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.redirects.hostile import SITE
from tests.redirects.servers import OWN_SERVERS, START, RequireProgram, RunningServer
from tests.redirects.test_servers import absolute, port_free

from linkreclaim.errors import RedirectMapError
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import PartKind, RedirectRule, SourcePart
from linkreclaim.redirects import WRITERS, RedirectPlan, plan_redirects
from linkreclaim.redirects.patterns import rule_pattern

DIGITS, SEGMENT, REST = (SourcePart(kind) for kind in (PartKind.DIGITS, PartKind.SEGMENT, PartKind.REST))


def text(value: str) -> SourcePart:
    return SourcePart(PartKind.TEXT, value)


def rule(source: list[SourcePart], *target: str | int, status: int = 301, host: str = "") -> RedirectRule:
    return RedirectRule(tuple(source), target, status, host)


RULES = (
    rule([text("/blog/"), DIGITS, text("/"), DIGITS, text("/"), SEGMENT], "/resources/", 3),
    rule([text("/shop/"), SEGMENT, text(".php")], "https://site.test/store/", 1, "/", status=308),
    rule([text("/a+b%20(c)*%22$%7B/"), REST], "/plus/$1/%25/(x)/", 1, "/$2"),
    rule([text("/caf%C3%A9/"), SEGMENT, text("/end.html")], "/%C3%A9t%C3%A9/", 1, "?id=", 1, "#part-", 1),
    rule([text("/p/"), DIGITS], "/page?id=", 1, "&x=$1", status=302),
    rule([text("/f/"), SEGMENT], "/frag#", 1),
    rule([text("/gone/"), REST], status=410),
    rule([text("/tag/"), SEGMENT], "/topics/", status=307),
    rule([text("/u/"), SEGMENT, text("/"), DIGITS, text("-x")], "/", 2, "-", 1),
    rule([text("/news/"), REST], "/neu/", 1, host="old.example"),
    rule([text("/blog/"), REST], "/journal/", 1),
)
LINES = (
    RedirectLine("/blog/2020/01/exact", "/exact"),
    RedirectLine("/blog/2021/", "/y2021/", match=MapMatch.PREFIX),
)

Case = tuple[str, int, str | None]
CASES: list[Case] = [
    ("/blog/2020/01/name", 301, "/resources/name"),
    ("/blog/2020/01/name?utm=%41&b=c?d", 301, "/resources/name?utm=%41&b=c?d"),
    ("/blog/2020/01/caf%c3%A9+$1$HOME.html", 301, "/resources/caf%c3%A9+$1$HOME.html"),
    ("/blog/2020/01/exact", 301, "/exact"),
    ("/blog/2020/01/exact?q", 301, "/exact?q"),
    ("/blog/2021/01/name", 301, "/y2021/01/name"),
    ("/blog/2020/01/name/more", 301, "/journal/2020/01/name/more"),
    ("/blog/x", 301, "/journal/x"),
    ("/blog/%25%3Fx%23", 301, "/journal/%25%3Fx%23"),
    ("/shop/hat.php", 308, "https://site.test/store/hat/"),
    ("/shop/a%2Fb.php?x", 308, "https://site.test/store/a%2Fb/?x"),
    ("/a+b%20(c)*%22$%7b/x/y", 301, "/plus/$1/%25/(x)/x/y/$2"),
    ("/a%2Bb%20%28c%29*%22%24%7B/x/y?q", 301, "/plus/$1/%25/(x)/x/y/$2?q"),
    ("/caf%c3%a9/Z/end.html", 301, "/%C3%A9t%C3%A9/Z?id=Z#part-Z"),
    ("/caf%C3%A9/Z/end.html?q=%2F", 301, "/%C3%A9t%C3%A9/Z?id=Z&q=%2F#part-Z"),
    ("/caf%C3%A9/a%3Fb%25/end.html", 301, "/%C3%A9t%C3%A9/a%3Fb%25?id=a%3Fb%25#part-a%3Fb%25"),
    ("/p/0042", 302, "/page?id=0042&x=$1"),
    ("/p/0042?u=1", 302, "/page?id=0042&x=$1&u=1"),
    ("/f/here", 301, "/frag#here"),
    ("/f/here?", 301, "/frag#here"),
    ("/f/here?a=b", 301, "/frag?a=b#here"),
    ("/gone/by/now?x", 410, None),
    ("/tag/a", 307, "/topics/"),
    ("/u/me/7-x", 301, "/7-me"),
    ("/blog/", 404, None),
    ("/Blog/x", 404, None),
    ("/blog", 404, None),
    ("/p/12a", 404, None),
    ("/p/", 404, None),
    ("/p/1/2", 404, None),
    ("/x/p/1", 404, None),
    ("/tag/a/b", 404, None),
    ("/tag/", 404, None),
    ("/tags/a", 404, None),
    ("/shop/xphp", 404, None),
    ("/shop/a/b.php", 404, None),
    ("/shop/.php", 404, None),
    ("/news/x", 404, None),
    ("/u/me/7-y", 404, None),
]


@pytest.fixture(scope="module", params=sorted(START))
def served(request: pytest.FixtureRequest, require_program: RequireProgram) -> Iterator[tuple[str, RunningServer]]:
    plan = plan_redirects(LINES, SITE)
    plan = RedirectPlan(plan.lines, plan.refused, plan.notes, RULES)
    written = WRITERS[request.param.split()[0]].write(plan, SITE, [])
    assert not written.refused_rules
    with START[request.param](written.files, require_program) as server:
        yield request.param, server


def test_rules_answer_in_one_hop_and_touch_nothing_else(served: tuple[str, RunningServer]) -> None:
    engine, server = served
    wrong = []
    for asked, status, target in CASES:
        if engine == "htaccess" and "%2F" in asked.partition("?")[0]:
            continue  # 404 before any rule
        found_status, location = server.ask(asked.encode())
        found = found_status, port_free(absolute(location, "site.test"), server)
        if found != (status, absolute(target, "site.test")):
            wrong.append((asked, found, target))
    assert not wrong


def test_rules_of_a_former_host_answer_there_only(served: tuple[str, RunningServer]) -> None:
    _, server = served
    for host in ("old.example", "www.old.example", "WWW.Old.Example:80"):
        assert server.ask(b"/news/a/b?c", host) == (301, "http://site.test/neu/a/b?c")
    assert server.ask(b"/tag/a", "old.example")[0] == 404


def test_other_sites_of_a_shared_server_are_left_alone(served: tuple[str, RunningServer]) -> None:
    engine, server = served
    if engine in ("haproxy", "lighttpd"):  # the others stand in the block of the site
        assert server.ask(b"/tag/a", "other.test")[0] == 404
        assert server.ask(b"/blog/2020/01/exact", "notsite.test")[0] == 404
    assert server.ask(b"/tag/a", "WWW.site.test:80")[0] == 307


def test_captures_cannot_break_out(served: tuple[str, RunningServer]) -> None:
    """Whatever a capture holds, the location stays on the site, in one header."""
    engine, server = served
    for name in (
        b"%0d%0aX-Injected:1",
        b"a%20b",
        b"|//evil.example|",
        b"\\\\evil",
        b"@evil.example",
        b"{host}",
        b"`${x}`",
    ):
        status, location = server.ask(b"/tag-" + name)
        assert status in (400, 404)
        status, location = server.ask(b"/blog/" + name)
        assert status in (301, 400), (engine, name)
        if location is not None:
            path = location.removeprefix("http://site.test").removeprefix(f"http://site.test:{server.port}")
            assert path.startswith("/journal/")
            assert path.removeprefix("/journal/").encode() in (name, *_escaped_by_go(name))


def _escaped_by_go(name: bytes) -> tuple[bytes, ...]:
    """Caddy hands a path on as Go spells it when it holds what no URL may hold."""
    escaped = {b"|": b"%7C", b"\\": b"%5C", b"{": b"%7B", b"}": b"%7D", b"`": b"%60"}
    return (b"".join(escaped.get(bytes([byte]), bytes([byte])) for byte in name),)


@pytest.mark.parametrize("engine", OWN_SERVERS)
@pytest.mark.parametrize(
    "bad",
    [
        rule([text("/a b/"), SEGMENT], "/x"),
        rule([text("/a/"), SEGMENT, text('"')], "/x"),
        rule([text("/a/\n"), SEGMENT], "/x"),
        rule([text("/a%2f"), SEGMENT], "/x"),
        rule([SEGMENT, text("/a")], "/x"),
        rule([text("/a/"), REST, text("/b")], "/x"),
        rule([text("/a/"), SEGMENT, DIGITS], "/x"),
        rule([text("/a/"), SEGMENT], "/x/", 2),
        rule([text("/a/"), SEGMENT], "/x\nRewriteRule"),
        rule([text("/a/"), SEGMENT], '/x"; } server {'),
        rule([text("/a/"), SEGMENT], "/{$HOME}"),
        rule([text("/a/"), SEGMENT], "//evil.example/", 1),
        rule([text("/a/"), SEGMENT], "https://", 1),
        rule([text("/a/"), SEGMENT], 1),
        rule([text("/a/"), SEGMENT], "/x", status=200),
        rule([text("/a/"), SEGMENT], "/x", host='old" { }'),
        rule([], "/x"),
    ],
)
def test_a_rule_made_by_hand_cannot_smuggle(engine: str, bad: RedirectRule) -> None:
    with pytest.raises(RedirectMapError):
        WRITERS[engine].write(RedirectPlan((), (), (), (bad,)), SITE, [])


@pytest.mark.parametrize("engine", OWN_SERVERS)
def test_what_a_rule_cannot_be_is_refused_by_name(engine: str) -> None:
    many = [text("/m")] + [part for _ in range(10) for part in (text("/"), DIGITS)]
    rules = (rule(many, "/x/", 10), rule([text("/" + "a" * 8_100), SEGMENT], "/x"), rule([text("/a/"), REST], "/b/", 1))
    written = WRITERS[engine].write(RedirectPlan((), (), (), rules), SITE, [])
    reasons = [refusal.reason for refusal in written.refused_rules]
    too_many = [] if engine in ("nginx", "caddy") else [reason for reason in reasons if "9 captures" in reason]
    too_long = [] if engine in ("caddy", "lighttpd") else [reason for reason in reasons if "longer than" in reason]
    assert len(reasons) == len(too_many) + len(too_long)
    assert bool(too_many) == (engine not in ("nginx", "caddy"))
    assert bool(too_long) == (engine not in ("caddy", "lighttpd"))
    assert rules[2] not in [refusal.rule for refusal in written.refused_rules]


_VALUE = st.text(st.sampled_from("aZ09.-_~%41!$&'()*+,;=:@|\\"), min_size=1, max_size=12)


@given(st.lists(_VALUE, min_size=1, max_size=4), st.text(st.characters(codec="utf-8"), max_size=8))
def test_patterns_capture_byte_for_byte(values: list[str], words: str) -> None:
    """Whatever stands in the texts, a path spelled like the rule matches, with its captures as they were sent."""
    start = "/" + quote(words, safe="!$&'()*+,;=:@").replace("%2F", "/")
    parts = [part for _ in values for part in (text(start + "/"), SEGMENT)]
    one = rule(parts, "/x")
    found = re.fullmatch(rule_pattern(one), "".join(f"{start}/{value}" for value in values))
    assert found
    assert list(found.groups()) == values
    assert rule_pattern(one).isascii()
    assert not re.search(r"[\s\"'`{}#$%]", re.sub("%[0-9A-Fa-f\\[]", "", rule_pattern(one)))
