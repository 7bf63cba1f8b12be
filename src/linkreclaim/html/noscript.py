"""Links inside `<noscript>`: markup for readers without scripting, text for all others."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from linkreclaim.html.cost import affordable
from linkreclaim.html.tree import raw_text

LINKS = "a[href], area[href]"
"""HTML links, and in SVG those with `xlink:href`, which lexbor counts as `href`."""

_MAY_HOLD_LINKS = re.compile(r"<a(?:rea)?[\s/]", re.IGNORECASE)
_PAGE_CHARS = 200_000  # read of one page: each text is parsed apart, and many that are made to hurt add up


class Noscripts:
    """Reads the `<noscript>` elements of one page; those without links cost next to nothing."""

    def __init__(self) -> None:
        self._characters_left = _PAGE_CHARS

    def links_inside(self, noscript: LexborNode) -> list[LexborNode]:
        """The links that a browser without scripting makes of the text of a `<noscript>` in HTML.

        The text is parsed alone, so what it leaves open changes nothing after it: without scripting,
        `<noscript><iframe>` would swallow the page, and readers with scripting would still see it whole.
        """
        text = raw_text(noscript)
        if not _MAY_HOLD_LINKS.search(text):
            return []
        self._characters_left -= len(text)
        if self._characters_left < 0:
            return []
        return LexborHTMLParser(affordable(text), is_fragment=True).css(LINKS)
