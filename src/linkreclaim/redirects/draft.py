"""The plan while it is made: what is out, what became of lines, what the person should know."""

from dataclasses import dataclass, field

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.interface import Change, ChangeKind, Refusal, RefusalKind


@dataclass(slots=True)
class Draft:
    """Collects what planning decides about lines, in the order in which it does."""

    refused: list[Refusal] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, line: RedirectLine, reason: str, kind: RefusalKind) -> None:
        """Take a line out, with its reason."""
        self.refused.append(Refusal(line, reason, kind))

    def change(self, kind: ChangeKind, line: RedirectLine, words: str) -> None:
        """Tell what became of a line that is still in, or was merged into another one."""
        self.changes.append(Change(kind, line, words))

    def count(self, kind: ChangeKind) -> int:
        """How many changes of a kind there are."""
        return sum(change.kind is kind for change in self.changes)
