"""Caddy: one file to import into the site's block; look-ups by `map`, which compares line after line.

Requests are looked up as host + decoded path (`{path}`), or with their query. What that cannot tell apart, and paths
that a Caddyfile cannot hold (braces are placeholders there, a backquote ends a token, bytes that are no UTF-8 are
lost), are matched on the path as it was sent by regular expressions.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import RedirectPlan, ServerFile, WrittenRedirects
from linkreclaim.redirects.patterns import byte_pattern, prefix_pattern, request_pattern, rule_pattern
from linkreclaim.redirects.writers.answers import Answer, answer_text, line_answer, rule_answer
from linkreclaim.redirects.writers.preamble import comment_lines, former_hosts, has_port, install_text, site_folder

FILE = "linkreclaim-redirects.caddy"

_NOT_IN_TOKEN = re.compile("[\x00-\x1f\x7f`{}\ufeff\ufffd]")
"""What a key between backquotes cannot hold. **Source:** caddyserver.com/docs/caddyfile/concepts (tokens and quotes,
placeholders); `{$NAME}` and short placeholders are replaced inside quotes too (observed on 2.6.2)."""

_QUERY_OR_END = r"(?:\x3f|$)"


@dataclass(slots=True)
class _Tables:
    """The four look-ups, each a list of ready `key answer` lines, tried in their order."""

    by_request: list[tuple[bool, str]] = field(default_factory=list)  # those with a query first
    by_query: list[str] = field(default_factory=list)
    by_path: list[str] = field(default_factory=list)
    by_prefix: list[tuple[int, str]] = field(default_factory=list)


class CaddyWriter:
    """Writes a Caddyfile to import; Caddy 2.6 and later."""

    engine = "caddy"
    title = "Caddy"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """One file for the site's block; nothing is refused."""
        tables = _Tables()
        for line in plan.lines:
            _add(tables, line)
        rules = [_pattern(rule.host, rule_pattern(rule), _QUERY_OR_END, rule_answer(rule, site)) for rule in plan.rules]
        patterns = [entry for _, entry in sorted(tables.by_prefix, key=lambda pair: -pair[0])] + rules
        requests = [entry for _, entry in sorted(tables.by_request, key=lambda pair: pair[0])]
        pieces = (
            [*comment_lines(header), "# Import into the block of the site, before directives of your own."],
            _map("{host}|{hostport}", "host", (_host_entry(host) for host in former_hosts(plan)), '""'),
            _map("{linkreclaim_host}{uri}", "pattern", patterns, '""'),
            _map("{linkreclaim_host}{path}", "path", tables.by_path, "{linkreclaim_pattern}"),
            _map("{linkreclaim_host}{path} {query}", "query", tables.by_query, "{linkreclaim_path}"),
            _map("{linkreclaim_host}{uri}", "request", requests, "{linkreclaim_query}"),
            _ASSEMBLY.strip().splitlines(),
        )
        content = "".join(f"{line}\n" for piece in pieces for line in piece).encode()
        install = install_text(self.engine, _WHERE.format(folder=site_folder(site)), _TEST, _UNDO, _LIMITS, plan)
        return WrittenRedirects(self.engine, (ServerFile(FILE, content), install), len(plan.lines), ())


def _add(tables: _Tables, line: RedirectLine) -> None:
    source, answer = source_of(line.source), line_answer(line)
    key = _key(source)
    if line.match is MapMatch.PREFIX:
        entry = _pattern(source.host, prefix_pattern(source.path), _QUERY_OR_END, answer)
        tables.by_prefix.append((len(source.path), entry))
    elif key is None:
        query = _QUERY_OR_END if source.query is None else r"\x3f" + byte_pattern(source.query.encode()) + "$"
        entry = _pattern(source.host, request_pattern(source.path), query, answer)
        tables.by_request.append((source.query is None, entry))
    else:
        table = tables.by_path if source.query is None else tables.by_query
        table.append(f"`{key}` `{answer_text(answer, str, str)}`")


def _key(source: Source) -> str | None:
    """Host and decoded path (and query, after a blank) of a source, None where a Caddyfile cannot hold them."""
    try:
        path = source.path_bytes.decode()
    except UnicodeDecodeError:
        return None
    key = source.host + path + ("" if source.query is None else " " + source.query)
    return None if source.encoded_slash or _NOT_IN_TOKEN.search(key) else key


def _pattern(host: str, pattern: str, end: str, answer: Answer) -> str:
    """A line for a regular expression; `$` is a capture in its answer, and doubled where it is a dollar."""
    text = answer_text(answer, lambda part: part.replace("$", "$$"), "${{{}}}".format)
    return f"`~^{byte_pattern(host.encode())}{pattern}{end}` `{text}`"


def _map(source: str, name: str, entries: Iterable[str], default: str) -> Iterator[str]:
    yield f'map "{source}" {{linkreclaim_{name}}} {{'
    yield from (f"\t{entry}" for entry in entries)
    yield f"\tdefault {default}"
    yield "}"


def _host_entry(host: str) -> str:
    """A former host matches on any port by `{host}`; one with a port of its own by the Host header as it was sent."""
    name = r"(?:www\x2e)?" + byte_pattern(host.encode())
    return f"`~(?i)[|]{name}$` `{host}`" if has_port(host) else f"`~(?i)^{name}[|]` `{host}`"


_ASSEMBLY = """
# The answer, looked up once and then taken apart: status, joiner of the request's query, location, fragment.
vars linkreclaim_answer {linkreclaim_request}
map {vars.linkreclaim_answer} {linkreclaim_status} {linkreclaim_joiner} {linkreclaim_location} {linkreclaim_fragment} {
	`~^([0-9]+) ([^ ]) ?([^ ]*) ?(.*)$` `${1}` `${2}` `${3}` `${4}`
	default "" "" "" ""
}
map "{linkreclaim_joiner}|{query}" {linkreclaim_tail} {
	`~^([?&])[|](.+)$` `${1}${2}`
	default ""
}
@linkreclaim vars_regexp {vars.linkreclaim_answer} ^[34]
redir @linkreclaim {linkreclaim_location}{linkreclaim_tail}{linkreclaim_fragment} {linkreclaim_status}
@linkreclaim_gone vars {linkreclaim_status} 410
header @linkreclaim_gone -Location
"""

_WHERE = f"""
1. Copy {FILE} to /etc/caddy/{{folder}}/.
2. In the Caddyfile, at the top of the block of the site (not inside a handle or route), add:
     import /etc/caddy/{{folder}}/{FILE}
   A former host needs a block of its own with the same line, unless one of yours answers for it already:
     old.example, www.old.example {{{{
       import /etc/caddy/{{folder}}/{FILE}
       respond 404
     }}}}
"""

_TEST = """
caddy validate --config /etc/caddy/Caddyfile && caddy reload --config /etc/caddy/Caddyfile
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
"""

_UNDO = "Remove the import lines, then caddy validate and caddy reload as above."

_LIMITS = """
Caddy compares a request with line after line: up to 20,000 lines are fine; with many more, every request that has no
redirect takes milliseconds. nginx and HAProxy find a line at once at any number.
A source without a query answers with any query, and hands it on; one with a query answers to exactly that.
Browsers keep a 301 for good: try the map on a staging server, or with status 302, first.
"""
