"""Jekyll with the plugin jekyll-redirect-from: for each target page, the old paths to put into its front matter.

**Source:** github.com/jekyll/jekyll-redirect-from (README: `redirect_from`, a page with a meta refresh at each path;
GitHub Pages runs the plugin).
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
    write_front_matter,
)


def _problem(line: RedirectLine, source: Source) -> str | None:
    return page_problem(line, source) or own_page_problem(line)


def _same(source: Source) -> str:
    return (page_path(source) or source.path).removesuffix("index.html").removesuffix(".html")


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    pages = pages_of(accepted, lambda line: page_path(source_of(line.source)) or "")
    yield ServerFile("linkreclaim-redirect-from.yaml", write_front_matter(accepted.header, "redirect_from", pages))


JEKYLL = HostedWriter(
    engine="jekyll",
    title="Jekyll",
    takes=Takes(PERMANENT),
    way_out="use the redirects of the host that serves the site, or a page of its own with redirect_to",
    install=Install(
        where="""
The plugin jekyll-redirect-from must be in the Gemfile and in `plugins:` of _config.yml (GitHub Pages has it).
`linkreclaim-redirect-from.yaml` lists, under the path of each target page, the `redirect_from` for the front matter of
that page. Copy them there, add to those that are there, and build.
""",
        test="jekyll build && ls _site/AN-OLD-PATH*      (a page that holds the new address)",
        undo="Take the lines out again and build.",
        limits=CLIENT_SIDE,
    ),
    files=_files,
    problem=_problem,
    same=_same,
)
