"""How the places of two URLs of a site lie to each other: one above the other, or side by side."""

import re

from linkreclaim.urls import Url, decode_path

_WORDS = re.compile(r"[^\W_]+")
_FILE_TYPE = re.compile(r"(?<=[^/.])\.[a-z][a-z0-9]{1,4}$")
_NUMBERS = re.compile(r"\d+")


def is_above(url: Url, other: Url) -> bool:
    """Whether a URL's path, its file type aside, is a folder that the other one is in.

    All are in the root, which says nothing.
    """
    path = _FILE_TYPE.sub("", _path(url))
    return bool(path) and _path(other).startswith(path + "/")


def is_neighbour(url: Url, other: Url) -> bool:
    """Whether two URLs of one folder are named apart: each name has a word that the other has not.

    Folders that differ in numbers only (years, issues, pages) are one. Of one program, the query is the name.
    """
    (folder, name), (other_folder, other_name) = _split(url), _split(other)
    if folder == other_folder and name == other_name and url.query and other.query:
        name, other_name = url.query, other.query
    words, other_words = set(_WORDS.findall(name)), set(_WORDS.findall(other_name))
    return folder == other_folder and bool(words - other_words) and bool(other_words - words)


def is_of_program(url: Url, other: Url) -> bool:
    """Whether the other URL is the bare program (`list.php`) that makes a URL's page by its query."""
    path = _path(url)
    return bool(url.query) and not other.query and path == _path(other) and bool(_FILE_TYPE.search(path))


def _split(url: Url) -> tuple[str, str]:
    """The folder, without its numbers, and the name of a URL's path."""
    folder, _, name = _path(url).rpartition("/")
    return _NUMBERS.sub("#", folder), name


def _path(url: Url) -> str:
    return decode_path(url.path).casefold().rstrip("/")
