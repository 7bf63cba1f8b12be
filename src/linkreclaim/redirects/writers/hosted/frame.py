"""What writers for hosted platforms share: what a platform takes, the refusal of the rest, and its INSTALL text."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of, target_of
from linkreclaim.redirects.interface import RedirectPlan, Refusal, RuleRefusal, ServerFile, WrittenRedirects
from linkreclaim.redirects.patterns import rule_pattern
from linkreclaim.redirects.writers.answers import rule_answer
from linkreclaim.redirects.writers.hosted.rule_patterns import plain_target
from linkreclaim.redirects.writers.preamble import comment_lines, install_text

PERMANENT = frozenset({301})
REDIRECTING = frozenset({301, 302, 307, 308})

_PLAIN_PARAMETER = re.compile(r"[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]+")


@dataclass(frozen=True, slots=True)
class Takes:
    """What the redirects of a platform can express; a line with anything else is refused by name."""

    statuses: frozenset[int]
    hosts: bool = False
    queries: bool = False
    prefixes: bool = False
    rules: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """How much a platform takes: the limit, what is counted, and how much of it a line and a rule use."""

    limit: int
    unit: str  # in words: "redirects", "bytes of URL mappings"
    of_line: Callable[[RedirectLine, Site], int] = lambda line, site: 1
    of_rule: Callable[[RedirectRule], int] = lambda rule: 1


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a platform takes of a plan, in the plan's order."""

    lines: Sequence[RedirectLine]
    rules: Sequence[RedirectRule]
    site: Site
    header: Sequence[str]  # not yet made harmless: see `comment_lines`

    @property
    def exact(self) -> list[RedirectLine]:
        """The lines that match one path; those with a query first, because most platforms take the first match."""
        lines = [line for line in self.lines if line.match is MapMatch.EXACT]
        return sorted(lines, key=lambda line: -source_of(line.source).text.count("?"))

    @property
    def prefixes(self) -> list[RedirectLine]:
        """The prefix lines, the longest first."""
        lines = [line for line in self.lines if line.match is MapMatch.PREFIX]
        return sorted(lines, key=lambda line: -len(source_of(line.source).path))


@dataclass(frozen=True, slots=True)
class Install:
    """The parts of an INSTALL text."""

    where: str
    test: str
    undo: str
    limits: str


@dataclass(frozen=True, slots=True)
class HostedWriter:
    """A writer for a platform that is told what it takes; `files` says how it is written."""

    engine: str
    title: str
    takes: Takes
    way_out: str  # what to do with a line that is refused, for its Refusal
    install: Install
    files: Callable[[Accepted], Iterable[ServerFile]]
    problem: Callable[[RedirectLine, Source], str | None] = lambda line, source: None
    rule_problem: Callable[[RedirectRule], str | None] = lambda rule: None
    same: Callable[[Source], str] | None = None  # equal for sources that the platform cannot tell apart
    room: Sequence[Room] = ()

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """The platform's files, and every line and rule it cannot express as a refusal."""
        intake = _Intake(self, site)
        lines = [line for line in plan.lines if intake.takes_line(line)]
        rules = [taken for rule in plan.rules if (taken := intake.taken_rule(rule)) is not None]
        made = list(self.files(Accepted(lines, rules, site, header)))
        about = "\n".join(line.removeprefix("# ") for line in comment_lines(header))
        parts = replace(self.install, where=f"{about}\n\n{self.install.where.strip()}".strip())
        named = RedirectPlan(tuple(lines), (), (), tuple(rules))
        made.append(install_text(self.engine, parts.where, parts.test, parts.undo, parts.limits, named))
        refused, refused_rules = tuple(intake.refused), tuple(intake.refused_rules)
        return WrittenRedirects(self.engine, tuple(made), len(lines), refused, refused_rules)


class _Intake:
    """Sorts the lines of one plan into those a platform takes and refusals."""

    def __init__(self, writer: HostedWriter, site: Site) -> None:
        self.refused: list[Refusal] = []
        self.refused_rules: list[RuleRefusal] = []
        self._writer = writer
        self._site = site
        self._used = [0] * len(writer.room)
        self._first: dict[str, RedirectLine] = {}

    def takes_line(self, line: RedirectLine) -> bool:
        """Whether the line is taken; if not, it is refused."""
        source = source_of(line.source)
        if line.target is not None:
            target_of(line.target)
        reason = (
            _not_taken(line, source, self._writer.takes)
            or self._writer.problem(line, source)
            or self._twin(line, source)
            or self._no_room([room.of_line(line, self._site) for room in self._writer.room])
        )
        if reason:
            self.refused.append(Refusal(line, self._words(reason)))
        return reason is None

    def taken_rule(self, rule: RedirectRule) -> RedirectRule | None:
        """The rule with a target that is right on its host, None when it is refused."""
        rule_pattern(rule)  # raises for what is not canonical
        answer = rule_answer(rule, self._site)
        taken = replace(rule, target=(*answer.location, *answer.fragment)) if rule.host else rule
        reason = (
            _rule_not_taken(taken, self._writer.takes)
            or self._writer.rule_problem(taken)
            or self._no_room([room.of_rule(taken) for room in self._writer.room])
        )
        if reason:
            self.refused_rules.append(RuleRefusal(rule, self._words(reason)))
        return None if reason else taken

    def _words(self, reason: str) -> str:
        return f"{self._writer.title}: {reason}; {self._writer.way_out}"

    def _twin(self, line: RedirectLine, source: Source) -> str | None:
        if self._writer.same is None:
            return None
        first = self._first.setdefault(f"{line.match} {self._writer.same(source)}", line)
        if first is line or (first.target, first.status) == (line.target, line.status):
            return None
        return f"it cannot tell this source from {first.source}, which leads elsewhere"

    def _no_room(self, costs: list[int]) -> str | None:
        for room, used, cost in zip(self._writer.room, self._used, costs, strict=True):
            if used + cost > room.limit:
                return f"it takes {room.limit:,} {room.unit}, which the lines before this one fill"
        self._used = [used + cost for used, cost in zip(self._used, costs, strict=True)]
        return None


def _not_taken(line: RedirectLine, source: Source, takes: Takes) -> str | None:
    if line.status not in takes.statuses:
        return f"its redirects know no status {line.status}"
    if source.host and not takes.hosts:
        return f"it cannot match hosts ({source.host})"
    if source.query is not None and not takes.queries:
        return "it cannot match queries"
    if line.match is MapMatch.PREFIX and not takes.prefixes:
        return "it has no redirect that carries on what follows a prefix"
    return None


def _rule_not_taken(rule: RedirectRule, takes: Takes) -> str | None:
    if not takes.rules:
        return "it has no patterns with captures"
    if rule.status not in takes.statuses:
        return f"its redirects know no status {rule.status}"
    if rule.host and not takes.hosts:
        return f"it cannot match hosts ({rule.host})"
    if not plain_target(rule):
        return "the target of a rule must be a path alone, because the query of a request is put after it"
    return None


def without_last_slash(source: Source) -> str:
    """For platforms that take `/a` and `/a/` for one."""
    return source.text.rstrip("/") or "/"


def one_case(source: Source) -> str:
    """For platforms that compare without case."""
    return source.text.lower()


def plain_parameters(query: str) -> bool:
    """Whether a query is name=value parts alone, each name once: what platforms that parse queries can compare."""
    parts = query.split("&")
    names = {part.partition("=")[0] for part in parts}
    return all(_PLAIN_PARAMETER.fullmatch(part) for part in parts) and len(names) == len(parts)


def absolute(target: str, site: Site) -> str:
    """A target with scheme and host, as platforms need it that know no paths as targets."""
    return f"{site.scheme}://{site.host}{target}" if target.startswith("/") else target
