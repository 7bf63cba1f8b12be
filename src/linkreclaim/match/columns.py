"""What is known of many pages, a column a field, each in one piece of memory instead of an object a value.

Objects cost a multiple of their text, are looked at by the garbage collector, and are copied into every process that
reads them, because reading counts references.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from linkreclaim.match.index import Ints
from linkreclaim.match.tokens import UrlShape


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Strings one after the other in UTF-8; number n is `starts[n]` to `starts[n + 1]`."""

    data: bytes
    starts: Ints

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Any strings, half characters (lone surrogates) included."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        return cls(b"".join(encoded), np.cumsum([0, *map(len, encoded)]))

    @classmethod
    def joined(cls, parts: Sequence["Texts"]) -> "Texts":
        """The strings of several columns, in order."""
        lengths = [np.empty(0, dtype=np.int64), *(np.diff(part.starts) for part in parts)]
        return cls(b"".join(part.data for part in parts), np.concatenate(([0], np.cumsum(np.concatenate(lengths)))))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> str:
        return self.data[self.starts[number] : self.starts[number + 1]].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self.data[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(self.starts.tolist()))

    def take(self, numbers: Ints) -> list[str]:
        """The strings of these numbers; quicker than one by one."""
        ends = zip(self.starts[numbers].tolist(), self.starts[numbers + 1].tolist(), strict=True)
        return [self.data[start:end].decode("utf-8", "surrogatepass") for start, end in ends]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Several strings without line breaks a row."""

    texts: Texts

    @classmethod
    def of(cls, rows: Iterable[Iterable[str]]) -> "Lines":
        """Each string gets an end of its own, so that none and an empty one differ."""
        return cls(Texts.of("".join(f"{line}\n" for line in row) for row in rows))

    def take(self, rows: Ints) -> list[list[str]]:
        """The strings of each of these rows."""
        return [text.split("\n")[:-1] for text in self.texts.take(rows)]

    def first(self, row: int) -> str:
        """The first string of a row, "" where there is none."""
        return self.texts[row].partition("\n")[0]


class Shapes:
    """The parts of many URLs."""

    def __init__(self, kinds: list[str], paths: Texts, words: Texts, slug_words: Texts) -> None:
        self.kinds = kinds
        self._columns = (paths, words, slug_words)

    @classmethod
    def of(cls, shapes: Sequence[UrlShape]) -> "Shapes":
        """Segments hold no slash, and words no space."""
        paths = Texts.of("/".join(shape.segments) for shape in shapes)
        words = Texts.of(" ".join(shape.words) for shape in shapes)
        return cls([shape.kind for shape in shapes], paths, words, Texts.of(" ".join(one.slug_words) for one in shapes))

    @classmethod
    def joined(cls, parts: Sequence["Shapes"]) -> "Shapes":
        """The shapes of several columns, in order."""
        columns = (Texts.joined([part._columns[number] for part in parts]) for number in range(3))
        return cls([kind for part in parts for kind in part.kinds], *columns)

    def __getitem__(self, row: int) -> UrlShape:
        return _shape(self.kinds[row], *(column[row] for column in self._columns))

    def __iter__(self) -> Iterator[UrlShape]:
        return map(_shape, self.kinds, *self._columns)

    def take(self, rows: Ints) -> list[UrlShape]:
        """The shapes of these rows; quicker than one by one."""
        return list(map(_shape, (self.kinds[row] for row in rows.tolist()), *(one.take(rows) for one in self._columns)))


def _shape(kind: str, path: str, words: str, slug_words: str) -> UrlShape:
    segments = tuple(path.split("/")) if path else ()
    return UrlShape(
        segments, kind, tuple(words.split(" ")) if words else (), tuple(slug_words.split(" ")) if slug_words else ()
    )
