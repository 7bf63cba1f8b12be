"""Writes a result file whole or not at all."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from linkreclaim.errors import LinkreclaimError


@contextmanager
def open_whole(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Open a file that takes its place only once it is complete: a reader sees the old one or the new one.

    Raises LinkreclaimError when the file cannot be written; the old one then stays as it was.
    """
    with _replacing(path) as draft, draft.open("w", encoding=encoding, newline="") as stream:
        yield stream


@contextmanager
def open_scratch(folder: Path) -> Iterator[TextIO]:
    """A text file without a name, gone at the end of the block; in a folder, which has the room for what is kept in it.

    Raises LinkreclaimError when it cannot be written.
    """
    try:
        with TemporaryFile("w+", encoding="utf-8", newline="\n", dir=folder) as stream:
            yield stream
    except OSError as error:
        raise LinkreclaimError(
            f"cannot write to {folder}: {error.strerror or error}; check its permissions and the space left"
        ) from error


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A draft to write, which takes the place of the file at the end of the block."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield draft
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise LinkreclaimError(
            f"cannot write {path}: {error.strerror or error}; check the folder, its permissions and the space left, "
            "and close any program that has the file open"
        ) from error


def write_text(path: Path, chunks: Iterable[str]) -> None:
    """Write a document that comes in chunks (`render_html`, `to_json`) as one UTF-8 file, whole or not at all."""
    with open_whole(path) as stream:
        stream.writelines(chunks)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a binary file whole or not at all. Raises LinkreclaimError when it cannot be written."""
    with _replacing(path) as draft:
        draft.write_bytes(data)
