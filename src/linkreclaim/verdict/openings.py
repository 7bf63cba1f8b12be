"""With which letters a pattern can begin, so that most patterns need not be tried on most texts.

Reads the subset of regular expressions that `phrases.txt` uses. What it does not understand ends an opening early,
which costs time and never a match.
"""

import re

OPENING_CHARS = 4

_TOKEN = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\(\?:|\{\d*,?\d*\}|.", re.DOTALL)
_NO_WIDTH = frozenset({r"\b", "^", "$"})
_Ends = set[tuple[str, bool]]
"""Beginnings, each with whether it can be followed by more letters that are known."""


def openings(pattern: str) -> set[str]:
    """All first letters (at most four) that a match of the pattern can begin with; shorter where more is not known."""
    tokens = _TOKEN.findall(pattern)[::-1]
    return {text for text, _ in _alternatives(tokens)}


def _alternatives(tokens: list[str]) -> _Ends:
    """Reads up to the closing bracket or the end; tokens are taken off the end of the list."""
    ends = _sequence(tokens)
    while tokens and tokens[-1] == "|":
        tokens.pop()
        ends |= _sequence(tokens)
    if tokens:
        tokens.pop()
    return ends


def _sequence(tokens: list[str]) -> _Ends:
    ends: _Ends = {("", True)}
    while tokens and tokens[-1] not in ("|", ")"):
        ends = _followed(ends, _repeated(_atom(tokens), tokens))
    return ends


def _followed(ends: _Ends, more: _Ends) -> _Ends:
    closed = {end for end in ends if not end[1]}
    joined = {(text + tail, known) for text, is_open in ends if is_open for tail, known in more}
    return closed | {(text[:OPENING_CHARS], known and len(text) < OPENING_CHARS) for text, known in joined}


def _atom(tokens: list[str]) -> _Ends:
    token = tokens.pop()
    if token in ("(?:", "("):
        return _alternatives(tokens)
    if token in _NO_WIDTH:
        return {("", True)}
    if token[0] == "[":
        letters = token[1:-1]
        is_plain = letters and letters[0] != "^" and "-" not in letters[1:-1] and "\\" not in letters
        return {(letter, True) for letter in letters} if is_plain else {("", False)}
    if token[0] == "\\" and (token[1].isalnum()):
        return {("", False)}
    return {("", False)} if token[0] == "." else {(token[-1], True)}


def _repeated(ends: _Ends, tokens: list[str]) -> _Ends:
    """What a quantifier makes of an atom."""
    if not tokens or (tokens[-1] not in ("?", "*", "+") and not re.fullmatch(r"\{\d*,?\d*\}", tokens[-1])):
        return ends
    quantifier = tokens.pop()
    if quantifier == "?":
        return ends | {("", True)}
    repeated = {(text, False) for text, _ in ends}
    return repeated if quantifier == "+" or quantifier[1:2] not in ("", "0", ",") else repeated | {("", True)}
