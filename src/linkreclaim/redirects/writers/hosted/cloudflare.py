"""Cloudflare Pages' `_redirects`: exact paths first, because a line after the first wildcard counts as one.

A rule is written with placeholders, each a whole `[^/]+`; its last part takes two lines, so that it is never empty.
**Source:** developers.cloudflare.com/pages/configuration/redirects; the project's own parser and matcher
(@cloudflare/pages-shared 0.13.0), through which our hostile test map was put.
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
from linkreclaim.redirects.writers.hosted.rule_patterns import placeholder_lines, plain_target
from linkreclaim.redirects.writers.preamble import comment_lines, install_text

MAX_STATIC = 2_000
MAX_DYNAMIC = 100
MAX_LINE_CHARS = 1_000
"""**Source:** developers.cloudflare.com/pages/configuration/redirects; lines beyond are skipped with a warning only
(observed on wrangler 4.86)."""

_WILDCARD = re.compile(r"\*|:[A-Za-z]")
_PLACEHOLDER = re.compile(":(?:p[a-z]|splat)")
_NAME_GOES_ON = re.compile(r"\w")
_INDEX = re.compile(r"/index(?:\.html)?$")


class CloudflareWriter:
    """Writes `_redirects` for Cloudflare Pages and Workers static assets."""

    engine = "cloudflare"
    title = "Cloudflare Pages"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """One file for the build output directory; at most 2,000 exact lines and 100 prefixes."""
        static: list[str] = []
        dynamic: list[tuple[int, str]] = []
        refused: list[Refusal] = []
        written = 0
        for given in plan.lines:
            line = _without_own_origin(given, site)
            source = source_of(line.source)
            target = target_of(line.target).text if line.target else ""
            exact, wild = list(_exact_rules(line, source, target)), list(_wild_rules(line, source, target))
            reason = _why_not(line, source, [*exact, *wild])
            if reason is None and exact and len(static) + len(exact) > MAX_STATIC:
                reason = f"it reads {MAX_STATIC:,} exact lines and skips the rest"
            if reason is None and wild and len(dynamic) + len(wild) > MAX_DYNAMIC:
                reason = f"it reads {MAX_DYNAMIC} wildcard lines and skips the rest"
            if reason:
                refused.append(Refusal(given, f"Cloudflare Pages: {reason}; {_way_out(source)}"))
                continue
            static += exact
            dynamic += [(len(source.path), rule) for rule in wild]
            written += 1
        longest_first = [rule for _, rule in sorted(dynamic, key=lambda pair: -pair[0])]
        rules, refused_rules = _rule_lines(plan, site, MAX_DYNAMIC - len(longest_first))
        lines = [*comment_lines(header), *static, *longest_first, *rules]
        files = (
            ServerFile("_redirects", ("\n".join(lines) + "\n").encode()),
            install_text(self.engine, _WHERE, _TEST, _UNDO, _LIMITS, plan),
        )
        return WrittenRedirects(self.engine, files, written, tuple(refused), tuple(refused_rules))


def _without_own_origin(line: RedirectLine, site: Site) -> RedirectLine:
    """A page of the site itself is named by its path: the parser takes no full target with http, Pages serves https."""
    origin = f"http://{site.host}/"
    own = line.target is not None and line.target.startswith(origin)
    return replace(line, target=(line.target or "")[len(origin) - 1 :]) if own else line


def _exact_rules(line: RedirectLine, source: Source, target: str) -> Iterator[str]:
    if line.match is MapMatch.EXACT or not source.path.endswith("/"):
        yield f"{source.path} {target} {line.status}"


def _wild_rules(line: RedirectLine, source: Source, target: str) -> Iterator[str]:
    if line.match is MapMatch.PREFIX:
        yield f"{source.path.rstrip('/')}/* {target.rstrip('/')}/:splat {line.status}"


def _way_out(source: Source) -> str:
    if source.query is not None:
        return "use a Single Redirect of the zone, or a Pages function"
    return "use a Bulk Redirect (`cloudflare-bulk`), or a Pages function"


def _why_not(line: RedirectLine, source: Source, rules: list[str]) -> str | None:
    if source.host:
        return f"it cannot match hosts ({source.host})"
    if line.target is None:
        return "its redirects know no status 410"
    if source.query is not None:
        return "it cannot match queries"
    if _WILDCARD.search(source.path):
        return "a * or a : before a letter is a wildcard in its paths"
    if source.path.endswith("/") and line.target.startswith("/") and _INDEX.search(line.target):
        return "it takes a path with a last slash that leads to an index page for a loop, and skips it"
    if line.match is MapMatch.PREFIX and ":splat" in line.target:
        return ":splat in a target is what the wildcard stands for"
    if line.target.startswith("http://"):
        return "a full target must start with https://"
    if "//" in source.path:
        return "// in a path is not compared as it stands"
    if any(len(rule) > MAX_LINE_CHARS for rule in rules):
        return f"the line is longer than {MAX_LINE_CHARS:,} characters"
    return None


def _rule_lines(plan: RedirectPlan, site: Site, room: int) -> tuple[list[str], list[RuleRefusal]]:
    """The lines of the rules that there is room for, and the other rules with their reasons."""
    lines: list[str] = []
    refused: list[RuleRefusal] = []
    for rule in plan.rules:
        rule_pattern(rule)  # raises for what is not canonical
        rule_answer(rule, site)
        reason = _why_not_rule(rule)
        made = [] if reason else placeholder_lines(rule)
        if reason is None and any(len(line) > MAX_LINE_CHARS for line in made):
            reason = f"the line is longer than {MAX_LINE_CHARS:,} characters"
        if reason is None and len(lines) + len(made) > room:
            reason = f"it reads {MAX_DYNAMIC} wildcard lines and skips the rest"
        if reason:
            refused.append(RuleRefusal(rule, f"Cloudflare Pages: {reason}; write its lines one by one"))
        else:
            lines += made
    return lines, refused


def _why_not_rule(rule: RedirectRule) -> str | None:
    if rule.host:
        return f"it cannot match hosts ({rule.host})"
    if rule.status == 410:
        return "its redirects know no status 410"
    if any(part.kind is PartKind.DIGITS for part in rule.source):
        return "it cannot tell digits from other text, and would redirect more pages than the rule"
    if captures_of(rule) > 25:
        return "more captures than it has names for"
    if not plain_target(rule):
        return "the target of a rule must be a path alone, because the query of a request is put after it"
    texts = [part.text for part in rule.source if part.kind is PartKind.TEXT]
    if any(_WILDCARD.search(text) or "//" in text for text in texts) or any(map(_NAME_GOES_ON.match, texts[1:])):
        return "its texts hold a wildcard, or a letter, digit or _ straight after a capture"
    if any(isinstance(part, str) and _PLACEHOLDER.search(part) for part in rule.target):
        return "its target holds the name of a placeholder"
    if str(rule.target[0]).startswith("http://"):
        return "a full target must start with https://"
    return None


_WHERE = """
Put `_redirects` into the build output directory of the site (the folder that is deployed), and deploy. With a
`_redirects` of your own, put the lines without * or :name at its top: those after the first wildcard are counted as
wildcards, of which only 100 are read.
"""

_TEST = """
npx wrangler pages dev OUTPUT-DIRECTORY says how many rules are valid; it must be all of them.
curl -sI https://PREVIEW-ADDRESS/AN-OLD-PATH      (one 301 with the new address)
"""

_UNDO = "Take the lines out again and deploy, or roll back to the deployment before."

_LIMITS = """
At most 2,000 exact lines, 100 wildcard lines and 1,000 characters a line are read. Hosts and queries cannot be matched.
The query of a request is handed on only when the target has none of its own.
Pages drops .html from addresses with a redirect of its own: a target ending in .html costs a second hop.
Browsers keep a 301 for good: try the map on a preview deployment first.
"""
