"""Damage that real links take, done to live URLs: one small function each, in the order of the documented patterns.

Patterns and their counts: literal 404 rules of one long-lived site, link corrections of a large link list, tests of
clean-up tools (docs/diagnose.md). Every function gives a damaged text, or None where a URL offers it no place.
"""

import re
from collections.abc import Callable
from random import Random
from urllib.parse import quote, urlsplit

Mangle = Callable[[str, Random], str | None]
_JUNK_TAILS = (
    ".",
    ",",
    ";",
    ":",
    "!",
    "'",
    '"',
    ")",
    "]",
    "}",
    ">",
    "*",
    "',",
    ").",
    ")/",
    '">',
    "%22",
    "%5C",
    "&amp;",
)
_INVISIBLE = ("%E2%80%8B", "%C2%AD", "%EF%BB%BF", "\u200b", "\u00ad", "\ufeff")
_SPACES = ("%C2%A0", "%20", "%E2%80%85")
_TRACKED = (
    "utm_source=x&utm_medium=rss",
    "fbclid=IwAR0abc",
    "gclid=Cj0K",
    "ref=nav",
    "amp;utm_source=feed&amp;utm_medium=a",
)
_GLUED_WORDS = ("The", "This", "In", "Published", "See", "and", "Accessed")
_HOMOGLYPHS = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def bad_scheme(url: str, draw: Random) -> str:
    """`http//x`, `http:///x`, `http:://x`, `http://http://x`, no scheme."""
    rest = url.partition("://")[2]
    return (
        draw.choice(
            ("http//", "http:/", "http:", "http:///", "http:://", "http://http://", "https://https://", "ttps://", "")
        )
        + rest
    )


def address_in_path(url: str, draw: Random) -> str:
    """A whole address taken for a relative one."""
    return f"{_origin(url)}/{draw.choice(('ttps://', 'https://', 'http:/'))}{url.partition('://')[2]}"


def invisible_inside(url: str, draw: Random) -> str | None:
    """A zero-width character or a soft hyphen, anywhere in the path."""
    head, path = _split(url)
    at = draw.randint(1, len(path))
    return head + path[:at] + draw.choice(_INVISIBLE) + path[at:] if _outside_escape(path, at) else None


def line_break(url: str, draw: Random) -> str | None:
    """A line break inside, as in text copied out of a PDF."""
    head, path = _split(url)
    places = [found.end() for found in re.finditer("[-/]", path)][1:]
    at = draw.choice(places) if places else 0
    return (
        head + path[:at] + draw.choice(("%0A", "%0D%0A", "%0A%20", "%20")) + path[at:] if 0 < at < len(path) else None
    )


def space_at_end(url: str, draw: Random) -> str:
    """An escaped space of some kind at the end."""
    return url + draw.choice(_SPACES) + draw.choice(("", "", "."))


def dash(url: str, draw: Random) -> str | None:
    """En dashes for hyphens, as word processors write them."""
    head, path = _split(url)
    return head + path.replace("-", draw.choice(("%E2%80%93", "–"))) if "-" in path else None


def homoglyph(url: str, draw: Random) -> str | None:
    """One Cyrillic letter that looks Latin."""
    head, path = _split(url)
    places = [at for at, letter in enumerate(path) if letter in _HOMOGLYPHS and _outside_escape(path, at)]
    at = draw.choice(places) if places else -1
    return None if at < 0 else head + path[:at] + _HOMOGLYPHS[path[at]] + path[at + 1 :]


def wrapper(url: str, draw: Random) -> str:
    """Quotes, angle brackets or Markdown round it."""
    return draw.choice(('"{}"', "'{}'", "<{}>", "“{}”", "[link]({})", "{}|text", "{}%3C/a", "({})", "`{}`")).format(url)


def tail(url: str, draw: Random) -> str:
    """Punctuation at the end."""
    return url + draw.choice(_JUNK_TAILS)


def bracket_and_text(url: str, draw: Random) -> str:
    """A closing bracket and the words after it."""
    return url + draw.choice((")", "]", "%29", "),")) + draw.choice(("and", "which", "[2]", "%20is"))


def glued_word(url: str, draw: Random) -> str | None:
    """The next word of the text glued on: after a file type or, with a capital, after a word."""
    if not re.search(r"\w$", url):
        return None
    word = draw.choice(_GLUED_WORDS)
    return url + (word if re.search(r"\.\w{3,4}$", url) else word.capitalize())


def double_escape(url: str, draw: Random) -> str | None:
    """Escapes of escapes, slashes escaped."""
    head, path = _split(url)
    inside = path[1:].replace("/", "%252F") if draw.random() < 0.5 else re.sub("%", "%25", path[1:])
    return head + "/" + inside if inside != path[1:] else None


def session(url: str, draw: Random) -> str | None:
    """A visitor's session number in the path or in the query."""
    number = f"{draw.getrandbits(64):X}"
    return None if "?" in url else url + draw.choice((f";jsessionid={number}", f"?PHPSESSID={number}"))


def lost_question_mark(url: str, draw: Random) -> str | None:
    """Tracking after & where the question mark was lost."""
    return None if "?" in url else f"{url}&{draw.choice(_TRACKED[:3])}"


def another_view(url: str, draw: Random) -> str | None:
    """The feed, the AMP form or the print form of a page."""
    return (
        None if "?" in url or len(_split(url)[1]) < 2 else url.rstrip("/") + draw.choice(("/feed/", "/amp", "/print"))
    )


def escaped_fragment(url: str, draw: Random) -> str | None:
    """%23 in the place of #."""
    return url + "%23section-2"


def spaces_for_hyphens(url: str, draw: Random) -> str | None:
    """+ or %20 for every hyphen."""
    head, path = _split(url)
    return head + path.replace("-", draw.choice(("+", "%20"))) if "-" in path else None


def tracking(url: str, draw: Random) -> str | None:
    """What newsletters and networks add."""
    return None if "?" in url else f"{url}?{draw.choice(_TRACKED)}"


def case(url: str, draw: Random) -> str | None:
    """Words with capitals."""
    head, path = _split(url)
    changed = draw.choice((path.title(), path.upper(), path.swapcase())) if "%" not in path else path
    return head + changed if changed != path else None


def slash(url: str, draw: Random) -> str | None:
    """A slash too many or too few at the end; two slashes inside."""
    head, path = _split(url)
    if draw.random() < 0.3 and path.count("/") > 1:
        return head + path[0] + path[1:].replace("/", "//", 1)
    return (url[:-1] if url.endswith("/") else url + "/") if len(path) > 1 else None


def extension(url: str, draw: Random) -> str | None:
    """The file type missing, or one too many."""
    bare = re.sub(r"\.(?:html?|md|php)$", "", url)
    return bare if bare != url else url.rstrip("/") + draw.choice((".html", ".htm", ".php"))


def separators(url: str, draw: Random) -> str | None:
    """Underscores for hyphens, and the other way round."""
    head, path = _split(url)
    changed = path.translate(str.maketrans("-_", "_-"))
    return head + changed if changed != path else None


def no_separators(url: str, draw: Random) -> str | None:
    """A hyphen left out."""
    head, path = _split(url)
    places = [found.start() for found in re.finditer(r"(?<=[a-z])-(?=[a-z])", path)]
    at = draw.choice(places) if places else 0
    return head + path[:at] + path[at + 1 :] if at else None


def repeated_folder(url: str, draw: Random) -> str | None:
    """A folder written twice, as a relative link on its own page gives."""
    head, path = _split(url)
    parts = path.split("/")
    return head + "/".join([*parts[:2], *parts[1:]]) if len(parts) > 2 and parts[1] else None


def wrong_base(url: str, draw: Random) -> str | None:
    """Folders of the linking page in front of the path."""
    head, path = _split(url)
    return f"{head}/{draw.choice(('posts', 'wiki/linking-page', '2019/05', 'forum'))}{path}" if len(path) > 4 else None


def cut_off(url: str, draw: Random) -> str | None:
    """The end missing, inside the last word."""
    head, path = _split(url)
    last = re.search(r"[^\W\d_]{5,}\d*(?:\.\w+|/)?$", path)
    return head + path[: draw.randint(last.start() + 2, last.start() + 4)] if last else None


def cut_with_dots(url: str, draw: Random) -> str | None:
    """The end of the last part missing and dots in its place, as forums show long links."""
    bare = url.rstrip("/")
    name = bare.rfind("/") + 1
    if name <= len(_origin(url)) or len(bare) - name < 8:
        return None
    return bare[: draw.randint(name + 4, len(bare) - 2)] + draw.choice(("...", "…", "%E2%80%A6"))


def typo_letter(url: str, draw: Random) -> str | None:
    """One letter of a longer word left out, put in or exchanged."""
    at = _place_in_word(url, draw)
    if at is None:
        return None
    return (
        draw.choice((url[:at], url[: at + 1] + draw.choice(_LETTERS), url[:at] + draw.choice(_LETTERS))) + url[at + 1 :]
    )


def typo_swap(url: str, draw: Random) -> str | None:
    """Two letters exchanged."""
    at = _place_in_word(url, draw)
    return None if at is None else url[:at] + url[at + 1] + url[at] + url[at + 2 :]


def two_at_once(url: str, draw: Random) -> str | None:
    """A damage of the text on top of a variant of the URL."""
    first = draw.choice((case, slash, extension, separators))(url, draw)
    return (
        None if first is None else draw.choice((tail, tracking, wrapper, invisible_inside, space_at_end))(first, draw)
    )


def _place_in_word(url: str, draw: Random) -> int | None:
    """A place inside a word of five letters or more of the last part of the path."""
    start = url.rstrip("/").rfind("/") + 1
    places = [
        at
        for word in re.finditer("[a-z]{5,}", url[start:])
        for at in range(start + word.start(), start + word.end() - 1)
    ]
    return draw.choice(places) if places and start > len(_origin(url)) and "%" not in url else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _split(url: str) -> tuple[str, str]:
    head = _origin(url)
    return head, url[len(head) :] or "/"


def _outside_escape(path: str, at: int) -> bool:
    return not re.search(r"%\w?$", path[:at])


MANGLES: dict[str, Mangle] = {
    made.__name__.replace("_", " "): made
    for made in (
        *(bad_scheme, address_in_path, invisible_inside, line_break, space_at_end, dash, homoglyph, wrapper, tail),
        *(bracket_and_text, glued_word, double_escape, escaped_fragment, spaces_for_hyphens, tracking),
        *(case, slash, extension, separators, no_separators, repeated_folder, wrong_base, cut_off, cut_with_dots),
        *(typo_letter, typo_swap, two_at_once),
        *(session, lost_question_mark, another_view),
    )
}


def expected(url: str, kind: str) -> str:
    """The URL that a repair of this damage has to give."""
    return url + "#section-2" if kind == "escaped fragment" else quote(url, safe=":/?#[]@!$&'()*+,;=%~")
