"""Many items without an object for each: texts in one piece of memory, and items that are made when asked for."""

from array import array
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

ItemT = TypeVar("ItemT")


class Texts:
    """Texts one after the other: 8 bytes each beside their characters, where an object takes some 60."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._ends = array("Q", [0])

    def append(self, text: str) -> None:
        """Add a text."""
        self._text += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._text))

    def __getitem__(self, at: int) -> str:
        return self._text[self._ends[at] : self._ends[at + 1]].decode("utf-8", "surrogatepass")


class Lazy(Sequence[ItemT]):
    """So many items, each made from its number whenever it is asked for."""

    def __init__(self, count: int, make: Callable[[int], ItemT]) -> None:
        self._numbers = range(count)
        self._make = make

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, at: Any) -> Any:
        """An item, or a tuple of those of a slice."""
        asked = self._numbers[at]
        return self._make(asked) if isinstance(asked, int) else tuple(map(self._make, asked))
