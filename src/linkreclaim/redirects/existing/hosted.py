"""Redirects of hosting platforms: `_redirects` of Netlify and Cloudflare Pages, and Vercel's JSON."""

import re
from collections.abc import Iterator
from typing import Any

from linkreclaim.model.links import RowProblem
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects.existing.simple import Found, unread

SIGN = re.compile(r"\s*(?:/|https?://)\S*\s+(?:[^\s=]+=\S+\s+)*(?:/|https?://)\S*(?:\s+\d{3}!?)?(?:\s|$)")
"""Lines that a `_redirects` file is told by."""

DEFAULT_STATUS = 301
"""Where a line names none: Netlify's. Cloudflare Pages' is 302. Source: both vendors' pages on redirects."""

_ENDS = ("/", "http://", "https://")
_STATUS = re.compile(r"(\d{3})!?")
_WILD = re.compile(r"\*|/:[A-Za-z]")
_PLACEHOLDER = re.compile(r"/:[A-Za-z]")
_VERCEL_REST = re.compile(r":(\w+)(?:\*|\(\.\*\))$")
_VERCEL_ESCAPED = re.compile(r"\\(.)")
_VERCEL_SPECIAL = re.compile(r"(?<!\\)[:()*+?{}]")


def read_hosted(lines: Iterator[tuple[int, str]]) -> Iterator[Found]:
    """Redirects of a `_redirects` file; rewrites (200) and error pages (404) are passed over."""
    for number, text in lines:
        words = text.split("#")[0].split() if "#" in text and " #" in text else text.split()
        if not words or words[0].startswith("#"):
            continue
        at = next((n for n, word in enumerate(words) if n and word.startswith(_ENDS)), None)
        if at is None:
            yield unread(number, text)
            continue
        status = _STATUS.fullmatch(words[at + 1]) if len(words) > at + 1 else None
        code = int(status[1]) if status else DEFAULT_STATUS
        if code in (200, 404):
            continue
        extra = len(words) > at + 1 + (status is not None)
        yield (None if extra else _line(words[0], words[1:at], words[at], code, number)) or unread(number, text)


def _line(source: str, query: list[str], target: str, status: int, number: int) -> RedirectLine | None:
    if source.endswith("/*") and target.endswith("/:splat") and not query:
        source, target = source[:-1], target.removesuffix(":splat")
        return (
            None
            if _WILD.search(source) or _PLACEHOLDER.search(target)
            else RedirectLine(source, target, status, MapMatch.PREFIX, number)
        )
    if _WILD.search(source) or _PLACEHOLDER.search(target) or any(":" in part for part in query):
        return None
    return RedirectLine(source + ("?" + "&".join(query) if query else ""), target, status, line=number)


def read_vercel(entries: list[Any]) -> Iterator[Found]:
    """Redirects of `vercel.json`; the line of an entry is its place in the list, from 1 on."""
    for number, entry in enumerate(entries, 1):
        line = _vercel_line(entry, number) if isinstance(entry, dict) else None
        yield line or RowProblem(number, f"not read: {str(entry)[:100]}")


def _vercel_line(entry: dict[str, Any], number: int) -> RedirectLine | None:
    source, target = entry.get("source"), entry.get("destination")
    if not isinstance(source, str) or not isinstance(target, str) or "missing" in entry:
        return None
    conditions = _conditions(entry.get("has", []))
    status = entry.get("statusCode", 308 if entry.get("permanent") else 307)
    if conditions is None or not isinstance(status, int):
        return None
    host, query = conditions
    rest, match = _VERCEL_REST.search(source), MapMatch.EXACT
    if rest is not None and target.endswith((f":{rest[1]}", f":{rest[1]}*")):
        source, target, match = source[: rest.start()], target.rpartition(f":{rest[1]}")[0], MapMatch.PREFIX
    if _VERCEL_SPECIAL.search(source) or re.search(r"(?<!\\):[A-Za-z]", target.partition("://")[2] or target):
        return None
    source, target = _VERCEL_ESCAPED.sub(r"\1", source), _VERCEL_ESCAPED.sub(r"\1", target)
    return RedirectLine((f"https://{host}" if host else "") + source + query, target, status, match, number)


def _conditions(has: object) -> tuple[str, str] | None:
    """(host, `?query`) that an entry asks for; None where it asks for anything else."""
    host, query = "", []
    for condition in has if isinstance(has, list) else [None]:
        if not isinstance(condition, dict) or not isinstance(condition.get("value"), str):
            return None
        kind, value = condition.get("type"), condition["value"]
        if kind == "host":
            host = _VERCEL_ESCAPED.sub(r"\1", value)
        elif kind == "query" and not _VERCEL_SPECIAL.search(value):
            query.append(f"{condition.get('key')}={value}")
        else:
            return None
    return host, "?" + "&".join(query) if query else ""
