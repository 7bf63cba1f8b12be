"""mod_rewrite rules, one line of the map each: what both Apache writers say where a map file cannot.

Patterns hold no character that Apache's configuration parser, its `${NAME}` expansion or the regex reads as its own;
substitutions hold only canonical targets with `%` and `$` escaped.
"""

import re
from collections.abc import Iterator

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, Target, source_of, target_of
from linkreclaim.redirects.patterns import byte_pattern, captures_of, prefix_pattern, request_pattern, rule_pattern
from linkreclaim.redirects.writers.answers import Answer, line_answer, rule_answer, spell
from linkreclaim.redirects.writers.preamble import has_port

HOST_VARIABLE = "LINKRECLAIM_HOST"

MAX_CAPTURES = 9
"""**Source:** mod_rewrite's back-references are %1 to %9."""

MAX_RULE_BYTES = 8_000
"""One line of configuration. **Source:** Apache's HUGE_STRING_LEN is 8,192."""


def why_not_target(line: RedirectLine) -> str | None:
    """Why mod_rewrite cannot send to the target of a line; None where it can. Observed on 2.4.71 with random maps."""
    if line.target is not None and target_of(line.target).text.endswith(("&", "?")):
        return "mod_rewrite takes a & or ? off the end of a target; leave it out there"
    return None


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
    if line.match is MapMatch.PREFIX:
        yield from _request_rules(prefix_pattern(source.path), line_answer(line), source.host, hosts)
        return
    conditions = list(_host_condition(source.host, hosts))
    if "//" in source.path:
        pattern = "^"
        conditions.append(_request_condition(request_pattern(source.path) + r"(?:\?[^ ]*)?"))
    else:
        pattern = "^" + _path_pattern(source, leading_slash) + "$"
    if source.query is not None:
        conditions.append(f'RewriteCond "%{{QUERY_STRING}}" "^{byte_pattern(source.query.encode())}$"')
    for extra, substitution, flags in _answers(line, source):
        yield from conditions
        yield from extra
        yield f'RewriteRule "{pattern}" "{substitution}" [{flags}]'


def rule_rules(rule: RedirectRule, site: Site, hosts: list[str]) -> list[str] | str:
    """The rules of one rule of the plan, or the reason why Apache cannot have it."""
    answer = rule_answer(rule, site)
    if captures_of(rule) + bool(answer.fragment) > MAX_CAPTURES:
        return f"a rule holds {MAX_CAPTURES} captures, the query before a fragment included; split the rule"
    rules = list(_request_rules(rule_pattern(rule), answer, rule.host, hosts))
    if any(len(text) > MAX_RULE_BYTES for text in rules):
        return f"the rule would be longer than {MAX_RULE_BYTES:,} bytes"
    return rules


def _request_rules(pattern: str, answer: Answer, host: str, hosts: list[str]) -> Iterator[str]:
    """Rules for a pattern on the raw request line: Apache merges slashes and decodes before its own patterns."""
    queries = r"(?:\?[^ ]*)?"
    location, fragment = (spell(parts, _escape, "%{}".format) for parts in (answer.location, answer.fragment))
    redirect = f"R={answer.status},L,NE"
    if fragment:
        joiner, last = ("?" if answer.joiner == "?" else "&"), _captures(pattern) + 1
        yield from _host_condition(host, hosts)
        yield _request_condition(pattern + r"\?([^ ]+)")
        yield f'RewriteRule "^" "{location}{joiner}%{last}{fragment}" [{redirect}]'
        queries, redirect = r"\??", redirect + (",QSD" if answer.joiner == "?" else "")
    yield from _host_condition(host, hosts)
    yield _request_condition(pattern + queries)
    if answer.location:
        flags = redirect + (",QSA" if answer.joiner == "&" and not fragment else "")
        yield f'RewriteRule "^" "{location}{fragment}" [{flags}]'
    else:
        yield 'RewriteRule "^" "-" [G,L]'


def _captures(pattern: str) -> int:
    return re.compile(pattern).groups


def _host_condition(host: str, hosts: list[str]) -> Iterator[str]:
    if hosts:
        yield f'RewriteCond "%{{ENV:{HOST_VARIABLE}}}" "^{byte_pattern(host.encode())}$"'


def _request_condition(pattern: str) -> str:
    return f'RewriteCond "%{{THE_REQUEST}}" "^[A-Z]+ {pattern} HTTP/"'


def _path_pattern(source: Source, leading_slash: bool) -> str:
    path = source.path if leading_slash else source.path[1:]
    return "%2[Ff]".join(byte_pattern(Source("", piece, None).path_bytes) for piece in path.split("%2F"))


def _answers(line: RedirectLine, source: Source) -> Iterator[tuple[list[str], str, str]]:
    """(conditions, substitution, flags) of each rule a line needs."""
    if line.target is None:
        yield [], "-", "G,L"
        return
    target, redirect = target_of(line.target), f"R={line.status},L,NE"
    if source.query is not None:
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
