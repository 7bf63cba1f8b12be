"""Redirects read back from a server's own files: what is simple is read, what is not is named by its line."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.redirects.hostile import SITE

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects import WRITERS, ExistingRedirects, plan_redirects, read_existing
from linkreclaim.redirects.existing import apache, hosted, nginx

Told = tuple[str, str | None, int, str]

NGINX = r"""
# rewrite ^/comment$ /never permanent;
map $uri $moved {
    default "";
    /old /new;
    "/with space" "/new-space";
    ~^/folder/(.*)$ /other/$1;
    ~^/(\d+)/(.*)$ /y$1/$2;
}
server {
    rewrite ^/page\.html$ /page permanent;
    rewrite ^/temporary$ /for-now redirect;
    rewrite ^/inside$ /kept last;
    rewrite ^/post-(\d+)$ /p?id=$1 permanent;
    location = /exact { return 301 https://site.test/exact-new; }
    location = /gone {
        return 410;
    }
    location = /made { return 301 /x$arg_id; }
    if ($request_uri = "/index.php?id=4") { return 301 /four; }
    return 301 https://site.test$request_uri;
}
"""
NGINX_TOLD: list[Told] = [
    ("/old", "/new", 301, "exact"),
    ("/with%20space", "/new-space", 301, "exact"),
    ("/folder/", "/other/", 301, "prefix"),
    ("/page.html", "/page", 301, "exact"),
    ("/temporary", "/for-now", 302, "exact"),
    ("/exact", "https://site.test/exact-new", 301, "exact"),
    ("/gone", None, 410, "exact"),
    ("/index.php?id=4", "/four", 301, "exact"),
]
APACHE = r"""
RewriteEngine On
Redirect 301 /docs /manual
Redirect /temporary /for-now
RedirectPermanent "/with space" /new-space
Redirect gone /gone
Redirect 301 /q /x?y=1
RedirectMatch 301 ^/folder/(.*)$ /other/$1
RedirectMatch 301 ^/a(\d+)$ /b$1
RewriteRule ^page\.html$ /page [R=301,L]
RewriteCond %{QUERY_STRING} ^id=4$
RewriteRule ^index\.php$ /four? [R=301,L]
RewriteCond %{HTTP_HOST} ^(www\.)?old\.example$ [NC]
RewriteRule ^/about$ /about-us [R=301,L]
RewriteCond %{HTTP_USER_AGENT} Mobile
RewriteRule ^/m$ /mobile [R=301,L]
RewriteRule ^inside$ /kept [L]
RewriteRule ^long\
er$ /joined [R,L]
"""
APACHE_TOLD: list[Told] = [
    ("/docs", "/manual", 301, "prefix"),
    ("/temporary", "/for-now", 302, "prefix"),
    ("/with space", "/new-space", 301, "prefix"),
    ("/gone", None, 410, "exact"),
    ("/q", "/x?y=1", 301, "exact"),
    ("/folder/", "/other/", 301, "prefix"),
    ("/page.html", "/page", 301, "exact"),
    ("/index.php?id=4", "/four?", 301, "exact"),
    ("https://old.example/about", "/about-us", 301, "exact"),
    ("/longer", "/joined", 302, "exact"),
]
HOSTED = """
# ours
/old /new 301
/forced /new 302!
/plain /new
/index.php id=42 /new 301!
/blog/* /articles/:splat 301
/app/* /index.html 200
/wild/*/x /y 301
/news/:year /archive/:year 301
/country /de 301 Country=de
https://old.example/about https://site.test/about 301!
nonsense
"""
HOSTED_TOLD: list[Told] = [
    ("/old", "/new", 301, "exact"),
    ("/forced", "/new", 302, "exact"),
    ("/plain", "/new", 301, "exact"),
    ("/index.php?id=42", "/new", 301, "exact"),
    ("/blog/", "/articles/", 301, "prefix"),
    ("https://old.example/about", "https://site.test/about", 301, "exact"),
]
VERCEL = """
{"redirects": [
  {"source": "/old", "destination": "/new", "permanent": true},
  {"source": "/a\\\\(b\\\\)", "destination": "/new", "statusCode": 301},
  {"source": "/blog/:path*", "destination": "/articles/:path*"},
  {"source": "/index.php", "has": [{"type": "query", "key": "id", "value": "42"}],
   "destination": "/n", "permanent": true},
  {"source": "/post/:id(\\\\d+)", "destination": "/p/:id", "permanent": true},
  {"source": "/x", "has": [{"type": "cookie", "key": "a"}], "destination": "/y", "permanent": true}
]}
"""
VERCEL_TOLD: list[Told] = [
    ("/old", "/new", 308, "exact"),
    ("/a(b)", "/new", 301, "exact"),
    ("/blog/", "/articles/", 307, "prefix"),
    ("/index.php?id=42", "/n", 308, "exact"),
]
MAP = "source,target,status,decision\n/old,/new,,\n/rejected,/new,,no\n/bad,,,\n"


def told(found: ExistingRedirects) -> list[Told]:
    return [(line.source, line.target, line.status, line.match.value) for line in found.lines]


@pytest.mark.parametrize(
    ("content", "form", "expected", "unread"),
    [
        (NGINX, "nginx", NGINX_TOLD, [8, 14, 19, 21]),
        (APACHE, "Apache", APACHE_TOLD, [9, 16]),
        (HOSTED, "_redirects", HOSTED_TOLD, [9, 10, 11, 13]),
        (VERCEL, "Vercel", VERCEL_TOLD, [5, 6]),
        (MAP, "a redirect map", [("/old", "/new", 301, "exact")], [4]),
    ],
    ids=["nginx", "apache", "_redirects", "vercel", "map"],
)
def test_files_are_told_by_content_and_odd_lines_by_number(
    tmp_path: Path, content: str, form: str, expected: list[Told], unread: list[int]
) -> None:
    path = tmp_path / "existing"
    path.write_text(content, encoding="utf-8")
    found = read_existing(path)
    assert (found.form, told(found)) == (form, expected)
    assert [problem.line for problem in found.problems] == unread


@pytest.mark.parametrize("engine", ["nginx", "htaccess", "netlify", "cloudflare", "apache"])
def test_what_our_writers_wrote_is_read_back(tmp_path: Path, engine: str) -> None:
    lines = [
        RedirectLine("/old", "/new"),
        RedirectLine("/Old", "/other"),
        RedirectLine('/a b"é', "/x y"),
        RedirectLine("/t", "/new#part", 302),
        *([] if engine == "cloudflare" else [RedirectLine("/q?id=1", "/p?x=1")]),
        *([RedirectLine("/blog/", "/art/", match=MapMatch.PREFIX)] if engine != "apache" else []),
        *([RedirectLine("/gone", None, 410)] if engine in ("nginx", "htaccess", "apache") else []),
        *([RedirectLine("https://old.example/x$", "/z$")] if engine != "cloudflare" else []),
    ]
    plan = plan_redirects(lines, SITE)
    written = WRITERS[engine].write(plan, SITE, ["a header"])
    assert not written.refused
    wanted = {"nginx": ".conf", "apache": ".txt"}.get(engine, "")
    names = ("linkreclaim-redirects.conf", "linkreclaim-redirects.txt", ".htaccess", "_redirects")
    file = next(file for file in written.files if file.name in names and file.name.endswith(wanted))
    path = tmp_path / "existing"
    path.write_bytes(file.content)
    again = plan_redirects(read_existing(path).lines, SITE)
    assert {(line.source, line.target, line.status, line.match) for line in again.lines} == {
        (line.source, line.target, line.status, line.match) for line in plan.lines
    }


@pytest.mark.parametrize("content", ["", "hello\nworld\n", '{"a": 1}', "[1", "\0\0\0"])
def test_what_is_no_such_file_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "existing"
    path.write_text(content)
    with pytest.raises((UnknownFormatError, InputError)):
        read_existing(path)
    with pytest.raises(InputError):
        read_existing(tmp_path / "missing")


def test_the_last_line_counts_though_it_goes_on(tmp_path: Path) -> None:
    lines = ["Redirect /a /b", "# no \\", "Redirect /not /read", "Redirect \\", "/c \\", "/d \\"]
    found = list(apache.read_apache(iter(enumerate(lines, 1))))
    assert [(line.source, line.line) for line in found if isinstance(line, RedirectLine)] == [("/a", 1), ("/c", 4)]


@pytest.mark.parametrize("line", ["source " * 300_000, "rewrite a " * 300_000, "map a " * 300_000])
def test_one_endless_line_takes_no_time(tmp_path: Path, line: str) -> None:
    path = tmp_path / "existing"
    path.write_text(line)
    started = time.process_time()
    with pytest.raises(InputError):
        read_existing(path)
    assert time.process_time() - started < 5


@given(st.lists(st.text(max_size=80), max_size=8))
def test_nothing_in_a_file_stops_the_readers(lines: list[str]) -> None:
    for read in (nginx.read_nginx, apache.read_apache, apache.read_apache_map, hosted.read_hosted):
        list(read(iter(enumerate(lines, 1))))
    list(hosted.read_vercel([{"source": line, "destination": line} for line in lines]))


def existing(*pairs: tuple[str, str]) -> list[RedirectLine]:
    return [RedirectLine(source, target, line=number) for number, (source, target) in enumerate(pairs, 1)]


def test_chains_are_collapsed_against_what_is_there() -> None:
    plan = plan_redirects(
        [RedirectLine("/b", "/c", line=2), RedirectLine("/new-a", "/there", line=3)],
        SITE,
        existing=existing(("/a", "/b"), ("/there", "/end"), ("/apart", "/alone")),
    )
    assert {(line.source, line.target) for line in plan.lines} == {("/b", "/c"), ("/new-a", "/end"), ("/a", "/c")}
    assert [(change.kind.value, change.line.source) for change in plan.changes] == [
        ("chain", "/new-a"),
        ("added", "/a"),
    ]
    assert "existing line 1 led to 301 /b" in plan.changes[1].words


def test_what_is_there_is_not_contradicted_and_not_looped() -> None:
    plan = plan_redirects(
        [
            RedirectLine("/same", "/x", line=2),
            RedirectLine("/other", "/y", line=3),
            RedirectLine("/back", "/forth", line=4),
        ],
        SITE,
        existing=existing(("/same", "https://site.test/x"), ("/other", "/z"), ("/forth", "/back")),
    )
    assert [line.source for line in plan.lines] == ["/same"]
    assert {(refusal.line.source, refusal.kind.value) for refusal in plan.refused} == {
        ("/other", "existing"),
        ("/back", "loop"),
    }
    assert "existing line 2" in plan.refused[0].reason
    assert [change.kind.value for change in plan.changes] == ["known"]


def test_existing_redirects_of_other_hosts_are_counted() -> None:
    plan = plan_redirects([RedirectLine("/a", "/b")], SITE, existing=existing(("https://else.example/", "/x")))
    assert len(plan.lines) == 1
    assert "1 existing redirects are on other hosts" in plan.notes[0]
