"""DuckDB as a splitter of delimited text into columns, as strict as the csv module."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from linkreclaim.bulk.pieces import NO_VALUE, NotPlainError, Piece
from linkreclaim.bulk.quoting import is_split_alike

MEMORY_LIMIT = "96MB"
"""Bounds DuckDB's own buffers; at pieces of this size 32 MB were enough and made no difference (our measurement)."""
MAX_LINE_BYTES = 131_072
"""The csv module's limit of one cell, here of a whole line."""


class Splitter:
    """Splits pieces of text into rows of `width` cells, and gives columns made of them; use it as a context manager.

    `wanted` names each column and gives its SQL, in which the cells are c0, c1, ..., and the names of `derived` (SQL
    over cells too) may be used. `folder` takes one temporary file at a time, because DuckDB reads files only.

    Raises:
        ImportError: DuckDB is not installed.
    """

    def __init__(
        self, folder: Path, delimiter: str, width: int, derived: Mapping[str, str], wanted: Mapping[str, str]
    ) -> None:
        import duckdb

        self._error = duckdb.Error
        self._connection: Any = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY_LIMIT})
        for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
            self._connection.execute(f"SET {setting} = false")
        self._connection.execute("SET temp_directory = $folder", {"folder": str(folder)})
        self._folder = folder
        self._delimiter = delimiter
        self._names = tuple(wanted)
        self._select = ", ".join(wanted.values())
        self._derived = "".join(f", {sql} AS {name}" for name, sql in derived.items())
        self._options = _options(delimiter, width)
        self._pieces = 0

    def __enter__(self) -> "Splitter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    def split(self, piece: Piece) -> dict[str, list[str]]:
        """The wanted columns of a piece, a value for each line.

        Cost: 3 us a row (our measurement: 31 quoted cells in 390 bytes, 21 of them wanted; the csv module and the
        keys that are made here too take 6).

        Raises:
            NotPlainError: a row is not as wide as the header, breaks the quoting rules, is blank, or spans lines.
        """
        text = piece.text.encode()
        if not is_split_alike(text, self._delimiter):
            raise NotPlainError(f"a space beside a quote at or after line {piece.first_line}")
        self._pieces += 1
        path = self._folder / f"{self._pieces}.csv"
        path.write_bytes(text)
        name = str(path).replace("'", "''")
        try:
            rows = f"(SELECT *{self._derived} FROM read_csv('{name}', {self._options}))"  # noqa: S608
            found = self._connection.execute(f"SELECT {self._select} FROM {rows}")  # noqa: S608
            columns = [column.tolist() for column in found.fetchnumpy().values()]
        except self._error as error:
            reason = str(error).splitlines()[0]
            raise NotPlainError(f"a row at or after line {piece.first_line} that is not regular: {reason}") from None
        finally:
            path.unlink()
        if len(columns[0]) != piece.lines:
            raise NotPlainError(f"{piece.lines} lines from line {piece.first_line} on are {len(columns[0])} rows")
        return dict(zip(self._names, columns, strict=True))


def _options(delimiter: str, width: int) -> str:
    columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
    return (
        f"delim = '{delimiter}', quote = '\"', escape = '\"', new_line = '\\n', nullstr = '{NO_VALUE}',"
        f" columns = {{{columns}}}, max_line_size = {MAX_LINE_BYTES}, header = false, auto_detect = false,"
        " strict_mode = true, null_padding = false, ignore_errors = false, compression = 'none'"
    )
