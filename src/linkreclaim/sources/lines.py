"""Text lines out of bytes, in batches and with a bound on everything: the file decides neither memory nor time."""

from collections import deque
from collections.abc import Callable, Iterator
from io import StringIO

from linkreclaim.model.links import RowProblem
from linkreclaim.sources.container import BROKEN_ARCHIVE
from linkreclaim.sources.encoding import TextEncoding

BLOCK_BYTES = 16_384
"""Read at once: what the processor's cache holds (our measurement: 0.6 us a line, with 64 KiB 0.8 us)."""
MAX_LINE_CHARS = 1_000_000
"""A longer line is reported and passed over: 40 cells of 25 kB each, where honest rows have under 10 kB."""
KEPT_BATCHES = 16
"""Batches kept so that a record which swallowed its neighbours can be read again; a record must fit into them."""


class LineFeed:
    """Iterates over batches of lines, line ends kept; the csv reader takes them through `itertools.chain`.

    `problems` collects what happened to the text on the way; the reader of the feed empties it. The feed stops early,
    without being `at_end`, when the record that began after line `read_to` no longer fits into the kept batches.
    """

    def __init__(
        self,
        read: Callable[[int], bytes],
        encoding: TextEncoding,
        skip_lines: int = 0,
        problems: list[RowProblem] | None = None,
    ) -> None:
        self.problems: list[RowProblem] = [] if problems is None else problems
        self.read_to = skip_lines  # last line of the last finished record; set by the reader
        self.last_line = skip_lines  # last line given out
        self.at_end = False
        self.unterminated = False  # the last line has no line end: it may be cut
        self._read = read
        self._encoding = encoding
        self._skip_lines = skip_lines
        self._to_skip_bytes = encoding.bom_bytes
        self._pending = b""
        self._carry = ""
        self._next_line = 1  # number of the line that the text not yet given out begins with
        self._dropping = False
        self._misfits_told = bool(encoding.notes)
        self._recent: deque[tuple[int, list[str]]] = deque(maxlen=KEPT_BATCHES)

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        if len(self._recent) == KEPT_BATCHES and self.read_to + 1 < self._recent[1][0]:
            raise StopIteration  # giving more would lose the start of the record that is being read
        while not self.at_end:
            lines = self._split(self._next_text())
            self._next_line += len(lines)
            if self._skip_lines:
                lines, self._skip_lines = lines[self._skip_lines :], max(0, self._skip_lines - len(lines))
            if lines:
                self._recent.append((self.last_line + 1, lines))
                self.last_line += len(lines)
                return lines
        raise StopIteration

    def lines(self, first: int, last: int) -> Iterator[tuple[int, str]]:
        """The kept lines from `first` to `last`, numbered."""
        for start, lines in list(self._recent):
            yield from enumerate(lines[max(0, first - start) : max(0, last - start + 1)], max(first, start))

    def _next_text(self) -> str:
        try:
            block = self._read(BLOCK_BYTES)
        except BROKEN_ARCHIVE as error:
            self.problems.append(RowProblem(self._next_line, f"the file cannot be read further: {error}"))
            block = b""
        self.at_end = not block
        data = self._pending + block
        if self._to_skip_bytes:
            data, self._to_skip_bytes = data[self._to_skip_bytes :], 0
        text = self._decode(data)
        if "\0" in text:
            text = self._without_nul(text)
        return text

    def _decode(self, data: bytes) -> str:
        decode, final = self._encoding.decode, self.at_end
        try:
            text, used = decode(data, "strict", final)
        except UnicodeDecodeError as error:
            if not self._misfits_told:
                line = self._next_line + data[: error.start].count(b"\n")
                reason = f"bytes that are not {self._encoding.name} begin here; they were read as best as can be"
                self.problems.append(RowProblem(line, reason, kept=True))
                self._misfits_told = True
            text, used = decode(data, self._encoding.on_error, final)
        self._pending = data[used:]
        return text

    def _without_nul(self, text: str) -> str:
        for offset, line in enumerate(StringIO(text, newline="")):
            if "\0" in line:
                reason = "NUL characters in this row were taken out"
                self.problems.append(RowProblem(self._next_line + offset, reason, kept=True))
        return text.replace("\0", "")

    def _split(self, text: str) -> list[str]:
        lines = _split_lines(self._carry + text)
        self._carry = ""
        if self._dropping and lines:
            self._dropping = not lines[0].endswith(("\n", "\r")) and not self.at_end
            lines[0] = "" if self._dropping else "\n"
        if not lines:
            return lines
        if self.at_end:
            self.unterminated = not lines[-1].endswith(("\n", "\r"))
        elif not lines[-1].endswith("\n"):  # a "\r" may be half of "\r\n"
            self._carry = lines.pop()
        if len(self._carry) > MAX_LINE_CHARS:
            self._drop_carry(self._next_line + len(lines))
        return lines

    def _drop_carry(self, line: int) -> None:
        self._carry, self._dropping = "", True
        self.problems.append(RowProblem(line, f"a line of over {MAX_LINE_CHARS:,} characters was passed over"))


def _split_lines(text: str) -> list[str]:
    """Splits at line feeds, and where a file uses them, at lone carriage returns; every line but the last ends in one.

    Not `str.splitlines`, which also splits at characters that anchors hold, such as U+2028.
    """
    if text.count("\r") != text.count("\r\n"):
        return StringIO(text, newline="").readlines()
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    if last:
        lines.append(last)
    return lines
