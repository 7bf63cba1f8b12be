"""Parts made line by line out of other text: each line of the file stays one line, so line numbers stay true."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from linkreclaim.model.links import RowProblem
from linkreclaim.sources.container import Part, Read, Tell, reader_of
from linkreclaim.sources.encoding import TextEncoding
from linkreclaim.sources.lines import LineFeed

RenderLine = Callable[[int, str], str]
"""(number of the line, the line) -> its rendered lines."""
RenderFile = Callable[[Tell], RenderLine]

_SPECIAL = re.compile(r'["\r\n]')
_BREAKS = re.compile(r"\r\n|[\r\n]")


@contextmanager
def open_rendered(part: Part, encoding: TextEncoding, render: RenderFile, tell: Tell) -> Iterator[Read]:
    """The text of a part with each line rendered; what cannot be read of it is told. Memory: a few blocks."""
    with part.open(tell) as read:
        yield reader_of(_rendered(read, encoding, render(tell), tell))


def write_row(cells: Sequence[str]) -> str:
    """One line of comma-separated text, line breaks inside cells made spaces; a row of empty cells is a blank line."""
    line = ",".join(cells)
    if _SPECIAL.search(line) or line.count(",") != len(cells) - 1:
        line = ",".join(map(_quoted, cells))
    return line + "\n" if line.strip(",") else "\n"


def to_bytes(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which no text holds, becomes a question mark."""
    return text.encode("utf-8", "replace")


def _quoted(cell: str) -> str:
    cell = _BREAKS.sub(" ", cell)
    return '"' + cell.replace('"', '""') + '"' if '"' in cell or "," in cell else cell


def _rendered(read: Read, encoding: TextEncoding, render: RenderLine, tell: Tell) -> Iterator[bytes]:
    problems: list[RowProblem] = []
    feed = LineFeed(read, replace(encoding, notes=()), problems=problems)
    number = 0
    for lines in feed:
        feed.read_to = feed.last_line
        _pass_on(problems, tell)
        rendered = []
        for line in lines:
            number += 1
            rendered.append(render(number, line.strip()))
        yield to_bytes("".join(rendered))
    _pass_on(problems, tell)


def _pass_on(problems: list[RowProblem], tell: Tell) -> None:
    for problem in problems:
        tell(problem)
    problems.clear()
