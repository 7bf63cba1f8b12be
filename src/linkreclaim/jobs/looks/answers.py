"""Answers as JSON, so that a continued run need not ask again for what many tasks share (sibling and home answers)."""

import json
from dataclasses import asdict

from linkreclaim.model.verdicts import Answer, FailureKind, Hop, PageFacts

_TUPLES = ("headings", "blocks", "ids")


def write_answer(answer: Answer) -> bytes:
    """Serialise an answer, page facts included."""
    return json.dumps(asdict(answer), ensure_ascii=False).encode()


def read_answer(body: bytes) -> Answer:
    """Read back what `write_answer` wrote."""
    values = json.loads(body)
    values["hops"] = tuple(Hop(**hop) for hop in values["hops"])
    values["headers"] = tuple((name, value) for name, value in values["headers"])
    values["failure"] = None if values["failure"] is None else FailureKind(values["failure"])
    page = values["page"]
    if page is not None:
        values["page"] = PageFacts(**page | {name: tuple(page[name]) for name in _TUPLES})
    return Answer(**values)
