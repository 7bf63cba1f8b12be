"""SQL over the cells of a row: what is cheaper to find out in DuckDB than for each row in Python."""

from collections.abc import Sequence

from linkreclaim.bulk.pieces import SEPARATOR

MAX_PLAIN_URL_BYTES = 2_000
"""Far below any reader's limit; longer URLs take the ordinary way, which says what is wrong with them."""
_PLAIN_KEY = r"[a-z0-9.-]+\.[a-z]{2,}/[A-Za-z0-9_~./-]*"
"""Keys of URLs that `urls.match_key` makes without parsing: plain host, and a path without query or escapes."""


def joined(cells: Sequence[str]) -> str:
    """Several cells as one text."""
    return cells[0] if len(cells) == 1 else f"concat_ws('{SEPARATOR}', {', '.join(cells)})"


def day(cell: str) -> str:
    """A date without its time of day, where it is written as 2024-01-15 10:00:00; as it stands otherwise."""
    return f"CASE WHEN substr({cell}, 5, 1) = '-' THEN substr({cell}, 1, 10) ELSE {cell} END"


def first_of(first: str, second: str) -> str:
    """The first of two texts, the second where that is empty."""
    return f"CASE WHEN {first} <> '' THEN {first} ELSE {second} END"


def both_sides(left: str, right: str) -> str:
    """The words on both sides of a link as one text, empty when there are none."""
    return f"{left} || CASE WHEN {left} <> '' AND {right} <> '' THEN ' … ' ELSE '' END || {right}"


def plain_key(url: str) -> str:
    """The match key of a plain URL; empty when it has to be made by `urls.match_key`."""
    prefixes = ("https://www.", "https://", "http://www.", "http://")
    cut = " ".join(f"WHEN starts_with({url}, '{prefix}') THEN substr({url}, {len(prefix) + 1})" for prefix in prefixes)
    bare = f"CASE {cut} ELSE '' END"
    plain = f"regexp_full_match({bare}, '{_PLAIN_KEY}') AND NOT contains({url}, '/.') AND NOT contains({url}, 'xn--')"
    return f"CASE WHEN {plain} AND strlen({url}) <= {MAX_PLAIN_URL_BYTES} THEN {bare} ELSE '' END"


def host_of(key: str) -> str:
    """The host of a plain key, empty when that is."""
    return f"split_part({key}, '/', 1)"


def url_unless_told(url: str, key: str) -> str:
    """A URL, empty when it is https:// and its plain key."""
    return f"CASE WHEN {key} <> '' AND {url} = 'https://' || {key} THEN '' ELSE {url} END"
