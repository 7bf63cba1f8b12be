"""Splits JSON documents into their outermost objects, one a line: log drains hand over arrays of requests."""

import re
from collections.abc import Iterable, Iterator

MAX_ELEMENT_BYTES = 1 << 20
"""Longest element that is kept whole; a request takes some kilobytes."""

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[{}]', re.DOTALL)
_ARRAY = re.compile(rb"\s*\[\s*\{")
_BLANKS = bytes.maketrans(b"\r\n\t", b"   ")


def is_array(head: bytes) -> bool:
    """Whether a file that starts so is an array of objects."""
    return _ARRAY.match(head) is not None


def split_elements(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Each object that is in no other object, as one line with its line end; what stands between them is left out.

    So a document may be one array, several of them joined, or objects alone. Whether an object is valid is for its
    reader to tell. One that never ends is cut after 1 MB, and the search goes on at the next line end, which no string
    of JSON holds.
    """
    splitter = _Splitter()
    for block in blocks:
        yield from splitter.take(block)
    yield from splitter.end()


class _Splitter:
    def __init__(self) -> None:
        self._rest = b""  # from the start of the open element on
        self._seen = 0  # bytes of it that are looked at
        self._depth = 0
        self._lost = False  # amid an element that was cut

    def take(self, block: bytes) -> Iterator[bytes]:
        if self._lost:
            _, end, block = block.partition(b"\n")
            self._lost = not end
        text = self._rest + block
        start, at = 0, self._seen
        while True:
            token = _TOKEN.search(text, at)
            if token is None:
                at = len(text)
                break
            if token[1] == b"" and text[token.start()] == 0x22:  # a string that goes on in the next block
                at = token.start()
                break
            at = token.end()
            if token[0] == b"{":
                if not self._depth:
                    start = token.start()
                self._depth += 1
            elif token[0] == b"}" and self._depth:
                self._depth -= 1
                if not self._depth:
                    yield _as_line(text[start:at])
                    start = at
        if not self._depth:
            start = at
        self._rest, self._seen = text[start:], at - start
        if len(self._rest) > MAX_ELEMENT_BYTES:
            yield from self.end()
            self._lost = True

    def end(self) -> Iterator[bytes]:
        """What is open when nothing more comes."""
        if self._depth:
            yield _as_line(self._rest[:MAX_ELEMENT_BYTES])
        self._rest, self._seen, self._depth = b"", 0, 0


def _as_line(element: bytes) -> bytes:
    """Line ends inside an element stand between its members only: JSON strings hold none."""
    return element.translate(_BLANKS) + b"\n"
