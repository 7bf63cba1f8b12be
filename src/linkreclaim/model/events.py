"""What a run says while it works; the terminal and the web page only read it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The stages of an audit, in their order."""

    GATHER = "gather"
    CHECK = "check"
    READ_PAGES = "read_pages"
    INVENTORY = "inventory"
    CAPTURES = "captures"
    MATCH = "match"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class RunEvent:
    """Progress (`done` of `total` units of a stage, total None: not known yet) or a message for the person."""

    stage: Stage
    done: int = 0
    total: int | None = None
    message: str = ""  # a sentence for the person, empty for a mere count
    warning: bool = False


EventSink = Callable[[RunEvent], None]
"""Takes each event; must return quickly and never raise."""
