"""MkDocs with the plugin mkdocs-redirects: `redirect_maps` from a (former) source file to an address.

**Source:** github.com/mkdocs/mkdocs-redirects (plugin.py: keys are Markdown files; a target that is no page of the docs
must be a full URL; it writes a page with a meta refresh). A key `x/index.md` is `x/index.html` whatever
`use_directory_urls` says; `x.md` is not, so a path that ends in `.html` is refused. With MkDocs 1.6 and the plugin
1.2.3, every line of our hostile test map that is not refused became its page.
"""

from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.frame import PERMANENT, Accepted, HostedWriter, Install, Takes, absolute
from linkreclaim.redirects.writers.hosted.page_files import CLIENT_SIDE, page_problem, quoted, same_folder
from linkreclaim.redirects.writers.preamble import comment_lines


def _problem(line: RedirectLine, source: Source) -> str | None:
    if same_folder(source).endswith((".html", ".htm")):
        return "a page at this path depends on use_directory_urls"
    return page_problem(line, source)


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    rows = [
        f"        {quoted(same_folder(source_of(line.source))[1:] + '/index.md')}: "
        f"{quoted(absolute(line.target or '', accepted.site))}"
        for line in accepted.lines
    ]
    head = ["plugins:", "  - redirects:", "      redirect_maps:" + ("" if rows else " {}")]
    text = "\n".join([*comment_lines(accepted.header), *head, *dict.fromkeys(rows)]) + "\n"
    yield ServerFile("linkreclaim-mkdocs.yml", text.encode())


MKDOCS = HostedWriter(
    engine="mkdocs",
    title="MkDocs",
    takes=Takes(PERMANENT),
    way_out="use the redirects of the host that serves the site",
    install=Install(
        where="""
pip install mkdocs-redirects. Copy `redirect_maps` of `linkreclaim-mkdocs.yml` under `plugins:` of your mkdocs.yml
(keep `search` and the other plugins in that list), and build.
""",
        test="mkdocs build && ls site/AN-OLD-PATH/index.html      (a page that holds the new address)",
        undo="Take the lines out again and build.",
        limits=CLIENT_SIDE + "Paths are those under site_url: a site in a folder (/docs/) takes keys without it.",
    ),
    files=_files,
    problem=_problem,
    same=same_folder,
)
