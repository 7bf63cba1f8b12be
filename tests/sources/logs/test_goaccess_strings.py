"""Format strings in GoAccess's language: what they read, and what a person is told of a wrong one."""

from datetime import date

import pytest

from linkreclaim.errors import UsageError
from linkreclaim.sources.logs.formats import format_by_name
from linkreclaim.sources.logs.interface import Hit

DAY = date(2026, 4, 15)
HIT = Hit(404, "/old", "", "https://a.example/", "Firefox", "192.0.2.7", DAY)
COMBINED = b'192.0.2.7 - - [15/Apr/2026:09:41:07 +0200] "GET /old HTTP/1.1" 404 12 "https://a.example/" "Firefox"'


TABBED = r"%d\t%t\t%h\t%m\t%U\t%q\t%s\t%R\t%u"
FORWARDED = b'"192.0.2.7, 10.0.0.1" [15/Apr/2026:09:41:07 +0200] "GET /old HTTP/1.1" 404 "https://a.example/" "Firefox"'


def _tabbed(query: bytes) -> bytes:
    return b"2026-04-15\t09:41:07\t192.0.2.7\tGET\t/old\t%s\t404\thttps://a.example/\tFirefox" % query


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ('%h %^[%d:%t %^] "%r" %s %b "%R" "%u"', COMBINED, HIT),
        ('%h %^[%x] "%r" %s %b "%R" "%u"', COMBINED, HIT),
        (r"%h %^[%d:%t %^] \"%r\" %s %b \"%R\" \"%u\"", COMBINED, HIT),
        (
            '%v:%^ %h %^[%d:%t %^] "%r" %s %b "%R" "%u"',
            b"shop.example.com:80 " + COMBINED,
            HIT._replace(host="shop.example.com"),
        ),
        (TABBED, _tabbed(b"x=1"), HIT._replace(target="/old?x=1")),
        (TABBED, _tabbed(b"?x=1"), HIT._replace(target="/old?x=1")),
        (TABBED, _tabbed(b"-"), HIT),
        (
            "%x %~%L %h %^/%s %b %m %U",
            b"1776238867.250    12 192.0.2.7 TCP_MISS/404 1 GET /old",
            HIT._replace(referrer="", user_agent=""),
        ),
        ('"~h{, }" [%x] "%r" %s "%R" "%u"', FORWARDED, HIT),
        (
            '%h|%x|"%r"|%s|%D|"%R"|"%u"',
            b'192.0.2.7|2026-04-15|"GET /old HTTP/1.1"|404|9|"https://a.example/"|"Firefox"',
            HIT,
        ),
        ('%s %e "%r"', b'404 bob "/old"', Hit(404, "/old", "", "", "", "", None)),
    ],
)
def test_lines_are_read_by_a_string(text: str, line: bytes, expected: Hit) -> None:
    known = format_by_name(text)
    assert known.make_parser().parse(line) == expected
    assert any(needle in line for needle in known.needles(404))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('%h %z "%r" %s', "%z at character 4"),
        ('%h "%r" %s %', "% at character 12"),
        ('"~h{}" "%r" %s', "the braces of ~h{} are empty"),
        ("%h %s", "lacks the request: %r for a request line, or %U"),
        ('%h "%r"', "lacks %s, the status code"),
        ('%h%s "%r"', "nothing stands between %h and %s"),
        ('%s %s "%r"', "has %s twice"),
        ('{"ts": "%x", "status": "%s"}', "JSON logs need no format string"),
        ("combind", "did you mean combined?"),
        ("nonsense", "Known are alb, caddy, cloud_storage"),
        ("", "there is no log format ''"),
    ],
)
def test_a_wrong_string_is_explained(text: str, message: str) -> None:
    with pytest.raises(UsageError, match="--format: ") as error:
        format_by_name(text)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("COMBINED", "combined"),
        ("VCOMBINED", "vhost_combined"),
        ("COMMON", "common"),
        ("VCOMMON", "vhost_common"),
        ("W3C", "w3c"),
        ("CLOUDFRONT", "cloudfront"),
        ("CLOUDSTORAGE", "cloud_storage"),
        ("AWSELB", "elb"),
        ("AWSALB", "alb"),
        ("AWSS3", "s3"),
        ("SQUID", "squid"),
        ("CADDY", "caddy"),
        ("TRAEFIKCLF", "combined"),
        ("nginx-json", "nginx_json"),
        ("IIS", "w3c"),
    ],
)
def test_goaccesss_names_and_others(text: str, name: str) -> None:
    assert format_by_name(text).name == name


def test_a_string_is_the_name_of_its_format_and_says_what_it_lacks() -> None:
    known = format_by_name('%h "%r" %s ')
    assert format_by_name(known.name).needles(410) == known.needles(410) == (b'" 410 ',)
    assert not known.has_referrer
    assert len(known.notes) == 2
