"""One made-up line of each format, field by field."""

import json
import pickle

import pytest
from tests.sources.logs.made_up_lines import (
    CLF_TIME,
    CLOUDFRONT_FIELDS,
    DAY,
    ECS,
    ELB,
    HAPROXY,
    LINES,
    NGINX,
    S3,
    WITH_HOST,
    w3c_header,
)

from linkreclaim.sources.logs.formats import FORMATS, format_by_name
from linkreclaim.sources.logs.formats.goaccess import NO_REFERRER
from linkreclaim.sources.logs.interface import Hit, Unread
from linkreclaim.sources.logs.recognise import recognise_log


def _one(format_name: str, line: bytes) -> Hit | Unread | None:
    return format_by_name(format_name).make_parser().parse(line)


each_format = pytest.mark.parametrize("name", LINES)


@each_format
def test_a_line_says_all_its_fields(name: str) -> None:
    line, expected, header = LINES[name]
    parser = format_by_name(name).make_parser()
    assert [parser.parse(line) for line in header.splitlines()] == [None] * header.count(b"\n")
    assert parser.parse(line) == expected


@each_format
def test_a_file_is_recognised_by_its_lines_among_dirt(name: str) -> None:
    line, _, header = LINES[name]
    known = recognise_log(
        header + b"\n".join((b"", line, b"# a comment", line, b"rubbish \xff\x00", line, line)) + b"\r\n"
    )
    assert known is not None
    assert known.name == name


@each_format
def test_what_has_no_referrer_says_so(name: str) -> None:
    known = format_by_name(name)
    assert known.has_referrer == bool(LINES[name].hit.referrer)
    assert known.has_referrer != (NO_REFERRER in known.notes)


@each_format
def test_a_format_can_go_to_another_process(name: str) -> None:
    line, expected, header = LINES[name]
    parser = pickle.loads(pickle.dumps(format_by_name(name))).make_parser()
    for before in header.splitlines():
        parser.parse(before)
    assert parser.parse(line) == expected


def test_every_format_has_its_line_here() -> None:
    assert {known.name for known in FORMATS} == set(LINES)
    assert len(FORMATS) == len(LINES)


@pytest.mark.parametrize(
    ("request_line", "target"),
    [
        (b"GET /old HTTP/2.0", "/old"),
        (b"GET /old", "/old"),
        (b"/old", "/old"),
        (b"/old HTTP/1.0", "/old"),
        (b"GET /a b c HTTP/1.1", "/a%20b%20c"),
        (b"GET /caf\xe9/ HTTP/1.1", "/caf%E9/"),
        ("GET /café/ HTTP/1.1".encode(), "/café/"),
        (rb"GET /caf\xc3\xa9/ HTTP/1.1", "/café/"),
        (rb"GET /caf\xe9/ HTTP/1.1", "/caf%E9/"),
        (rb"GET /a\"b\x22c\\d HTTP/1.1", "/a%22b%22c%5Cd"),
        (b"GET /a#b HTTP/1.1", "/a%23b"),
        (b"GET /a\tb\x7f HTTP/1.1", "/a%09b%7F"),
        (b"GET /" + b"x" * 2300 + b" HTTP/1.1", "/" + "x" * 2300),
        (b"GET //x/y HTTP/1.1", "//x/y"),
        (rb"\x16\x03\x01\x02\x00", ""),
        (b"\x16\x03\x01", ""),
        (b"-", ""),
        (b"", ""),
        (b"CONNECT example.com:443 HTTP/1.1", ""),
        (b"OPTIONS * HTTP/1.0", ""),
        (b"GET  HTTP/1.1", ""),
    ],
)
def test_a_target_stays_as_it_was_requested(request_line: bytes, target: str) -> None:
    line = b'2001:db8::1 - - %s "%s" 404 0 "-" "-"' % (CLF_TIME.encode(), request_line)
    assert _one("combined", line) == Hit(404, target, "", "", "", "2001:db8::1", DAY)


@pytest.mark.parametrize(
    ("absolute", "target", "host"),
    [
        (b"http://Shop.example.com/old", "http://Shop.example.com/old", "shop.example.com"),
        (b"https://shop.example.com:443/old", "https://shop.example.com/old", "shop.example.com"),
        (b"https://shop.example.com:8443/old", "https://shop.example.com:8443/old", "shop.example.com:8443"),
        (b"http://shop.example.com", "http://shop.example.com/", "shop.example.com"),
        (b"http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/", "[2001:db8::1]:8080"),
    ],
)
def test_an_absolute_target_keeps_its_host(absolute: bytes, target: str, host: str) -> None:
    hit = _one(
        "vhost_combined",
        b'other.example 192.0.2.7 - - %s "GET %s HTTP/1.1" 404 0 "-" "-"' % (CLF_TIME.encode(), absolute),
    )
    assert isinstance(hit, Hit)
    assert (hit.target, hit.host) == (target, host)


@pytest.mark.parametrize(
    ("rest", "referrer", "agent"),
    [
        (b' 404 0 "https://a.example/" "x" "203.0.113.9" rt=0.1', "https://a.example/", "x"),
        (b' 404 0 "https://a.example/" "x" 12 "router@file" "http://10.0.0.1" 3ms', "https://a.example/", "x"),
        (b' 404 - "https://a.example/\\"q\\"" "say \\"hi\\""', 'https://a.example/"q"', 'say "hi"'),
        (b' 404 0 "https://a.example/" "cut of', "https://a.example/", "cut of"),
        (b' 404 0 "https://a.examp', "", ""),
        (b" 404 0", "", ""),
        (b' 404 0 "https://a.example/caf\xe9" "\xc3\xa9"', "https://a.example/caf%E9", "é"),
    ],
)
def test_fields_at_the_end_may_be_more_or_fewer(rest: bytes, referrer: str, agent: str) -> None:
    hit = _one("combined", b'192.0.2.7 - - %s "GET / HTTP/1.1"' % CLF_TIME.encode() + rest)
    assert hit == Hit(404, "/", "", referrer, agent, "192.0.2.7", DAY)


@pytest.mark.parametrize(
    "line", [b"", b"  ", b"# a comment", b'192.0.2.7 - - [15/Apr/2026:09:41:07 +0200] "-" 000 0 "-" "-"']
)
def test_what_is_no_request_is_passed_over(line: bytes) -> None:
    assert _one("combined", line) is None


@pytest.mark.parametrize("line", [b"Error line 1", b"\x1f\x8b\x08\x00", b"192.0.2.7 - - [15/Apr/2026:09:41:"])
def test_what_cannot_be_read_says_why(line: bytes) -> None:
    assert _one("combined", line) == Unread("client, date, request and status do not stand where this format has them")


def test_columns_may_change_in_the_middle_of_a_file() -> None:
    parser = format_by_name("w3c").make_parser()
    lines = (
        b"/early 404",
        b"#Fields: cs-uri-stem sc-status",
        b"/one 404",
        b"#Date: 2026-04-15 09:41:07",
        b"#Fields: time sc-status cs-uri-stem cs(Referer)",
        b"07:41:07 410 /two https://blog.example.org/",
        b"07:41:08 404",
        b"07:41:09 nonsense /three -",
        b"#Fields: time c-ip",
        b"07:41:07 192.0.2.7",
    )
    assert [parser.parse(line) for line in lines] == [
        Unread("no #Fields: line stands before it, which would name its columns"),
        None,
        Hit(404, "/one", "", "", "", "", None),
        None,
        None,
        Hit(410, "/two", "", "https://blog.example.org/", "", "", DAY),
        Unread("it has 2 columns, fewer than its #Fields: line names"),
        Unread("'nonsense' is no status code"),
        None,
        Unread("the #Fields: line before it does not name sc-status and cs-uri-stem"),
    ]


def test_quoted_columns_and_a_url_without_its_scheme() -> None:
    parser = format_by_name("w3c").make_parser()
    parser.parse(b"#Fields: date cs(User-Agent) cs-uri cs-uri-query sc-status")
    hit = parser.parse(b'"2026-04-15" "a ""quoted"" name" "www.example.com/page.php" "x=1" "404"')
    assert hit == Hit(404, "/page.php?x=1", "www.example.com", "", 'a "quoted" name', "", DAY)


def test_cloudfront_percent_codes_are_undone_once_in_urls() -> None:
    parser = format_by_name("cloudfront").make_parser()
    parser.parse(w3c_header(CLOUDFRONT_FIELDS).splitlines()[1].encode())
    fields = CLOUDFRONT_FIELDS | {"cs-uri-stem": "/caf%25C3%25A9%20x", "cs-uri-query": "q=50%2525"}
    hit = parser.parse("\t".join(fields.values()).encode())
    assert isinstance(hit, Hit)
    assert hit.target == "/caf%C3%A9%20x?q=50%25"


@pytest.mark.parametrize("record", [NGINX, ECS, {**NGINX, "status": 404}], ids=["quoted", "nested", "number"])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")], ids=["tight", "loose"])
def test_json_by_usual_names(record: dict[str, object], separators: tuple[str, str]) -> None:
    line = b"web-1  | " + json.dumps(record, separators=separators).encode()
    assert _one("nginx_json", line) == WITH_HOST


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"level": "info", "msg": "server running"}, None),
        ({**NGINX, "status": "000"}, None),
        ({**NGINX, "status": "ok"}, Unread("'ok' is no status code")),
        ({**NGINX, "request": None}, Unread("it has no path")),
        ({"request": "GET / HTTP/1.1"}, Unread("it has no status code")),
    ],
)
def test_json_that_is_no_answered_request(record: dict[str, object], expected: Unread | None) -> None:
    assert _one("nginx_json", json.dumps(record).encode()) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"status": 404', "its JSON is broken"),
        (b"no object", "there is no JSON object in it"),
        (b'{"status":\t404,"request":"/x"}', "its status 404 is not written as a plain number right after its key"),
        (
            b'[{"status": 404}, {"status": 404}]',
            "its JSON is broken; a list of objects must have one a line: jq -c .[]",
        ),
        (b'{"a":' * 100_000, "its JSON is broken"),
    ],
)
def test_json_that_cannot_be_read_says_why(line: bytes, reason: str) -> None:
    assert _one("nginx_json", line) == Unread(reason)


def test_json_with_bytes_that_are_no_text() -> None:
    """nginx writes them raw with escape=json, and as codes that JSON does not know without it."""
    for written in (b"/caf\xe9/", rb"/caf\xE9/"):
        line = b'{"status": 404, "request_uri": "%s", "remote_addr": "192.0.2.7"}' % written
        assert _one("nginx_json", line) == Hit(404, "/caf%E9/", "", "", "", "192.0.2.7", None)


def test_haproxys_messages_are_no_requests_and_its_codes_are_undone() -> None:
    assert _one("haproxy", b"Feb 25 16:19:38 lb haproxy[1]: Proxy prod started.") is None
    assert _one("haproxy", b'Feb 25 16:19:38 lb nginx: "GET / HTTP/1.1"') == Unread(
        "it is not of the form of HAProxy's HTTP log"
    )
    line = HAPROXY.replace("<captured>", "{https://a.example/#7Bx#7C} ").replace("/old?x=1", "/a#22b")
    hit = _one("haproxy", line.encode())
    assert hit == Hit(404, "/a%22b", "", "https://a.example/{x|", "", "192.0.2.7", DAY)


def test_a_bucket_that_is_no_host() -> None:
    hit = _one("s3", S3.replace("shop.example.com", "my-bucket").encode())
    assert isinstance(hit, Hit)
    assert hit.host == ""


def test_a_request_that_a_load_balancer_never_answered() -> None:
    assert _one("elb", ELB.replace("404 404", "- -").encode()) is None


@pytest.mark.parametrize(
    "stamp",
    [
        "15/Apr/2026:09:41:07 +0200",
        "2026-04-15T23:59:59.999-11:00",
        "2026/04/15 09:41:07",
        "April 15, 2026T00:18:22 +0000",
        "Wed Apr 15 09:41:07 2026",
        "20260415094107",
        "1776238867",
        "1776238867250",
        "1776238867250000",
        "1776238867250000000",
    ],
)
def test_days_as_logs_write_them(stamp: str) -> None:
    line = b'192.0.2.7 - - [%s] "GET / HTTP/1.1" 404 0 "-" "-"' % stamp.encode()
    record = json.dumps({**NGINX, "time_local": stamp}).encode()
    for hit in (_one("combined", line), _one("nginx_json", record)):
        assert isinstance(hit, Hit)
        assert hit.day == DAY
