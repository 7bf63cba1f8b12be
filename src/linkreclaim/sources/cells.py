"""What one cell says: counts, scores, status codes, yes and no, rel, place and URLs."""

import re

from linkreclaim.model.links import Place, Rel
from linkreclaim.workbooks.words import FALSE_WORDS, TRUE_WORDS

MAX_URL_CHARS = 8_000
"""Longer URLs are reported, not read: the request line that every server should take (RFC 9112, 3: 8,000 octets)."""

_PLAIN_COUNT = re.compile(r"\d{1,15}", re.ASCII)
_GROUPED_COUNT = re.compile(r"\d{1,3}(?:([.,'’\s])\d{3})(?:\1\d{3}){0,4}", re.ASCII)
_GROUPED_BY_SPACE = re.compile(r"\d{1,3}(?:[\u00a0\u202f ]\d{3}){1,4}")
_WHOLE_DECIMAL = re.compile(r"(\d{1,15})[.,]0{1,6}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,6}(?:[.,]\d{1,12})?", re.ASCII)
_RAW_BREAKS = re.compile(r"[\r\n\t]+")
CUT_MARK = "…"
_HOST = re.compile(r"(?=.{4,253}$)[^\s./\\'\"<>]{1,63}(?:\.[^\s./\\'\"<>]{1,63})+")
_NOT_DIGITS = re.compile(r"\D+")

YES_WORDS, NO_WORDS = TRUE_WORDS | {"1", "yes", "y", "+"}, FALSE_WORDS | {"0", "no", "n"}
"""What tools write, and what Excel makes of it when it saves a CSV."""

_REL_WORDS = {"nofollow": Rel.NOFOLLOW, "ugc": Rel.UGC, "sponsored": Rel.SPONSORED}
_FOLLOW_WORDS = frozenset(("dofollow", "follow", "followed"))
_NOT_LOST_WORDS = frozenset(("new", "live", "active", "found", "n/a", "null", "none"))

_CONTENT_PARTS = frozenset(("content", "article", "main", "figure", "figcaption"))
_OPEN_PARTS = frozenset(("body", "section", "div", "details", "summary", "dialog", "mark", "time", "unknown"))
"""Names of page parts that are the content, and those that do not tell where on the page they stand: Screaming Frog's
(Content) and the elements of HTML, which DataForSEO names. All others (header, footer, nav, aside) are chrome."""


def read_count(text: str) -> int | None:
    """A count: 1234, 1,234, 1.234, 1 234 (any space) or 12.0; None for everything else."""
    text = text.strip()
    if _PLAIN_COUNT.fullmatch(text):
        return int(text)
    if _GROUPED_COUNT.fullmatch(text) or _GROUPED_BY_SPACE.fullmatch(text):
        return int(_NOT_DIGITS.sub("", text))
    whole = _WHOLE_DECIMAL.fullmatch(text)
    return int(whole[1]) if whole else None


def read_score(text: str, top: float = 100.0) -> float | None:
    """A number from 0 to `top`, as one from 0 to 100, with point or comma: 4.5 and 4,5; None for everything else."""
    text = text.strip()
    if not _DECIMAL.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return value * (100.0 / top) if value <= top else None


def read_status(text: str) -> int | None:
    """An HTTP status (RFC 9110, 15: three digits, 100 to 599); 0, which crawlers write for "no answer", is None."""
    count = read_count(text)
    return count if count is not None and 100 <= count <= 599 else None


def read_flag(text: str) -> bool | None:
    """Yes or no, in the words of tools and of Excel in several languages; None when the cell does not say."""
    word = text.strip().casefold()
    return True if word in YES_WORDS else False if word in NO_WORDS else None


def read_lost(text: str) -> str:
    """The lost reason of a cell that only says whether or when: "lost"; "" for no, and for what says the contrary."""
    word = text.strip().casefold()
    return "" if not word or word in NO_WORDS or word in _NOT_LOST_WORDS or not word.strip("-0: ") else "lost"


def read_rel(cells: tuple[str, ...]) -> Rel | None:
    """The rel of a link from its cells in the order of `REL_FIELDS`; None when none of them says anything."""
    words = set(re.split(r"[\s,;|/]+", cells[0].casefold()))
    flags = [read_flag(cell) for cell in cells[1:]]
    nofollow, ugc, sponsored, follow = flags
    rel = Rel.NONE
    for word, bit in _REL_WORDS.items():
        rel |= bit if word in words else Rel.NONE
    if nofollow or follow is False:
        rel |= Rel.NOFOLLOW
    rel |= (Rel.UGC if ugc else Rel.NONE) | (Rel.SPONSORED if sponsored else Rel.NONE)
    said = rel or words & _FOLLOW_WORDS or any(flag is not None for flag in flags)
    return rel if said else None


def read_place(cells: tuple[str, ...]) -> Place:
    """Where a link stands, from its cells in the order of `PLACE_FIELDS`."""
    in_content, part = read_flag(cells[0]), cells[1].strip().casefold()
    if in_content is None and part and part not in _OPEN_PARTS:
        in_content = part in _CONTENT_PARTS
    if in_content is None:
        return Place.UNKNOWN
    return Place.CONTENT if in_content else Place.CHROME


def read_url(text: str) -> str | None:
    """A cell as an http(s) URL: trimmed, raw line breaks and tabs taken out as browsers do (WHATWG URL, 4.4).

    Returns "" for an empty cell and None for anything that is not an http(s) URL or longer than `MAX_URL_CHARS`.
    """
    url = _RAW_BREAKS.sub("", text).strip()
    if not url:
        return ""
    if len(url) > MAX_URL_CHARS or not url[:8].lower().startswith(("http://", "https://")):
        return None
    return url


def read_bare_url(text: str) -> str | None:
    """A URL that lacks its scheme (`example.com/page`), as an https one; None for anything else.

    The scheme is our choice: it is no part of the key that URLs are compared by.
    """
    host = re.split(r"[/?#]", text, maxsplit=1)[0].partition(":")[0]
    return f"https://{text}" if _HOST.fullmatch(host) and len(text) <= MAX_URL_CHARS else None


def read_host(text: str) -> str | None:
    """A cell as a host name, lower case: `example.com`, or the host of a URL; None for anything else."""
    host = text.strip().lower().partition("://")[2] or text.strip().lower()
    host = re.split(r"[/?#]", host, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].rstrip(".")
    return host if _HOST.fullmatch(host) else None


def show(text: str, limit: int = 80) -> str:
    """A cell for a message: one line, nothing that a terminal would obey, cut where `CUT_MARK` stands."""
    cut = text[:limit]
    return "".join(char if char.isprintable() else "?" for char in cut) + (CUT_MARK if len(text) > limit else "")
