"""One page as a JSON object on a line of its own."""

import json
from collections.abc import Callable, Iterator

from linkreclaim.inventory.columns import Fields, field_of, fields_of


def json_fields(line: str, field_of: Callable[[str], str | None] = field_of) -> Fields | None:
    """The fields of one line, None when it holds no JSON object. Values that are no text, list or flag are ignored."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    return fields_of(
        (field, text) for name, value in row.items() if (field := field_of(name)) for text in _texts(value)
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool | int):
        yield str(value)
    elif isinstance(value, list):
        yield from (text for text in value if isinstance(text, str))
