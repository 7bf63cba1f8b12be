"""Rules applied to paths, the way every server that gets them will."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from linkreclaim.model.rules import PartKind, RedirectRule, SourcePart

CLASSES = {PartKind.DIGITS: "([0-9]+)", PartKind.SEGMENT: "([^/?#]+)", PartKind.REST: "([^?#]+)"}
"""What each captured part stands for. Between two of them stands a character that ends the first or begins the second
(see `RedirectRule`), so matching takes time in proportion to the path's length."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule made ready to be asked often."""

    rule: RedirectRule
    pattern: re.Pattern[str]
    template: str  # of the target, for `str.format`
    prefix: str  # every path that matches starts with it
    slashes: int | None  # every path that matches has as many; None where it varies

    def captures(self, path: str) -> tuple[str, ...] | None:
        """What the parts of the source stand for in a path; None where the rule does not match."""
        found = self.pattern.fullmatch(path)
        return None if found is None else found.groups()

    def fill(self, captures: Sequence[str]) -> str:
        """The target with captures put in."""
        return self.template.format(*captures)

    def apply(self, path: str) -> str | None:
        """Where a path leads; None where the rule does not match."""
        captures = self.captures(path)
        return None if captures is None else self.fill(captures)


def compile_rule(rule: RedirectRule) -> CompiledRule:
    """Make a rule ready; cost: about 100 us."""
    text = "".join(CLASSES.get(part.kind) or re.escape(part.text) for part in rule.source)
    first = rule.source[0] if rule.source else SourcePart(PartKind.TEXT)
    varies = any(part.kind is PartKind.REST for part in rule.source)
    slashes = None if varies else sum(part.text.count("/") for part in rule.source)
    return CompiledRule(rule, re.compile(text), _template(rule), first.text, slashes)


def _template(rule: RedirectRule) -> str:
    texts = (part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else part for part in rule.target)
    return "".join(text if isinstance(text, str) else f"{{{text - 1}}}" for text in texts)


def apply_rule(rule: RedirectRule, path: str) -> str | None:
    """Where a canonical path without query leads by a rule; None where it does not match. Compile to ask often."""
    return compile_rule(rule).apply(path)


class RuleSet:
    """Many rules, asked at once: the first that matches answers."""

    def __init__(self, rules: Iterable[RedirectRule]) -> None:
        self._by_key: dict[tuple[str, int | None, str], list[tuple[int, CompiledRule]]] = {}
        self._depths: dict[str, int] = {}
        self.rules = tuple(rules)
        for place, rule in enumerate(self.rules):
            compiled = compile_rule(rule)
            folder = compiled.prefix[: compiled.prefix.rfind("/") + 1]
            self._by_key.setdefault((rule.host, compiled.slashes, folder), []).append((place, compiled))
            self._depths[rule.host] = max(self._depths.get(rule.host, 0), folder.count("/"))

    def answer(self, path: str, host: str = "") -> tuple[RedirectRule, str] | None:
        """The first rule that matches a canonical path without query, and where it leads.

        Raises nothing, whatever the path. Cost: some microseconds; it grows with the number of rules whose text up to
        the first capture ends in the same folder.
        """
        return next(((self.rules[place], target) for place, target in self.answers(path, host)), None)

    def answers(self, path: str, host: str = "") -> Iterator[tuple[int, str]]:
        """Numbers of all rules that match a path, in their order, each with where it leads."""
        for place, compiled in sorted(self._near(path, host), key=itemgetter(0)):
            target = compiled.apply(path) if path.startswith(compiled.prefix) else None
            if target is not None:
                yield place, target

    def _near(self, path: str, host: str) -> Iterator[tuple[int, CompiledRule]]:
        slashes, end = path.count("/"), 0
        for _ in range(min(slashes, self._depths.get(host, 0))):
            end = path.index("/", end) + 1
            folder = path[:end]
            yield from self._by_key.get((host, slashes, folder), ())
            yield from self._by_key.get((host, None, folder), ())
