"""How the places of two URLs of a site lie to each other: one above the other, or side by side."""

import re

from linkreclaim.urls import Url, decode_path

_WORDS = re.compile(r"[^\W_]+")
_NUMBERS = re.compile(r"\d+")


def is_above(url: Url, other: Url) -> bool:
    """Whether a URL's path is a folder that the other one is in; all are in the root, which says nothing."""
    path = _path(url)
    return bool(path) and _path(other).startswith(path + "/")


def is_neighbour(url: Url, other: Url) -> bool:
    """Whether two URLs of one folder are named apart: each name has a word that the other has not.

    Folders that differ in numbers only (years, issues, pages) are one.
    """
    folder, name = _split(url)
    other_folder, other_name = _split(other)
    words, other_words = set(_WORDS.findall(name)), set(_WORDS.findall(other_name))
    return folder == other_folder and bool(words - other_words) and bool(other_words - words)


def _split(url: Url) -> tuple[str, str]:
    """The folder, without its numbers, and the name of a URL's path."""
    folder, _, name = _path(url).rpartition("/")
    return _NUMBERS.sub("#", folder), name


def _path(url: Url) -> str:
    return decode_path(url.path).casefold().rstrip("/")
