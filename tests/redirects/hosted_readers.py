"""Readers of what hosted platforms are given: each takes a whole file by its documented grammar, and nothing else.

A reader gives the rows it finds as (source, status, target) in the canonical spelling of a plan.
"""

import csv
import json
import re
from collections.abc import Callable
from io import StringIO
from urllib.parse import quote_from_bytes
from xml.etree import ElementTree

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects import WrittenRedirects

Row = tuple[str, int, str]
Reader = Callable[[WrittenRedirects], list[Row]]

IN_PATH = "!$&'()*+,;=:@/"
_SCALAR = r'"(?:[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]|\\["\\])*"'


def content(written: WrittenRedirects, number: int = 0) -> str:
    text = written.files[number].content.decode("utf-8")
    assert text.endswith("\n") or not text
    assert "\0" not in text
    assert "\ufeff" not in text
    return text


def canonical(decoded: str) -> str:
    path, mark, query = decoded.partition("?")
    return quote_from_bytes(path.encode(), safe=IN_PATH) + mark + query


def table(written: WrittenRedirects, number: int = 0) -> list[list[str]]:
    """A CSV; no cell may be a formula, in a spreadsheet that splits at commas or at semicolons."""
    text = content(written, number)
    for separator in (",", ";"):
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
            assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row), row
    rows = list(csv.reader(StringIO(text, newline=""), strict=True))
    assert len(rows) == text.count("\n")
    assert len({len(row) for row in rows}) <= 1
    return rows


def with_header(written: WrittenRedirects, *header: str, number: int = 0) -> list[list[str]]:
    rows = table(written, number)
    assert rows[0] == list(header)
    return rows[1:]


def shopify(written: WrittenRedirects) -> list[Row]:
    return [(source, 301, target) for source, target in with_header(written, "Redirect from", "Redirect to")]


def webflow(written: WrittenRedirects) -> list[Row]:
    return [(source, 301, target) for source, target in with_header(written, "source", "target")]


def wix(written: WrittenRedirects) -> list[Row]:
    files = range(len(written.files) - 1)
    rows = [row for number in files for row in with_header(written, "Old URL", "New URL", number=number)]
    return [(source, 301, target) for source, target in rows]


def hubspot(written: WrittenRedirects) -> list[Row]:
    rows = with_header(written, "Original URL", "Destination URL", "Redirect Style")
    return [(source, int(status), target) for source, target, status in rows]


def rank_math(written: WrittenRedirects) -> list[Row]:
    rows = with_header(written, "id", "source", "matching", "destination", "type", "category", "status")
    assert all((row[0], row[2], row[5], row[6]) == ("", "exact", "", "active") for row in rows)
    return [(row[1], int(row[4]), row[3]) for row in rows]


def yoast(written: WrittenRedirects) -> list[Row]:
    rows = with_header(written, "Origin", "Target", "Type", "Format")
    assert all(row[3] == "plain" for row in rows)
    return [(row[0], int(row[2]), row[1]) for row in rows]


def drupal(written: WrittenRedirects) -> list[Row]:
    rows = with_header(written, "source", "destination", "language", "status_code")
    assert all(row[2] == "und" for row in rows)
    return [("/" + canonical(row[0]), int(row[3]), row[1]) for row in rows]


def umbraco(written: WrittenRedirects) -> list[Row]:
    rows = with_header(written, "Inbound URL", "Destination URL", "Redirect Type", "Forward Query String")
    assert all(row[3] == ("false" if "?" in row[0] else "true") for row in rows)
    return [(row[0], {"permanent": 301, "temporary": 307}[row[2]], row[1]) for row in rows]


def cloudflare_bulk(written: WrittenRedirects) -> list[Row]:
    rows = table(written)
    assert all(row[4:] == ["FALSE"] * 3 for row in rows)
    assert all((row[3] == "TRUE") == ("?" not in row[1].partition("#")[0]) for row in rows)
    assert [f"www.{row[0]}" for row in rows[::2]] == [row[0] for row in rows[1::2]]
    assert [row[1:] for row in rows[::2]] == [row[1:] for row in rows[1::2]]
    return [(f"https://{row[0]}".removeprefix("https://site.test"), int(row[2]), row[1]) for row in rows[::2]]


def squarespace(written: WrittenRedirects) -> list[Row]:
    rows = []
    for line in content(written).split("\n")[:-1]:
        found = re.fullmatch(r"(/[!-~]+) -> ((?:/|https://)[!-~]*) (301|302)", line)
        assert found, line
        assert "[" not in found[1]
        rows.append((found[1], int(found[3]), found[2]))
    return rows


def redirects_file(written: WrittenRedirects) -> list[Row]:
    """Netlify and Cloudflare Pages: blank-separated words; a former host has four lines."""
    rows: dict[Row, None] = {}
    for line in content(written).split("\n")[:-1]:
        if not line or line.startswith("#"):
            continue
        path, *query, target, status = line.split(" ")
        assert "*" not in path
        host = re.fullmatch("https?://(?:www[.])?([^/]+)(/.*)", path)
        source = f"https://{host[1]}{host[2]}" if host else path
        rows[source + ("?" + "&".join(query) if query else ""), int(status.removesuffix("!")), target] = None
    return list(rows)


def conditions(one: dict[str, object]) -> tuple[str, str]:
    """Host and query of a redirect of Vercel or Next.js."""
    host, query = "", []
    listed = one.get("has", [])
    assert isinstance(listed, list)
    for has in listed:
        value = re.sub(r"\\(.)", r"\1", has["value"].removeprefix(r"(?:www\.)?"))
        assert not re.search(r"(?<!\\)[*+?()\[\]{}|^$]", has["value"].removeprefix(r"(?:www\.)?"))
        if has["type"] == "host":
            host = f"https://{value}"
        else:
            assert has["type"] == "query"
            query.append(f"{has['key']}={value}")
    return host, "?" + "&".join(query) if query else ""


def pattern_path(source: str, last_slash: bool) -> str:
    """A path-to-regexp source in which nothing but an optional last slash is a pattern."""
    if last_slash and source != "/":
        assert source.endswith("{/}?")
        source = source.removesuffix("{/}?")
    assert re.fullmatch(r"(?:[^:*+?(){}\\]|\\[:*+?(){}\\])*", source), source
    return re.sub(r"\\(.)", r"\1", source)


def path_to_regexp_rows(listed: list[dict[str, object]], last_slash: bool) -> list[Row]:
    rows = []
    for one in listed:
        assert set(one) <= {"source", "destination", "statusCode", "has"}
        host, query = conditions(one)
        path = pattern_path(str(one["source"]), last_slash)
        rows.append((host + path + query, int(str(one["statusCode"])), str(one["destination"])))
    return rows


def vercel(written: WrittenRedirects) -> list[Row]:
    whole = json.loads(content(written))
    assert set(whole) == {"redirects"}
    return path_to_regexp_rows(whole["redirects"], last_slash=False)


def next_js(written: WrittenRedirects) -> list[Row]:
    text = content(written)
    while text.startswith("//"):
        text = text.partition("\n")[2]
    found = re.fullmatch(r"module\.exports = (.*);\n", text, re.DOTALL)
    assert found
    assert found[1].isascii()
    return path_to_regexp_rows(json.loads(found[1]), last_slash=True)


def cloudfront(written: WrittenRedirects) -> list[Row]:
    function = re.fullmatch(r"(.*const patterns = \[)(.*?)\n\];(.*)", content(written), re.DOTALL)
    assert function
    assert function[2] == ""
    pairs = json.loads(content(written, 1))
    assert set(pairs) == {"data"}
    assert all(set(pair) == {"key", "value"} for pair in pairs["data"])
    assert len({pair["key"] for pair in pairs["data"]}) == len(pairs["data"])
    return [
        ("https://" * (pair["key"][0] != "/") + pair["key"], int(pair["value"][:3]), pair["value"][4:])
        for pair in pairs["data"]
    ]


def s3(written: WrittenRedirects) -> list[Row]:
    assert len(written.files) == 2
    objects = json.loads(content(written))
    assert all(set(one) == {"Key", "WebsiteRedirectLocation"} for one in objects)
    return [
        ("/" + quote_from_bytes(one["Key"].encode(), safe=IN_PATH), 301, one["WebsiteRedirectLocation"])
        for one in objects
    ]


def iis(written: WrittenRedirects) -> list[Row]:
    config = ElementTree.fromstring(content(written))
    maps = ElementTree.fromstring(content(written, 1))
    assert [child.tag for child in config.iter()][:4] == ["configuration", "system.webServer", "rewrite", "rewriteMaps"]
    assert [rule.get("name") for rule in config.iter("rule")] == [one.get("name") for one in maps]
    rows = []
    for one, rule in zip(maps, config.iter("rule"), strict=True):
        where, kind, status = (one.get("name") or "").removeprefix("linkreclaim-").split("-")
        action = rule.find("action")
        assert action is not None
        assert (action.get("statusCode") or action.get("url")) == ("410" if status == "410" else "{C:1}")
        for add in one:
            assert add.tag == "add"
            key, value = add.get("key") or "", add.get("value") or ""
            assert ("?" in key) == (kind == "query")
            source = f"https://{key}" if where == "host" else key
            rows.append((source, int(status), "" if status == "410" else value))
    return rows


TRAEFIK = re.compile(
    r"    linkreclaim-(\d+):\n      redirectRegex:\n"
    r"        regex: (\"(?:[^\"\\]|\\.)*\")\n"
    rf"        replacement: ({_SCALAR})\n        permanent: (true|false)\n"
)


def traefik_middlewares(written: WrittenRedirects) -> list[tuple[str, str, bool]]:
    text = content(written)
    assert "{{" not in text
    if text == "# no redirects\n":
        return []
    head, _, rest = text.partition("    linkreclaim-1:\n")
    found = list(TRAEFIK.finditer("    linkreclaim-1:\n" + rest))
    assert "".join(one[0] for one in found) == "    linkreclaim-1:\n" + rest
    chain = "".join(f"          - linkreclaim-{number}\n" for number in range(1, len(found) + 1))
    assert head == f"http:\n  middlewares:\n    linkreclaim:\n      chain:\n        middlewares:\n{chain}"
    return [(json.loads(one[2]), json.loads(one[3]), one[4] == "true") for one in found]


def traefik_answer(middlewares: list[tuple[str, str, bool]], url: str) -> tuple[int, str] | None:
    """As Go's regexp.ReplaceAllString on the first expression that matches."""
    for regex, replacement, permanent in middlewares:
        found = re.search(regex, url)
        if found:
            template = re.sub(
                r"\$\$|\$\{(\d+)\}",
                lambda piece: "$" if piece[0] == "$$" else (found[int(piece[1])] or ""),  # noqa: B023
                replacement,
            )
            return 301 if permanent else 302, template
    return None


def wordpress(written: WrittenRedirects) -> list[Row]:
    whole = json.loads(content(written))
    assert [group["name"] for group in whole["groups"]] == ["linkreclaim"]
    rows: dict[Row, None] = {}
    for item in whole["redirects"]:
        flags = item["match_data"]["source"]
        assert (flags["flag_regex"], flags["flag_case"], flags["flag_trailing"]) == (False, False, False)
        assert flags["flag_query"] == ("exact" if "?" in item["url"] else "pass")
        server = item["action_data"].get("server", "").replace("//www.", "//")
        target = item["action_data"].get("url_from", item["action_data"].get("url"))
        rows[server + item["url"], item["action_code"], target] = None
    plain = {row for row in rows if row[0].startswith("/") and "?" not in row[0]}
    listed = with_header(written, "source", "target", "regex", "code", number=1)
    assert {(row[0], int(row[3]), row[1]) for row in listed} <= plain
    return list(rows)


def front_matter(key: str) -> Reader:
    def read(written: WrittenRedirects) -> list[Row]:
        rows, page = [], ""
        text = content(written)
        for line in [] if text == "{}\n" else text.split("\n")[:-1]:
            found = re.fullmatch(rf"(?:#.*|({_SCALAR}):|  {key}:|    - ({_SCALAR}))", line)
            assert found, line
            assert len(line) < 1_024  # a longer key is no key in YAML
            page = json.loads(found[1]) if found[1] else page
            if found[2]:
                rows.append((canonical(json.loads(found[2])), 301, page))
        return rows

    return read


def mkdocs(written: WrittenRedirects) -> list[Row]:
    lines = [line for line in content(written).split("\n")[:-1] if not line.startswith("#")]
    assert lines[:2] == ["plugins:", "  - redirects:"]
    assert lines[2] == "      redirect_maps:" + ("" if lines[3:] else " {}")
    rows = []
    for line in lines[3:]:
        found = re.fullmatch(rf"        ({_SCALAR}): ({_SCALAR})", line)
        assert found, line
        assert len(found[1]) < 1_024  # a longer key is no key in YAML
        key = json.loads(found[1])
        assert key.endswith("/index.md")
        rows.append(("/" + canonical(key.removesuffix("/index.md")), 301, json.loads(found[2])))
    return rows


def docusaurus(written: WrittenRedirects) -> list[Row]:
    whole = json.loads(content(written))
    assert all(set(one) == {"from", "to"} for one in whole)
    return [(source, 301, one["to"]) for one in whole for source in one["from"]]


def django(written: WrittenRedirects) -> list[Row]:
    rows = []
    for one in json.loads(content(written)):
        assert (set(one), one["model"]) == ({"model", "fields"}, "redirects.redirect")
        fields = one["fields"]
        assert set(fields) == {"site", "old_path", "new_path"}
        rows.append((fields["old_path"], 301 if fields["new_path"] else 410, fields["new_path"]))
    return rows


READERS: dict[str, Reader] = {
    "aws-cloudfront": cloudfront,
    "aws-s3": s3,
    "cloudflare": redirects_file,
    "cloudflare-bulk": cloudflare_bulk,
    "django": django,
    "docusaurus": docusaurus,
    "drupal": drupal,
    "hubspot": hubspot,
    "hugo": front_matter("aliases"),
    "iis": iis,
    "jekyll": front_matter("redirect_from"),
    "mkdocs": mkdocs,
    "netlify": redirects_file,
    "next": next_js,
    "rank-math": rank_math,
    "shopify": shopify,
    "squarespace": squarespace,
    "umbraco": umbraco,
    "vercel": vercel,
    "webflow": webflow,
    "wix": wix,
    "wordpress-redirection": wordpress,
    "yoast": yoast,
}


def meant(line: RedirectLine, engine: str) -> Row:
    """What a reader must find for a line: some engines spell it in a way of their own."""
    source, target = line.source, line.target or ""
    if engine in ("cloudflare-bulk", "mkdocs") and target.startswith("/"):
        target = "http://site.test" + target
    path = source.partition("?")[0]
    if engine == "mkdocs":
        source = path.removesuffix("/index.html").rstrip("/")
    if engine == "aws-s3" and path.endswith("/"):
        source = path + "index.html"
    if engine == "next" and path != "/":
        host = re.match(r"https?://[^/]+|", path)
        assert host
        source = source.replace(path, host[0] + (path[len(host[0]) :].rstrip("/") or "/"), 1)
    if engine == "django":  # Django escapes ; and = in a path (RFC 3986, 3.3), and some of a query
        source = path.replace(";", "%3B").replace("=", "%3D") + _django_query(source)
    return source, line.status, target


def _django_query(source: str) -> str:
    _, mark, query = source.partition("?")
    return mark + quote_from_bytes(query.encode(), safe="/#%[]=:;$&()+,!?*@'~")


SECOND_FILE = ("aws-cloudfront", "iis", "wordpress-redirection")
LISTS = ("aws-s3", "next", "vercel")


def shown(written: WrittenRedirects) -> str:
    """What a golden file shows of an engine: its pairs, one entry a line where the file is a list in JSON."""
    text = content(written, 1 if written.engine in SECOND_FILE else 0)
    if written.engine not in LISTS:
        return text
    found = re.search(r"\[.*\]", text, re.DOTALL)
    assert found
    return "".join(json.dumps(one) + "\n" for one in json.loads(found[0]))
