"""Which fixed letters every match of a pattern holds, so that most patterns need not be tried on most texts.

Reads the subset of regular expressions that `phrases.txt` uses. What it does not understand counts as "anything": that
costs time and never a match. The idea is that of Cox, "Regular Expression Matching with a Trigram Index" (2012).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_TOKEN = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\(\?:|\{\d*,?\d*\}|.", re.DOTALL)
_NO_WIDTH = frozenset({r"\b", "^", "$"})
_MOST = 48
"""More spellings than this of one part are not written out."""
_LONG_ENOUGH = 10
"""Letters from which a longer needle tells no more: then fewer of them are better."""

Texts = frozenset[str]
_NOTHING: Texts = frozenset({""})


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of a piece of a pattern."""

    exact: Texts | None  # all that it matches, None when that is too much to list
    needles: Texts  # every match holds one of them; the empty text says that nothing is known


@cache
def needles(pattern: str) -> Texts:
    """Texts of which every match of the pattern holds at least one; {""} when there are no such texts."""
    return _alternatives(_TOKEN.findall(pattern)[::-1]).needles


def _alternatives(tokens: list[str]) -> _Part:
    """Reads up to the closing bracket or the end; tokens are taken off the end of the list."""
    parts = [_sequence(tokens)]
    while tokens and tokens[-1] == "|":
        tokens.pop()
        parts.append(_sequence(tokens))
    if tokens:
        tokens.pop()
    exact = [part.exact for part in parts if part.exact is not None]
    together: Texts | None = frozenset().union(*exact)
    if len(exact) < len(parts) or len(together or ()) > _MOST:
        together = None
    return _Part(together, frozenset().union(*(part.needles for part in parts)))


def _sequence(tokens: list[str]) -> _Part:
    run, runs, whole = _NOTHING, [_NOTHING], True
    while tokens and tokens[-1] not in ("|", ")"):
        part = _repeated(_atom(tokens), tokens)
        if part.exact is not None and len(run) * len(part.exact) <= _MOST:
            run = frozenset(head + tail for head in run for tail in part.exact)
            continue
        whole = False
        runs += [run, part.needles]
        run = part.exact or _NOTHING
    return _Part(run if whole else None, _best((*runs, run)))


def _best(choices: Iterable[Texts]) -> Texts:
    return max(choices, key=lambda texts: (min(min(map(len, texts)), _LONG_ENOUGH), -len(texts)))


def _atom(tokens: list[str]) -> _Part:
    atom = tokens.pop()
    if atom in ("(?:", "("):
        return _alternatives(tokens)
    if atom in _NO_WIDTH:
        return _Part(_NOTHING, _NOTHING)
    if atom[0] == "[":
        letters = atom[1:-1]
        is_plain = letters and letters[0] != "^" and "-" not in letters[1:-1] and "\\" not in letters
        return _exactly(frozenset(letters)) if is_plain else _Part(None, _NOTHING)
    if atom == "." or (atom[0] == "\\" and atom[1].isalnum()):
        return _Part(None, _NOTHING)
    return _exactly(frozenset({atom[-1]}))


def _exactly(texts: Texts) -> _Part:
    return _Part(texts, texts)


def _repeated(part: _Part, tokens: list[str]) -> _Part:
    """What a quantifier makes of an atom."""
    if not tokens or (tokens[-1] not in ("?", "*", "+") and not re.fullmatch(r"\{\d*,?\d*\}", tokens[-1])):
        return part
    quantifier = tokens.pop()
    if quantifier == "?":
        return _Part(None if part.exact is None else part.exact | _NOTHING, _NOTHING)
    is_there = quantifier == "+" or quantifier[1:2] not in ("", "0", ",")
    return _Part(None, part.needles if is_there else _NOTHING)
