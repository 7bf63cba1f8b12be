"""Finds requests in blocks of lines: all of them, or quickly those for lost pages, or those with a link as well.

The quick ways look at every line too: one that has not the shape of the file's readable lines is parsed like a
candidate, so that the same lines are told as unread either way.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from linkreclaim.sources.logs.interface import Hit, LineParser, LogFormat, Unread
from linkreclaim.sources.logs.shapes import DEAD_STATUSES, JsonShape, QuotedShape, Shape, Span

MAX_RUN_BYTES = 1 << 16
"""Lines of JSON that are looked at together: where one of them has no status, all are parsed."""


@dataclass(slots=True)
class Counts:
    """What was seen so far."""

    lines: int = 0
    requests: int = 0
    days: set[date] = field(default_factory=set)  # at the borders of blocks: they tell the window of the log
    statuses: Counter[int] = field(default_factory=Counter)  # of requests that `read_linked` found and did not parse


class Scanner:
    """Scans the blocks of one part of one file, in their order. Blocks are whole lines."""

    def __init__(
        self,
        log_format: LogFormat,
        shape: Shape | None,
        on_hit: Callable[[Hit], None],
        on_unread: Callable[[int, Unread], None],  # with the 1-based number of the line
    ) -> None:
        self.counts = Counts()
        self._parser: LineParser = log_format.make_parser()
        self._shape = shape
        self._on_hit = on_hit
        self._on_unread = on_unread
        needles = {needle for status in DEAD_STATUSES for needle in log_format.needles(status)}
        self._finder = re.compile(b"|".join(map(re.escape, sorted(needles | set(log_format.always)))))

    def read_all(self, blocks: Iterable[bytes]) -> None:
        """Take every request."""
        for block in blocks:
            self._parse_all(_with_one_line_end(block)[:-1].split(b"\n"))

    def read_dead(self, blocks: Iterable[bytes]) -> None:
        """Take every request for a lost page; others may be among them, and all are where the file has no shape."""
        shape = self._shape
        if shape is None:
            self.read_all(blocks)
            return
        for block in map(_with_one_line_end, blocks):
            self._note_days(block)
            if isinstance(shape, JsonShape):
                self._read_json(shape, block)
            else:
                count, spans, _ = shape.lines_to_parse(block)
                self._parse_some(block, count, spans)

    def read_linked(self, blocks: Iterable[bytes], origins: Sequence[bytes]) -> None:
        """Take what `read_dead` does, and every request that a link may have led to; the others are counted by status.

        A link from one of the site's own `origins` is none. Every request is taken where the file has no shape that
        shows its referrers.
        """
        shape = self._shape
        if not isinstance(shape, QuotedShape) or shape.referrer_quote is None:
            self.read_all(blocks)
            return
        for block in map(_with_one_line_end, blocks):
            self._note_days(block)
            count, spans, statuses = shape.lines_to_parse(block, origins)
            self.counts.statuses.update(statuses)
            self._parse_some(block, count, spans)

    def _read_json(self, shape: JsonShape, block: bytes) -> None:
        start = 0
        while start < len(block):
            limit = block.rfind(b"\n", start, start + MAX_RUN_BYTES) + 1 or len(block)
            end = shape.end_of_run(block, start, limit)
            count = block.count(b"\n", start, end)
            if end > start and block.count(shape.stem, start, end) == count:
                self._parse_some(block, count, self._candidates(block, start, end))
            else:
                end = limit
                self._parse_all(block[start : end - 1].split(b"\n"))
            start = end

    def _candidates(self, block: bytes, start: int, end: int) -> Iterator[Span]:
        """The lines that hold a needle."""
        line, number = start, 0
        while found := self._finder.search(block, line, end):
            begin = block.rfind(b"\n", line, found.start()) + 1 or line
            number += block.count(b"\n", line, begin)
            stop = block.find(b"\n", found.end() - 1, end)
            yield number, begin, stop
            line, number = stop + 1, number + 1

    def _parse_some(self, block: bytes, count: int, spans: Iterable[Span]) -> None:
        """Parse these lines out of `count` ones, of which all others are requests."""
        counts, parse, on_hit = self.counts, self._parser.parse, self._on_hit
        requests = count
        for number, start, stop in spans:
            hit = parse(block[start:stop])
            if isinstance(hit, Hit):
                on_hit(hit)
                continue
            requests -= 1
            if hit is not None:
                self._on_unread(counts.lines + number + 1, hit)
        counts.lines += count
        counts.requests += requests

    def _parse_all(self, lines: Sequence[bytes]) -> None:
        counts, parse, on_hit = self.counts, self._parser.parse, self._on_hit
        for number, line in enumerate(lines, counts.lines + 1):
            hit = parse(line)
            if isinstance(hit, Hit):
                counts.requests += 1
                on_hit(hit)
            elif hit is not None:
                self._on_unread(number, hit)
        counts.lines += len(lines)

    def _note_days(self, block: bytes) -> None:
        """Look at the first and the last line of a block."""
        for line in (block[: block.find(b"\n")], block[block.rfind(b"\n", 0, -1) + 1 : -1]):
            hit = self._parser.parse(line)
            if isinstance(hit, Hit) and hit.day:
                self.counts.days.add(hit.day)


def _with_one_line_end(block: bytes) -> bytes:
    return block.replace(b"\r\n", b"\n") if b"\r" in block else block
