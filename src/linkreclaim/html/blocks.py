"""The visible text of a page, block by block in reading order."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from selectolax.lexbor import LexborHTMLParser, LexborNode

from linkreclaim.html.chrome import Chrome
from linkreclaim.html.text import fold
from linkreclaim.html.tree import INVISIBLE_TAGS, starts_block

_BLOCK_CHARS = 20_000  # more text in one block is no paragraph


@dataclass(frozen=True, slots=True)
class Block:
    """One run of text that stands on lines of its own, with where it stands."""

    text: str
    heading: bool  # h1 or h2
    chrome: bool
    main: bool  # inside <main>, <article> or role=main


@dataclass(frozen=True, slots=True, eq=False)
class _Scope:
    """The block element that text belongs to; compared by identity."""

    heading: bool = False
    chrome: bool = False
    main: bool = False


def read_blocks(tree: LexborHTMLParser) -> Iterator[Block]:
    """The blocks of a page that hold visible text, navigation included, white space folded.

    Hidden boxes (`hidden`, `display:none` in the element itself) are left out; style sheets are not read.
    """
    for scope, runs in groupby(_runs(tree), key=lambda run: run[0]):
        text = fold("".join(text for _, text in runs), _BLOCK_CHARS)
        if text:
            yield Block(text, scope.heading, scope.chrome, scope.main)


def _runs(tree: LexborHTMLParser) -> Iterator[tuple[_Scope, str]]:
    """Each visible piece of text with its block. A stack of our own: pages nest deeper than Python may recurse."""
    chrome = Chrome(tree)
    pending: list[tuple[LexborNode, _Scope]] = [(tree.body, _Scope())] if tree.body is not None else []
    while pending:
        node, scope = pending.pop()
        following = node.next
        if following is not None and node.tag != "body":
            pending.append((following, scope))
        tag = node.tag
        if node.is_text_node:
            yield scope, node.text_content or ""
        elif tag == "br":
            yield scope, " "
        elif tag not in INVISIBLE_TAGS:
            child = node.first_child
            if starts_block(tag):
                yield scope, " "
                inner = _scope_inside(node, scope, chrome)
            else:
                inner = scope
            if child is not None and inner is not None:
                pending.append((child, inner))


def _scope_inside(node: LexborNode, scope: _Scope, chrome: Chrome) -> _Scope | None:
    """The scope that a block element opens for what it holds, None when it is hidden."""
    attributes = node.attributes
    tag = node.tag
    style = attributes.get("style")
    if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return None
    if style and "display:none" in style.replace(" ", "").lower():
        return None
    return _Scope(
        heading=scope.heading or tag in ("h1", "h2"),
        chrome=scope.chrome or chrome.starts(node),
        main=scope.main or tag in ("main", "article") or attributes.get("role") == "main",
    )
