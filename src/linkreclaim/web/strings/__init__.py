"""The words of the page: one catalogue a language, English so far."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

Entry = str | Mapping[str, str]
"""A text, or its forms `one` and `other` for a count."""


class Catalogue:
    """Every visible word by its key, `page.word`."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = entries

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values put in; `count` chooses between `one` and `other` and is shown as `1,240`.

        Raises:
            KeyError: there is no such key, or the text wants a value that was not given.
        """
        entry = self.entries[key]
        if isinstance(entry, str):
            return entry.format(**values) if values else entry
        count = values.get("count")
        form = entry["one" if count == 1 else "other"]
        return form.format(**{**values, "count": f"{count:,}"})


@cache
def load_catalogue(language: str = "en") -> Catalogue:
    """Read the catalogue of a language."""
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Catalogue(dict(_flatten(tomllib.loads(text))))


def _flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, Entry]]:
    for name, value in table.items():
        if isinstance(value, str) or (isinstance(value, dict) and value.keys() == {"one", "other"}):
            yield prefix + name, value
        elif isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
