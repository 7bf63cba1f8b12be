"""Vercel: the `redirects` of vercel.json. Grammar and limits: `path_to_regexp.py`."""

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted import path_to_regexp
from linkreclaim.redirects.writers.hosted.frame import REDIRECTING, Accepted, HostedWriter, Install, Room, Takes
from linkreclaim.redirects.writers.hosted.path_to_regexp import Redirect, redirect

_CAPTURE = re.compile(r"\$[0-9A-Za-z_]")
_ORIGIN = re.compile(r"https?://[^/]*")
_SEGMENT = re.compile(r":\w|[({]")


def _problem(line: RedirectLine, source: Source) -> str | None:
    if _CAPTURE.search(line.target or ""):
        return "a $ before a letter or digit in a target stands for a capture"
    if _SEGMENT.search(unquote(_ORIGIN.sub("", line.target or ""))):
        return "( and : before a letter or digit in a target stand for captures, escaped or not"
    return path_to_regexp.line_problem(line, source)


def _redirects(line: RedirectLine) -> Iterator[Redirect]:
    source, target = path_to_regexp.parts(line)
    path = path_to_regexp.escape(source.path)
    if line.match is MapMatch.EXACT or not path.endswith("/"):
        yield redirect(path, target, line.status, source.host, source.query)
    if line.match is MapMatch.PREFIX:
        yield redirect(f"{path.rstrip('/')}/:pa(.*)", f"{target.rstrip('/')}/:pa", line.status, source.host)


def _count(line: RedirectLine, site: Site) -> int:
    return len(list(_redirects(line)))


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    lines = sorted([*accepted.exact, *accepted.prefixes], key=lambda line: line.source.startswith("/"))
    made = [one for line in lines for one in _redirects(line)]
    rules = sorted(accepted.rules, key=lambda rule: not rule.host)
    made += [path_to_regexp.rule_redirect(rule) for rule in rules]
    yield ServerFile("linkreclaim-vercel.json", (json.dumps({"redirects": made}, indent=2) + "\n").encode())


VERCEL = HostedWriter(
    engine="vercel",
    title="Vercel",
    takes=Takes(REDIRECTING, hosts=True, queries=True, prefixes=True, rules=True),
    way_out="use a bulk redirect file (bulkRedirectsPath) or a function in middleware",
    install=Install(
        where="""
Copy the list `redirects` of `linkreclaim-vercel.json` to the top of `redirects` in the project's vercel.json (without
one, rename the file to vercel.json), and deploy. A former host must be a domain of the project, without a redirect of
its own to another domain.
""",
        test="""
Deploy a preview, and ask it: curl -sI https://PREVIEW-ADDRESS/AN-OLD-PATH      (one 301 with the new address)
""",
        undo="Take the redirects out again and deploy, or promote the deployment before.",
        limits="""
A project takes 2,048 redirects, your own included. The first match wins, and a redirect wins over a page.
A redirect with a query condition also answers when there are further parameters, and hands the query on.
`trailingSlash` and `cleanUrls` of vercel.json redirect first: with them, some lines take two hops.
""",
    ),
    files=_files,
    problem=_problem,
    rule_problem=path_to_regexp.rule_problem,
    room=(Room(path_to_regexp.MAX_REDIRECTS, "redirects", _count),),
)
