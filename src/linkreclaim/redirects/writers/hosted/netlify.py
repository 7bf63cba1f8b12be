"""Netlify's `_redirects`: one rule a line, first match wins, hosts and query parameters as conditions.

A rule with captures is written with placeholders, each a whole segment; its last part takes two lines, so that it is
never empty. Such lines are not forced: a file that is there wins.

**Source:** docs.netlify.com/routing/redirects; every rule of our hostile test map was also put through Netlify's own
parser (@netlify/redirect-parser 15) and matcher (netlify-redirector 0.5).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import PartKind, RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of, target_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, RuleRefusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.patterns import captures_of, rule_pattern
from linkreclaim.redirects.writers.answers import rule_answer
from linkreclaim.redirects.writers.hosted.frame import plain_parameters
from linkreclaim.redirects.writers.hosted.rule_patterns import (
    placeholder_lines,
    plain_target,
    rule_target,
    whole_segments,
)
from linkreclaim.redirects.writers.preamble import comment_lines, install_text

_PLACEHOLDER = re.compile(r"/:")
_GLUED = re.compile(r"[^/]\n|\n[^/]")


class NetlifyWriter:
    """Writes `_redirects`, every rule forced (`301!`) so that a file left at the source does not win."""

    engine = "netlify"
    title = "Netlify"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """One file for the publish directory."""
        ranked: list[tuple[tuple[int, int], str]] = []
        refused: list[Refusal] = []
        taken: dict[tuple[str, str, str], RedirectLine] = {}
        for line in plan.lines:
            source = source_of(line.source)
            key = (line.match.value, source.host + (source.path.rstrip("/") or "/"), source.query or "")
            reason = _why_not(line, source) or _twin_reason(line, taken.setdefault(key, line))
            if reason:
                refused.append(Refusal(line, f"Netlify: {reason}; use an edge function"))
            else:
                ranked.append((_rank(line, source), "\n".join(_rules(line, source))))
        rules, refused_rules = _rule_lines(plan, site)
        lines = [*comment_lines(header), *(text for _, text in sorted(ranked, key=lambda pair: pair[0])), *rules]
        files = (
            ServerFile("_redirects", ("\n".join(lines) + "\n").encode()),
            install_text(self.engine, _WHERE, _TEST, _UNDO, _LIMITS, plan),
        )
        return WrittenRedirects(self.engine, files, len(ranked), tuple(refused), tuple(refused_rules))


def _why_not(line: RedirectLine, source: Source) -> str | None:
    if line.target is None:
        return "its redirects know no status 410"
    if "*" in source.path or _PLACEHOLDER.search(source.path):
        return "a * or a segment that starts with : is a wildcard in its paths"
    if "//" in source.path:
        return "// in a path is read as a host, or never matched"
    if ":" in source.host:
        return "a rule cannot name a port"
    if source.query is not None and not plain_parameters(source.query):
        return "a query can be compared only as plain name=value parts, each name once"
    return None


def _twin_reason(line: RedirectLine, first: RedirectLine) -> str | None:
    """Netlify compares paths without their last slash: only one of two such lines can hold."""
    if first is line or (first.target, first.status) == (line.target, line.status):
        return None
    return f"{first.source} differs in its last slash only, which is not compared, and leads elsewhere"


def _rank(line: RedirectLine, source: Source) -> tuple[int, int]:
    """First match wins: hosts first (a path alone matches on every host), then most parameters, then longest prefix."""
    if line.match is MapMatch.PREFIX:
        return (1 if source.host else 3, -len(source.path))
    parameters = 0 if source.query is None else 1 + source.query.count("&")
    return (0 if source.host else 2, -parameters)


def _rules(line: RedirectLine, source: Source) -> Iterator[str]:
    """The rules of one line: a host needs one for each of http and https, with and without www."""
    target = target_of(line.target or "").text
    query = "" if source.query is None else " " + source.query.replace("&", " ")
    pairs = [(source.path + query, target)]
    if line.match is MapMatch.PREFIX:
        splat = (source.path.rstrip("/") + "/*", target.rstrip("/") + "/:splat")
        pairs = [splat] if source.path.endswith("/") else [*pairs, splat]
    for origin in _origins(source.host):
        yield from (f"{origin}{path} {to} {line.status}!" for path, to in pairs)


def _origins(host: str) -> list[str]:
    return [f"{scheme}://{www}{host}" for scheme in ("https", "http") for www in ("", "www.")] if host else [""]


def _rule_lines(plan: RedirectPlan, site: Site) -> tuple[list[str], list[RuleRefusal]]:
    """The lines of the rules, those with a host first, and the rules that cannot be written with their reasons."""
    lines: list[str] = []
    refused: list[RuleRefusal] = []
    for rule in sorted(plan.rules, key=lambda rule: not rule.host):
        rule_pattern(rule)  # raises for what is not canonical
        answer = rule_answer(rule, site)
        reason = _why_not_rule(rule)
        if reason:
            refused.append(RuleRefusal(rule, f"Netlify: {reason}; write its lines one by one"))
        else:
            answered = placeholder_lines(replace(rule, target=answer.location))
            lines += (origin + line for origin in _origins(rule.host) for line in answered)
    return lines, refused


def _why_not_rule(rule: RedirectRule) -> str | None:
    if rule.status == 410:
        return "its redirects know no status 410"
    if ":" in rule.host:
        return "a rule cannot name a port"
    if not whole_segments(rule):
        return "a placeholder is a whole segment and cannot tell digits: it would redirect more pages than the rule"
    if captures_of(rule) > 25:
        return "more captures than it has names for"
    if not plain_target(rule):
        return "the target of a rule must be a path alone, because the query of a request is put after it"
    texts = [part.text for part in rule.source if part.kind is PartKind.TEXT]
    if any("*" in text or _PLACEHOLDER.search(text) or "//" in text for text in texts):
        return "a text holds * or // or a segment that starts with :"
    target = rule_target(rule, lambda number: "\n", lambda text: text)
    if ":" in target.partition("://")[2 if "://" in target else 0] or _GLUED.search(target):
        return "a capture in a target must be a whole segment, and no text there may hold a :"
    return None


_WHERE = """
Put `_redirects` into the publish directory of the site (the folder that is deployed), and deploy. With a
`_redirects` of your own, put these lines at its top: the first match wins.
A former host must be a domain alias of the site.
"""

_TEST = """
Deploy a preview, and ask it: curl -sI https://PREVIEW-ADDRESS/AN-OLD-PATH      (one 301 with the new address)
The deploy log says how many redirect rules were read.
"""

_UNDO = "Take the lines out again and deploy, or publish the deploy before."

_LIMITS = """
Netlify advises against more than 10,000 rules; a deploy may fail on their size.
Paths are compared with case but without their last slash; a query rule also answers when there are further parameters,
and a prefix /folder/ also answers for /folder.
A line without a host answers on every domain alias.
The query of a request is handed on by Netlify unless the target has one of its own.
Browsers keep a 301 for good: try the map on a preview deploy first.
"""
