"""Fetches Common Crawl's newest domain ranks: 2.5 GB, once, in one connection, continued where it broke off.

**Source** of the addresses: Common Crawl's page "Web Graphs" names graphinfo.json as the list of releases; its
statistics page takes the first of them as the newest, and gives the pattern of the ranks file.
"""

import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

from linkreclaim.config import DEFAULT_USER_AGENT
from linkreclaim.errors import InputError, LinkreclaimError

RELEASES_URL = "https://index.commoncrawl.org/graphinfo.json"
RANKS_URL = "https://data.commoncrawl.org/projects/hyperlinkgraph/{release}/domain/{release}-domain-ranks.txt.gz"
MAX_BYTES = 6_000_000_000
"""Largest file fetched: releases had 2.4 to 4 GB."""
TIMEOUT_S = 60.0
ATTEMPTS = 5
WAIT_S = 5.0
_LIST_BYTES = 2_000_000
_BLOCK_BYTES = 1 << 20

Progress = Callable[[int, int | None], None]
"""(bytes held, bytes of the whole where known)"""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The files are served where they are named; anything else is told, not followed."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none."""


def newest_release(url: str = RELEASES_URL) -> str:
    """The name of the newest release. Raises InputError when the list cannot be had or read."""
    with _ask(url, {}) as answer:
        raw = answer.read(_LIST_BYTES + 1)
    try:
        name = json.loads(raw[:_LIST_BYTES])[0]["id"]
    except (ValueError, LookupError, TypeError) as error:
        raise InputError(f"{url}: is no list of releases; name the file with --url") from error
    if not isinstance(name, str) or not name.replace("-", "").isalnum():
        raise InputError(f"{url}: names a release {str(name)[:60]!r}; name the file with --url")
    return name


def fetch(url: str, path: Path, tell: Progress, wait: Callable[[float], None] = time.sleep) -> None:
    """Fetch a file whole to `path`; what was fetched of it before a break is kept beside it and continued.

    Raises:
        InputError: the address is not http(s), or its server refuses or breaks off again and again.
        LinkreclaimError: the file is larger than `MAX_BYTES`, or cannot be written.
    """
    part, mark = path.with_name(path.name + ".part"), path.with_name(path.name + ".etag")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _fetch_on(url, part, mark, tell)
            part.replace(path)
            mark.unlink(missing_ok=True)
            return
        except (HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as error:
            if attempt == ATTEMPTS:
                raise InputError(f"{url}: broke off {ATTEMPTS} times ({error}); run the same command again") from error
            wait(WAIT_S * attempt)
        except OSError as error:
            raise LinkreclaimError(f"cannot write {part}: {error.strerror or error}") from error


def _fetch_on(url: str, part: Path, mark: Path, tell: Progress) -> None:
    """Fetch what is missing. The part is only continued while the server says that the file is the same (If-Range)."""
    part.parent.mkdir(parents=True, exist_ok=True)
    held = part.stat().st_size if part.is_file() and mark.is_file() else 0
    wanted = {"Range": f"bytes={held}-", "If-Range": mark.read_text(encoding="ascii")} if held else {}
    with _ask(url, wanted) as answer:
        if answer.status != 206:
            held = 0
        left = answer.headers.get("Content-Length")
        whole = held + int(left) if left and left.isascii() and left.isdigit() else None
        if whole is not None and whole > MAX_BYTES:
            raise LinkreclaimError(f"{url}: has {whole:,} bytes, more than {MAX_BYTES:,}; is it the ranks file?")
        mark.unlink(missing_ok=True)
        tag = answer.headers.get("ETag", "")
        if tag.startswith('"') and tag.isascii():
            mark.write_text(tag, encoding="ascii")
        with part.open("ab" if held else "wb") as stream:
            while block := answer.read(_BLOCK_BYTES):
                stream.write(block)
                held += len(block)
                if held > MAX_BYTES:
                    raise LinkreclaimError(f"{url}: more than {MAX_BYTES:,} bytes; is it the ranks file?")
                tell(held, whole)
        if whole is not None and held < whole:
            raise ConnectionError(f"{held:,} of {whole:,} bytes")


@contextmanager
def _ask(url: str, headers: dict[str, str]) -> Iterator[HTTPResponse]:
    if not url.startswith(("https://", "http://")):
        raise InputError(f"{url}: is no http(s) address")
    opener = urllib.request.build_opener(_NoRedirects)
    request = urllib.request.Request(url, headers={"User-Agent": DEFAULT_USER_AGENT, **headers})  # noqa: S310
    try:
        answer = opener.open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code == 416:
            raise ConnectionError("the part that is held is longer than the file") from error
        raise InputError(f"{url}: answers {error.code}") from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionError | TimeoutError):
            raise error.reason from error
        raise InputError(f"{url}: {error.reason}") from error
    with answer:
        yield answer
