"""Which URL each file of a mirrored site was: the layout of `wget --mirror`, with and without its host folders."""

import mimetypes
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.urls import encode_path, match_key

_INDEX_NAMES = ("index.html", "index.htm")
_NO_PAGES = ("image/", "video/", "audio/", "font/", "text/css", "text/javascript", "application/javascript")
_ARCHIVES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz")
"""What `wget --warc-file` leaves beside the mirror's folders."""


@dataclass(frozen=True, slots=True)
class MirrorPage:
    """A file and one URL that it may be the copy of; the lower the rank, the likelier."""

    key: str  # match key of the URL
    file: Path
    rank: int


def mirror_pages(root: Path, hosts: Sequence[str]) -> Iterator[MirrorPage]:
    """All pages of a mirror with the URLs they may stand for.

    The folder holds a folder for each host (`example.com`, `www.example.com`, `example.com:8080`), or it is one, or it
    holds the pages of the first of `hosts` (`wget -nH`). Symbolic links are not followed; images, styles and scripts
    are left out, and so are web archives.
    """
    for host, folder in _host_folders(root, hosts):
        for file in _files(folder):
            name = os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "replace")
            for rank, target in _request_targets(name):
                key = match_key(f"http://{host}/{target}")
                if key is not None:
                    yield MirrorPage(key, file, rank)


def _host_folders(root: Path, hosts: Sequence[str]) -> list[tuple[str, Path]]:
    """wget names a host with a port `host:8080`, on Windows `host+8080`."""
    named = [
        (entry.name.lower().replace("+", ":"), Path(entry.path))
        for entry in os.scandir(root)
        if entry.is_dir(follow_symlinks=False)
    ]
    known = sorted((host, path) for host, path in named if host.removeprefix("www.") in hosts)
    if known:
        return known
    own = root.name.lower().replace("+", ":")
    return [(own, root)] if own.removeprefix("www.") in hosts else [(host, root) for host in hosts[:1]]


def _files(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            file = Path(at, name)
            kind = mimetypes.guess_type(name.partition("?")[0])[0] or ""
            if (
                not kind.startswith(_NO_PAGES)
                and not name.lower().endswith(_ARCHIVES)
                and not file.is_symlink()
                and file.is_file()
            ):
                yield file


def _request_targets(name: str) -> Iterator[tuple[int, str]]:
    """(rank, path and query) that a file name may stand for.

    wget writes a query into the name (`page?id=3`; on Windows `page@id=3`), adds `.html` with `--adjust-extension`, and
    saves folders as `index.html` (GNU Wget manual, "Download Options" and "HTTP Options").
    """
    folder, slash, base = name.rpartition("/")
    spellings = [base, base.replace("@", "?", 1)] if "?" not in base and "@" in base else [base]
    for rank, spelling in enumerate(spellings):
        stem, mark, query = spelling.partition("?")
        if stem in _INDEX_NAMES:
            yield rank, _encode(folder + slash, mark, query)
            yield rank + 2, _encode(folder, mark, query)
        yield rank + (stem in _INDEX_NAMES), _encode(folder + slash + stem, mark, query)
        bare = spelling.removesuffix(".html")
        if bare != spelling and stem not in _INDEX_NAMES:
            stem, mark, query = bare.partition("?")
            yield rank + 1, _encode(folder + slash + stem, mark, query)


def _encode(path: str, mark: str, query: str) -> str:
    return encode_path(path) + mark + encode_path(query)
