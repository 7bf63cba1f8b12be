"""Squarespace's URL mappings: `/old -> /new 301`, one a line, no comments, first match wins.

**Source:** squareranked.com/squarespace-seo/redirects/url-mappings-syntax (grammar, statuses 301 and 302, `[name]`
variables, full targets with https only); Squarespace's help, quoted by andy-carter.com: "400 KB, which is usually
around 2500 redirect lines".
"""

import re
from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.frame import Accepted, HostedWriter, Install, Room, Takes

MAX_BYTES = 400_000
MAX_LINES = 2_500

_PLAIN_HTTP = re.compile("http:")


def _mapping(line: RedirectLine) -> str:
    return f"{line.source} -> {line.target} {line.status}\n"


def _bytes(line: RedirectLine, site: Site) -> int:
    return len(_mapping(line))


def _problem(line: RedirectLine, source: Source) -> str | None:
    if source.path == "/":
        return "the home page cannot be mapped"
    if _PLAIN_HTTP.match(line.target or ""):
        return "a full target must start with https://"
    return None


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    yield ServerFile("linkreclaim-squarespace.txt", "".join(_mapping(line) for line in accepted.lines).encode())


SQUARESPACE = HostedWriter(
    engine="squarespace",
    title="Squarespace",
    takes=Takes(frozenset({301, 302})),
    way_out="leave the line out, or redirect it before Squarespace (at the domain or a CDN)",
    install=Install(
        where="""
Squarespace, Settings > Developer Tools > URL Mappings: copy what is there into a file, put the lines of
`linkreclaim-squarespace.txt` above it, and save.
A mapping works only where no page answers: delete or disable the old page first.
""",
        test="curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)",
        undo="Put back the text you copied, and save.",
        limits="""
The field holds 400 KB, about 2,500 lines, your own included. One bad line makes it refuse the whole text, with a
message that may speak of 5,000 rules: save in halves to find it.
""",
    ),
    files=_files,
    problem=_problem,
    room=(Room(MAX_BYTES, "bytes of URL mappings", _bytes), Room(MAX_LINES, "lines")),
)
