"""A rule: one sentence for many redirects ("/blog/YEAR/MONTH/NAME is now /resources/NAME")."""

from dataclasses import dataclass
from enum import StrEnum


class PartKind(StrEnum):
    """What one part of a rule's source stands for; all but TEXT are captured, in their order, from 1 on."""

    TEXT = "text"  # exactly these characters
    DIGITS = "digits"  # one or more ASCII digits
    SEGMENT = "segment"  # one or more characters, none of them a slash
    REST = "rest"  # one or more characters, slashes too; only as the last part


@dataclass(frozen=True, slots=True)
class SourcePart:
    """One part of a rule's source; `text` is set for TEXT alone, in canonical percent-encoding."""

    kind: PartKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class RedirectRule:
    """Every path that is spelled like `source`, in whole, leads to `target` with the captures put in.

    Compared with the path of a request as it was sent (percent-encoded, case counts), and captures are carried over
    byte for byte; a query is handed on as with an exact line that has none. Two captures are never side by side: a
    TEXT part that starts or ends with a character outside the class stands between them, so that every regular
    expression engine reads a path in one way only. `target` holds texts and numbers of captures; its first part is a
    text that starts with `/` or with scheme and host. A target without captures sends many pages to one.
    """

    source: tuple[SourcePart, ...]
    target: tuple[str | int, ...]
    status: int = 301
    host: str = ""  # host of the source where it is not the site's
