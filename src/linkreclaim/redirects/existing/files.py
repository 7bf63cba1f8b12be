"""Tells by its content what kind of file redirects stand in, and reads it."""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from linkreclaim.errors import InputError, UnknownFormatError, UnsafeInputError
from linkreclaim.model.links import RowProblem
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.existing import apache, hosted, nginx
from linkreclaim.redirects.existing.simple import Found
from linkreclaim.redirects.mapfile import LeftOut, read_map

MAX_BYTES = 100_000_000
"""A larger file is refused: a hundred thousand redirects of our own writers take 20 MB."""
MAX_LINE_CHARS = 100_000
_LINES_LOOKED_AT = 2_000
_SIGN_CHARS = 2_000

Reader = Callable[[Iterator[tuple[int, str]]], Iterator[Found]]
_READERS: tuple[tuple[str, re.Pattern[str], Reader], ...] = (
    ("Apache", apache.SIGN, apache.read_apache),
    ("an Apache map", apache.MAP_SIGN, apache.read_apache_map),
    ("nginx", nginx.SIGN, nginx.read_nginx),
    ("_redirects", hosted.SIGN, hosted.read_hosted),
)
"""First the ones with the surest signs: where two find as many, the first is taken."""


@dataclass(frozen=True, slots=True)
class ExistingRedirects:
    """What a file says that the server does already."""

    form: str  # "nginx", "Apache", "an Apache map", "_redirects", "Vercel", "a redirect map"
    lines: tuple[RedirectLine, ...]
    problems: tuple[RowProblem, ...]  # lines that redirect in a way that is not read: never guessed


def read_existing(path: Path) -> ExistingRedirects:
    """Read redirects out of a server's file: nginx, Apache, `_redirects`, Vercel's JSON or a map, told by content.

    Only simple rules are read (one address, or a prefix whose rest is carried over). Memory: the file.

    Raises:
        InputError: the file cannot be read.
        UnknownFormatError: it is none of these.
        UnsafeInputError: it is larger than MAX_BYTES.
    """
    text = _read_text(path)
    if text is None:
        return _sorted("a redirect map", _from_map(path))
    if text.lstrip().startswith(("{", "[")):
        return _sorted("Vercel", hosted.read_vercel(_entries(text, path)))
    form, read = _recognise(text, path)
    return _sorted(form, read(_numbered(text)))


def _read_text(path: Path) -> str | None:
    """The file as text; None where it is a table for `read_map`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnsafeInputError(f"{path}: is larger than {MAX_BYTES:,} bytes; give the part that redirects")
        body = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    if body.startswith((b"PK\x03\x04", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape").replace("\0", "")
    first = next((line for line in text.splitlines()[:10] if line.strip()), "")[:_SIGN_CHARS].lower()
    return None if re.search(r"\bsource\b.*[,;\t|]", first) and re.search(r"\btarget\b", first) else text


def _from_map(path: Path) -> Iterator[Found]:
    return (row for row in read_map(path) if not isinstance(row, LeftOut))


def _entries(text: str, path: Path) -> list[object]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is no valid JSON ({error})") from error
    entries = whole.get("redirects") if isinstance(whole, dict) else whole
    if not isinstance(entries, list):
        raise UnknownFormatError(f'{path}: JSON without a list of "redirects", as vercel.json has it')
    return entries


def _recognise(text: str, path: Path) -> tuple[str, Reader]:
    lines = [line for line in islice(text.splitlines(), _LINES_LOOKED_AT) if line.strip() and line.strip()[0] != "#"]
    counted = [
        (sum(sign.match(line[:_SIGN_CHARS]) is not None for line in lines), form, read) for form, sign, read in _READERS
    ]
    most, form, read = max(counted, key=lambda each: each[0])
    if not most:
        known = "nginx, Apache, _redirects, vercel.json, or a map with source and target"
        raise UnknownFormatError(f"{path}: no redirects were recognised in it; it is read when it is one of: {known}")
    return form, read


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        yield number, line[:MAX_LINE_CHARS].rstrip("\r")


def _sorted(form: str, found: Iterator[Found]) -> ExistingRedirects:
    lines, problems = [], []
    for each in found:
        if isinstance(each, RowProblem):
            problems.append(each)
        else:
            lines.append(each)
    return ExistingRedirects(form, tuple(lines), tuple(problems))
