"""Archived copies of the site's old pages: a folder with an index, or as a mirror lays them out, or WARC files."""

import csv
import os
from collections.abc import Collection, Sequence
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.html import page_facts
from linkreclaim.inventory.interface import CaptureSource
from linkreclaim.inventory.mirror import mirror_pages
from linkreclaim.inventory.warc import WarcCopies
from linkreclaim.inventory.warc_records import find_warc_files, refuse_file
from linkreclaim.model.pages import Capture
from linkreclaim.urls import Url, parse

_MAX_PAGE_BYTES = 5_000_000
_MAX_PROBLEMS = 200
_INDEX = "index.csv"


def check_captures(path: Path) -> None:
    """Refuse a path that holds no copies, by its first bytes. Raises InputError with what to do."""
    fault = "" if path.is_dir() else refuse_file(path)
    if fault:
        raise InputError(f"{path}: {fault}; --captures takes a folder of copies or WARC files")


def open_captures(path: Path, hosts: Sequence[str], wanted: Collection[str]) -> tuple[CaptureSource, ...]:
    """The copies at a path: a WARC file, or a folder with WARC files, an index or a mirror of `hosts`, or several.

    Of WARC files the pages of `wanted` (match keys) are read at once. Raises InputError when nothing can be read.
    """
    check_captures(path)
    if not path.is_dir():
        return (WarcCopies([path], wanted),)
    try:
        files = find_warc_files(path, by_content=not (path / _INDEX).is_file())
    except OSError as error:
        raise InputError(f"{path}: the captures cannot be read: {error}") from error
    folder = CaptureFolder(path, hosts)
    copies: tuple[CaptureSource, ...] = (WarcCopies(files, wanted),) if files else ()
    return (*copies, folder) if len(folder) or not files else copies


class CaptureFolder:
    """The archived copies in a folder, found by URL; scheme and `www.` make no difference.

    With `index.csv` (columns `url`, `file`) that list holds and nothing else is looked at; a path in it that leaves the
    folder is refused. Else the folder is read as a mirror of `hosts`. Pages are read when asked for, 5 MB of each.
    Raises InputError when the folder cannot be read.
    """

    def __init__(self, folder: Path, hosts: Sequence[str]) -> None:
        self._root = Path(os.path.realpath(folder))
        self._hosts = tuple(host.lower().removeprefix("www.") for host in hosts)
        self._problems: list[str] = []
        self._files: dict[str, Path] = {}
        if not self._root.is_dir():
            raise InputError(f"{folder}: no folder of captures")
        try:
            self._fill()
        except OSError as error:
            raise InputError(f"{folder}: the captures cannot be read: {error}") from error

    def __len__(self) -> int:
        return len(set(self._files.values()))

    @property
    def problems(self) -> tuple[str, ...]:
        """What was refused or could not be read so far, for a person."""
        return tuple(self._problems)

    def find(self, url: Url) -> tuple[Capture, ...]:
        """The copy of a page, or nothing. Cost: reading and parsing one file."""
        file = self._files.get(url.key)
        if file is None:
            return ()
        try:
            with file.open("rb") as stream:
                body = stream.read(_MAX_PAGE_BYTES)
        except OSError as error:
            self._report(f"{file.name}: {error.strerror}")
            return ()
        facts = page_facts(body, "", url)
        return (Capture(url.without_fragment, facts.title, facts.text, facts.headings, facts.lang, facts.ids),)

    def _fill(self) -> None:
        if (self._root / _INDEX).is_file():
            self._read_index()
        else:
            self._read_mirror()

    def _read_index(self) -> None:
        with (self._root / _INDEX).open(encoding="utf-8-sig", errors="replace", newline="") as text:
            reader = csv.DictReader(text)
            columns = _columns(reader)
            if not {"url", "file"} <= set(columns):
                found = ", ".join(columns)[:200] or "nothing"
                raise InputError(f"{self._root / _INDEX}: needs the columns url,file; found {found}")
            for row in iter(lambda: _next_row(reader), None):
                fault = self._add(row.get("url") or "", row.get("file") or "")
                if fault:
                    self._report(f"{_INDEX} line {reader.line_num}: {fault}")

    def _add(self, address: str, name: str) -> str:
        """Take in one line of the index; what is wrong with it, "" when nothing is."""
        text = address.strip()
        url = parse(f"https://{self._hosts[0]}{text}" if text.startswith("/") and self._hosts else text)
        if url is None:
            return f"no http(s) URL: {address[:80]!r}"
        if not name or "\0" in name:
            return "no file name"
        try:
            file = Path(os.path.realpath(self._root / name))
            if not file.is_relative_to(self._root):
                return f"{name[:80]!r} lies outside the folder: refused"
            is_file = file.is_file()
        except (OSError, ValueError):  # a name that no file can have
            is_file = False
        if not is_file:
            return f"{name[:80]!r} is no file"
        self._files.setdefault(url.key, file)
        return ""

    def _read_mirror(self) -> None:
        pages = sorted(mirror_pages(self._root, self._hosts), key=lambda page: page.rank)
        for page in pages:
            self._files.setdefault(page.key, page.file)

    def _report(self, problem: str) -> None:
        if len(self._problems) < _MAX_PROBLEMS:
            self._problems.append(problem)


def _columns(reader: "csv.DictReader[str]") -> Sequence[str]:
    """The names of the columns, none where the first line is broken."""
    try:
        return reader.fieldnames or ()
    except csv.Error:
        return ()


def _next_row(reader: "csv.DictReader[str]") -> dict[str, str] | None:
    """The next row, an empty one where the row is broken, None at the end."""
    try:
        return next(reader, None)
    except csv.Error:
        return {}
