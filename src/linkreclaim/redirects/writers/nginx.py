"""nginx: hash maps in http{}, a handful of `if`/`return` in server{}; 100,000 lines start in a second.

Requests are looked up as host + decoded path (`$uri`), or with their query. nginx compares map keys without case, so
each value starts with its exact key and one regex with a back-reference compares it again: `/Page` never captures
`/page`. Paths that `$uri` cannot tell apart (`%2F`, `//`, control characters) are matched on the raw request line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, Target, source_of, target_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.patterns import byte_pattern, request_pattern
from linkreclaim.redirects.writers.preamble import comment_lines, former_hosts, has_port, install_text

MAX_TOKEN_BYTES = 4_000
"""**Source:** nginx refuses a configuration token that does not fit its 4,096-byte buffer ("too long parameter")."""

_NOT_IN_URI = re.compile("%(?:2F|[01].|7F)")
"""Escapes after which `$uri` is not the one spelling of a path: slash and control characters."""

HTTP_FILE = "linkreclaim-redirects.conf"
SERVER_FILE = "linkreclaim-redirects-server.conf"


@dataclass(slots=True)
class _Tables:
    """The four look-ups, each a list of ready `key value` bytes; regexes are tried in their order."""

    by_path: dict[bytes, list[bytes]] = field(default_factory=dict)
    by_query: dict[bytes, list[bytes]] = field(default_factory=dict)
    by_request: list[bytes] = field(default_factory=list)
    by_prefix: list[tuple[int, bytes]] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    relative: bool = False  # some target is a path


class NginxWriter:
    """Writes nginx files; 1.18 and later, with PCRE."""

    engine = "nginx"
    title = "nginx"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """Two files: one to include in http{}, one in server{}; lines over 4,000 bytes are refused."""
        tables, refused = _Tables(), []
        for line in plan.lines:
            if not _add(tables, line):
                refused.append(Refusal(line, "nginx: the line is longer than its configuration parser takes (4,096)"))
        files = (
            ServerFile(HTTP_FILE, _http_file(tables, former_hosts(plan), header)),
            ServerFile(SERVER_FILE, _server_file(tables, header)),
            install_text(self.engine, _WHERE, _TEST, _UNDO, _LIMITS, plan),
        )
        return WrittenRedirects(self.engine, files, len(plan.lines) - len(refused), tuple(refused))


def _add(tables: _Tables, line: RedirectLine) -> bool:
    source = source_of(line.source)
    target = target_of(line.target) if line.target else None
    if line.match is MapMatch.PREFIX or _needs_request_line(source):
        added = _add_pattern(tables, line, source, target)
    else:
        added = _add_key(tables, line, source, target)
    if added:
        tables.statuses.add(line.status)
        tables.relative |= target is not None and target.base.startswith("/")
    return added


def _needs_request_line(source: Source) -> bool:
    return "//" in source.path or _NOT_IN_URI.search(source.path) is not None


def _add_key(tables: _Tables, line: RedirectLine, source: Source, target: Target | None) -> bool:
    key = source.host.encode() + source.path_bytes
    table = tables.by_path
    if source.query is not None:
        key, table = key + b"\t" + source.query.encode(), tables.by_query
    value = key + b"\n" + _answer(line.status, target, carries_query=source.query is None)
    twins = table.setdefault(key.lower(), [])
    if len(_quote(key)) > MAX_TOKEN_BYTES or len(_value(b"\n".join([*twins, value]))) > MAX_TOKEN_BYTES:
        return False
    twins.append(value)
    return True


def _add_pattern(tables: _Tables, line: RedirectLine, source: Source, target: Target | None) -> bool:
    path = request_pattern(source.path)
    carries_query = source.query is None
    answer = _answer(line.status, target, carries_query)
    rest, query = "", r"(?:\?|$)" if carries_query else "\\?" + byte_pattern((source.query or "").encode()) + "$"
    if line.match is MapMatch.PREFIX:
        rest = "(?<linkreclaim_rest>[^?]*)" if source.path.endswith("/") else "(?<linkreclaim_rest>(?:/[^?]*)?)"
    regex = "~^" + byte_pattern(source.host.encode()) + path + rest + query
    value = _value(answer) if not rest or target is None else _value(answer)[:-1] + b'${linkreclaim_rest}"'
    entry = _quote(regex.encode()) + b" " + value
    if len(_quote(regex.encode())) > MAX_TOKEN_BYTES or len(value) > MAX_TOKEN_BYTES:
        return False
    if rest:
        tables.by_prefix.append((len(source.path), entry))
    else:
        tables.by_request.append(entry)
    return True


def _answer(status: int, target: Target | None, carries_query: bool) -> bytes:
    """`301 ? /path#fragment`: status, what joins the request's query on (`-` for nothing), location."""
    if target is None:
        return f"{status} -".encode()
    joiner = "-"
    if carries_query:
        joiner = "?" if target.query is None else "&"
    return f"{status} {joiner} {target.text}".encode()


def _quote(token: bytes) -> bytes:
    """A token of the configuration: nginx reads `\\`, `\"`, `\t`, `\n`, `\r` in quotes and keeps the rest."""
    escaped = token.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b'"' + escaped.replace(b"\t", b"\\t").replace(b"\n", b"\\n") + b'"'


def _value(text: bytes) -> bytes:
    """A quoted value in which `$` stays a dollar."""
    return _quote(text).replace(b"$", b"${linkreclaim_dollar}")


def _http_file(tables: _Tables, hosts: list[str], header: Sequence[str]) -> bytes:
    prefixes = (entry for _, entry in sorted(tables.by_prefix, key=lambda pair: -pair[0]))
    pieces: list[Iterable[bytes]] = [
        (line.encode() for line in [*comment_lines(header), "# Include in http{ }.", *_sizes(tables)]),
        [b'geo $linkreclaim_dollar { default "$"; }'],
        _map('"$host|$http_host"', "linkreclaim_host", (_host_entry(host) for host in hosts)),
        _map('"$linkreclaim_host$request_uri"', "linkreclaim_request", tables.by_request),
        _map('"$linkreclaim_host$uri\\t$args"', "linkreclaim_queries", _key_entries(tables.by_query)),
        _map('"$linkreclaim_host$uri"', "linkreclaim_paths", _key_entries(tables.by_path)),
        _map('"$linkreclaim_host$request_uri"', "linkreclaim_prefix", prefixes),
        _ASSEMBLY.strip().encode().splitlines(),
    ]
    return b"\n".join(line for piece in pieces for line in piece) + b"\n"


def _sizes(tables: _Tables) -> list[str]:
    """Hash sizes the maps need; a bucket takes at most 65,472 bytes.

    **Source:** observed on nginx 1.22: a bucket must hold its longest key and 32 bytes; room for eight keys avoids the
    warning "could not build optimal map_hash" at 100,000 lines.
    """
    longest = max(map(len, [*tables.by_path, *tables.by_query]), default=0)
    bucket = min(32_768, 1 << (8 * (longest + 32)).bit_length())
    largest = max(2_048, 2 * max(len(tables.by_path), len(tables.by_query)))
    return [f"map_hash_bucket_size {bucket};", f"map_hash_max_size {largest};"]


def _map(looked_up: str, name: str, entries: Iterable[bytes]) -> Iterator[bytes]:
    yield f"map {looked_up} ${name} {{".encode()
    yield b'default "";'
    yield from (entry + b";" for entry in entries)
    yield b"}"


def _key_entries(table: dict[bytes, list[bytes]]) -> Iterator[bytes]:
    return (_quote(key) + b" " + _value(b"\n".join(values)) for key, values in table.items())


def _host_entry(host: str) -> bytes:
    """A former host matches on any port by `$host`; one with a port of its own by the Host header as it was sent."""
    name = "(?:www\\.)?" + byte_pattern(host.encode())
    regex = f"~*[|]{name}$" if has_port(host) else f"~*^{name}[|]"
    return _quote(regex.encode()) + b" " + _quote(host.encode())


def _server_file(tables: _Tables, header: Sequence[str]) -> bytes:
    lines = [*comment_lines(header), "# Include in server{ }, before its locations."]
    if tables.relative:
        lines.append("absolute_redirect off;")
    for status in sorted(tables.statuses):
        answer = "return 410;" if status == 410 else f"return {status} {_LOCATION};"
        lines.append(f"if ($linkreclaim_status = {status}) {{ {answer} }}")
    return ("\n".join(lines) + "\n").encode()


_EXACT = (
    r'"~^(?:[^\n]+\n[^\n]+\n)*?(?<linkreclaim_key>[^\n]+)\n(?<linkreclaim_found>[^\n]+)\n'
    r'(?:[^\n]+\n[^\n]+\n)*\k<linkreclaim_key>$" $linkreclaim_found;'
)
"""The answer that stands under exactly the key looked up: a table value is KEY, line break, ANSWER, and the same again
for each case twin. An empty one begins with a line break, which no key does: no request can pose as an answer."""

_LOCATION = "$linkreclaim_base$linkreclaim_joiner$linkreclaim_args$linkreclaim_fragment"

_ASSEMBLY = rf"""
# nginx compares the keys above without case; these two compare them exactly.
map "$linkreclaim_queries\n$linkreclaim_host$uri\t$args" $linkreclaim_query {{
default "";
{_EXACT}
}}
map "$linkreclaim_paths\n$linkreclaim_host$uri" $linkreclaim_path {{
default "";
{_EXACT}
}}
# The most special answer wins; then it is taken apart: status, joiner of the request's query, location, fragment.
map $linkreclaim_path $linkreclaim_general {{ "" $linkreclaim_prefix; default $linkreclaim_path; }}
map $linkreclaim_query $linkreclaim_special {{ "" $linkreclaim_general; default $linkreclaim_query; }}
map $linkreclaim_request $linkreclaim_answer {{ "" $linkreclaim_special; default $linkreclaim_request; }}
map $linkreclaim_answer $linkreclaim_status {{ default ""; "~^(?<linkreclaim_part>\d+) " $linkreclaim_part; }}
map $linkreclaim_answer $linkreclaim_base {{ default ""; "~^\d+ \S (?<linkreclaim_part>[^#]*)" $linkreclaim_part; }}
map $linkreclaim_answer $linkreclaim_fragment {{ default ""; "~(?<linkreclaim_part>#.*)$" $linkreclaim_part; }}
map "$is_args$linkreclaim_answer" $linkreclaim_joiner {{
default "";
"~^\?\d+ (?<linkreclaim_part>[?&]) " $linkreclaim_part;
}}
map $linkreclaim_joiner $linkreclaim_args {{ default $args; "" ""; }}
"""

_WHERE = f"""
1. Copy both files to /etc/nginx/linkreclaim/.
2. In nginx.conf, inside http {{ }}, add:
     include /etc/nginx/linkreclaim/{HTTP_FILE};
3. Inside each server {{ }} that answers for the site, before its locations, add:
     include /etc/nginx/linkreclaim/{SERVER_FILE};
   A former host needs a server of its own with the same line, unless one of yours answers for it already:
     server {{
       listen 80;   # and 443 ssl, with a certificate, if links use https
       server_name old.example www.old.example;
       include /etc/nginx/linkreclaim/{SERVER_FILE};
       return 404;
     }}
"""

_TEST = """
nginx -t && nginx -s reload
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
"directive is duplicate": your configuration sets map_hash_bucket_size, map_hash_max_size or absolute_redirect itself:
keep the larger of the two sizes, and one absolute_redirect off.
"""

_UNDO = "Remove the two include lines, then nginx -t && nginx -s reload."

_LIMITS = """
A line of over 4,000 bytes is refused. Lines whose source holds %2F, // or a control character, and prefix lines, are
tried one after the other: some hundred of them are fine, many thousand slow every request down.
A source without a query answers with any query, and hands it on; one with a query answers to exactly that.
Browsers keep a 301 for good: try the map on a staging server, or with status 302, first.
"""
