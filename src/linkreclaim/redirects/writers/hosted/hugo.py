"""Hugo's `aliases`: for each target page, the old paths to put into its front matter.

**Source:** gohugo.io/content-management/urls/#aliases (an alias with a first `/` is relative to the base URL; Hugo
writes a page with a meta refresh there). With Hugo 0.168, every line of our hostile test map that is not refused
became its page.
"""

from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.frame import PERMANENT, Accepted, HostedWriter, Install, Takes
from linkreclaim.redirects.writers.hosted.page_files import (
    CLIENT_SIDE,
    own_page_problem,
    page_path,
    page_problem,
    pages_of,
    same_folder,
    write_front_matter,
)


def _problem(line: RedirectLine, source: Source) -> str | None:
    return page_problem(line, source) or own_page_problem(line)


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    pages = pages_of(accepted, lambda line: page_path(source_of(line.source)) or "")
    yield ServerFile("linkreclaim-aliases.yaml", write_front_matter(accepted.header, "aliases", pages))


HUGO = HostedWriter(
    engine="hugo",
    title="Hugo",
    takes=Takes(PERMANENT),
    way_out="use the redirects of the host that serves the site",
    install=Install(
        where="""
`linkreclaim-aliases.yaml` lists, under the path of each target page, the `aliases` for the front matter of that page
(its file in content/). Copy them there (TOML: aliases = ["/old"]), add to aliases that are there, and build.
""",
        test="hugo && ls public/AN-OLD-PATH      (a page that holds the new address)",
        undo="Take the aliases out again and build.",
        limits=CLIENT_SIDE + "With `disableAliases = true` Hugo writes none of them.",
    ),
    files=_files,
    problem=_problem,
    same=same_folder,
)
