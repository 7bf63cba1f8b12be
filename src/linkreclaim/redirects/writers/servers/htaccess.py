"""Apache without access to its configuration: rules in the .htaccess of the document root, one line of the map each."""

from collections.abc import Sequence

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import source_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, RuleRefusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.writers.preamble import comment_lines, former_hosts, install_text
from linkreclaim.redirects.writers.servers.rewrite import (
    MAX_RULE_BYTES,
    host_rules,
    line_rules,
    rule_rules,
    why_not_target,
)

MAX_SEGMENT_BYTES = 255
"""**Source:** NAME_MAX of Linux file systems: Apache looks for the file before it reads the rules, and answers 403 to a
longer name (observed on 2.4.71)."""


class HtaccessWriter:
    """Writes a .htaccess; Apache 2.4 with AllowOverride FileInfo."""

    engine = "htaccess"
    title = "Apache (.htaccess)"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """One file to put at the top of the document root's .htaccess."""
        hosts = former_hosts(plan)
        ranked: list[tuple[tuple[int, int], str]] = []
        refused: list[Refusal] = []
        for line in plan.lines:
            rules = list(line_rules(line, hosts, leading_slash=False))
            reason = _why_not(line, rules)
            if reason:
                refused.append(Refusal(line, f"Apache .htaccess: {reason}"))
            else:
                ranked.append((_rank(line), "\n".join(rules)))
        ordered = [text for _, text in sorted(ranked, key=lambda pair: pair[0])]
        refused_rules = []
        for rule in plan.rules:
            texts = rule_rules(rule, site, hosts)
            if isinstance(texts, str):
                refused_rules.append(RuleRefusal(rule, f"Apache .htaccess: {texts}"))
            else:
                ordered += texts
        lines = [*comment_lines(header), "RewriteEngine On", *host_rules(hosts), *ordered]
        files = (
            ServerFile(".htaccess", ("\n".join(lines) + "\n").encode()),
            install_text(self.engine, _WHERE, _TEST, _UNDO, _LIMITS, plan),
        )
        return WrittenRedirects(self.engine, files, len(ranked), tuple(refused), tuple(refused_rules))


def _why_not(line: RedirectLine, rules: list[str]) -> str | None:
    source = source_of(line.source)
    if source.encoded_slash:
        return "a path with %2F is answered 404 before any rule; AllowEncodedSlashes needs the virtual host"
    if any(len(segment) > MAX_SEGMENT_BYTES for segment in source.path_bytes.split(b"/")):
        return f"a path segment over {MAX_SEGMENT_BYTES} bytes is answered 403 before any rule"
    if any(len(rule) > MAX_RULE_BYTES for rule in rules):
        return f"the rule would be longer than {MAX_RULE_BYTES:,} bytes"
    return why_not_target(line)


def _rank(line: RedirectLine) -> tuple[int, int]:
    """First match wins: raw request lines, then exact queries, then paths, then prefixes, the longest first."""
    source = source_of(line.source)
    if line.match is MapMatch.PREFIX:
        return (3, -len(source.path))
    if "//" in source.path:
        return (0, source.query is None)
    return (1 if source.query is not None else 2, 0)


_WHERE = """
Put the lines at the top of the .htaccess in the site's document root (make the file if there is none), before other
rewrite rules. mod_rewrite must be on, and AllowOverride must include FileInfo: with most hosters both are.
A former host must answer from the same document root (as an alias of the site).
"""

_TEST = """
Load the home page: an error 500 means that the hoster does not allow the rules; take them out again.
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
"""

_UNDO = "Take the lines out of .htaccess again; they hold at once, nothing needs a restart."

_LIMITS = """
Each request tries the rules one after the other: up to a thousand lines are fine; with access to the virtual host,
the `apache` files are faster at any number.
A path with %2F, and a path segment over 255 bytes, never reach .htaccess; such lines are refused.
A source without a query answers with any query, and hands it on; one with a query answers to exactly that.
Browsers keep a 301 for good: try the lines with status 302 first.
"""
