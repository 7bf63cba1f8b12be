"""Cloudflare Pages' `_redirects`: exact paths first, because a line after the first wildcard counts as one."""

import re
from collections.abc import Iterator, Sequence

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of, target_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.writers.preamble import comment_lines, install_text

MAX_STATIC = 2_000
MAX_DYNAMIC = 100
MAX_LINE_CHARS = 1_000
"""**Source:** developers.cloudflare.com/pages/configuration/redirects; lines beyond are skipped with a warning only
(observed on wrangler 4.86)."""

_WILDCARD = re.compile(r"\*|:[A-Za-z]")
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
        for line in plan.lines:
            source = source_of(line.source)
            target = target_of(line.target).text if line.target else ""
            exact, wild = list(_exact_rules(line, source, target)), list(_wild_rules(line, source, target))
            reason = _why_not(line, source, [*exact, *wild])
            if reason is None and exact and len(static) + len(exact) > MAX_STATIC:
                reason = f"it reads {MAX_STATIC:,} exact lines and skips the rest; Bulk Redirects take more"
            if reason is None and wild and len(dynamic) + len(wild) > MAX_DYNAMIC:
                reason = f"it reads {MAX_DYNAMIC} wildcard lines and skips the rest"
            if reason:
                refused.append(Refusal(line, f"Cloudflare Pages: {reason}"))
                continue
            static += exact
            dynamic += [(len(source.path), rule) for rule in wild]
            written += 1
        longest_first = [rule for _, rule in sorted(dynamic, key=lambda pair: -pair[0])]
        lines = [*comment_lines(header), *static, *longest_first]
        files = (
            ServerFile("_redirects", ("\n".join(lines) + "\n").encode()),
            install_text(self.engine, _WHERE, _TEST, _UNDO, _LIMITS, plan),
        )
        return WrittenRedirects(self.engine, files, written, tuple(refused))


def _exact_rules(line: RedirectLine, source: Source, target: str) -> Iterator[str]:
    if line.match is MapMatch.EXACT or not source.path.endswith("/"):
        yield f"{source.path} {target} {line.status}"


def _wild_rules(line: RedirectLine, source: Source, target: str) -> Iterator[str]:
    if line.match is MapMatch.PREFIX:
        yield f"{source.path.rstrip('/')}/* {target.rstrip('/')}/:splat {line.status}"


def _why_not(line: RedirectLine, source: Source, rules: list[str]) -> str | None:
    if source.host:
        return f"it cannot match hosts ({source.host}); use a Bulk Redirect or a redirect rule of that domain's zone"
    if line.target is None:
        return "its redirects know no status 410"
    if source.query is not None:
        return "it cannot match queries; use a Bulk Redirect"
    if _WILDCARD.search(source.path):
        return "a * or a : before a letter is a wildcard in its paths"
    if source.path.endswith("/") and line.target.startswith("/") and _INDEX.search(line.target):
        return "it takes a path with a last slash that leads to an index page for a loop, and skips it"
    if any(len(rule) > MAX_LINE_CHARS for rule in rules):
        return f"the line is longer than {MAX_LINE_CHARS:,} characters"
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
