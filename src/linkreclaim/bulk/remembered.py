"""Answers that are remembered, in bounded memory."""

from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V")

MAX_CHARS = 300
"""Longer texts are read each time: hostile cells may hold 100,000 characters each."""


class Remembered(dict[str, V]):
    """A dict that finds out what it does not hold; it starts afresh when it has `entries` entries."""

    def __init__(self, find_out: Callable[[str], V], entries: int) -> None:
        super().__init__()
        self._find_out, self._entries = find_out, entries

    def __missing__(self, text: str) -> V:
        value = self._find_out(text)
        if len(text) <= MAX_CHARS:
            if len(self) >= self._entries:
                self.clear()
            self[text] = value
        return value
