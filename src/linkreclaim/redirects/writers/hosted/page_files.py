"""Redirects of site generators: a page of HTML at the old path that sends a browser on.

Such a page is answered with 200, not 301. Search engines take an immediate refresh for a redirect most of the time,
other programs do not, so the host's own redirects are better where it has any. **Source:** Google Search Central,
"Redirects and Google Search" (meta refresh of 0 seconds is read as permanent; server-side redirects are recommended).
"""

import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote_to_bytes

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source, target_of
from linkreclaim.redirects.writers.hosted.frame import Accepted
from linkreclaim.redirects.writers.preamble import comment_lines

MAX_NAME_BYTES = 240
"""**Source:** NAME_MAX of most file systems is 255; generators add `.html`."""

MAX_KEY_CHARS = 1_000
"""**Source:** YAML 1.2.2, 7.4.2: a key on one line has at most 1,024 characters, quotes included."""

CLIENT_SIDE = """
These are client-side redirects: a page with status 200 that tells a browser to go on, weaker than a server's 301.
Search engines mostly follow it, other programs do not. Where the host has redirects of its own (Netlify, Cloudflare
Pages, a web server), use that engine's files instead.
"""

_NOT_IN_FILES = re.compile(r'[\\:*?"<>|#%]|//|(?:^|/)\.{1,2}(?:/|$)|[ .](?:/|$)')
"""Characters and names that some file system or generator reads as something else."""


def page_path(source: Source) -> str | None:
    """The decoded path, None where it cannot be the name of a file everywhere."""
    try:
        path = unquote_to_bytes(source.path).decode()
    except UnicodeDecodeError:
        return None
    if source.encoded_slash or not path.isprintable() or _NOT_IN_FILES.search(path):
        return None
    return path if all(len(name.encode()) <= MAX_NAME_BYTES for name in path.split("/")) else None


def page_problem(line: RedirectLine, source: Source) -> str | None:
    """Why no page can stand at the source, or None."""
    if source.path == "/":
        return "the home page is the site's own"
    if page_path(source) is None:
        return "its path cannot be the name of a file on every system"
    if max(len(source.path), len(line.target or "")) > MAX_KEY_CHARS:
        return f"a path may be {MAX_KEY_CHARS:,} characters long"
    return None


def own_page_problem(line: RedirectLine) -> str | None:
    """Why a line cannot lead to a page of the site by its path, or None."""
    target = target_of(line.target or "")
    if not target.base.startswith("/") or target.query is not None or target.fragment is not None:
        return "it leads to pages of the site by their path alone, without host, query and #fragment"
    return None


def pages_of(accepted: Accepted, spell: Callable[[RedirectLine], str]) -> dict[str, list[str]]:
    """The old paths of each target page, once each."""
    pages: dict[str, list[str]] = {}
    for line in accepted.lines:
        sources = pages.setdefault(line.target or "", [])
        if spell(line) not in sources:
            sources.append(spell(line))
    return pages


def write_front_matter(header: Sequence[str], key: str, pages: dict[str, list[str]]) -> bytes:
    """YAML: the lines for the front matter of each page, under the page's path."""
    lines = comment_lines(header)
    for page, sources in pages.items():
        lines += [f"{quoted(page)}:", f"  {key}:", *(f"    - {quoted(source)}" for source in sources)]
    return ("\n".join(lines or ["{}"]) + "\n").encode()


def quoted(text: str) -> str:
    """A double-quoted YAML scalar; the text must be printable."""
    return json.dumps(text, ensure_ascii=False)


def same_folder(source: Source) -> str:
    """For generators that write `/a`, `/a/` and `/a/index.html` to one file."""
    return (page_path(source) or source.path).removesuffix("/index.html").rstrip("/") or "/"
