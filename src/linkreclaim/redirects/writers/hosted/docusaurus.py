"""Docusaurus with its plugin client-redirects: the list for `redirects`, as JSON.

**Source:** docusaurus.io/docs/api/plugins/@docusaurus/plugin-client-redirects (`from` and `to`; only in production
builds) and its validation (`from` is a path without host and query; a `to` that is no page of the site breaks the
build). How an encoded `from` becomes a file name is not documented, so plain paths only.
"""

import json
import re
from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.frame import PERMANENT, Accepted, HostedWriter, Install, Takes
from linkreclaim.redirects.writers.hosted.page_files import (
    CLIENT_SIDE,
    own_page_problem,
    page_problem,
    pages_of,
    same_folder,
)

_PLAIN = re.compile(r"[A-Za-z0-9/._~-]+")


def _problem(line: RedirectLine, source: Source) -> str | None:
    if not _PLAIN.fullmatch(source.path):
        return "a path may hold letters, digits and / . _ ~ - only"
    return page_problem(line, source) or own_page_problem(line)


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    pages = pages_of(accepted, lambda line: source_of(line.source).path)
    made = [{"from": sources, "to": page} for page, sources in pages.items()]
    yield ServerFile("linkreclaim-redirects.json", (json.dumps(made, indent=2) + "\n").encode())


DOCUSAURUS = HostedWriter(
    engine="docusaurus",
    title="Docusaurus",
    takes=Takes(PERMANENT),
    way_out="use the redirects of the host that serves the site",
    install=Install(
        where="""
npm install @docusaurus/plugin-client-redirects. Put `linkreclaim-redirects.json` beside docusaurus.config.js, and add
to its `plugins`:
  ['@docusaurus/plugin-client-redirects', { redirects: require('./linkreclaim-redirects.json') }]
""",
        test="docusaurus build && ls build/AN-OLD-PATH*      (a page that holds the new address)",
        undo="Take the plugin out again and build.",
        limits=CLIENT_SIDE + "The build stops at a target that is no page of the site: it names it.",
    ),
    files=_files,
    problem=_problem,
    same=same_folder,
)
