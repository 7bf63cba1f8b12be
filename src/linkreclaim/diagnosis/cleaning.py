"""Damage that URLs take on their way into other people's pages, one small rule each, in an order that cannot hurt.

Every rule takes the text of a URL and gives back repaired texts, or nothing when its damage is not there. All patterns
have been seen in real data: literal 404 rules of one long-lived site, the link corrections of a large link list, the
tests of Wikipedia's clean-up tools (docs/diagnose.md gives the counts).
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, unquote_to_bytes

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u2000-\u200a\u0000-\u001f\u007f]")
_TAIL = re.compile(
    "(?:\\.+|[,;:!?'\"”“’‘«»)\\]}>_*\\\\|<`´\u2026 ]|[\u00a0-\u00bf\u00c2\u00e2\u20ac\u2122]"
    "|[。、，．！？：；）」』】》〉〕｝؟،؛।]"
    "|&(?:(?:quot|gt|lt|nbsp|amp);?)?)$"
)
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|ref|referr?er|referral|refsource"
    r"|source|src|hmsr|hsctatracking|_hsenc|_hsmi|spm|cmpid|share|replytocom|amp;.*|amp)(?:=.*)?",
    re.I,
)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid|cfid|cftoken)=[^/?#;]*|/\(S\([a-z0-9]{24}\)\)(?=/)", re.I)
"""Session numbers in a path: `;jsessionid=` (Jakarta Servlet 6.0, 7.1.3), `/(S(...))` (ASP.NET without cookies)."""
_QUERY_SESSION = re.compile(
    r"(?:phpsessid|jsessionid|oscsid|zenid|aspsessionid\w*|cfid|cftoken)=.*|s(?:id)?=[0-9a-z]{16,}", re.I
)
"""Those in a query: of PHP, servlets, shops and ColdFusion; `sid` and `s` (phpBB, Magento, vBulletin) where long."""
_VIEW_PARAMETER = re.compile(
    r"(?:page|pp|start|st|sk|sd|hilit|highlight|sort|sort_by|order|orderby|dir|limit|mode|view|print|styleid)=.*",
    re.I,
)
"""What says how a page is shown and not which one. Source: the URL parameters of phpBB 3, vBulletin, Magento, Shopify,
WooCommerce and Drupal."""
_FORUM = re.compile("f=.*")
"""phpBB's forum, which a topic in the same query tells anyway."""
_FOREIGN_ESCAPES = ("gb18030", "shift_jis", "cp1250", "iso8859_2", "cp1251", "cp1252")
"""Encodings that escapes were written in before UTF-8 was agreed on (RFC 3987), the commonest last."""
_KEPT_ESCAPES = re.compile(r"%(?:2[35fF]|3[fF])")
_ESCAPED_CONTROL = re.compile(r"%(?:[01][0-9a-f]|7f)", re.I)
_MARKUP = re.compile(r'["<>“”«»|`]|%(?:22|3[CEce])|(?:\[|%5B)(?:/|%2F)', re.I)
_AT_CUT = " .,;:!?'\")]}"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_CONFUSABLE = str.maketrans("асеорхуіјѕһԁԛԝАВСЕНІЈКМОРЅТХҮ", "aceopxyijshdqwABCEHIJKMOPSTXY")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_MAX_TAIL_STEPS = 12
_MAX_URL_CHARS = 8_192  # longer than any server takes; nothing is repaired in them


@dataclass(frozen=True, slots=True)
class Step:
    """A cleaned text and the rule that made it (empty: only spelled otherwise).

    A harmless rule may be trusted without a live URL to check against.
    """

    text: str
    kind: str
    harmless: bool


Rule = Callable[[str], Iterator[str]]


def clean_steps(raw: str) -> Iterator[Step]:
    """The successive cleaned forms of a URL's text, each made from the one before; nothing when nothing is wrong."""
    if len(raw) > _MAX_URL_CHARS:
        return
    text = raw
    for kind, rule, harmless in _RULES:
        for cleaned in rule(text):
            if cleaned and cleaned != text:
                text = cleaned
                yield Step(text, kind, harmless)


def cut_steps(text: str) -> Iterator[Step]:
    """A text without the markup or words after it, each cut by itself: to be tried where nothing cleaned is live."""
    for rule in (cut_after_markup, cut_after_bracket, cut_after_space):
        yield from (Step(cut, "text_after", False) for cut in rule(text) if cut and cut != text)


def unwrap(text: str) -> Iterator[str]:
    """Quotes round the URL, `[text](url)` pasted whole, `url|text`, `<url>`, Markdown's `\\(` escapes."""
    bare = text.strip().strip("\"'<>“”‘’«»`")
    link = re.fullmatch(r"\[[^\]]*\]\((.+?)\)?", bare)
    bare = link[1] if link else re.sub(r"^[(\[{]+(?=https?:|www\.)", "", bare, flags=re.I)
    yield re.sub(r"\\([()_*\[\]~#-])", r"\1", bare.split("|")[0] if re.match(r"\w+:[^|]+\|\s*\w", bare) else bare)


def mend_scheme(text: str) -> Iterator[str]:
    """`http//x`, `http:/x`, `http:///x`, `http:://x`, `http://http://x`, no scheme at all.

    Also letters doubled or left out of the scheme, and the `hxxp` of texts that do not want to be clicked.

    A bare `www.` gets http, as where such text is made a link (GitHub Flavored Markdown 6.9: "The scheme http will be
    inserted automatically"); any other bare host https, as browsers complete it now (Chrome 90 and later).
    """
    mended = re.sub(r"^(?:h{1,2}t{1,4}p{1,2}|hxxp)(s?)s?(?=:)", r"http\1", text, flags=re.I)
    mended = re.sub(r"^(?:h?t?tps?:*/+)(?=h?t?tps?:)", "", mended, flags=re.I)
    mended = re.sub(r"^(?:https?:)(?=https?:/)", "", mended, flags=re.I)
    mended = re.sub(r"^h?ttp(s?)(?:(?::+/*)|(?:/+(?=www\.|/)))(?=[^/:])", r"http\1://", mended, flags=re.I)
    mended = re.sub(r"^http(s?)//", r"http\1://", mended, flags=re.I)
    if re.match(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}(?::\d+)?(?:[/?#]|$)", mended, re.I):
        mended = ("http://" if mended.lower().startswith("www.") else "https://") + mended
    yield re.sub(r"^(https?://[^/?#]+?)\.?(?=[?#])", r"\1/", mended)


def drop_invisible(text: str) -> Iterator[str]:
    """Zero-width characters, soft hyphens and line breaks."""
    yield _INVISIBLE.sub("", text)


def drop_escaped_controls(text: str) -> Iterator[str]:
    """Escaped line breaks and tabs, before they are decoded and a parser passes over them (URL Standard, 4.4)."""
    yield _ESCAPED_CONTROL.sub("", text)


def strip_backslash(text: str) -> Iterator[str]:
    """`\\` or %5C at the end, before a parser takes it for a slash (URL Standard, 4.4)."""
    yield re.sub(r"(?:\\|%5C)+(?=[?#]?$)", "", text, flags=re.I)


def decode_readable(text: str) -> Iterator[str]:
    """Percent escapes decoded where that loses nothing: no repair by itself, later rules see the characters."""
    yield readable(text)


def decode_entities(text: str) -> Iterator[str]:
    """`&amp;`, also doubled."""
    yield html.unescape(html.unescape(text)) if "&" in text and ";" in text else text


def close_bracket(text: str) -> Iterator[str]:
    """A closing bracket that Markdown ate: added only where it is missing at the end."""
    last = max(text.rfind("("), text.rfind(")"))
    if (
        last >= 0
        and text[last] == "("
        and text.count("(") == text.count(")") + 1
        and re.fullmatch(r"\w*", text[last + 1 :])
    ):
        yield text + ")"


def strip_tail(text: str) -> Iterator[str]:
    """Punctuation, quotes and brackets at the end, one at a time; balanced brackets belong to the URL."""
    for _ in range(_MAX_TAIL_STEPS):
        bare = text[:-1] if re.search(r"[)\]}>,;'\"]/$", text) else text
        found = _TAIL.search(bare)
        if not found or _is_balanced(bare):
            return
        text = bare[: found.start()]
        yield text


def decode_again(text: str) -> Iterator[str]:
    """Escapes of escapes: %2520 and deeper, %2F for /, %23 for #."""
    for _ in range(4):
        decoded = unquote(text, errors="strict") if _is_utf8(text) else text
        if decoded == text:
            return
        text = decoded
        yield _INVISIBLE.sub("", text)


def decode_foreign(text: str) -> Iterator[str]:
    """Escapes of another encoding than UTF-8: `%F6` for an o with two dots."""
    if "%" in text and not _is_utf8(text):
        for encoding in _FOREIGN_ESCAPES:
            decoded = unquote_to_bytes(_KEPT_ESCAPES.sub(lambda found: "%25" + found[0][1:], text)).decode(
                encoding, "ignore"
            )
            yield _INVISIBLE.sub("", decoded)


def mend_mojibake(text: str) -> Iterator[str]:
    """UTF-8 that was read as windows-1252 and written as UTF-8 again: two letters for one, four where it was twice."""
    for _ in range(2):
        meant = _read_again(text)
        if meant is None or meant == text:
            return
        text = meant
        yield text


def drop_session(text: str) -> Iterator[str]:
    """A visitor's session number, in the path or in the query."""
    head, mark, query = _PATH_SESSION.sub("", text).partition("?")
    kept = [part for part in query.split("&") if not _QUERY_SESSION.fullmatch(part)]
    yield head + (mark + "&".join(kept) if kept else "")


def mend_query_mark(text: str) -> Iterator[str]:
    """`/page&utm_source=x`: a query whose question mark was lost with what had stood before it."""
    head, mark, query = text.partition("&")
    if mark and "?" not in text and "#" not in head and re.match(r"\w+=", query):
        yield f"{head}?{query}"


def drop_tracking(text: str) -> Iterator[str]:
    """utm_*, fbclid, ref, source ... out of the query."""
    head, mark, query = text.partition("?")
    if mark:
        query, hash_mark, fragment = query.partition("#")
        kept = [part for part in query.split("&") if not _TRACKING.fullmatch(part)]
        yield head + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


def drop_view_parameters(text: str) -> Iterator[str]:
    """Page number, order and the like out of the query: the page that it is a view of."""
    head, mark, query = text.partition("?")
    query, hash_mark, fragment = query.partition("#")
    kept = query.split("&")
    for shown in (_VIEW_PARAMETER, _FORUM) if mark else ():
        kept = [part for part in kept if not shown.fullmatch(part)]
        yield head + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


def cut_after_markup(text: str) -> Iterator[str]:
    """Markup and what comes after it: a quote or an angle bracket never stands in a URL (RFC 3986, appendix C)."""
    found = _MARKUP.search(text)
    if found and found.start() > 0:
        yield text[: found.start()].rstrip(_AT_CUT)


def cut_after_bracket(text: str) -> Iterator[str]:
    """The words after a closing bracket that was never opened: "(see https://x/page)which"."""
    place = _unopened_bracket(text)
    if place:
        yield text[:place].rstrip(_AT_CUT)


def cut_after_space(text: str) -> Iterator[str]:
    """The words after a space."""
    head, space, _ = text.partition(" ")
    if space and head:
        yield head.rstrip(_AT_CUT)


def fix_homoglyphs(text: str) -> Iterator[str]:
    """Cyrillic letters that look Latin, where every Cyrillic letter is such a one."""
    if _CYRILLIC.search(text):
        latin = text.translate(_CONFUSABLE)
        yield text if _CYRILLIC.search(latin) else latin


def readable(text: str) -> str:
    """Percent escapes decoded where that loses nothing: %23, %25, %2F and %3F stay, and so does what is no UTF-8."""
    if "%" not in text:
        return text
    guarded = _KEPT_ESCAPES.sub(lambda found: "%25" + found[0][1:], text)
    return unquote(guarded, errors="strict") if _is_utf8(guarded) else text


def _read_again(text: str) -> str | None:
    """A text's windows-1252 bytes as UTF-8; None where they are none, or where nothing but ASCII stands."""
    if text.isascii():
        return None
    try:
        return b"".join(map(_western_byte, text)).decode()
    except UnicodeError:
        return None


def _western_byte(letter: str) -> bytes:
    """One letter's byte; the five bytes that windows-1252 leaves out are read as control characters by browsers."""
    return letter.encode("latin-1") if "\x80" <= letter <= "\x9f" else letter.encode("cp1252")


def _unopened_bracket(text: str) -> int | None:
    """Where the first closing bracket without its opening one stands."""
    depth = dict.fromkeys(_BRACKETS, 0)
    for place, letter in enumerate(text):
        for closing, opening in _BRACKETS.items():
            depth[closing] += (letter == opening) - (letter == closing)
        if letter in depth and depth[letter] < 0:
            return place
    return None


def _is_balanced(text: str) -> bool:
    opening = _BRACKETS.get(text[-1:])
    return opening is not None and text.count(opening) >= text.count(text[-1])


def _is_utf8(text: str) -> bool:
    try:
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


_RULES: tuple[tuple[str, Rule, bool], ...] = (
    ("wrapper", unwrap, True),
    ("scheme", mend_scheme, True),
    ("tail", strip_backslash, True),
    ("invisible", drop_escaped_controls, True),
    ("", decode_readable, True),
    ("invisible", drop_invisible, True),
    ("entity", decode_entities, True),
    ("bracket", close_bracket, True),
    ("tail", strip_tail, True),
    ("encoding", decode_again, False),
    ("tail", strip_tail, False),
    ("foreign_escapes", decode_foreign, False),
    ("mojibake", mend_mojibake, False),
    ("session", drop_session, True),
    ("query_mark", mend_query_mark, False),
    ("tracking", drop_tracking, True),
    ("homoglyph", fix_homoglyphs, True),
    ("view", drop_view_parameters, False),
)
