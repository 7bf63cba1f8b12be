"""Text as people see it: one line, single spaces, nothing that would steer a terminal or hide in a cell."""

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
"""Control characters, soft hyphens, zero-width and direction marks: invisible on a page, harmful or noise elsewhere.
Joiners (U+200C, U+200D) stay: Persian, Indic scripts and emoji are spelled with them."""


def fold(text: str, limit: int) -> str:
    """White space folded as on a rendered page, unseen characters dropped, cut to `limit` characters."""
    # Folding never makes text longer, so most of a hostile megabyte need not be looked at.
    folded = " ".join(text[: limit * 20].split())
    if not folded.isprintable():  # quicker than a search for what is hardly ever there
        folded = " ".join(_UNSEEN.sub("", text[: limit * 20]).split())
    return folded[:limit].rstrip()
