"""The visible text of a page, block by block in reading order."""

from collections.abc import Iterator
from dataclasses import dataclass

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


class _Scope:
    """The block element that text belongs to; compared by identity. A page has a thousand: no dataclass, for speed."""

    __slots__ = ("chrome", "heading", "main")

    def __init__(self, heading: bool = False, chrome: bool = False, main: bool = False) -> None:
        self.heading = heading
        self.chrome = chrome
        self.main = main


def read_blocks(tree: LexborHTMLParser) -> Iterator[Block]:
    """The blocks of a page that hold visible text, navigation included, white space folded.

    Hidden boxes (`hidden`, `display:none` in the element itself) are left out; style sheets are not read. Cost: half of
    what reading a page costs, some 0.5 ms for 33 KB, since each node of the tree is a Python object (our measurement).
    """
    pieces: list[str] = []
    at: _Scope | None = None
    for scope, text in _runs(tree):
        if scope is not at and at is not None:
            yield from _block(at, pieces)
            pieces.clear()
        at = scope
        pieces.append(text)
    if at is not None:
        yield from _block(at, pieces)


def _block(scope: _Scope, pieces: list[str]) -> Iterator[Block]:
    text = "".join(pieces)
    if text and not text.isspace():
        folded = fold(text, _BLOCK_CHARS)
        if folded:
            yield Block(folded, scope.heading, scope.chrome, scope.main)


def _runs(tree: LexborHTMLParser) -> Iterator[tuple[_Scope, str]]:
    """Each visible piece of text with its block. A stack of our own: pages nest deeper than Python may recurse."""
    chrome = Chrome(tree)
    pending: list[tuple[LexborNode, _Scope]] = [(tree.body, _Scope())] if tree.body is not None else []
    while pending:
        node, scope = pending.pop()
        tag = node.tag or ""
        following = node.next
        if following is not None and tag != "body":
            pending.append((following, scope))
        if tag == "-text":
            yield scope, node.text_content or ""
        elif tag == "br":
            yield scope, " "
        elif tag not in INVISIBLE_TAGS:
            child = node.first_child
            inner: _Scope | None = scope
            if starts_block(tag):
                yield scope, " "
                if child is not None:
                    inner = _scope_inside(node, tag, scope, chrome)
            if child is not None and inner is not None:
                pending.append((child, inner))


def _scope_inside(node: LexborNode, tag: str, scope: _Scope, chrome: Chrome) -> _Scope | None:
    """The scope that a block element opens for what it holds, None when it is hidden."""
    attributes = node.attributes
    if attributes:
        if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
            return None
        style = attributes.get("style")
        if style and "display:none" in style.replace(" ", "").lower():
            return None
    elif tag == "dialog":
        return None
    return _Scope(
        scope.heading or tag in ("h1", "h2"),
        scope.chrome or chrome.starts(node, tag, attributes),
        scope.main or tag in ("main", "article") or attributes.get("role") == "main",
    )
