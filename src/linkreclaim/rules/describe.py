"""Rules in words, for the person who decides about them."""

import re
from collections.abc import Iterable, Sequence

from linkreclaim.model.rules import PartKind, RedirectRule
from linkreclaim.rules.apply import compile_rule

_DATE = ("YEAR", "MONTH", "DAY")
_YEAR = re.compile(r"(?:19|20)[0-9][0-9]")


def describe(rule: RedirectRule, examples: Iterable[str] = ()) -> str:
    """One line: what becomes of what, such as `/blog/YEAR/MONTH/NAME -> /resources/NAME`.

    `examples` are paths that the rule matches: where they show a year, numbers are named as a date. Without them two or
    three numbers in a row are taken for one. The names are for reading only.
    """
    names = _names(rule, [values for values in map(compile_rule(rule).captures, examples) if values])
    left = iter(names)
    source = "".join(part.text if part.kind is PartKind.TEXT else next(left) for part in rule.source)
    source = f"https://{rule.host}{source}" if rule.host else source
    target = "".join(part if isinstance(part, str) else names[part - 1] for part in rule.target)
    captured = [part for part in rule.target if isinstance(part, int)]
    if rule.source[-1].kind is PartKind.REST:
        folder = source.removesuffix(names[-1])
        if not captured:
            return f"every page under {folder} -> {target}"
        if captured == [len(names)] and rule.target[-1] == len(names):
            return f"every page under {folder} keeps its place under {target.removesuffix(names[-1])}"
    return f"{source} -> {target}"


def _names(rule: RedirectRule, examples: Sequence[Sequence[str]]) -> list[str]:
    """A name for each capture, no two alike."""
    kinds = [part.kind for part in rule.source if part.kind is not PartKind.TEXT]
    names = [_name(kinds, at) for at in range(len(kinds))]
    for start, size in _runs(kinds):
        if _is_date(size, [values[start] for values in examples]):
            names[start : start + size] = _DATE[:size]
    return [f"{name}{names[: at + 1].count(name)}" if names.count(name) > 1 else name for at, name in enumerate(names)]


def _name(kinds: Sequence[PartKind], at: int) -> str:
    if kinds[at] is PartKind.DIGITS:
        return "NUMBER"
    if kinds[at] is PartKind.REST:
        return "REST"
    return "NAME" if set(kinds[at + 1 :]) <= {PartKind.DIGITS} else "FOLDER"


def _runs(kinds: Sequence[PartKind]) -> list[tuple[int, int]]:
    """Where numbers in a row begin, and how many they are."""
    starts = [at for at, kind in enumerate(kinds) if kind is PartKind.DIGITS and kinds[at - 1 : at] != [kind]]
    return [
        (at, next((n for n, kind in enumerate(kinds[at:]) if kind is not PartKind.DIGITS), len(kinds) - at))
        for at in starts
    ]


def _is_date(size: int, first_values: Sequence[str]) -> bool:
    if first_values:
        return size <= len(_DATE) and all(_YEAR.fullmatch(value) for value in first_values)
    return 1 < size <= len(_DATE)
