"""Whether one rule's targets can be another rule's sources, for any page that may ever be asked for."""

from collections.abc import Sequence

from linkreclaim.model.rules import PartKind, RedirectRule
from linkreclaim.rules.pairs import place_of

_DIGITS = frozenset("0123456789")
_Atom = tuple[str, bool]  # a character, or a class by its kind's name; whether it may be repeated or left out


def may_follow(first: RedirectRule, then: RedirectRule, site_host: str = "") -> bool:
    """Whether some target of one rule is matched by the other. Cost: up to the product of their lengths."""
    head, *rest = first.target
    path, text = _path_head(str(head)), then.source[0].text
    if not (path.startswith(text) or text.startswith(path.partition("?")[0].partition("#")[0])):
        return False
    if place_of(str(head), site_host).host != then.host:
        return False
    return _meet(_target_atoms([path, *rest], first), _source_atoms(then))


def shortens(rule: RedirectRule) -> bool:
    """Whether every target is shorter than its source: such rules can follow one another only so often."""
    captures = [part for part in rule.target if isinstance(part, int)]
    head, *rest = rule.target
    texts = [_path_head(str(head)), *(part for part in rest if isinstance(part, str))]
    spelled = sum(len(part.text) for part in rule.source)
    return len(set(captures)) == len(captures) and sum(map(len, texts)) < spelled


def _path_head(text: str) -> str:
    return text if text.startswith("/") else text[text.index("/", text.index("//") + 2) :]


def _target_atoms(pieces: Sequence[str | int], rule: RedirectRule) -> list[_Atom]:
    kinds = [part.kind for part in rule.source if part.kind is not PartKind.TEXT]
    atoms: list[_Atom] = []
    for piece in pieces:
        if isinstance(piece, int):
            atoms += [(kinds[piece - 1].value, False), (kinds[piece - 1].value, True)]
            continue
        end = min((at for at in (piece.find("?"), piece.find("#")) if at >= 0), default=len(piece))
        atoms += [(character, False) for character in piece[:end]]
        if end < len(piece):
            break
    return atoms


def _source_atoms(rule: RedirectRule) -> list[_Atom]:
    atoms: list[_Atom] = []
    for part in rule.source:
        if part.kind is PartKind.TEXT:
            atoms += [(character, False) for character in part.text]
        else:
            atoms += [(part.kind.value, False), (part.kind.value, True)]
    return atoms


def _meet(one: list[_Atom], other: list[_Atom]) -> bool:
    """Whether some text is spelled by both: a walk through both at once."""
    waiting, seen = [(0, 0)], {(0, 0)}
    while waiting:
        at, there = waiting.pop()
        if at == len(one) and there == len(other):
            return True
        for step in _steps(one, at, other, there):
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return False


def _steps(one: list[_Atom], at: int, other: list[_Atom], there: int) -> list[tuple[int, int]]:
    steps = []
    if at < len(one) and one[at][1]:
        steps.append((at + 1, there))
    if there < len(other) and other[there][1]:
        steps.append((at, there + 1))
    if at < len(one) and there < len(other) and _share_a_character(one[at][0], other[there][0]):
        steps.append((at if one[at][1] else at + 1, there if other[there][1] else there + 1))
    return steps


def _share_a_character(one: str, other: str) -> bool:
    if len(one) > 1 and len(other) > 1:
        return True
    if len(one) > 1:
        one, other = other, one
    if len(other) == 1:
        return one == other
    if other == PartKind.DIGITS.value:
        return one in _DIGITS
    return other == PartKind.REST.value or one != "/"
