"""mod_rewrite rules, one line of the map each: what both Apache writers say where a map file cannot.

Patterns hold no character that Apache's configuration parser, its `${NAME}` expansion or the regex reads as its own;
substitutions hold only canonical targets with `%` and `$` escaped.
"""

from collections.abc import Iterator

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects.canonical import Source, Target, source_of, target_of
from linkreclaim.redirects.patterns import byte_pattern, request_pattern
from linkreclaim.redirects.writers.preamble import has_port

HOST_VARIABLE = "LINKRECLAIM_HOST"


def host_rules(hosts: list[str]) -> Iterator[str]:
    """Rules that remember which former host, if any, a request is for."""
    for host in hosts:
        port = "" if has_port(host) else r"(?::\d+)?"
        yield f'RewriteCond "%{{HTTP_HOST}}" "^(?:www\\.)?{byte_pattern(host.encode())}{port}$" [NC]'
        yield f'RewriteRule "^" "-" [E={HOST_VARIABLE}:{host}]'


def line_rules(line: RedirectLine, hosts: list[str], leading_slash: bool) -> Iterator[str]:
    """The rules of one line; `leading_slash`: whether patterns see it (a virtual host) or not (.htaccess).

    With a fragment in the target there are two, because Apache would append the request's query after it.
    """
    source = source_of(line.source)
    conditions = list(_host_condition(source, hosts))
    if line.match is MapMatch.PREFIX or "//" in source.path:
        pattern, request = "^", _request_condition(line, source)
        conditions.append(request)
    else:
        pattern = "^" + _path_pattern(source, leading_slash) + "$"
    if source.query is not None:
        conditions.append(f'RewriteCond "%{{QUERY_STRING}}" "^{byte_pattern(source.query.encode())}$"')
    for extra, substitution, flags in _answers(line, source):
        yield from conditions
        yield from extra
        yield f'RewriteRule "{pattern}" "{substitution}" [{flags}]'


def _host_condition(source: Source, hosts: list[str]) -> Iterator[str]:
    if hosts:
        yield f'RewriteCond "%{{ENV:{HOST_VARIABLE}}}" "^{byte_pattern(source.host.encode())}$"'


def _request_condition(line: RedirectLine, source: Source) -> str:
    """Prefixes and `//` are matched on the raw request line: Apache merges slashes and decodes before its rules."""
    rest = r"(?:\?[^ ]*)?"
    if line.match is MapMatch.PREFIX:
        rest = r"([^ ?]*)(?:\?[^ ]*)?" if source.path.endswith("/") else r"((?:/[^ ?]*)?)(?:\?[^ ]*)?"
    return f'RewriteCond "%{{THE_REQUEST}}" "^[A-Z]+ {request_pattern(source.path)}{rest} HTTP/"'


def _path_pattern(source: Source, leading_slash: bool) -> str:
    path = source.path if leading_slash else source.path[1:]
    return "%2[Ff]".join(byte_pattern(Source("", piece, None).path_bytes) for piece in path.split("%2F"))


def _answers(line: RedirectLine, source: Source) -> Iterator[tuple[list[str], str, str]]:
    """(conditions, substitution, flags) of each rule a line needs."""
    if line.target is None:
        yield [], "-", "G,L"
        return
    target, redirect = target_of(line.target), f"R={line.status},L,NE"
    if line.match is MapMatch.PREFIX:
        yield [], _escape(target.base) + "%1", redirect
    elif source.query is not None:
        yield [], _escape(target.text), redirect + ("" if target.query else ",QSD")
    elif target.fragment is None:
        yield [], _escape(target.text), redirect + (",QSA" if target.query else "")
    else:
        yield from _around_fragment(target, redirect)


def _around_fragment(target: Target, redirect: str) -> Iterator[tuple[list[str], str, str]]:
    query = f"{target.query}&" if target.query else ""
    carrying = f"{_escape(target.base)}?{_escape(query)}%1#{_escape(target.fragment or '')}"
    yield ['RewriteCond "%{QUERY_STRING}" "^(.+)$"'], carrying, redirect
    yield [], _escape(target.text), redirect + ("" if target.query else ",QSD")


def _escape(text: str) -> str:
    """A canonical target in a substitution, where `%` and `$` would be back-references."""
    return text.replace("%", "\\%").replace("$", "\\$")
