"""Traefik: a file for its file provider with one redirectRegex middleware a line, and a chain of them all.

**Source:** doc.traefik.io/traefik/middlewares/http/redirectregex (Go RE2 on the whole URL as it was sent, `${1}` in the
replacement; permanent is 301 for GET, else 302). The file is a Go template before it is YAML; no text of ours holds two
braces side by side. How many middlewares a chain may hold is our judgement: every request tries them all.
"""

import json
from collections.abc import Iterator

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import source_of, target_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.patterns import captures_of, request_pattern, rule_pattern
from linkreclaim.redirects.writers.hosted.frame import Accepted, HostedWriter, Install, Room, Takes
from linkreclaim.redirects.writers.hosted.rule_patterns import quote_regex, rule_target
from linkreclaim.redirects.writers.preamble import has_port

MAX_MIDDLEWARES = 500

_QUERY = r"(\?[^#]*)?$"
_Middleware = tuple[str, str, int]
"""Regular expression, replacement, status."""


def _origin(host: str) -> str:
    if not host:
        return "^https?://[^/]+"
    return rf"^https?://(?:www\.)?{quote_regex(host)}" + ("" if has_port(host) else "(?::[0-9]+)?")


def _middlewares(line: RedirectLine) -> Iterator[_Middleware]:
    source, target = source_of(line.source), target_of(line.target or "")
    start = _origin(source.host) + request_pattern(source.path)
    if line.match is MapMatch.PREFIX:
        rest = r"([^?#]*)" if source.path.endswith("/") else r"((?:/[^?#]*)?)"
        yield start + rest + _QUERY, _literal(target.base) + "${1}${2}", line.status
    elif source.query is not None:
        yield start + rf"\?{quote_regex(source.query)}$", _literal(target.text), line.status
    elif target.query is None and target.fragment is None:
        yield start + _QUERY, _literal(target.text) + "${1}", line.status
    else:
        query = f"{target.query}&" if target.query else ""
        fragment = "" if target.fragment is None else "#" + target.fragment
        carrying = _literal(f"{target.base}?{query}") + "${1}" + _literal(fragment)
        yield start + r"\?([^#]+)$", carrying, line.status
        yield start + r"\??$", _literal(target.text), line.status


def _of_rule(rule: RedirectRule) -> _Middleware:
    target = rule_target(rule, lambda number: f"${{{number}}}", _literal)
    return _origin(rule.host) + rule_pattern(rule) + _QUERY, f"{target}${{{captures_of(rule) + 1}}}", rule.status


def _literal(text: str) -> str:
    return text.replace("$", "$$")


def _count(line: RedirectLine, site: Site) -> int:
    return len(list(_middlewares(line)))


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    lines = sorted([*accepted.exact, *accepted.prefixes], key=_rank)
    made = [one for line in lines for one in _middlewares(line)]
    made += map(_of_rule, sorted(accepted.rules, key=lambda rule: not rule.host))
    text = "\n".join(_yaml(made)) + "\n" if made else "# no redirects\n"
    yield ServerFile("linkreclaim-traefik.yml", text.encode())


def _rank(line: RedirectLine) -> tuple[bool, bool]:
    return line.source.startswith("/"), line.match is MapMatch.PREFIX


def _yaml(made: list[_Middleware]) -> Iterator[str]:
    yield from ("http:", "  middlewares:", "    linkreclaim:", "      chain:", "        middlewares:")
    yield from (f"          - linkreclaim-{number}" for number in range(1, len(made) + 1))
    for number, (regex, replacement, status) in enumerate(made, 1):
        yield f"    linkreclaim-{number}:"
        yield "      redirectRegex:"
        yield f"        regex: {json.dumps(regex)}"
        yield f"        replacement: {json.dumps(replacement)}"
        yield f"        permanent: {json.dumps(status == 301)}"


TRAEFIK = HostedWriter(
    engine="traefik",
    title="Traefik",
    takes=Takes(frozenset({301, 302}), hosts=True, queries=True, prefixes=True, rules=True),
    way_out="let a web server behind Traefik redirect (`nginx`, `apache`, `caddy`)",
    install=Install(
        where="""
Put `linkreclaim-traefik.yml` into the folder of the file provider (providers.file.directory), and name the chain in the
router of the site: middlewares: ["linkreclaim@file"]. A former host needs a router with the same middleware.
""",
        test="""
The dashboard shows the middlewares without errors; then:
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
""",
        undo="Take the middleware off the router and delete the file; with providers.file.watch it holds at once.",
        limits="""
Every request tries the expressions one after the other: at most 500 are written.
A line without a host answers on every host of the router.
""",
    ),
    files=_files,
    room=(Room(MAX_MIDDLEWARES, "redirects", _count),),
)
