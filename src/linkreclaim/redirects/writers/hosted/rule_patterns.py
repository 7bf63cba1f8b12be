"""Rules where captures are placeholders with names, and texts as every regular expression engine takes them."""

import re
from collections.abc import Callable

from linkreclaim.model.rules import PartKind, RedirectRule

_REGEX_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


def rule_target(rule: RedirectRule, capture: Callable[[int], str], text: Callable[[str], str]) -> str:
    """The target of a rule with each capture and each text as an engine spells it."""
    return "".join(capture(part) if isinstance(part, int) else text(part) for part in rule.target)


def quote_regex(text: str) -> str:
    """Text that every regular expression engine takes as it stands."""
    return _REGEX_SPECIAL.sub(lambda found: "\\" + found[0], text)


def plain_target(rule: RedirectRule) -> bool:
    """Whether the target is a path alone, so that a query can be handed on after it."""
    return not any("?" in part or "#" in part for part in rule.target if isinstance(part, str))


def placeholder(number: int) -> str:
    """Name of a capture where captures have names: none starts another one (`pa`, `pb`...), up to 26 of them."""
    return "p" + chr(ord("a") + number - 1)


def whole_segments(rule: RedirectRule) -> bool:
    """Whether every capture is all there is between two slashes (or after the last), and none is of digits."""
    texts = [part.text if part.kind is PartKind.TEXT else "" for part in rule.source] + ["/"]
    return all(
        part.kind is PartKind.TEXT
        or (part.kind is not PartKind.DIGITS and texts[at - 1].endswith("/") and texts[at + 1].startswith("/"))
        for at, part in enumerate(rule.source)
    )


def placeholder_lines(rule: RedirectRule) -> list[str]:
    """The rule as a line of `_redirects`; with a REST two, one for its last segment alone and one for more of them."""
    number = 0
    source = ""
    for part in rule.source:
        number += part.kind is not PartKind.TEXT
        source += part.text if part.kind is PartKind.TEXT else f":{placeholder(number)}"
    target = rule_target(rule, lambda capture: f":{placeholder(capture)}", lambda text: text)
    lines = [f"{source} {target} {rule.status}"]
    if rule.source[-1].kind is PartKind.REST:
        last = f":{placeholder(number)}"
        lines.append(f"{source}/* {target.replace(last, last + '/:splat')} {rule.status}")
    return lines
