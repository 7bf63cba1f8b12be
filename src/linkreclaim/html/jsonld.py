"""Products and books as a page describes them in JSON-LD."""

import json
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborNode

from linkreclaim.html.tree import raw_text

_SCRIPT_CHARS = 300_000
_SCRIPTS = 20
_NODES = 5_000  # of all scripts together
_WORTH_PARSING = re.compile(r'"(?:sku|mpn|isbn|gtin\d{0,2})"', re.IGNORECASE)
_TYPES = frozenset(
    {"product", "productgroup", "productmodel", "individualproduct", "someproducts", "vehicle", "car"}
    | {"book", "audiobook", "offer", "aggregateoffer"}
)
"""Types of schema.org whose identifiers are those of the thing that the page is about."""
_THINGS = _TYPES - {"offer", "aggregateoffer"}
_INSIDE = ("hasVariant", "offers", "itemOffered", "workExample", "model")
"""From a product to itself in another form; other properties (isRelatedTo, itemListElement) lead elsewhere."""
_AROUND = ("@graph", "mainEntity", "mainEntityOfPage")
_KINDS = {"sku": "sku", "mpn": "mpn", "isbn": "isbn"} | dict.fromkeys(
    ("gtin", "gtin8", "gtin12", "gtin13", "gtin14"), "gtin"
)

_Object = dict[str, Any]


def described_ids(scripts: list[LexborNode]) -> Iterator[tuple[str, str]]:
    """Kind and value of each identifier of the one product or book that a page describes; none where it lists several.

    Source: schema.org/Product and Book (sku, mpn, gtin..., isbn), as Google's "Product structured data" asks for them.
    Raises nothing, whatever the scripts hold.
    """
    budget = [_NODES]
    things = [thing for script in scripts[:_SCRIPTS] for root in _parsed(script) for thing in _things(root, budget)]
    names = {str(thing.get("name", "")).strip().casefold() for thing in things} - {""}
    if len(names) <= 1:
        for thing in things:
            yield from _ids(thing, budget)


def _parsed(script: LexborNode) -> Iterator[Any]:
    text = raw_text(script)
    if len(text) <= _SCRIPT_CHARS and _WORTH_PARSING.search(text):
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            return


def _things(root: Any, budget: list[int]) -> Iterator[_Object]:
    """The products and books at the top of a document, in its graph, or named as what the page is about."""
    pending = [root]
    while pending and budget[0] > 0:
        node = pending.pop()
        budget[0] -= 1
        if isinstance(node, list):
            pending.extend(reversed(node[:_NODES]))
        elif isinstance(node, dict):
            if _types(node) & _THINGS:
                yield node
            else:
                pending.extend(node[key] for key in _AROUND if key in node)


def _ids(thing: _Object, budget: list[int]) -> Iterator[tuple[str, str]]:
    pending: list[Any] = [thing]
    while pending and budget[0] > 0:
        node = pending.pop()
        budget[0] -= 1
        if isinstance(node, list):
            pending.extend(reversed(node[:_NODES]))
        elif isinstance(node, dict) and _types(node) & _TYPES:
            for name, kind in _KINDS.items():
                values = node.get(name)
                for value in values[:_SCRIPTS] if isinstance(values, list) else [values]:
                    if isinstance(value, str | int) and not isinstance(value, bool):
                        yield kind, str(value)
            pending.extend(node[key] for key in reversed(_INSIDE) if key in node)


def _types(node: _Object) -> set[str]:
    """The types of a node, lower case, without their vocabulary."""
    types = node.get("@type")
    named = types[:_SCRIPTS] if isinstance(types, list) else [types]
    return {re.split(r"[/#:]", name)[-1].lower() for name in named if isinstance(name, str)}
