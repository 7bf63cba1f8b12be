"""Rows of the ledger out of columns of cells.

Exports repeat themselves: the same targets, flags, dates and scores stand in millions of rows. Each distinct value is
read once, by running the ordinary reader on an example row that holds it; what differs from row to row is the linking
page and three texts. A row that is odd in any way (no link from another site to the site, say) goes through the
ordinary reader whole.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, compress, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from linkreclaim.bulk import expressions
from linkreclaim.bulk.expressions import MAX_PLAIN_URL_BYTES
from linkreclaim.bulk.form import (
    ANCHOR,
    CONTEXT,
    DATES,
    DOMAIN,
    LINE,
    PAGE_KEY,
    PAGE_URL,
    TARGET_KEY,
    TITLE,
    Batch,
    Group,
    ReadRows,
    Row,
    SheetForm,
    groups_of,
)
from linkreclaim.bulk.pieces import SEPARATOR, Piece, TextForm, read_pieces
from linkreclaim.bulk.remembered import Remembered
from linkreclaim.bulk.splitting import Splitter
from linkreclaim.urls import match_key, registrable_domain

PIECE_LINES = 5_000
"""Lines split at once. DuckDB takes 6 ms to begin; with 10,000 lines the reading process took 30 MB more, with 20,000
80 MB, for no speed that could be told from noise (our measurement)."""
_REMEMBERED_VALUES = 32_768
_REMEMBERED_TARGETS = 50_000
_REMEMBERED_HOSTS = 20_000
"""Few, because `registrable_domain` remembers them too."""
_TEXTS = ("anchor_text", "context", "page_title")
_CONTEXTS = ("context", "context_left", "context_right")
_STARTS = ("http://", "https://")

V = TypeVar("V")
Columns = Mapping[str, list[str]]


def read_batches(
    read: Callable[[int], bytes], text: TextForm, maker: "BatchMaker", folder: Path, batch_rows: int, skip_rows: int
) -> Iterator[Batch]:
    """Batches of a file's rows, the first `skip_rows` left out; `folder` takes temporary files.

    Memory: two pieces of `PIECE_LINES` lines, and at most `MEMORY_LIMIT` for DuckDB, whatever the file's size.

    Raises:
        NotPlainError: the rows after those given so far need the ordinary reader.
        ImportError: DuckDB is not installed.
    """
    skipped = [PIECE_LINES] * (skip_rows // PIECE_LINES) + [skip_rows % PIECE_LINES]
    pieces = read_pieces(read, text, chain(filter(None, skipped), repeat(PIECE_LINES)))
    first_line = text.header_lines + skip_rows + 1
    with maker.splitter(folder) as splitter, ThreadPoolExecutor(1) as pool:
        following = pool.submit(_split_next, pieces, splitter)  # DuckDB works while the batches before are taken
        while split := following.result():
            following = pool.submit(_split_next, pieces, splitter)
            piece, columns = split
            if piece.first_line >= first_line:  # skipped pieces are split too: only there rows are known to be lines
                for start in range(0, piece.lines, batch_rows):
                    part = {name: column[start : start + batch_rows] for name, column in columns.items()}
                    yield maker.batch(piece.first_line + start, part)


def _split_next(pieces: Iterator[Piece], splitter: Splitter) -> tuple[Piece, Columns] | None:
    piece = next(pieces, None)
    return None if piece is None else (piece, splitter.split(piece))


class BatchMaker:
    """Makes batches of one file's columns.

    `read_rows` is the ordinary reader; `example` a row with both ends of a link and no other cell, that it takes;
    `concerns` tells whether a host is the site's.
    """

    def __init__(
        self, form: SheetForm, read_rows: ReadRows, example: Mapping[str, str], concerns: Callable[[str], bool]
    ) -> None:
        self._form = form
        self._read_rows = read_rows
        self._example = example
        self._blank = self._read({}).rows[0]
        self._groups = [(group, self._reader(group)) for group in groups_of(form.columns)]
        self._target = Remembered(self._find_target, _REMEMBERED_TARGETS)
        self._domain: Remembered[str | None] = Remembered(
            lambda host: None if not host or concerns(host) else registrable_domain(host), _REMEMBERED_HOSTS
        )

    def splitter(self, folder: Path) -> Splitter:
        """The splitter that gives the columns wanted here."""
        form = self._form
        cells = {name: f"c{position}" for name, position in form.columns.items()}
        page = cells["referring_page"]
        wanted = {
            "page_url": expressions.url_unless_told(page, "page_key"),
            "page_key": "page_key",
            "page_host": expressions.host_of("page_key"),
            "target_url": cells["target_url"],
        }
        wanted |= _texts_wanted(cells)
        for group, _ in self._groups:
            wanted[_name(group)] = expressions.joined([cells[name] for name in group.fields])
        for name in cells.keys() & DATES:
            wanted[name] = expressions.day(cells[name])
        return Splitter(folder, form.delimiter, form.width, {"page_key": expressions.plain_key(page)}, wanted)

    def batch(self, first_line: int, columns: Columns) -> Batch:
        """The rows of some lines, sorted by target as the ordinary reader does."""
        row_columns = self._row_columns(first_line, columns)
        written, row_columns[TARGET_KEY] = zip(*[self._target[cell] for cell in columns["target_url"]], strict=True)
        domains, keys = row_columns[DOMAIN], row_columns[TARGET_KEY]
        rows = list(zip(*(row_columns.get(n) or repeat(value) for n, value in enumerate(self._blank)), strict=False))
        if None in domains or None in keys:
            return self._with_odd_rows(rows, written, columns)
        rows.sort(key=itemgetter(TARGET_KEY))
        return Batch(len(rows), rows, _first(keys, written), [], 0, {})

    def _row_columns(self, first_line: int, columns: Columns) -> dict[int, Sequence[Any]]:
        form = self._form
        found: dict[int, Sequence[Any]] = dict(self._page_columns(columns))
        found[LINE] = range(first_line, first_line + len(found[DOMAIN]))
        if "anchor_text" in columns:
            found[ANCHOR] = [text[: form.text_chars] for text in columns["anchor_text"]]
        if "context" in columns:
            found[CONTEXT] = [text[: form.text_chars] or None for text in columns["context"]]
        if "page_title" in columns:
            found[TITLE] = [text[: form.title_chars] or None for text in columns["page_title"]]
        for group, read in self._groups:
            values = [read[cell] for cell in columns[_name(group)]]
            if len(group.positions) == 1:
                found[group.positions[0]] = values
            else:
                found.update(zip(group.positions, zip(*values, strict=True), strict=True))
        return found

    def _page_columns(self, columns: Columns) -> Iterator[tuple[int, list[str | None]]]:
        """Domain, key and URL (None where the key tells it) of the linking pages; no domain where the row is odd."""
        keys, hosts, urls = list(columns["page_key"]), list(columns["page_host"]), list(columns["page_url"])
        if "" in keys:
            for n, url in enumerate(urls):
                if not keys[n] and _is_whole(url):
                    key = match_key(url)
                    if key is not None:
                        keys[n], hosts[n] = key, key.split("/", 1)[0]
                        urls[n] = "" if url == "https://" + key else url
        yield DOMAIN, [self._domain[host] for host in hosts]
        yield PAGE_KEY, [*keys]
        yield PAGE_URL, [url or None for url in urls]

    def _with_odd_rows(self, rows: list[Row], written: Sequence[str], columns: Columns) -> Batch:
        """The odd rows by the ordinary reader, and all of them as it would have put them together."""
        quick = [row[DOMAIN] is not None and row[TARGET_KEY] is not None for row in rows]
        odd = [(row[LINE], self._cells(columns, n)) for n, row in enumerate(rows) if not quick[n]]
        batch = self._read_rows(odd)
        kept = list(compress(rows, quick))
        keys = [row[TARGET_KEY] for row in kept]
        targets = _first(keys, list(compress(written, quick)))
        first_lines = _first(keys, [row[LINE] for row in kept])
        for row in batch.rows:  # in the order of their lines, for each target
            key, line = row[TARGET_KEY], row[LINE]
            if key is not None and line < first_lines.setdefault(key, line + 1):
                targets[key], first_lines[key] = batch.targets[key], line
        merged = sorted(kept + batch.rows, key=lambda row: (str(row[TARGET_KEY]), row[LINE]))
        return batch._replace(items=len(rows), rows=merged, targets=targets)

    def _cells(self, columns: Columns, n: int) -> dict[str, str]:
        """The cells of one row by field, such that they are read as the ones in the file would be."""
        cells = {name: columns[name][n] for name in ("target_url", *_TEXTS) if name in columns}
        key = columns["page_key"][n]
        cells["referring_page"] = columns["page_url"][n] or (key and "https://" + key)
        if "context" in cells:
            cells[next(name for name in _CONTEXTS if name in self._form.columns)] = cells.pop("context")
        for group, _ in self._groups:
            cells.update(zip(group.fields, columns[_name(group)][n].split(SEPARATOR), strict=True))
        return cells

    def _find_target(self, cell: str) -> tuple[str, str | None]:
        """(URL as written, key) of a target; no key when the row is odd."""
        batch = self._read({"target_url": cell})
        key = batch.rows[0][TARGET_KEY] if batch.rows else None
        return ("", None) if key is None else (batch.targets[key], key)

    def _reader(self, group: Group) -> Remembered[Any]:
        """What stands at the positions of a group, by the joined cells of its fields."""
        pick = itemgetter(*group.positions)

        def find_out(joined: str) -> Any:
            return pick(self._read(dict(zip(group.fields, joined.split(SEPARATOR), strict=True))).rows[0])

        return Remembered(find_out, _REMEMBERED_VALUES)

    def _read(self, cells: Mapping[str, str]) -> Batch:
        return self._read_rows([(0, {**self._example, **cells})])


def _texts_wanted(cells: Mapping[str, str]) -> dict[str, str]:
    """Anchor, context and title: each one column, whatever number of fields it is made of."""
    wanted = {}
    if "anchor_text" in cells:
        wanted["anchor_text"] = expressions.first_of(cells["anchor_text"], cells.get("alt_text", "''"))
    if any(name in cells for name in _CONTEXTS):
        around, left, right = (cells.get(name, "''") for name in _CONTEXTS)
        wanted["context"] = expressions.first_of(expressions.both_sides(left, right), around)
    if "page_title" in cells:
        wanted["page_title"] = cells["page_title"]
    return wanted


def _name(group: Group) -> str:
    """The column that a group is split into."""
    return " ".join(group.fields)


def _first(keys: Sequence[Any], values: Sequence[V]) -> dict[str, V]:
    """{key: the first value it has}."""
    return dict(zip(reversed(keys), reversed(values), strict=True))


def _is_whole(url: str) -> bool:
    """Whether a cell is a URL that `read_url` gives back as it is."""
    return url.startswith(_STARTS) and url[-1] != " " and url.isprintable() and len(url) <= MAX_PLAIN_URL_BYTES
