"""What reading an access log is made of: a format, a parser of its lines, and the request that a line tells of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol


class Hit(NamedTuple):
    """One request to the site, as one line of its log tells it.

    The client's address serves to tell crawlers from people and is never written anywhere.
    """

    status: int
    target: str  # path and query as requested ("/old?x=1"), or an absolute URL where the line holds one; "" for no page
    host: str  # that was asked, lower case, with :port where not the scheme's own; "" where the line does not say
    referrer: str  # as sent; "" where there is none
    user_agent: str  # "" where there is none
    address: str  # of the client, "" where there is none
    day: date | None


class Unread(NamedTuple):
    """A line that is no comment and cannot be understood."""

    reason: str


class LineParser(Protocol):
    """Parses the lines of one file. Where a format is `ordered` it is given all of them, in their order."""

    def parse(self, line: bytes) -> Hit | Unread | None:
        """The request of a line (without its line end); None for what is none: blank, a comment, a header."""
        ...


@dataclass(frozen=True, slots=True)
class LogFormat:
    """One way of writing access logs."""

    name: str  # what `--format` takes: "combined"
    title: str  # what people call it: "Apache and nginx combined"
    has_referrer: bool  # False: such lines cannot tell who links (common log format, AWS load balancers)
    make_parser: Callable[[], LineParser]
    needles: Callable[[int], tuple[bytes, ...]]
    """Status -> literals: every line with this status holds one of them at least (others may, too). Empty: any line may
    have it, so all must be parsed."""
    ordered: bool = False  # header lines change what the following lines mean: a file cannot be read from its middle
    always: tuple[bytes, ...] = ()  # lines that hold one of these are parsed whatever their status ("#Fields:")
    notes: tuple[str, ...] = ()  # sentences for the user


class Visitor(StrEnum):
    """Who asked."""

    __hash__ = str.__hash__  # that of Enum is written in Python and takes longer than all else done with a hit
    PERSON = "person"
    CRAWLER = "crawler"  # a search engine's or an assistant's, proved by its address
    CLAIMED = "claimed"  # says that it is such a crawler, and is not proved to be
    PROGRAM = "program"  # calls itself a robot, a library, a scanner, or says nothing of itself


class ReferrerKind(StrEnum):
    """Where a visitor came from."""

    __hash__ = str.__hash__
    NONE = "none"
    OWN = "own"  # the site itself: an internal link
    SITE = "site"  # somebody else's page: a backlink
    SEARCH = "search"
    SOCIAL = "social"
    ASSISTANT = "assistant"  # of an AI
    APP = "app"  # a program on a telephone (android-app://)
    SPAM = "spam"  # forged, to be seen in statistics
    JUNK = "junk"  # no host of the public web
