"""Random hostile maps on the real servers: every line asked in three spellings, with and without a query.

    python -m benchmarks.redirects.random_maps [--maps 40] [--engines nginx,haproxy] [--first-seed 0] [--show 20]

Sources and targets are drawn from everything that is special to a URL, a regular expression, a configuration or a
template, with twins of earlier sources; half of the maps hold prefixes. What a map should answer is computed here from
what docs/redirects.md says, not by the code that writes or proves. A line that a writer refuses must not answer.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from urllib.parse import unquote_to_bytes

from tests.redirects.hostile import SITE
from tests.redirects.servers import START, Found, RunningServer
from tests.redirects.test_servers import host_of, port_free, spellings

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects import WRITERS, RedirectPlan, plan_redirects
from linkreclaim.redirects.canonical import Source, source_of, target_of

LINES = 200
QUERY = "utm=%41&b=c?d"
PLAIN = "abcAB019-_.~"
SPECIAL = "!$&'()*+,;=:@/%{}[]|\\^`\"<> ?"
PIECES = (
    *("é", "Ж", "中", "😀", "ß", "İ", "ı", "\u200f", "\u0301", "%2F", "%2f", "%25", "%3F", "%23", "%C3%A9", "%c3%a9"),
    *("%E9", "//", "/./", "/../", "..", "%20", "%2B", "$1", "${x}", "%{X}", "{path}", "\\1", "(?i)", ".*", "&amp;"),
    *("index.php", "?id="),
)
SEGMENTS = (
    *(
        "a",
        "b",
        "A",
        "a.b",
        "a+b",
        "a b",
        "é",
        "x$1",
        "x{y}",
        "(a)",
        "[b]",
        "a*",
        "^",
        "~u",
        "a&b",
        "a=b",
        "a;b",
        "a'b",
    ),
    *("%25", "%20z", "a|b", "a\\b", '"q', "中", "index.html", "a%2Fb"),
)
TAILS = (
    "",
    "/",
    "/x",
    "/x%2Fy",
    "/%C3%A9",
    "/a+b",
    "/x?q=1",
    "?q=1",
    "/x?a=%20&b",
    "/$1",
    "/%251",
    "/x;y",
    "/(z)",
    "x",
)
STATUSES = (301, 301, 301, 308, 302, 307, 410)


def main() -> None:
    """Ask every engine for every map, print what was wrong, then a table."""
    options = _arguments()
    for engine in options.engines.split(","):
        counted: Counter[str] = Counter()
        shown = options.show
        for seed in range(options.first_seed, options.first_seed + options.maps):
            for wrong in _ask(engine, _plan(seed), counted):
                counted["wrong"] += 1
                if counted["wrong"] <= shown:
                    print(f"{engine}, map {seed}: {wrong}")
        print(f"{engine}: {options.maps} maps, {dict(counted)}", flush=True)


def _plan(seed: int) -> RedirectPlan:
    draw = Random(seed)
    lines: list[RedirectLine] = []
    for number in range(LINES):
        lines.append(_prefix_line(draw, number) if seed % 2 else _exact_line(draw, number, lines))
    return plan_redirects(lines, SITE)


def _exact_line(draw: Random, number: int, before: Sequence[RedirectLine]) -> RedirectLine:
    host = draw.choice(("http://old.example", "https://www.old.example", "http://former.example:8081"))
    source = (host if draw.random() < 0.1 else "") + _path(draw)
    if before and draw.random() < 0.15:
        twin = draw.choice(before).source
        source = draw.choice((twin + "/", twin + "?x=1", twin.rstrip("/"), twin + ".html", twin + "%20"))
    status = draw.choice(STATUSES)
    target = f"/new/{number}" + draw.choice(("", _path(draw)))
    return RedirectLine(source, None if status == 410 else _hosted(draw, target), status, line=number + 2)


def _prefix_line(draw: Random, number: int) -> RedirectLine:
    source = "/" + "/".join(draw.choice(SEGMENTS) for _ in range(draw.randint(1, 3)))
    match = draw.choice((MapMatch.PREFIX, MapMatch.PREFIX, MapMatch.EXACT))
    target = f"/new/{number}"
    if match is MapMatch.PREFIX and draw.random() < 0.4:
        source, target = source + "/", target + "/"
    elif match is MapMatch.EXACT:
        source += draw.choice(("", "", "?q=1", "/", "/x", "?a=%20&b"))
        target += draw.choice(("", "/", "/é", "?k=1", "#f", "?k=1#f", "/a b", "/$1%25"))
    status = draw.choice(STATUSES)
    return RedirectLine(source, None if status == 410 else _hosted(draw, target), status, match, line=number + 2)


def _hosted(draw: Random, target: str) -> str:
    return f"https://else.example{target}" if draw.random() < 0.15 else target


def _path(draw: Random) -> str:
    letters = [*PLAIN, *SPECIAL, *PIECES]
    path = "/" + "".join(draw.choice(letters) for _ in range(draw.randint(1, 8)))
    if draw.random() < 0.3:
        path += "/" + "".join(draw.choice(letters) for _ in range(draw.randint(1, 4)))
    return path if draw.random() < 0.95 else "/" + path[1:4] * draw.randint(20, 300)


def _ask(engine: str, plan: RedirectPlan, counted: Counter[str]) -> Iterator[str]:
    written = WRITERS[engine.split()[0]].write(plan, SITE, [])
    refused = {refusal.line.source for refusal in written.refused}
    lines = [(source_of(line.source), line) for line in plan.lines if line.source not in refused]
    counted["lines"] += len(lines)
    counted["refused"] += len(refused)
    with START[engine](written.files, _installed) as server:
        for source, line in lines:
            for asked in _requests(source, line, engine):
                wanted = _wanted(lines, source.host, asked)
                found = _found(server, asked, host_of(source))
                counted["requests"] += 1
                if found != (wanted[0], _absolute(wanted[1], host_of(source))):
                    yield f"{asked[:200]!r} of {source.host or 'the site'} gave {found}, not {wanted}"


def _installed(*names: str) -> Path:
    """The engine finds its program itself."""
    return Path(names[0])


def _requests(source: Source, line: RedirectLine, engine: str) -> Iterator[bytes]:
    if line.match is MapMatch.PREFIX:
        for tail in TAILS:
            asked = source.path + (tail.removeprefix("/") if source.path.endswith("/") else tail)
            if engine != "htaccess" or "%2F" not in asked:  # such a request never reaches a .htaccess
                yield asked.encode()
        return
    yield from spellings(source, engine)
    if source.query is None:
        yield f"{source.path}?{QUERY}".encode()


def _found(server: RunningServer, asked: bytes, host: str) -> Found:
    status, location = server.ask(asked, host)
    found = port_free(_absolute(location, host), server)
    return (404, None) if status in (400, 403) else (status, found)


def _absolute(location: str | None, host: str) -> str | None:
    return location if location is None or not location.startswith("/") else f"http://{host}{location}"


def _wanted(lines: Sequence[tuple[Source, RedirectLine]], host: str, asked: bytes) -> Found:
    """The exact line with the query, else the exact one without, else the longest prefix."""
    path, mark, query = asked.decode("utf-8", "surrogateescape").partition("?")
    key = _key(path)
    exact = [
        (source, line)
        for source, line in lines
        if line.match is MapMatch.EXACT and source.host == host and _key(source.path) == key
    ]
    for source, line in exact:
        if mark and source.query == query:
            return line.status, line.target
    for source, line in exact:
        if source.query is None:
            return line.status, None if line.target is None else _carried(line.target, query)
    prefixes = [
        (source, line)
        for source, line in lines
        if line.match is MapMatch.PREFIX and source.host == host and _is_below(key, _key(source.path))
    ]
    if not prefixes:
        return 404, None
    source, line = max(prefixes, key=lambda pair: len(_key(pair[0].path)))
    if line.target is None:
        return line.status, None
    return line.status, line.target + path[len(source.path) :] + (f"?{query}" if query else "")


def _carried(target: str, query: str) -> str:
    parts = target_of(target)
    joined = "&".join(filter(None, (parts.query, query)))
    return parts.base + (f"?{joined}" if joined else "") + ("" if parts.fragment is None else f"#{parts.fragment}")


def _key(path: str) -> bytes:
    """A path decoded, but for its %2F."""
    pieces = path.replace("%2f", "%2F").split("%2F")
    return b"%2F".join(unquote_to_bytes(piece.encode("utf-8", "surrogateescape")) for piece in pieces)


def _is_below(path: bytes, prefix: bytes) -> bool:
    return path.startswith(prefix) and (prefix.endswith(b"/") or path[len(prefix) : len(prefix) + 1] in (b"", b"/"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=int, default=40)
    parser.add_argument("--engines", default=",".join(START))
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    main()
