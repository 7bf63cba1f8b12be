"""Next.js: the list for `redirects()` of next.config, as a CommonJS module that both kinds of configuration can load.

**Source:** nextjs.org/docs/app/api-reference/config/next-config-js/redirects: `statusCode` instead of `permanent`; the
first match wins. In Next.js 15.5, with our hostile test map: sources are compared without case; a last slash and `//`
are redirected away first, unless `trailingSlash` or `skipTrailingSlashRedirect` is set, so that each source takes a
last slash or none; the query of a request is always handed on, encoded anew. Grammar: `path_to_regexp.py`.
"""

import json
import re
from collections.abc import Iterator

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted import path_to_regexp
from linkreclaim.redirects.writers.hosted.frame import REDIRECTING, Accepted, HostedWriter, Install, Room, Takes
from linkreclaim.redirects.writers.hosted.path_to_regexp import Redirect, redirect
from linkreclaim.redirects.writers.preamble import comment_lines

_TARGET = re.compile(r"[^?#]*(?:\?[A-Za-z0-9._~=&-]*)?(?:#[A-Za-z0-9._~/=&-]*)?")
_PATH = re.compile(r"(?:https?://[a-z0-9.-]+)?/[A-Za-z0-9/._~%-]*")


def _problem(line: RedirectLine, source: Source) -> str | None:
    target = line.target or ""
    if "//" in source.path:
        return "it redirects // in a path away before it compares"
    if not _TARGET.fullmatch(target) or not _PATH.fullmatch(re.split("[?#]", target)[0]):
        return "a target is taken apart and encoded anew: it may hold letters, digits, / . _ ~ - %XX and a plain query"
    return path_to_regexp.line_problem(line, source)


def _redirects(line: RedirectLine) -> Iterator[Redirect]:
    source, target = path_to_regexp.parts(line)
    path = path_to_regexp.escape(source.path).rstrip("/")
    folder = line.match is MapMatch.PREFIX and source.path.endswith("/")  # the page /blog is not in the folder /blog/
    alone = f"{path}/" if folder or not path else f"{path}{{/}}?"
    yield redirect(alone, target, line.status, source.host, source.query)
    if line.match is MapMatch.PREFIX:
        yield redirect(f"{path}/:pa(.+)", f"{target.rstrip('/')}/:pa", line.status, source.host)


def _count(line: RedirectLine, site: Site) -> int:
    return len(list(_redirects(line)))


def _same(source: Source) -> str:
    return f"{source.host}{source.path.lower().rstrip('/')}?{source.query}"


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    lines = sorted([*accepted.exact, *accepted.prefixes], key=lambda line: line.source.startswith("/"))
    made = [one for line in lines for one in _redirects(line)]
    rules = sorted(accepted.rules, key=lambda rule: not rule.host)
    made += [path_to_regexp.rule_redirect(rule) for rule in rules]
    comments = [line.replace("#", "//", 1) for line in comment_lines(accepted.header)]
    text = "\n".join([*comments, f"module.exports = {json.dumps(made, indent=2)};"]) + "\n"
    yield ServerFile("linkreclaim-redirects.cjs", text.encode())


NEXT = HostedWriter(
    engine="next",
    title="Next.js",
    takes=Takes(REDIRECTING, hosts=True, queries=True, prefixes=True, rules=True),
    way_out="use the rules of the server or host in front, or middleware",
    install=Install(
        where="""
Put `linkreclaim-redirects.cjs` beside next.config, and let `redirects()` give it:
  next.config.mjs or .ts: import redirects from './linkreclaim-redirects.cjs'
  next.config.js:         const redirects = require('./linkreclaim-redirects.cjs')
  in the configuration:   async redirects() { return [...redirects, ...yourOwn] }
""",
        test="""
next build && next start, then: curl -sI http://localhost:3000/AN-OLD-PATH      (one 301 with the new address)
""",
        undo="Take the list out of redirects() again, build and deploy.",
        limits="""
Sources are compared without case, and a redirect wins over a page: look for live pages that differ in case only.
With `trailingSlash` as it is by default, a request for /path/ takes a hop to /path first.
A redirect with a query condition also answers when there are further parameters. The query of a request is always
handed on, also from such a redirect.
On Vercel, 2,048 redirects are the limit. With `output: 'export'` there are no redirects: use the host's own file.
""",
    ),
    files=_files,
    problem=_problem,
    rule_problem=path_to_regexp.rule_problem,
    same=_same,
    room=(Room(path_to_regexp.MAX_REDIRECTS, "redirects", _count),),
)
