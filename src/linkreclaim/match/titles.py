"""Titles without the part that every page of a site carries ("How to ... | Example Ltd")."""

import re
from collections import Counter
from collections.abc import Iterable

from linkreclaim.match.tokens import MAX_TITLE_CHARS, fold

_SEPARATOR = re.compile(r"\s+[|\-–—·•»:]+\s+|\s*[|｜·»]\s*")
_SEPARATING = re.compile(r"[|\-–—·•»:｜]")
_EMPTY_ANCHOR = re.compile(
    "here|click|this|link|page|more|read|website|site|web|source|home|homepage|visit|url|article|post|learn|see|info|"
    "continue|reading|details|the|a|at|on|of|in|go|to|it|that|now|full|our|your|my"
)
"""Words that alone make an anchor say nothing. Our own list of generic anchor texts."""
MIN_SHARED = 5
MIN_SHARE = 0.2
"""A title's first or last part is the site's name when at least 5 titles and a fifth of them carry it. Our judgement:
sections of a site rarely name a fifth of its pages, and losing a section's name costs less than comparing names."""


class TitleCleaner:
    """Takes a site's name off its titles; learned from the titles themselves."""

    def __init__(self, titles: Iterable[str]) -> None:
        ends: Counter[str] = Counter()
        total = 0
        for title in titles:
            parts = _parts(title)
            total += 1
            if len(parts) > 1:
                ends.update({parts[0], parts[-1]})
        self._names = {end for end, count in ends.items() if count >= max(MIN_SHARED, MIN_SHARE * total)}

    def clean(self, title: str) -> str:
        """The folded title without the site's name; the whole title when nothing else would be left."""
        parts = _parts(title)
        kept = [part for part in parts if part not in self._names]
        return " - ".join(kept or parts)


def first_telling(anchors: Iterable[str]) -> str:
    """The first anchor text that names the page: no address, and not only words such as "click here"."""
    for anchor in anchors:
        text = anchor.strip()[:MAX_TITLE_CHARS]
        words = [word for word in re.findall(r"[^\W_]+", fold(text)) if not _EMPTY_ANCHOR.fullmatch(word)]
        if words and not re.match(r"(?:https?:)?//|www\.|\S+\.\S+/\S*$", text, re.I):
            return text
    return ""


def _parts(title: str) -> list[str]:
    folded = " ".join(fold(title[:MAX_TITLE_CHARS]).split())
    if not _SEPARATING.search(folded):
        return [folded] if folded else []
    return [part for part in _SEPARATOR.split(folded) if part]
