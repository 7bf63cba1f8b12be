"""What holds for any line: no crash, no cost beyond its length, the needles, and one reading by both ways."""

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.sources.logs.made_up_lines import LINES

from linkreclaim.sources.logs.formats import FORMATS, format_by_name
from linkreclaim.sources.logs.formats.goaccess import compile_layout
from linkreclaim.sources.logs.formats.layout import LayoutParser
from linkreclaim.sources.logs.interface import Hit, LineParser, LogFormat, Unread
from linkreclaim.sources.logs.recognise import recognise_log

a_few = settings(max_examples=30)  # of each format
each_format = pytest.mark.parametrize("known", FORMATS, ids=[known.name for known in FORMATS])
BYTES_OF_LINES = [
    b"404",
    b"410",
    b" ",
    b'"',
    b"\t",
    b"-",
    b"[",
    b"]",
    b"\\",
    b"\\x22",
    b"{",
    b"}",
    b":",
    b"|",
    b"\xe9",
    b"\x00",
]


FRONTS = [b"", b"2001:db8::1 ", b"[2001:db8::1]:80 ", b"192.0.2.7:443 ", b"- ", b"a.example:80 ::1 ", b"[ "]


def _parser(known: LogFormat) -> LineParser:
    parser = known.make_parser()
    for line in LINES[known.name].header.splitlines():
        parser.parse(line)
    return parser


def _damage(line: bytes, cuts: list[tuple[float, float, bytes]]) -> bytes:
    """The line with some of its pieces replaced."""
    for where, length, new in cuts:
        start = int(where * len(line))
        line = line[:start] + new + line[start + int(length * 12) :]
    return line


part = st.floats(min_value=0, max_value=1)
damage = st.lists(st.tuples(part, part, st.sampled_from(BYTES_OF_LINES) | st.binary(max_size=6)), max_size=6)


@each_format
@a_few
@given(cuts=damage)
def test_a_parsed_status_is_in_the_line(known: LogFormat, cuts: list[tuple[float, float, bytes]]) -> None:
    line = _damage(LINES[known.name].text, cuts).replace(b"\n", b" ")
    hit = _parser(known).parse(line)
    assert hit is None or isinstance(hit, (Hit, Unread))
    if isinstance(hit, Hit):
        assert any(needle in line for needle in known.needles(hit.status))
        assert hit.target.isprintable()
        assert " " not in hit.target


@pytest.mark.parametrize(
    ("name", "text"),
    [("combined", '%h %^[%x] "%r" %s %b "%R" "%u"'), ("vhost_combined", '%v %h %^[%x] "%r" %s %b "%R" "%u"')],
)
@given(cuts=damage, front=st.sampled_from(FRONTS))
@example(cuts=[(0.4, 1.0, b"] ")], front=b"")
@example(cuts=[(0.0, 0.0, b"# ")], front=b"")
def test_cutting_at_quotes_and_the_expression_give_the_same(
    name: str, text: str, cuts: list[tuple[float, float, bytes]], front: bytes
) -> None:
    line = _damage(front + LINES[name].text, cuts)
    expression = LayoutParser(compile_layout(text))
    assert format_by_name(name).make_parser().parse(line) == expression.parse(line)


words = st.text(
    st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters=' "\\#'), min_size=1, max_size=20
)
logged = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40).filter(lambda text: text != "-")


@given(words, st.ip_addresses(), logged, logged, st.integers(100, 999))
def test_a_written_line_is_read_back(path: str, address: object, referrer: str, agent: str, status: int) -> None:
    def escaped(text: str) -> str:
        return text.replace("\\", "\\\\").replace('"', '\\"')

    client = f"{address} - - [15/Apr/2026:09:41:07 +0200]"
    line = f'{client} "GET /{path} HTTP/1.1" {status} 1 "{escaped(referrer)}" "{escaped(agent)}"'
    hit = format_by_name("combined").make_parser().parse(line.encode())
    assert isinstance(hit, Hit)
    assert hit[:6] == (status, f"/{path}", "", referrer, agent, str(address))


@given(words, st.text(max_size=30), st.text(max_size=30), st.integers(100, 999))
def test_a_json_line_is_read_back(path: str, referrer: str, agent: str, status: int) -> None:
    record = {"status": status, "request_uri": f"/{path}", "http_referer": referrer, "http_user_agent": agent}
    hit = format_by_name("nginx_json").make_parser().parse(json.dumps(record, ensure_ascii=False).encode("utf-8"))
    assert isinstance(hit, Hit)
    assert hit[:2] == (status, f"/{path}")
    assert (hit.referrer or "-", hit.user_agent or "-") == (referrer or "-", agent or "-")


@each_format
@a_few
@given(line=st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(known: LogFormat, line: bytes) -> None:
    assert isinstance(_parser(known).parse(line), (Hit, Unread, type(None)))
    recognise_log(line)


HOSTILE: tuple[Callable[[int], bytes], ...] = (
    lambda size: b" " * size,
    lambda size: b'"' * size,
    lambda size: b'" ' * (size // 2),
    lambda size: b"\\" * size,
    lambda size: b'\\"' * (size // 2),
    lambda size: b"[" * size,
    lambda size: b"1:" * (size // 2),
    lambda size: b"1 " * (size // 2),
    lambda size: b"{" * size,
    lambda size: b'""x ' * (size // 4),
    lambda size: b'{"a":' * (size // 5),
    lambda size: b"%25" * (size // 3),
)


@each_format
def test_hostile_lines_cost_no_more_than_their_length(known: LogFormat) -> None:
    """48 lines of 50 kB; with an expression that backtracks a single one would take minutes."""
    parser, line = _parser(known), LINES[known.name].text
    began = time.process_time()
    for make in HOSTILE:
        rubbish = make(50_000)
        for hostile in (rubbish, line[:40] + rubbish, line[:-40] + rubbish, line.replace(b"/old", b"/" + rubbish)):
            parser.parse(hostile)
    assert time.process_time() - began < 5
