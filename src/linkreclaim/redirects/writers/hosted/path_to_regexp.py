"""Redirects as Vercel and Next.js read them: path-to-regexp sources, destinations with `:name` captures.

**Source:** vercel.com/docs/project-configuration (redirects) and nextjs.org/docs (redirects); every line of our hostile
test map was also put through Vercel's own compiler (@vercel/routing-utils 6.6). A destination is compiled only where it
has captures or the redirect a host condition; it is then taken apart and encoded anew, so that only plain characters
are sure to come out as they went in.
"""

import re
from typing import Any

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import PartKind, RedirectRule
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.writers.hosted.frame import plain_parameters
from linkreclaim.redirects.writers.hosted.rule_patterns import placeholder, quote_regex, rule_target
from linkreclaim.redirects.writers.preamble import has_port

Redirect = dict[str, Any]
"""One redirect, ready for JSON."""

MAX_REDIRECTS = 2_048
MAX_CHARS = 4_096
"""**Source:** the schema that Vercel checks (@vercel/routing-utils 6.6): 2,048 redirects, texts up to 4,096
characters."""

_SPECIAL = re.compile(r"[:*+?(){}\\]")
_COMPILED = re.compile(r"(?:https?://[a-z0-9.-]+)?(?:/(?:[A-Za-z0-9/._~-]|%(?!24)[0-9A-Fa-f]{2})*)?")
_GLUED = re.compile(r":p[a-z]\w")
_CLASSES = {PartKind.DIGITS: "[0-9]+", PartKind.SEGMENT: "[^/]+", PartKind.REST: ".+"}


def escape(text: str) -> str:
    """A text of a source in which no character is a pattern."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def redirect(source: str, target: str, status: int, host: str = "", query: str | None = None) -> Redirect:
    """One redirect; the status is named, because `permanent` means 308."""
    made: Redirect = {"source": source, "destination": target, "statusCode": status}
    conditions = [{"type": "host", "value": rf"(?:www\.)?{quote_regex(host)}"}] if host else []
    for part in query.split("&") if query is not None else []:
        name, _, value = part.partition("=")
        conditions.append({"type": "query", "key": name, "value": quote_regex(value)})
    if conditions:
        made["has"] = conditions
    return made


def rule_redirect(rule: RedirectRule) -> Redirect:
    """A rule as one redirect with named captures."""
    names = iter(range(1, len(rule.source) + 1))
    source = "".join(
        escape(part.text) if part.kind is PartKind.TEXT else f":{placeholder(next(names))}({_CLASSES[part.kind]})"
        for part in rule.source
    )
    return redirect(source, _rule_destination(rule), rule.status, rule.host)


def line_problem(line: RedirectLine, source: Source) -> str | None:
    """Why a line cannot be said, or None."""
    if has_port(source.host):
        return "a host condition cannot name a port"
    if source.query is not None and not plain_parameters(source.query):
        return "a query can be compared only as plain name=value parts, each name once"
    compiled = bool(source.host) or line.match is MapMatch.PREFIX
    if compiled and not _COMPILED.fullmatch(line.target or ""):
        return "a target that is put together from parts may hold letters, digits, / . _ ~ - and %XX only"
    if max(len(escape(line.source)), len(line.target or "")) + 20 > MAX_CHARS:
        return f"a text may be {MAX_CHARS:,} characters long"
    return None


def rule_problem(rule: RedirectRule) -> str | None:
    """Why a rule cannot be said, or None."""
    if has_port(rule.host):
        return "a host condition cannot name a port"
    if sum(part.kind is not PartKind.TEXT for part in rule.source) > 26:
        return "a rule may have 26 captures"
    target = rule_target(rule, lambda number: "", lambda text: text)
    if not _COMPILED.fullmatch(target) or _GLUED.search(_rule_destination(rule)):
        return (
            "a target that is put together from parts may hold letters, digits, / . _ ~ - and %XX only, and no "
            "letter, digit or _ after a capture"
        )
    if len(escape(target)) + sum(30 + len(part.text) * 2 for part in rule.source) > MAX_CHARS:
        return f"a text may be {MAX_CHARS:,} characters long"
    return None


def _rule_destination(rule: RedirectRule) -> str:
    return rule_target(rule, lambda number: f":{placeholder(number)}", lambda text: text)


def parts(line: RedirectLine) -> tuple[Source, str]:
    """Source and target of a line that is taken."""
    return source_of(line.source), line.target or ""
