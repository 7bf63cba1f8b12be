"""nginx: hash maps in http{}, a handful of `if`/`return` in server{}; 100,000 lines start in a second.

Requests are looked up as host + decoded path (`$uri`), or with their query. nginx compares map keys without case, so
each value starts with its exact key and one regex with a back-reference compares it again: `/Page` never captures
`/page`. Paths that `$uri` cannot tell apart (`%2F`, `//`, control characters) are matched on the raw request line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, RuleRefusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.patterns import byte_pattern, prefix_pattern, request_pattern, rule_pattern
from linkreclaim.redirects.writers.answers import Answer, answer_text, line_answer, rule_answer, statuses_of
from linkreclaim.redirects.writers.preamble import (
    comment_lines,
    former_hosts,
    has_port,
    install_text,
    site_folder,
    site_name,
)

MAX_TOKEN_BYTES = 4_000
"""**Source:** nginx refuses a configuration token that does not fit its 4,096-byte buffer ("too long parameter")."""

_NOT_IN_URI = re.compile("%(?:2F|[01].|7F)")
"""Escapes after which `$uri` is not the one spelling of a path: slash and control characters."""

HTTP_FILE = "linkreclaim-redirects.conf"
SERVER_FILE = "linkreclaim-redirects-server.conf"
SIZES_FILE = "linkreclaim-redirects-sizes.conf"

_TOO_LONG = "nginx: the line is longer than its configuration parser takes (4,096)"
_ABOVE_ROOT = "nginx answers 400 to a path whose %2F makes it lead above the root"
_CAPTURE = "linkreclaim_"
"""How captures are named, on every site: PCRE takes names of 32 characters."""
_QUERY_OR_END = r"(?:\?|$)"


@dataclass(slots=True)
class _Tables:
    """The look-ups, each a list of ready `key value` bytes; regexes are tried in their order."""

    name: str  # how every variable of this site starts
    by_path: dict[bytes, list[bytes]] = field(default_factory=dict)
    by_query: dict[bytes, list[bytes]] = field(default_factory=dict)
    by_request: list[tuple[bool, bytes]] = field(default_factory=list)  # those with a query first
    by_prefix: list[tuple[int, bytes]] = field(default_factory=list)
    by_rule: list[bytes] = field(default_factory=list)
    relative: bool = False  # some target is a path


class NginxWriter:
    """Writes nginx files; 1.18 and later, with PCRE."""

    engine = "nginx"
    title = "nginx"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """Three files: two to include in http{}, one in server{}; lines over 4,000 bytes are refused."""
        tables = _Tables("linkreclaim_" + site_name(site))
        refused = tuple(
            Refusal(line, reason)
            for line in plan.lines
            if (reason := _ABOVE_ROOT if _climbs(line) else "" if _add_line(tables, line) else _TOO_LONG)
        )
        refused_rules = tuple(RuleRefusal(rule, _TOO_LONG) for rule in plan.rules if not _add_rule(tables, rule, site))
        files = (
            ServerFile(HTTP_FILE, _http_file(tables, former_hosts(plan), header)),
            ServerFile(SERVER_FILE, _server_file(tables, statuses_of(plan), header)),
            ServerFile(SIZES_FILE, ("\n".join([*comment_lines(header), *_sizes(tables)]) + "\n").encode()),
            install_text(self.engine, _WHERE.format(folder=site_folder(site)), _TEST, _UNDO, _LIMITS, plan),
        )
        return WrittenRedirects(self.engine, files, len(plan.lines) - len(refused), refused, refused_rules)


def _add_line(tables: _Tables, line: RedirectLine) -> bool:
    source, answer = source_of(line.source), line_answer(line)
    if line.match is MapMatch.PREFIX:
        pattern = prefix_pattern(source.path, _CAPTURE)
        entry = _pattern_entry(tables, source.host, pattern, _QUERY_OR_END, answer)
        tables.by_prefix += [(len(source.path), entry)] if entry else []
    elif "//" in source.path or _NOT_IN_URI.search(source.path):
        query = _QUERY_OR_END if source.query is None else "\\?" + byte_pattern(source.query.encode()) + "$"
        entry = _pattern_entry(tables, source.host, request_pattern(source.path), query, answer)
        tables.by_request += [(source.query is None, entry)] if entry else []
    else:
        return _add_key(tables, source, answer)
    return entry is not None


def _climbs(line: RedirectLine) -> bool:
    """Whether a path leads above the root once its %2F are decoded, as nginx reads it before it asks us."""
    depth = 0
    for part in source_of(line.source).path.replace("%2F", "/").split("/"):
        depth += -1 if part == ".." else part not in ("", ".")
        if depth < 0:
            return True
    return False


def _add_rule(tables: _Tables, rule: RedirectRule, site: Site) -> bool:
    pattern = rule_pattern(rule, _CAPTURE)
    entry = _pattern_entry(tables, rule.host, pattern, _QUERY_OR_END, rule_answer(rule, site))
    tables.by_rule += [entry] if entry else []
    return entry is not None


def _add_key(tables: _Tables, source: Source, answer: Answer) -> bool:
    key = source.host.encode() + source.path_bytes
    table = tables.by_path
    if source.query is not None:
        key, table = key + b"\t" + source.query.encode(), tables.by_query
    value = _dollars(tables, _escape(key + b"\n")) + _answer(tables, answer)
    twins = table.setdefault(key.lower(), [])
    if len(_escape(key)) > MAX_TOKEN_BYTES or sum(map(len, twins)) + len(value) > MAX_TOKEN_BYTES:
        return False
    twins.append(value)
    tables.relative |= answer.relative
    return True


def _pattern_entry(tables: _Tables, host: str, pattern: str, end: str, answer: Answer) -> bytes | None:
    regex = _quote(("~^" + byte_pattern(host.encode()) + pattern + end).encode())
    value = b'"' + _answer(tables, answer) + b'"'
    if max(len(regex), len(value)) > MAX_TOKEN_BYTES:
        return None
    tables.relative |= answer.relative
    return regex + b" " + value


def _answer(tables: _Tables, answer: Answer) -> bytes:
    dollar = f"${{{tables.name}_dollar}}"
    return answer_text(
        answer,
        text=lambda part: part.replace("$", dollar),
        capture=lambda number: f"${{{_CAPTURE}{number}}}",
    ).encode()


def _quote(token: bytes) -> bytes:
    return b'"' + _escape(token) + b'"'


def _escape(token: bytes) -> bytes:
    """A token of the configuration: nginx reads `\\`, `\"`, `\t`, `\n`, `\r` in quotes and keeps the rest."""
    escaped = token.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return escaped.replace(b"\t", b"\\t").replace(b"\n", b"\\n")


def _dollars(tables: _Tables, text: bytes) -> bytes:
    """A value in which `$` stays a dollar."""
    return text.replace(b"$", b"${%b_dollar}" % tables.name.encode())


def _http_file(tables: _Tables, hosts: list[str], header: Sequence[str]) -> bytes:
    requests = [entry for _, entry in sorted(tables.by_request, key=lambda pair: pair[0])]
    prefixes = [entry for _, entry in sorted(tables.by_prefix, key=lambda pair: -pair[0])]
    name = tables.name
    pieces: list[Iterable[bytes]] = [
        (line.encode() for line in [*comment_lines(header), "# Include in http{ }."]),
        [f'geo ${name}_dollar {{ default "$"; }}'.encode()],
        _map('"$host|$http_host"', f"{name}_host", (_host_entry(host) for host in hosts)),
        _map(f'"${name}_host$request_uri"', f"{name}_request", requests),
        _map(f'"${name}_host$uri\\t$args"', f"{name}_queries", _key_entries(tables.by_query)),
        _map(f'"${name}_host$uri"', f"{name}_paths", _key_entries(tables.by_path)),
        _map(f'"${name}_host$request_uri"', f"{name}_pattern", [*prefixes, *tables.by_rule]),
        _ASSEMBLY.strip().replace("NAME", name).encode().splitlines(),
    ]
    return b"\n".join(line for piece in pieces for line in piece) + b"\n"


def _sizes(tables: _Tables) -> list[str]:
    """Hash sizes the maps need; a bucket takes at most 65,472 bytes.

    **Source:** observed on nginx 1.22: a bucket must hold its longest key and 32 bytes; room for eight keys avoids the
    warning "could not build optimal map_hash" at 100,000 lines. The variables of several sites need more room than the
    default too.
    """
    longest = max(map(len, [*tables.by_path, *tables.by_query]), default=0)
    bucket = min(32_768, 1 << (8 * (longest + 32)).bit_length())
    largest = max(2_048, 2 * max(len(tables.by_path), len(tables.by_query)))
    sizes = [f"map_hash_bucket_size {bucket};", f"map_hash_max_size {largest};"]
    return [*sizes, "variables_hash_bucket_size 128;", "variables_hash_max_size 2048;"]


def _map(looked_up: str, name: str, entries: Iterable[bytes]) -> Iterator[bytes]:
    yield f"map {looked_up} ${name} {{".encode()
    yield b'default "";'
    yield from (entry + b";" for entry in entries)
    yield b"}"


def _key_entries(table: dict[bytes, list[bytes]]) -> Iterator[bytes]:
    return (_quote(key) + b' "' + b"\\n".join(values) + b'"' for key, values in table.items() if values)


def _host_entry(host: str) -> bytes:
    """A former host matches on any port by `$host`; one with a port of its own by the Host header as it was sent."""
    name = "(?:www\\.)?" + byte_pattern(host.encode())
    regex = f"~*[|]{name}$" if has_port(host) else f"~*^{name}[|]"
    return _quote(regex.encode()) + b" " + _quote(host.encode())


def _server_file(tables: _Tables, statuses: list[int], header: Sequence[str]) -> bytes:
    lines = [*comment_lines(header), "# Include in server{ }, before its locations."]
    if tables.relative:
        lines.append("absolute_redirect off;")
    for status in statuses:
        answer = "return 410;" if status == 410 else f"return {status} {_LOCATION.replace('NAME', tables.name)};"
        lines.append(f"if (${tables.name}_status = {status}) {{ {answer} }}")
    return ("\n".join(lines) + "\n").encode()


_EXACT = (
    r'"~^(?:[^\n]+\n[^\n]+\n)*?(?<linkreclaim_key>[^\n]+)\n(?<linkreclaim_found>[^\n]+)\n'
    r'(?:[^\n]+\n[^\n]+\n)*\k<linkreclaim_key>$" $linkreclaim_found;'
)
"""The answer that stands under exactly the key looked up: a table value is KEY, line break, ANSWER, and the same again
for each case twin. An empty one begins with a line break, which no key does: no request can pose as an answer."""

_LOCATION = "$NAME_base$NAME_joiner$NAME_args$NAME_fragment"

_ASSEMBLY = rf"""
# nginx compares the keys above without case; these two compare them exactly.
map "$NAME_queries\n$NAME_host$uri\t$args" $NAME_query {{
default "";
{_EXACT}
}}
map "$NAME_paths\n$NAME_host$uri" $NAME_path {{
default "";
{_EXACT}
}}
# The most special answer wins; then it is taken apart: status, joiner of the request's query, location, fragment.
map $NAME_path $NAME_general {{ "" $NAME_pattern; default $NAME_path; }}
map $NAME_query $NAME_special {{ "" $NAME_general; default $NAME_query; }}
map $NAME_request $NAME_answer {{ "" $NAME_special; default $NAME_request; }}
map $NAME_answer $NAME_status {{ default ""; "~^(?<linkreclaim_part>\d+) " $linkreclaim_part; }}
map $NAME_answer $NAME_base {{ default ""; "~^\d+ \S (?<linkreclaim_part>\S*)" $linkreclaim_part; }}
map $NAME_answer $NAME_fragment {{ default ""; "~ (?<linkreclaim_part>#.*)$" $linkreclaim_part; }}
map "$is_args$NAME_answer" $NAME_joiner {{
default "";
"~^\?\d+ (?<linkreclaim_part>[?&]) " $linkreclaim_part;
}}
map $NAME_joiner $NAME_args {{ default $args; "" ""; }}
"""

_WHERE = f"""
1. Copy the files to /etc/nginx/{{folder}}/.
2. In nginx.conf, inside http {{{{ }}}}, add:
     include /etc/nginx/{{folder}}/{SIZES_FILE};
     include /etc/nginx/{{folder}}/{HTTP_FILE};
   With files of several sites, include only one of their {SIZES_FILE}: the one with the larger sizes.
3. Inside each server {{{{ }}}} that answers for the site, before its locations, add:
     include /etc/nginx/{{folder}}/{SERVER_FILE};
   A former host needs a server of its own with the same line, unless one of yours answers for it already:
     server {{{{
       listen 80;   # and 443 ssl, with a certificate, if links use https
       server_name old.example www.old.example;
       include /etc/nginx/{{folder}}/{SERVER_FILE};
       return 404;
     }}}}
"""

_TEST = """
nginx -t && nginx -s reload
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
"directive is duplicate": your configuration sets one of these sizes, or absolute_redirect, itself: keep the larger of
the two sizes, and one absolute_redirect off.
"""

_UNDO = "Remove the three include lines, then nginx -t && nginx -s reload."

_LIMITS = """
A line of over 4,000 bytes is refused. Lines whose source holds %2F, // or a control character, prefix lines and rules
are tried one after the other: some hundred of them are fine, many thousand slow every request down.
A source without a query answers with any query, and hands it on; one with a query answers to exactly that.
Browsers keep a 301 for good: try the map on a staging server, or with status 302, first.
"""
