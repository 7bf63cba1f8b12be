"""A line of the map while it is planned: its source and target in parts, and the keys that compare it with others."""

from dataclasses import dataclass, replace

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects.canonical import Source, Target
from linkreclaim.urls import normalise_escapes

Key = tuple[bool, str, str, str]
"""(is a prefix, host, path, query): what a request is compared with."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line with its parsed ends; `target` and `status` may change while chains are followed."""

    line: RedirectLine
    source: Source
    target: Target | None
    status: int
    existing: bool = False  # it is on the server already, and only followed, never written

    @property
    def prefix(self) -> bool:
        """Whether the line carries what follows its source over to its target."""
        return self.line.match is MapMatch.PREFIX

    @property
    def key(self) -> Key:
        """Same key: the same requests, byte for byte."""
        return (self.prefix, self.source.host, self.source.path, self.source.query or "")

    @property
    def conflict_key(self) -> Key:
        """Same key: the same page, even if the query's parts stand in another order or spelling."""
        query = "&".join(sorted(normalise_escapes(self.source.query or "").split("&")))
        return (self.prefix, self.source.host, self.source.path, query)

    @property
    def outcome(self) -> str:
        """What a visitor gets."""
        return f"{self.status} {self.target.text}" if self.target else str(self.status)

    @property
    def where(self) -> str:
        """Where a person finds the line."""
        if self.line.line is None:
            return self.source.text
        return f"existing line {self.line.line}" if self.existing else f"line {self.line.line}"

    @staticmethod
    def prefix_key(host: str, path: str) -> Key:
        """Key of a prefix line for a host and a path."""
        return (True, host, path, "")

    def planned(self) -> RedirectLine:
        """The line in canonical form."""
        return replace(
            self.line,
            source=self.source.text,
            target=self.target.text if self.target else None,
            status=self.status,
        )


def prefix_ends(path: str) -> list[int]:
    """Where a prefix over a path may end, longest first: prefixes end where a segment does, never inside one."""
    ends = {len(path)}
    for at, character in enumerate(path):
        if character == "/":
            ends |= {at, at + 1}
    return sorted(ends - {0}, reverse=True)
